/** Before the first question: a slip that was typed or scanned, and what the server says of it. */

import { Camera, canScan } from "./camera.mjs";
import { seal } from "./sealing.mjs";
import { CODE_SYMBOLS, grouped, readSlip, symbols } from "./slip.mjs";
import { slip, slipRefused } from "./views/slip.mjs";

export class Reception {
  #display;
  #presence;
  #counts;
  #connection;
  #config;
  #on;
  #camera = new Camera();
  #hasCamera;
  #view = null;
  #asked = null;

  /** `config()` gives the present configuration, `on.begin(known)` opens a form, `on.leave()` ends the visit. */
  static async open(parts) {
    return new Reception({ ...parts, hasCamera: await canScan() });
  }

  constructor({ display, presence, counts, connection, config, on, hasCamera }) {
    this.#display = display;
    this.#presence = presence;
    this.#counts = counts;
    this.#connection = connection;
    this.#config = config;
    this.#on = on;
    this.#hasCamera = hasCamera;
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

  /** A scanner or the camera has read something. */
  scanned(text) {
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
      await this.#camera.start(video, (text) => this.#view && readSlip(text) && this.scanned(text));
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
    const { state, field } = (await this.#connection.ask("receipt", { receipt: read })) ?? { state: "unseen" };
    if (this.#asked !== read) return;
    this.end();
    this.#counts.answered("slip");
    if (state === "open" || state === "unseen") this.#on.begin({ field, seal: (key) => this.#seal(read, key) });
    else this.#refuse(state);
  }

  /** Seal a slip to the server for one entry. */
  #seal(slip, key) {
    const server = this.#connection.sealedTo;
    return server ? seal(slip, server, `sipas/receipt/1/${key}`) : slip;
  }

  #refuse(state) {
    const view = slipRefused({
      config: this.#config(),
      words: this.#display.words,
      state,
      onAgain: this.#display.tap(() => this.show()),
      onWithout: this.#display.tap(() => this.#on.begin()),
      onLeave: this.#display.tap(() => this.#on.leave()),
    });
    this.#display.show("slip-refused", view);
    this.#presence.start();
  }
}
