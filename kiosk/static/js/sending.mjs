/** After the last answer: it is sent, thanked for, and a comment can be left. */

import { load } from "./later.mjs";
import { refused, sending, thanks } from "./views/ending.mjs";

// A delivery that is faster than this needs no screen of its own.
const PATIENCE_MS = 400;

export class Sending {
  #given;
  #display;
  #presence;
  #connection;
  #config;
  #onLeave;
  #report = null;

  /** `config()` gives the present configuration, `onLeave()` goes to the first screen. */
  constructor({ onLeave, ...given }) {
    this.#given = given;
    this.#display = given.display;
    this.#presence = given.presence;
    this.#connection = given.connection;
    this.#config = given.config;
    this.#onLeave = onLeave;
  }

  answers(entry) {
    return this.#deliver(this.#connection.responses, entry, { title: "sending_title", forComment: false });
  }

  /** The line has changed: say so where somebody waits for it. */
  lineChanged() {
    this.#report?.();
  }

  end() {
    this.#report = null;
  }

  async #deliver(outbox, entry, { title, forComment }) {
    const { turn } = this.#display;
    this.#presence.stop();
    const settled = outbox.add(entry);
    const quick = await Promise.race([settled, this.#display.pause(PATIENCE_MS)]);
    if (turn !== this.#display.turn) return;
    if (!quick) this.#showSending(outbox, title);
    const outcome = quick ?? (await settled);
    if (turn !== this.#display.turn) return;
    this.#report = null;
    if (outcome === "stored") this.#showThanks(forComment);
    else this.#showRefused();
  }

  #showSending(outbox, title) {
    const view = sending({ config: this.#config(), words: this.#display.words, title, onLeave: this.#leaving() });
    this.#display.show("sending", view.node);
    this.#report = () => {
      if (outbox.failures && view.report(outbox.failures)) this.#leaveByItself();
    };
    this.#report();
  }

  #showRefused() {
    this.#display.show("refused", refused({ config: this.#config(), words: this.#display.words, onLeave: this.#leaving() }));
    this.#leaveByItself();
  }

  #showThanks(forComment) {
    const node = thanks({
      config: this.#config(),
      words: this.#display.words,
      forComment,
      onComment: this.#display.tap(() => this.#open("write")),
      onPhone: this.#connection.connected && this.#display.tap(() => this.#open("handOff")),
      onDone: this.#leaving(),
    });
    this.#display.show("thanks", node);
    // Without the network there is no code for a phone.
    this.#report = () => {
      const offer = !this.#connection.connected && node.querySelector("[value=phone]");
      if (!offer) return;
      offer.remove();
      this.#display.rest();
    };
    this.#leaveByItself();
  }

  /** Open what few ask for. */
  async #open(what) {
    const { turn } = this.#display;
    this.#display.lock();
    const part = await load("comment");
    if (turn !== this.#display.turn) return;
    if (!part) {
      this.#display.rest();
      return;
    }
    this.#report = null;
    const commenting = new part.Commenting({ ...this.#given, on: { written: (entry) => this.#comment(entry), leave: this.#onLeave } });
    commenting[what]();
  }

  #comment(entry) {
    return this.#deliver(this.#connection.comments, entry, { title: "sending_comment_title", forComment: true });
  }

  #leaving() {
    return this.#display.tap(this.#onLeave);
  }

  #leaveByItself() {
    this.#display.leaveAfter(this.#config().idle.thanks_s, this.#onLeave);
  }
}
