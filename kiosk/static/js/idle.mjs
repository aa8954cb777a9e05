/** Nobody there any more? After a while without a touch a warning counts down, and then the visit ends. */

export class IdleWatch {
  #settings;
  #timers;
  #timer = null;
  #lastTouch = 0;
  #remaining = 0;
  #state = "off";

  /** `timers` is `{now, setTimeout, clearTimeout}`; `on` is `{warn, second, expire}`. */
  constructor({ warnAfterMs, countdownS, on, timers }) {
    this.#settings = { warnAfterMs, countdownS, on };
    this.#timers = timers;
  }

  start() {
    this.#state = "watching";
    this.#lastTouch = this.#timers.now();
    this.#schedule(this.#settings.warnAfterMs, () => this.#warn());
  }

  stop() {
    this.#state = "off";
    this.#timers.clearTimeout(this.#timer);
  }

  /** Somebody touched the screen. Under a warning only its own buttons count. */
  touch() {
    if (this.#state !== "watching") return;
    if (this.#sleptTooLong()) this.#expire();
    else this.start();
  }

  /** "I need more time": as often as one likes. */
  extend() {
    if (this.#state === "warning") this.start();
  }

  /** The tablet woke up: timers stood still meanwhile, the clock did not. */
  check() {
    if (this.#state !== "off" && this.#sleptTooLong()) this.#expire();
  }

  #sleptTooLong() {
    const { warnAfterMs, countdownS } = this.#settings;
    return this.#timers.now() - this.#lastTouch > warnAfterMs + countdownS * 1000 + 1000;
  }

  #warn() {
    this.#state = "warning";
    this.#remaining = this.#settings.countdownS;
    this.#settings.on.warn(this.#remaining);
    this.#schedule(1000, () => this.#second());
  }

  #second() {
    this.#remaining -= 1;
    if (this.#remaining <= 0) {
      this.#expire();
      return;
    }
    this.#settings.on.second(this.#remaining);
    this.#schedule(1000, () => this.#second());
  }

  #expire() {
    this.stop();
    this.#settings.on.expire();
  }

  #schedule(ms, action) {
    this.#timers.clearTimeout(this.#timer);
    this.#timer = this.#timers.setTimeout(action, ms);
  }
}
