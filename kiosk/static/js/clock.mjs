/**
 * When an entry came, although the tablet's own clock may be wrong, jump, or stand still while it sleeps.
 *
 * Three things are told of each entry: how long ago it came at least (`seconds_ago`, by the clock that begins with
 * the page and never jumps), the server's time that it came after (`not_before`: the last word of the server,
 * and what has passed since), and what the tablet's clock says, put right as it stood then (`by_clock`).
 */

export class ServerClock {
  #timers;
  #page = crypto.getRandomValues(new Uint32Array(1))[0];
  #heard;

  /** `timers` is `{now, wall}` in milliseconds; `heard` is what a page before this one kept of `heard`. */
  constructor(timers, heard = null) {
    this.#timers = timers;
    this.#heard = heard;
  }

  /** The server's last word, to be kept over a restart. */
  get heard() {
    return this.#heard;
  }

  hear(seconds) {
    if (seconds > 0) this.#heard = { server: seconds, wall: this.#timers.wall(), at: this.#timers.now(), page: this.#page };
  }

  /** Give the server's time as well as it is known here, in milliseconds. */
  get stamp() {
    const { not_before: since, by_clock: clock } = this.mark();
    return Math.round(1000 * (this.#heard?.page === this.#page ? since : (clock ?? this.#timers.wall() / 1000)));
  }

  mark() {
    const at = this.#timers.now();
    const mark = { page: this.#page, at };
    if (!this.#heard) return mark;
    const { server, wall, page, at: then } = this.#heard;
    mark.not_before = server + (page === this.#page ? (at - then) / 1000 : 0);
    mark.by_clock = server + (this.#timers.wall() - wall) / 1000;
    return mark;
  }

  age({ page, at, not_before, by_clock }) {
    // What another page wrote came before this one began.
    const since = this.#timers.now() - (page === this.#page ? at : 0);
    return { seconds_ago: Math.max(0, since) / 1000, not_before, by_clock };
  }
}
