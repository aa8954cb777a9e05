/** How many people saw each screen and how many left there: numbers only, never whose way it was. */

export class ScreenCounts {
  #seen = {};
  #left = {};
  #thisVisit = new Set();

  /** Count a screen once for each visit, however often the person comes back to it. */
  saw(screen) {
    if (this.#thisVisit.has(screen)) return;
    this.#thisVisit.add(screen);
    this.#seen[screen] = (this.#seen[screen] ?? 0) + 1;
  }

  leftAt(screen) {
    this.#left[screen] = (this.#left[screen] ?? 0) + 1;
  }

  endVisit() {
    this.#thisVisit.clear();
  }

  /** Give what was counted and start anew; `null` where nothing was. */
  take() {
    if (Object.keys(this.#seen).length + Object.keys(this.#left).length === 0) return null;
    const taken = { seen: this.#seen, left: this.#left };
    this.#seen = {};
    this.#left = {};
    return taken;
  }

  /** Take back counts that could not be delivered. */
  putBack({ seen, left }) {
    for (const [screen, n] of Object.entries(seen)) this.#seen[screen] = (this.#seen[screen] ?? 0) + n;
    for (const [screen, n] of Object.entries(left)) this.#left[screen] = (this.#left[screen] ?? 0) + n;
  }
}
