/** The line to the server: two outboxes, the counts of screens, and a fresh configuration every minute. */

import { Outbox } from "./send.mjs";
import { deliverCounts, deliverTo, enrol, fetchConfig } from "./transport.mjs";

const REFRESH_MS = 60_000;

export class Connection {
  connected = true;
  unknownDevice = false;
  #onChange;
  #onConfig;

  /** `onChange()` when something about the line changed; `onConfig(config)` with what the server says now. */
  constructor({ timers, onChange, onConfig }) {
    const changed = () => this.#outboxChanged();
    this.responses = new Outbox({ post: deliverTo("responses"), timers, onChange: changed });
    this.comments = new Outbox({ post: deliverTo("comments"), timers, onChange: changed });
    this.#onChange = onChange;
    this.#onConfig = onConfig;
  }

  get waiting() {
    return this.responses.waiting + this.comments.waiting;
  }

  get refused() {
    return this.responses.refused.length + this.comments.refused.length;
  }

  start() {
    setInterval(() => this.refresh(), REFRESH_MS);
    addEventListener("online", () => this.retryNow());
    addEventListener("offline", () => this.#set({ connected: false }));
  }

  retryNow() {
    this.responses.retryNow();
    this.comments.retryNow();
    return this.refresh();
  }

  /** Ask how things stand; the server sees by it that this tablet is on. */
  async refresh() {
    try {
      const { status, body } = await fetchConfig("config.json");
      if (status === 200 && body) this.#onConfig(body);
      this.#set({ connected: status < 500, unknownDevice: status === 401 });
    } catch {
      this.#set({ connected: false });
    }
  }

  async enrol(code) {
    try {
      if (!(await enrol("enrol", code))) return false;
    } catch {
      return false;
    }
    await this.retryNow();
    return true;
  }

  /** Deliver counts of screens; those that do not get through are counted with the next. */
  async sendCounts(counts) {
    const taken = counts.take();
    if (!taken) return;
    try {
      const { status } = await deliverCounts("screens", taken);
      if (status === 401 || status >= 500) counts.putBack(taken);
    } catch {
      counts.putBack(taken);
    }
  }

  #outboxChanged() {
    const failing = this.responses.failures + this.comments.failures > 0;
    const unknownDevice = this.responses.unknownDevice || this.comments.unknownDevice;
    this.#set({ connected: !failing || unknownDevice, unknownDevice });
  }

  #set(changes) {
    Object.assign(this, changes);
    this.#onChange();
  }
}
