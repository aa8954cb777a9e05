"""A newer release of the tablet's files: fetched on a bad network, and taken over at a moment that suits."""

from __future__ import annotations

from typing import Any

import pytest
from tablet_modules import Run

from kiosk.configuration import STATIC_DIR
from kiosk.scripts import lean

pytestmark = pytest.mark.browser


# The browser's part: a worker that has everything takes over when it is told to, unless the page asks anything of
# the server at that moment; then the old one stays in charge. Minutes go by in milliseconds.
BROWSER = """
  const {takeNewer} = await load("newer");
  const {Transport} = await load("transport");
  const real = {setTimeout: setTimeout.bind(globalThis), fetch: fetch.bind(globalThis)};
  const after = (ms) => new Promise((resolve) => real.setTimeout(resolve, ms));
  globalThis.setTimeout = (action, ms) => real.setTimeout(action, ms / 100);
  performance.now = () => given.age_ms ?? 3600000;
  let asked = 0, underway = 0;
  globalThis.fetch = async () => {
    asked += 1;
    underway += 1;
    await after(5);
    underway -= 1;
    return new Response("{}", {status: 200, headers: {"Sipas-Now": "1"}});
  };
  const told = [];
  const worker = Object.assign(new EventTarget(), {
    state: "installing",
    become(state) { this.state = state; this.dispatchEvent(new Event("statechange")); },
    async postMessage(text) {
      told.push(text);
      const before = asked;
      if (underway > 0) return;
      await after(20);
      if (asked === before) this.become("activated");
    },
  });
  const registration = {installing: null, waiting: null, active: {}, update: async () => {}};
  navigator.serviceWorker.getRegistration = async () => registration;
  const transport = new Transport({clock: {hear() {}, stamp: 0}});
  const quietly = (work) => transport.quietly(work);
  let free = true;
  const take = (way = quietly) => takeNewer({isFree: () => free, quietly: way});
  const body = async () => { %s };
  try { return await body(); }
  finally {
    Object.assign(globalThis, {setTimeout: real.setTimeout, fetch: real.fetch});
    delete performance.now;
    delete navigator.serviceWorker.getRegistration;
  }
"""


def in_browser(run: Run, body: str, **given: Any) -> Any:
    return run(BROWSER.replace("%s", body), given)


BUSY = """
  const asking = setInterval(() => transport.get("config.json"), 1);
  registration.waiting = worker;
  worker.state = "installed";
  await after(10);
  const result = await take(given.quiet ? quietly : (work) => work());
  const during = asked;
  await after(30);
  clearInterval(asking);
  await after(10);
  return {result, told, goesOn: asked > during};
"""


def test_a_busy_tablet_asks_nothing_while_the_newer_worker_takes_over(run: Run) -> None:
    assert in_browser(run, BUSY, quiet=True) == {"result": True, "told": ["take over"], "goesOn": True}
    # What happens else: the browser leaves the old worker in charge.
    assert in_browser(run, BUSY, quiet=False) == {"result": False, "told": ["take over"], "goesOn": True}


def test_it_waits_for_what_is_being_installed_and_forgets_what_could_not_be(run: Run) -> None:
    body = """
      registration.update = async () => { registration.installing = worker; };
      real.setTimeout(() => worker.become(given.end), 30);
      return {result: await take(), told};
    """
    assert in_browser(run, body, end="installed") == {"result": True, "told": ["take over"]}
    assert in_browser(run, body, end="redundant") == {"result": False, "told": []}


def test_whoever_began_meanwhile_is_not_disturbed(run: Run) -> None:
    body = """
      registration.installing = worker;
      real.setTimeout(() => { free = false; worker.become("installed"); }, 20);
      const first = await take();
      free = true;
      return {first, told: [...told], second: await take()};
    """
    assert in_browser(run, body) == {"first": False, "told": [], "second": True}


def test_an_answer_that_never_comes_holds_up_no_later_try(run: Run) -> None:
    body = """
      registration.update = () => new Promise(() => {});
      const first = await take();
      registration.update = async () => { registration.waiting = worker; worker.become("installed"); };
      return {first, second: await take()};
    """
    assert in_browser(run, body) == {"first": False, "second": True}


@pytest.mark.parametrize(
    ("age_ms", "network", "anew"), [(3_600_000, True, True), (3_600_000, False, False), (5_000, True, False)]
)
def test_without_a_newer_worker_only_an_old_page_is_loaded_again(
    run: Run, age_ms: int, network: bool, anew: bool
) -> None:
    """Another page has had the newer one take over; but a page that was just loaded is not loaded again and again."""
    body = """
      if (!given.network) registration.update = async () => { throw new TypeError("no network"); };
      return take();
    """
    assert in_browser(run, body, age_ms=age_ms, network=network) is anew


