"""The tablet's modules without a screen, in the browser that runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from browser import Chromium, guarded_page
from playwright.sync_api import Route

from kiosk.configuration import STATIC_DIR
from kiosk.scripts import lean
from survey.instrument import Instrument

Run = Callable[[str, Any], Any]

# A clock that goes when the test says so, and a random generator with a seed.
TOOLS = """
  const clock = {
    at: 0, waiting: [],
    now() { return this.at; },
    setTimeout(action, ms) { const job = {due: this.at + ms, action}; this.waiting.push(job); return job; },
    clearTimeout(job) { this.waiting = this.waiting.filter((one) => one !== job); },
    async pass(ms) {
      const until = this.at + ms;
      for (;;) {
        await settle();
        const next = this.waiting.filter((job) => job.due <= until).sort((a, b) => a.due - b.due)[0];
        if (!next) break;
        this.clearTimeout(next);
        this.at = next.due;
        next.action();
      }
      this.at = until;
    },
  };
  const settle = async () => { for (let turn = 0; turn < 20; turn += 1) await null; };
  const seeded = (state) => () => {
    state = (state + 0x6D2B79F5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  const load = (name) => import(`/js/${name}.mjs`);
"""


@contextmanager
def modules(chromium: Chromium) -> Iterator[Run]:
    """Run the body of an async function beside the modules; `given` is its argument."""
    with guarded_page(chromium) as page:
        page.route("**/*", _serve)
        page.goto("https://tablet.test/")
        yield lambda body, given=None: page.evaluate(f"async (given) => {{ {TOOLS} {body} }}", given)


def _serve(route: Route) -> None:
    name = route.request.url.removeprefix("https://tablet.test/js/")
    if name.endswith(".mjs"):
        source = (STATIC_DIR / "js" / name).read_bytes()
        route.fulfill(body=lean(source), content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html>", content_type="text/html")


def shape(instrument: Instrument, *, reasons: bool = False) -> dict[str, Any]:
    """Give the instrument as the tablet sees it, without its words."""
    return {
        "low": ["1", "2"] if reasons else [],
        "dimensions": [
            {
                "code": dimension.code,
                "reasons": [{"code": reason.code} for reason in instrument.reasons_of(dimension.code)],
                "items": [
                    {
                        "code": item.code,
                        "only_after_result": item.only_after_result,
                        "only_with_feedback": item.only_with_feedback,
                    }
                    for item in dimension.items
                ],
            }
            for dimension in instrument.dimensions
        ],
    }
