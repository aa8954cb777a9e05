/**
 * Delivery: an entry stays here until the server has named its key. It may be sent more than once; the
 * server stores it once. One delivery runs at a time, and waits longer after each failure.
 */

const MOST_AT_ONCE = 50;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
// Refusals of the moment; with any other status of 400 and more an entry is looked at alone.
const FOR_NOW = new Set([401, 408, 409, 429, 503]);

/** Holds what waits as long as the page lives: where the browser keeps nothing, or its disk is full. */
export class MemoryStore {
  durable = false;
  refused = [];
  #records = new Map();

  async first(most) {
    return [...this.#records.values()].slice(0, most);
  }

  async count() {
    return this.#records.size;
  }

  async put(record) {
    this.#records.set(record.entry.key, record);
  }

  async remove(record) {
    this.#records.delete(record.entry.key);
  }

  async moveBack(record) {
    await this.remove(record);
    await this.put(record);
  }

  async refuse(record, code) {
    await this.remove(record);
    this.refused.push({ ...record, code });
  }
}

/** Give how long to wait after so many failures in a row: doubling, capped, and not all tablets at once. */
export function pauseAfter(failures, random = Math.random) {
  const whole = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
  return whole * (0.75 + 0.5 * random());
}

/** Ages by a clock that never jumps and begins with the page. */
function datedBy(timers) {
  return {
    mark: () => ({ at: timers.now() }),
    age: ({ at }) => ({ seconds_ago: Math.max(0, timers.now() - at) / 1000 }),
  };
}

export class Outbox {
  #post;
  #spare = new MemoryStore();
  #stores;
  #timers;
  #dating;
  #alone;
  #onChange;
  #settled = new Map();
  #running = false;
  #asked = false;
  #wake;
  #oneByOne;
  waiting = 0;
  failures = 0;
  unknownDevice = false;

  /**
   * `post(entries)` resolves to `{status, results}` and rejects where the server cannot be reached; `dating`
   * marks an entry and later tells its age; `alone(work)` keeps other tabs out while work runs.
   */
  constructor({ post, store = null, timers, dating = datedBy(timers), alone = (work) => work(), onChange = () => {} }) {
    this.#post = post;
    this.#stores = store ? [store, this.#spare] : [this.#spare];
    this.#timers = timers;
    this.#dating = dating;
    this.#alone = alone;
    this.#onChange = onChange;
  }

  /** Entries that would go with the page. */
  get unsafe() {
    return this.#settled.size;
  }

  get refused() {
    return this.#spare.refused;
  }

  /** Keep an entry and send it; resolves to "stored" once disk or server has it, or to "refused". */
  async add(entry) {
    const settled = new Promise((resolve) => this.#settled.set(entry.key, resolve));
    const record = { entry, ...this.#dating.mark() };
    this.waiting += 1;
    const [store] = this.#stores;
    try {
      await store.put(record);
      if (store.durable) this.#settle(entry.key, "stored");
    } catch {
      await this.#spare.put(record);
    }
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
      const outcome = await this.#alone(() => this.#deliverSome()).catch(() => "failed");
      if (outcome === "empty") return;
      this.failures = outcome === "delivered" ? 0 : this.failures + 1;
      if (!this.failures) continue;
      this.#onChange();
      await this.#pause(pauseAfter(this.failures));
    }
  }

  /** Send the first of what waits; "delivered" where the server settled one of them. */
  async #deliverSome() {
    const held = await this.#first(this.#oneByOne ? 1 : MOST_AT_ONCE);
    if (!held.length) return "empty";
    const reply = await this.#post(held.map(({ record }) => ({ ...record.entry, ...this.#dating.age(record) })));
    this.unknownDevice = reply.status === 401;
    if (reply.status !== 200) return this.#separate(reply.status, held);
    this.#oneByOne = false;
    let outcome = "failed";
    for (const { key, result, code } of reply.results) {
      const one = held.find(({ record }) => record.entry.key === key);
      if (!one) continue;
      await this.#leave(one, result === "rejected" ? code : null);
      outcome = "delivered";
    }
    return outcome;
  }

  async #first(most) {
    const held = [];
    let more = -this.waiting;
    for (const store of this.#stores) {
      more += await store.count();
      for (const record of await store.first(most - held.length || 1)) held.push({ store, record });
    }
    this.waiting += more;
    return held.slice(0, most);
  }

  /** An entry that breaks the server must not hold up the others: one by one from here, this one last. */
  async #separate(status, held) {
    if (FOR_NOW.has(status)) return "failed";
    const [{ store, record }] = held;
    if (this.#oneByOne && status >= 400 && status < 500) {
      await this.#leave(held[0], `http-${status}`);
      return "delivered";
    }
    this.#oneByOne = true;
    await store.moveBack(record);
    return "failed";
  }

  async #leave({ store, record }, refusal) {
    await (refusal === null ? store.remove(record) : store.refuse(record, refusal));
    this.waiting -= 1;
    this.#settle(record.entry.key, refusal === null ? "stored" : "refused");
  }

  #settle(key, outcome) {
    this.#settled.get(key)?.(outcome);
    this.#settled.delete(key);
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