CONFIGURATIONS = """
  const {Connection, openStorage} = await load("connection");
  const real = globalThis.fetch;
  const storage = await openStorage();
  const values = (query) => storage.vault.read("values", query);
  // Each page hears of its own release, and of the next one before that takes over.
  const runs = async (program, ...told) => {
    const connection = new Connection({program, storage, timers: clock, onChange() {}, onConfig() { throw new Error("enough"); }});
    for (const newest of told) {
      globalThis.fetch = async () => Response.json({program: newest});
      await connection.refresh();
    }
    const kept = {};
    for (const key of await values((store) => store.getAllKeys())) kept[key] = (await values((store) => store.get(key))).program;
    return kept;
  };
  try {
    const seen = [await runs("1", "1"), await runs("1", "2"), await runs("2", "2"), await runs("2", "3"), await runs("4", "4", "5")];
    return seen.map(({identity, ...configurations}) => configurations);
  } finally { globalThis.fetch = real; }
"""


def test_configurations_of_releases_that_are_gone_are_not_kept(run: Run) -> None:
    """Its own, for when it opens without network, and the newest, for the page that comes next; never a third."""
    assert run(CONFIGURATIONS, None) == [
        {"own": "1", "config": "1"},
        {"own": "1", "config": "2"},
        {"own": "2", "config": "2"},
        {"own": "2", "config": "3"},
        {"own": "4", "config": "5"},
    ]


# The worker's own script with a network that the test makes; seconds go by in milliseconds.
WORKER = """
  const tried = {}, heard = {};
  let skipped = 0;
  const start = () => new Function("PROGRAM", "FILES", "addEventListener", "fetch", "skipWaiting", "setTimeout", given.source)(
    "test-release", given.files,
    (name, action) => { heard[name] = action; },
    async (file, {signal}) => {
      tried[file] = (tried[file] ?? 0) + 1;
      const fate = given.fates[file]?.[tried[file] - 1] ?? "comes";
      if (fate === "hangs") await new Promise((_, reject) => { signal.onabort = () => reject(signal.reason); });
      if (fate === "fails") throw new TypeError("connection reset");
      return new Response(`body of ${file}`, {status: fate === "missing" ? 404 : 200});
    },
    async () => { skipped += 1; },
    (action, ms) => setTimeout(action, ms / 100),
  );
  const install = async () => {
    start();
    let work;
    heard.install({waitUntil: (promise) => { work = promise; }});
    return work.then(() => true, () => false);
  };
  const kept = async () => (await (await caches.open("sipas-test-release")).keys()).map(({url}) => new URL(url).pathname);
  const body = async () => { %s };
  try { return await body(); }
  finally { for (const name of await caches.keys()) await caches.delete(name); }
"""
FILES = [f"/file-{number}" for number in range(20)]


def as_worker(run: Run, body: str, fates: dict[str, list[str]]) -> Any:
    source = lean((STATIC_DIR / "worker.js").read_bytes()).decode()
    return run(WORKER.replace("%s", body), {"source": source, "files": FILES, "fates": fates})


def test_what_came_stays_and_only_the_rest_is_asked_for_again(run: Run) -> None:
    fates = {"/file-3": ["fails", "fails"], "/file-7": ["hangs"], "/file-11": ["missing", "fails", "missing"]}
    result = as_worker(run, "return {done: await install(), tried, kept: await kept()};", fates)
    assert result["done"] is True
    assert sorted(result["kept"]) == sorted(FILES)
    assert {file: n for file, n in result["tried"].items() if n > 1} == {
        "/file-3": 3,
        "/file-7": 2,
        "/file-11": 4,
    }


def test_a_worker_that_gives_up_leaves_the_next_one_less_to_do(run: Run) -> None:
    fates = {file: ["fails"] * 2 for file in FILES[10:]}
    body = "return {first: await install(), between: (await kept()).length, second: await install(), tried};"
    result = as_worker(run, body, fates)
    assert (result["first"], result["between"], result["second"]) == (False, 10, True)
    assert {result["tried"][file] for file in FILES[:10]} == {1}


def test_it_takes_over_when_the_page_says_so_and_by_itself_only_from_an_older_page(run: Run) -> None:
    body = """
      await install();
      const alone = skipped;
      await caches.open("sipas-waits");
      await install();
      const waits = skipped;
      heard.message({data: "take over"});
      return {alone, waits, told: skipped};
    """
    assert as_worker(run, body, {}) == {"alone": 1, "waits": 1, "told": 2}
