/** The line to the server: two outboxes, the counts of screens, and every minute a heartbeat. */

import { ServerClock } from "./clock.mjs";
import { Identity } from "./identity.mjs";
import { load } from "./later.mjs";
import { keepPage } from "./offline.mjs";
import { Outbox } from "./send.mjs";
import { Transport } from "./transport.mjs";
import { Vault, VaultStore } from "./vault.mjs";

const REFRESH_MS = 60_000;
export const QUEUES = ["responses", "comments"];

/** Open what this browser can keep; without https, or with a broken disk, that is nothing. */
export async function openStorage() {
  try {
    const vault = isSecureContext ? await Vault.open() : null;
    return vault && { vault, identity: await Identity.open(vault), heard: await vault.get("heard"), kept: await vault.get("kept") };
  } catch {
    return null;
  }
}

export class Connection {
  connected = true;
  unknownDevice = false;
  /** True once a tablet without network can be started and keeps what it is told. */
  offline = false;
  #program;
  #vault;
  #clock;
  #transport;
  #identity;
  #refused = 0;
  #isReloading = false;
  #onChange;
  #onConfig;

  /** `onChange()` when something about the line changed; `onConfig(config)` with what the server says now. */
  constructor({ program, timers, storage = null, onChange, onConfig }) {
    this.#program = program;
    const { vault = null, identity, heard } = storage ?? {};
    this.#vault = vault;
    this.#clock = new ServerClock(timers, heard);
    this.#identity = identity;
    this.#transport = new Transport({ clock: this.#clock, identity });
    this.#onChange = onChange;
    this.#onConfig = onConfig;
    for (const name of QUEUES) {
      this[name] = new Outbox({
        post: this.#transport.deliverTo(name),
        store: vault && new VaultStore(vault, name),
        timers,
        dating: this.#clock,
        alone: (work) => (vault ? navigator.locks.request(`sipas-${name}`, work) : work()),
        onChange: () => this.#outboxChanged(),
      });
    }
  }

  /** The server's time as well as it is known here, in milliseconds. */
  get stamp() {
    return this.#clock.stamp;
  }

  get waiting() {
    return this.responses.waiting + this.comments.waiting;
  }

  get refused() {
    return this.#refused + this.responses.refused.length + this.comments.refused.length;
  }

  /** Entries that would go with the page. */
  get unsafe() {
    return this.responses.unsafe + this.comments.unsafe;
  }

  start() {
    setInterval(() => this.refresh(), REFRESH_MS);
    addEventListener("online", () => this.retryNow());
    addEventListener("offline", () => this.#set({ connected: false }));
    if (this.#vault) this.#askAgain().finally(() => this.retryNow());
  }

  retryNow() {
    this.responses.retryNow();
    this.comments.retryNow();
    return this.refresh();
  }

  /** Ask how things stand, and tell how they stand here. */
  async refresh() {
    try {
      await this.#transport.introduce();
      const { status, body } = await this.#transport.get("config.json");
      if (status === 200) {
        // What was told to the release of this page stays beside the newest, for when it opens without network.
        if (body.program === this.#program) await this.#vault?.set("own", body);
        await this.#vault?.set("config", body);
        this.#onConfig(body);
      }
      this.#set({ connected: status < 500, unknownDevice: status === 401 });
      if (status === 200) await this.#beat();
    } catch {
      this.#set({ connected: false });
    }
  }

  async #beat() {
    const beat = { program: this.#program, waiting: this.waiting, oldest_s: 0, refused: this.refused, offline: this.offline };
    if (this.#vault) {
      await this.#vault.set("heard", this.#clock.heard);
      this.offline ||= await keepPage();
      await this.#countRefused();
      for (const name of QUEUES) {
        for (const { by_clock: since } of await new VaultStore(this.#vault, name).first(1)) {
          beat.oldest_s = Math.max(beat.oldest_s, this.#clock.stamp / 1000 - since);
        }
      }
      const { usage, quota } = await navigator.storage.estimate();
      Object.assign(beat, { usage, quota, offline: this.offline, refused: this.refused });
    }
    await this.#transport.post("heartbeat", beat);
    this.#onChange();
  }

  async enrol(code) {
    try {
      if (!(await this.#transport.enrol(code))) return false;
    } catch {
      return false;
    }
    await this.retryNow();
    return true;
  }

  /** Ask the server for something of the moment; null where it cannot be asked now. */
  async ask(address, question = {}) {
    try {
      const { status, body } = await this.#transport.post(address, question);
      return status === 200 ? body : null;
    } catch {
      return null;
    }
  }

  /** The server's key, to which a slip is sealed; without https nothing is kept here that could be read. */
  get sealedTo() {
    return this.#identity?.server;
  }

  /** Load the page anew, with the scripts that the server has now, once all of them are here and nobody uses the page. */
  async reload(isFree) {
    if (this.#isReloading) return;
    this.#isReloading = true;
    const part = await load("newer");
    if (await part?.takeNewer({ isFree, quietly: (work) => this.#transport.quietly(work) })) location.reload();
    this.#isReloading = false;
  }

  /** Deliver counts of screens; those that do not get through are counted with the next. */
  async sendCounts(counts) {
    const taken = counts.take();
    if (!taken) return;
    try {
      // `keepalive`: counts of the last visit get through although the page is being closed.
      const { status } = await this.#transport.post("screens", taken, { keepalive: true });
      if (status === 401 || status >= 500) counts.putBack(taken);
    } catch {
      counts.putBack(taken);
    }
  }

  /** A newer server may take what an older one refused, or have it from the rescue file. */
  async #askAgain() {
    for (const { id, kind, code, ...record } of await this.#vault.read("refused", (store) => store.getAll())) {
      await this.#vault.write([kind, "refused"], (queue, refused) => {
        refused.delete(id);
        queue.add(record);
      });
    }
  }

  async #countRefused() {
    if (this.#vault) this.#refused = await this.#vault.read("refused", (store) => store.count());
  }

  async #outboxChanged() {
    await this.#countRefused().catch(() => {});
    const failing = this.responses.failures + this.comments.failures > 0;
    const unknownDevice = this.responses.unknownDevice || this.comments.unknownDevice;
    this.#set({ connected: !failing || unknownDevice, unknownDevice });
  }

  #set(changes) {
    Object.assign(this, changes);
    this.#onChange();
  }
}
