/** Asks every few seconds, while nobody uses the tablet, whether the desk calls somebody to it. */

export class Calls {
  #timers;
  #settings;
  #isFree;
  #ask;
  #onCall;

  /** `settings()` gives `{every_s}` or nothing, `ask()` resolves to a call or null. */
  constructor({ timers, settings, isFree, ask, onCall }) {
    this.#timers = timers;
    this.#settings = settings;
    this.#isFree = isFree;
    this.#ask = ask;
    this.#onCall = onCall;
  }

  start() {
    // A server of an older release takes no calls, and may be followed by one that does.
    this.#timers.setTimeout(() => this.#look(), 1000 * (this.#settings()?.every_s ?? 60));
  }

  async #look() {
    if (this.#settings() && this.#isFree()) {
      const call = await this.#ask();
      // Whoever began meanwhile is not disturbed.
      if (call && this.#isFree()) this.#onCall(call);
    }
    this.start();
  }
}
