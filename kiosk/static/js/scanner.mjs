/** A USB scanner types like a keyboard, only faster, and ends with Enter. */

const FASTEST_TYPIST_MS = 80;
const SHORTEST = 8;

export class Scanner {
  #now;
  #onScan;
  #burst = "";
  #lastAt = -Infinity;

  constructor({ now, onScan }) {
    this.#now = now;
    this.#onScan = onScan;
  }

  /** Look at a key that was pressed; true where it belongs to a scan and to nothing else. */
  pressed({ key, code = "" }) {
    const at = this.#now();
    if (at - this.#lastAt > FASTEST_TYPIST_MS) this.#burst = "";
    this.#lastAt = at;
    if (key === "Enter") {
      const scanned = this.#burst;
      this.#burst = "";
      if (scanned.length < SHORTEST) return false;
      this.#onScan(scanned);
      return true;
    }
    // Where the tablet composes Vietnamese letters it does not say which key it was, only where it lies.
    this.#burst += key.length === 1 ? key : (code.match(/^(?:Key|Digit)(.)$/)?.[1] ?? (code === "Slash" ? "/" : ""));
    return this.#burst.length >= SHORTEST;
  }
}
