"""Who may call what, as the running application declares it: a snapshot of routes and the table in docs/.

`python tests/access_table.py` writes both files anew.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from flask import Flask  # noqa: E402 - after the checkout is on the path
from werkzeug.routing import Rule  # noqa: E402

from survey.app import create_app  # noqa: E402
from survey.context import API, DEVICE, PUBLIC, access_rule_of  # noqa: E402
from survey.enums import Role  # noqa: E402
from survey.services.people.officers import ROLE_ORDER, includes  # noqa: E402
from survey.settings import Settings  # noqa: E402

ROUTES = ROOT / "tests" / "rules" / "routes.txt"
TABLE = ROOT / "docs" / "access.md"
RENEW = "python tests/access_table.py"
CALLERS = (PUBLIC, DEVICE, API, *ROLE_ORDER)

_HEAD = """# Who may call what

Made by `{renew}` from the rules that the views declare; a test compares it with the program.

*public*: anybody, without signing in. *device*: a tablet that was enrolled, known by its key. *api*: another
program of the office, known by its token. Then the roles of officers, each with everything that the one before
it may. A view that declares no rule answers nobody.

| method | address | view | {callers} |
|---|---|---|{lines}|
"""


@dataclass(frozen=True, slots=True)
class Route:
    """One address of the application, with the rule of its view (`None`: none declared)."""

    method: str
    address: str
    endpoint: str
    access: str | Role | None
    takes_arguments: bool

    @property
    def snapshot(self) -> str:
        access = self.access.value if isinstance(self.access, Role) else str(self.access)
        return f"{self.method:<4} {access:<13} {self.endpoint:<26} {self.address}"

    def open_to(self, caller: str | Role) -> bool:
        """Say whether a caller passes the rule; neither a tablet nor a program is an officer."""
        if self.access == PUBLIC:
            return True
        if isinstance(self.access, Role):
            return isinstance(caller, Role) and includes(caller, self.access)
        return self.access == caller and caller in {DEVICE, API}


def routes_of(app: Flask) -> list[Route]:
    with app.app_context():
        found = [
            Route(method, rule.rule, rule.endpoint, access_rule_of(rule.endpoint), bool(rule.arguments))
            for rule in app.url_map.iter_rules()
            for method in _methods(rule)
        ]
    return sorted(found, key=lambda route: (route.address, route.method))


def _methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def snapshot(routes: Iterable[Route]) -> str:
    return "".join(f"{route.snapshot}\n" for route in routes)


def table(routes: Iterable[Route]) -> str:
    head = _HEAD.format(renew=RENEW, callers=" | ".join(CALLERS), lines="|".join(":-:" for _ in CALLERS))
    rows = (
        f"| {route.method} | `{route.address}` | {route.endpoint} | "
        + " | ".join("yes" if route.open_to(caller) else "–" for caller in CALLERS)
        + " |\n"
        for route in routes
    )
    return head + "".join(rows)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        routes = routes_of(create_app(Settings.for_folder(Path(folder))))
    ROUTES.write_text(snapshot(routes), encoding="utf-8")
    TABLE.write_text(table(routes), encoding="utf-8")


if __name__ == "__main__":
    main()
