"""Every route of the kiosk on its blueprint: what the composition root plugs in."""

from kiosk import comment_link, offline, printing, rescue, sync, tablet, trust
from kiosk.blueprint import kiosk_bp

__all__ = ["comment_link", "kiosk_bp", "offline", "printing", "rescue", "sync", "tablet", "trust"]
