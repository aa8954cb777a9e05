/** Seconds that run out unless somebody touches the screen. */

export class Countdown {
  #timers;
  #timer = null;
  #run = null;

  constructor(timers) {
    this.#timers = timers;
  }

  /** Count from `seconds` to 0: `second(left)` on the way, `end()` there. */
  start(seconds, { second = () => {}, end }) {
    this.stop();
    this.#run = { seconds, left: seconds, second, end };
    second(seconds);
    this.#schedule();
  }

  /** Somebody is there: count from the beginning. */
  restart() {
    if (!this.#run) return;
    const { seconds, second, end } = this.#run;
    this.start(seconds, { second, end });
  }

  stop() {
    this.#timers.clearTimeout(this.#timer);
    this.#run = null;
  }

  #schedule() {
    this.#timer = this.#timers.setTimeout(() => {
      this.#run.left -= 1;
      if (this.#run.left > 0) {
        this.#run.second(this.#run.left);
        this.#schedule();
        return;
      }
      const { end } = this.#run;
      this.stop();
      end();
    }, 1000);
  }
}
