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
    if (this.#run) this.start(this.#run.seconds, this.#run);
  }

  stop() {
    this.#timers.clearTimeout(this.#timer);
    this.#run = null;
  }

  #schedule() {
    this.#timer = this.#timers.setTimeout(() => {
      const run = this.#run;
      run.left -= 1;
      if (run.left > 0) {
        run.second(run.left);
        this.#schedule();
        return;
      }
      this.stop();
      run.end();
    }, 1000);
  }
}
