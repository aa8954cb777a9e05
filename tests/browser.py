"""A real Chromium for tests: pages that fail on what a user's console would show, and axe."""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

import axe_playwright_python
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, expect, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # A name as an office network gives it: unlike loopback it is no secure context without https.
    "--host-resolver-rules=MAP *.lan 127.0.0.1",
]
# How long what must come is waited for. A request of the tablet gives up after eight seconds and the next
# comes with the next minute: on a busy machine the one that gets through may be the second.
PATIENCE_MS = 150_000
expect.set_options(timeout=PATIENCE_MS)
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Told at once and not asked for at the end: a test goes through many pages.
CSP_WATCH = """addEventListener('securitypolicyviolation', e =>
  policyViolated(e.violatedDirective + ' ' + e.blockedURI))"""
# What a control is seen by: its border or its fill against what is around it, the strokes of a picture that
# stands alone in it, the ring of the focus. Radio buttons are the browser's own, in a colour of ours.
FAINT = """() => {
  const light = (c) => c.map((v) => v / 255).map((v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const paint = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = (colour) => {
    paint.clearRect(0, 0, 1, 1); paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data];
  };
  const dimmed = (one) => {
    const by = /brightness\\(([\\d.]+)\\)/.exec(getComputedStyle(one).filter);
    return (by ? Number(by[1]) : 1) * (one.parentElement ? dimmed(one.parentElement) : 1);
  };
  const ground = (one) => {
    const fill = one ? rgba(getComputedStyle(one).backgroundColor) : [255, 255, 255, 255];
    return fill[3] === 255 ? fill : ground(one.parentElement);
  };
  const ratio = (one, a, b) => {
    const [dark, bright] = [a, b].map((c) => light(c.slice(0, 3).map((v) => v * dimmed(one)))).sort((x, y) => x - y);
    return (bright + .05) / (dark + .05);
  };
  const found = [];
  const tell = (what, one, contrast, least = 3) => found.push([`${what}: ${one.outerHTML.slice(0, 80)}`, contrast, least]);
  const focus = rgba(getComputedStyle(document.documentElement).getPropertyValue("--focus"));
  const controls = "button, .button, a.key, select, textarea, input:not([type=radio], [type=checkbox], [type=hidden])";
  for (const one of document.querySelectorAll(controls)) {
    if (!one.checkVisibility({visibilityProperty: true}) || one.disabled) continue;
    const style = getComputedStyle(one), around = ground(one.parentElement), fill = ground(one);
    const border = parseFloat(style.borderTopWidth) ? ratio(one, rgba(style.borderTopColor), around) : 1;
    tell("edge", one, Math.max(border, ratio(one, fill, around)));
    tell("focus", one, ratio(one, focus, around));
    if (!one.textContent.trim()) for (const drawn of one.querySelectorAll("svg"))
      tell("picture", one, ratio(one, rgba(getComputedStyle(drawn).stroke), fill));
  }
  for (const dot of document.querySelectorAll(".dot"))
    if (dot.checkVisibility()) tell("dot", dot, ratio(dot, rgba(getComputedStyle(dot).borderTopColor), ground(dot.parentElement)));
  // Axe knows nothing of a screen that is dimmed.
  const said = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  for (const one of document.querySelectorAll("main *"))
    if (dimmed(one) < 1 && said(one) && one.checkVisibility() && !one.closest(".unseen"))
      tell("text", one, ratio(one, rgba(getComputedStyle(one).color), ground(one)), 4.5);
  return found;
}"""


@cache
def playwright() -> Playwright:
    """Give the one Playwright of the process: a second one beside it cannot start."""
    started = sync_playwright().start()
    atexit.register(started.stop)
    return started


class Chromium:
    """One browser for the whole run; with a `home` of its own, one with another store of certificates."""

    def __init__(self, executable: str, *switches: str, home: Path | None = None) -> None:
        if not Path(executable).exists():
            raise RuntimeError("Chromium is missing; type: apt-get install chromium (or set CHROMIUM)")
        self.executable = executable
        self._switches = switches
        self._environ = None if home is None else {**os.environ, "HOME": str(home)}
        self.browser: Browser

    def __enter__(self) -> Chromium:
        self.browser = playwright().chromium.launch(
            executable_path=self.executable, args=[*ARGUMENTS, *self._switches], env=self._environ
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.browser.close()


def watch_policy(context: BrowserContext, violations: list[str]) -> None:
    """Add what violates a content security policy, on any page of a browser's context, to a list."""
    context.expose_function("policyViolated", lambda found: violations.append(found))
    context.add_init_script(CSP_WATCH)


@contextmanager
def guarded_page(
    chromium: Chromium, *, allowed_errors: tuple[str, ...] = (), **context_options: Any
) -> Iterator[Page]:
    """Open a page in a fresh context; afterwards fail on CSP violations and errors nobody expected."""
    options: dict[str, Any] = {
        "locale": "vi-VN",
        "timezone_id": "Asia/Ho_Chi_Minh",
        "reduced_motion": "reduce",
    }
    context = chromium.browser.new_context(**{**options, **context_options})
    errors: list[str] = []
    violations: list[str] = []
    if context_options.get("java_script_enabled", True):
        watch_policy(context, violations)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(f"page error: {error}"))
    page.on("console", lambda m: errors.append(f"console: {m.text}") if m.type == "error" else None)
    try:
        yield page
        assert not violations, f"content security policy violated: {violations}"
        unexpected = [e for e in errors if not any(allowed in e for allowed in allowed_errors)]
        assert not unexpected, unexpected
    finally:
        context.close()


def _axe_source() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


# A recording of a test is over in a moment: what a button says meanwhile is noted, not looked for in time.
_WATCHED = """(one, name) => {
  window.said = [];
  new MutationObserver(() => said.push(one.getAttribute(name))).observe(one, {attributes: true, attributeFilter: [name]});
}"""


def watch(one: Locator, attribute: str) -> None:
    """Note from now on what an attribute becomes, for `wait_until_said`."""
    one.evaluate(_WATCHED, attribute)


def wait_until_said(page: Page, *values: str | None) -> None:
    """Wait until the watched attribute has been all of this in turn, and is the last."""
    page.wait_for_function("values => JSON.stringify(said) === JSON.stringify(values)", arg=list(values))


def axe_problems(page: Page) -> list[str]:
    """Run axe on the page as it stands; give every violation and every check it could not finish."""
    page.evaluate(_axe_source())
    result = page.evaluate("tags => axe.run(document, {runOnly: tags})", AXE_TAGS)
    return [
        f"{kind}: {rule['id']}: {node['html'][:120]}"
        for kind in ("violations", "incomplete")
        for rule in result[kind]
        for node in rule["nodes"]
    ]


def faint_parts(page: Page) -> list[str]:
    """Give every control that hardly stands out from what is around it (WCAG 1.4.11): axe looks at text alone."""
    return [f"faint {what}: {ratio:.2f} : 1" for what, ratio, least in page.evaluate(FAINT) if ratio < least]


def foreign_fonts(page: Page) -> set[str]:
    """Give every font that set a glyph of the page and is not ours."""
    page.evaluate("() => document.fonts.ready.then(() => true)")
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    nodes = session.send("DOM.querySelectorAll", {"nodeId": root, "selector": "body *"})["nodeIds"]
    used = (session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"] for node in nodes)
    found = {font["familyName"] for fonts in used for font in fonts if not font["isCustomFont"]}
    session.detach()
    return found
