/**
 * How many people saw each screen, how many left there, and how long it took those who answered: numbers only,
 * never whose way it was. Times are counted in classes, so that no single one is kept.
 */

// Upper ends of the classes in seconds; what takes longer than the last belongs to one more class.
export const TIME_CLASSES_S = [3, 6, 10, 20, 30, 60, 120];

export class ScreenCounts {
  #now;
  #seen = {};
  #left = {};
  #times = {};
  #thisVisit = new Map();

  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** Count a screen once for each visit, however often the person comes back to it. */
  saw(screen) {
    if (this.#thisVisit.has(screen)) return;
    this.#thisVisit.set(screen, this.#now());
    this.#seen[screen] = (this.#seen[screen] ?? 0) + 1;
  }

  /** The person has answered here; the first time counts. */
  answered(screen) {
    const since = this.#thisVisit.get(screen) ?? null;
    if (since === null) return;
    this.#thisVisit.set(screen, null);
    const place = TIME_CLASSES_S.findIndex((end) => (this.#now() - since) / 1000 < end);
    this.#times[screen] ??= Array(TIME_CLASSES_S.length + 1).fill(0);
    this.#times[screen][place < 0 ? TIME_CLASSES_S.length : place] += 1;
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
    const taken = { seen: this.#seen, left: this.#left, times: this.#times };
    this.#seen = {};
    this.#left = {};
    this.#times = {};
    return taken;
  }

  /** Take back counts that could not be delivered. */
  putBack({ seen, left, times }) {
    for (const [screen, n] of Object.entries(seen)) this.#seen[screen] = (this.#seen[screen] ?? 0) + n;
    for (const [screen, n] of Object.entries(left)) this.#left[screen] = (this.#left[screen] ?? 0) + n;
    for (const [screen, counts] of Object.entries(times)) {
      this.#times[screen] = counts.map((n, place) => n + (this.#times[screen]?.[place] ?? 0));
    }
  }
}
