/**
 * Delivery: an entry stays here until the server has named its key. It may be sent more than once; the
 * server stores it once. One delivery runs at a time, and waits longer after each failure.
 *
 * The store holds what waits (`all`, `put`, `remove`); here it is memory, so it lasts as long as the page.
 */

const MOST_AT_ONCE = 50;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

export class MemoryStore {
  #records = new Map();

  async all() {
    return [...this.#records.values()];
  }

  async put(record) {
    this.#records.set(record.entry.key, record);
  }

  async remove(key) {
    this.#records.delete(key);
  }
}

/** Give how long to wait after so many failures in a row: doubling, capped, and not all tablets at once. */
export function pauseAfter(failures, random = Math.random) {
  const whole = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
  return whole * (0.75 + 0.5 * random());
}

export class Outbox {
  #post;
  #store;
  #timers;
  #onChange;
  #settled = new Map();
  #running = false;
  #asked = false;
  #wake = null;
  #oneByOne = false;
  waiting = 0;
  failures = 0;
  unknownDevice = false;
  refused = [];

  /**
   * `post(entries)` resolves to `{status, results}` and rejects where the server cannot be reached;
   * `timers` is `{now, setTimeout}` with a clock that never jumps.
   */
  constructor({ post, store = new MemoryStore(), timers, onChange = () => {} }) {
    this.#post = post;
    this.#store = store;
    this.#timers = timers;
    this.#onChange = onChange;
  }

  /** Keep an entry and send it; resolves to "stored" or "refused" once the server has said so. */
  async add(entry) {
    const settled = new Promise((resolve) => this.#settled.set(entry.key, resolve));
    this.waiting += 1;
    await this.#store.put({ entry, at: this.#timers.now() });
    this.retryNow();
    return settled;
  }

  /** Try at once: somebody waits, or the network is back. */
  retryNow() {
    this.#asked = true;
    if (this.#wake) this.#wake();
    else this.#run();
  }

  async #run() {
    if (this.#running) return;
    this.#running = true;
    while (this.#asked) {
      this.#asked = false;
      await this.#deliverAll();
    }
    this.#running = false;
    this.#onChange();
  }

  async #deliverAll() {
    for (;;) {
      const records = await this.#store.all();
      if (records.length === 0) return;
      if (await this.#deliver(records.slice(0, this.#oneByOne ? 1 : MOST_AT_ONCE))) {
        this.failures = 0;
      } else {
        this.failures += 1;
        this.#onChange();
        await this.#pause(pauseAfter(this.failures));
      }
    }
  }

  /** Send some of what waits; true where the server settled one of them. */
  async #deliver(records) {
    const now = this.#timers.now();
    const entries = records.map(({ entry, at }) => ({ ...entry, seconds_ago: Math.max(0, now - at) / 1000 }));
    let reply;
    try {
      reply = await this.#post(entries);
    } catch {
      return false;
    }
    this.unknownDevice = reply.status === 401;
    if (reply.status !== 200) {
      await this.#separate(reply.status, records[0]);
      return false;
    }
    this.#oneByOne = false;
    let settled = false;
    for (const result of reply.results) settled = (await this.#settle(result, records)) || settled;
    return settled;
  }

  /** An entry that breaks the server must not hold up the others: one by one from here, this one last. */
  async #separate(status, first) {
    if (status === 401 || status === 429 || status === 503) return;
    this.#oneByOne = true;
    await this.#store.remove(first.entry.key);
    await this.#store.put(first);
  }

  async #settle({ key, result, code }, records) {
    const record = records.find(({ entry }) => entry.key === key);
    if (!record) return false;
    const outcome = result === "rejected" ? "refused" : "stored";
    if (outcome === "refused") this.refused.push({ ...record, code });
    await this.#store.remove(key);
    this.waiting -= 1;
    this.#settled.get(key)?.(outcome);
    this.#settled.delete(key);
    return true;
  }

  #pause(ms) {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = null;
        resolve();
      };
      this.#timers.setTimeout(() => this.#wake?.(), ms);
    });
  }
}
