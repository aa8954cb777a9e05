/**
 * A finger that taps twice must not answer the next question too: for a moment after a screen has changed
 * its buttons do nothing. They say so (`aria-disabled`) for that moment, and look as always.
 */

export const GUARD_MS = 400;

export class TapGuard {
  #timers;
  #changedAt = -Infinity;
  #pressedAt = -Infinity;
  #locked = false;
  #groups = [];

  constructor(timers) {
    this.#timers = timers;
  }

  /** A screen has come up; `groups` are the elements around its buttons. */
  screenChanged(groups) {
    this.#locked = false;
    this.#groups = [...groups];
    const at = (this.#changedAt = this.#timers.now());
    this.#disable();
    this.#timers.setTimeout(() => {
      // What came to rest once more since then has a moment of its own.
      const isLast = this.#changedAt === at;
      for (const group of groups) if (isLast || !this.#groups.includes(group)) group.removeAttribute("aria-disabled");
    }, GUARD_MS);
  }

  /** A finger touched the screen; the click that may follow belongs to this moment. */
  pressed() {
    this.#pressedAt = this.#timers.now();
  }

  /** Nothing more is taken until the next screen. */
  lock() {
    this.#locked = true;
    this.#disable();
  }

  #disable() {
    for (const group of this.#groups) group.setAttribute("aria-disabled", "true");
  }

  accepts(click) {
    // Keys and scripts click without a press before it (`detail` is 0).
    const at = click.detail > 0 ? this.#pressedAt : this.#timers.now();
    return !this.#locked && at - this.#changedAt >= GUARD_MS;
  }
}
