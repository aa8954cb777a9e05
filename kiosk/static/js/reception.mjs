/** Before the first question: a slip that was typed or scanned, and what the server says of it. */

import { Camera, canScan } from "./camera.mjs";
import { Scanner } from "./scanner.mjs";
import { CODE_SYMBOLS, grouped, readSlip, symbols } from "./slip.mjs";
import { slip, slipRefused } from "./views/slip.mjs";

export class Reception {
  #display;
  #presence;
  #counts;
  #connection;
  #on;
  #camera = new Camera();
  #scanner;
  #view = null;
  #hasCamera = false;
  #asked = null;

  /** `on.slip(symbols, field)` with a slip that opens a form, `on.without()` to rate without one, `on.leave()`. */
  constructor({ display, presence, counts, connection, timers, on }) {
    this.#display = display;
    this.#presence = presence;
    this.#counts = counts;
    this.#connection = connection;
    this.#on = on;
    this.#scanner = new Scanner({ now: timers.now, onScan: (text) => this.#scanned(text) });
    canScan().then((can) => (this.#hasCamera = can));
  }

  /** Show where a code is typed. */
  show() {
    const { words } = this.#display;
    this.#counts.saw("slip");
    this.#view = slip({
      words,
      onWritten: (text) => this.#written(text),
      onPad: this.#display.tap(({ value }) => this.#pad(value)),
      onCamera: this.#hasCamera && this.#display.tap(() => this.#watch(this.#view.video)),
      onBack: this.#display.tap(() => this.#on.leave()),
    });
    this.#display.show("slip", this.#view.node);
    this.#presence.start();
  }

  end() {
    this.#camera.stop();
    this.#view = this.#asked = null;
  }

  /** A key was pressed on the first screen or here; true where it was a scanner's. */
  keyPressed(event) {
    return ["attract", "slip"].includes(this.#display.screen) && this.#scanner.pressed(event);
  }

  #scanned(text) {
    const read = readSlip(text);
    if (read) this.#take(read);
    else {
      if (!this.#view) this.show();
      this.#view.say(this.#display.words.text("slip_no_code"));
    }
  }

  #pad(symbol) {
    const { field } = this.#view;
    const typed = symbols(field.value);
    field.value = grouped(symbol === "erase" ? typed.slice(0, -1) : typed + symbol);
    this.#written(field.value);
  }

  #written(text) {
    const read = readSlip(text);
    const mistyped = !read && symbols(text).length >= CODE_SYMBOLS && !/[:/]/.test(text);
    this.#view.say(mistyped ? this.#display.words.text("slip_mistyped") : "");
    if (read) this.#take(read);
  }

  async #watch(video) {
    video.hidden = false;
    try {
      await this.#camera.start(video, (text) => this.#view && readSlip(text) && this.#scanned(text));
    } catch {
      video.hidden = true;
      this.#view?.say(this.#display.words.text("slip_no_camera"));
    }
  }

  /** Ask what the slip is good for; without an answer it is taken, and looked at when the form is delivered. */
  async #take(read) {
    if (this.#asked === read) return;
    this.#asked = read;
    this.#camera.stop();
    this.#display.lock();
    const { state, field } = await this.#connection.lookUp(read);
    if (this.#asked !== read) return;
    this.end();
    this.#counts.answered("slip");
    if (state === "open" || state === "unseen") this.#on.slip(read, field);
    else this.#refuse(state);
  }

  #refuse(state) {
    const view = slipRefused({
      words: this.#display.words,
      state,
      onWithout: this.#display.tap(() => this.#on.without()),
      onLeave: this.#display.tap(() => this.#on.leave()),
    });
    this.#display.show("slip-refused", view);
    this.#presence.start();
  }
}
