/** Watches whether somebody is still there, and asks before a visit is given up. */

import { IdleWatch } from "./idle.mjs";
import { warning } from "./views/warning.mjs";

export class Presence {
  #display;
  #idle;
  #warning = null;
  #onRestart;

  /** `onExpire()` when nobody is there any more, `onRestart()` when somebody wants to begin anew. */
  constructor({ display, idle: { warn_s, countdown_s }, timers, onExpire, onRestart }) {
    this.#display = display;
    this.#onRestart = onRestart;
    this.#idle = new IdleWatch({
      warnAfterMs: warn_s * 1000,
      countdownS: countdown_s,
      timers: { ...timers, now: timers.wall },
      on: {
        warn: (seconds) => this.#warn(seconds),
        second: (seconds) => this.#warning.second(seconds),
        expire: onExpire,
      },
    });
  }

  start() {
    this.#idle.start();
  }

  stop() {
    this.#idle.stop();
    this.#close();
  }

  touch() {
    this.#idle.touch();
  }

  /** The tablet woke up. */
  check() {
    this.#idle.check();
  }

  #warn(seconds) {
    this.#warning = warning({
      words: this.#display.words,
      onMore: this.#display.tap(() => this.#stay()),
      onRestart: this.#display.tap(() => this.#onRestart()),
      onEscape: () => this.#stay(),
    });
    this.#warning.second(seconds);
    document.body.append(this.#warning.node);
    this.#warning.node.showModal();
    // What the last person was saying is not for whoever comes by meanwhile.
    this.#display.veil(true);
    this.#display.rest(this.#warning.node);
  }

  #stay() {
    this.#idle.extend();
    this.#close();
  }

  #close() {
    const open = this.#warning;
    if (!open) return;
    this.#warning = null;
    this.#display.veil(false);
    // Closing gives the focus back to where it was.
    open.node.close();
    open.node.remove();
    this.#display.rest();
  }
}
