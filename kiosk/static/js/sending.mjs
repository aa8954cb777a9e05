/** After the last answer: it is sent, thanked for, and a comment can be left. */

import { newKey } from "./chance.mjs";
import { comment, handoff, refused, sending, thanks } from "./views/ending.mjs";

// A delivery that is faster than this needs no screen of its own.
const PATIENCE_MS = 400;
const LEAVE_AFTER_S = 20;
// Taking out a phone and scanning takes a while.
const HANDOFF_S = 90;
// Larger text takes longer to read, and has to be moved over the screen.
const LARGE_THANKS_S = 30;

export class Sending {
  #display;
  #presence;
  #counts;
  #connection;
  #config;
  #onLeave;
  #report = null;

  /** `config()` gives the present configuration, `onLeave()` goes to the first screen. */
  constructor({ display, presence, counts, connection, config, onLeave }) {
    this.#display = display;
    this.#presence = presence;
    this.#counts = counts;
    this.#connection = connection;
    this.#config = config;
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
    const view = sending({ words: this.#display.words, title, onLeave: this.#leaving() });
    this.#display.show("sending", view.node);
    let told = false;
    this.#report = () => {
      if (outbox.failures === 0) return;
      view.report(outbox.failures);
      if (!told) this.#leaveAfter(LEAVE_AFTER_S);
      told = true;
    };
    this.#report();
  }

  #showRefused() {
    this.#display.show("refused", refused({ words: this.#display.words, onLeave: this.#leaving() }));
    this.#leaveAfter(LEAVE_AFTER_S);
  }

  #showThanks(forComment) {
    const config = this.#config();
    const { node, second } = thanks({
      config,
      words: this.#display.words,
      forComment,
      onComment: this.#display.tap(() => this.#showComment()),
      onPhone: this.#connection.connected && this.#display.tap(() => this.#showHandoff()),
      onDone: this.#leaving(),
    });
    this.#display.show("thanks", node);
    // Without the network there is no code for a phone.
    this.#report = () => {
      const offer = this.#connection.connected ? null : node.querySelector("button[value=phone]");
      if (!offer) return;
      offer.remove();
      this.#display.rest();
    };
    this.#leaveAfter(this.#display.comfort.isLarge ? LARGE_THANKS_S : config.idle.thanks_s, second);
  }

  async #showHandoff() {
    const { turn } = this.#display;
    this.#display.lock();
    const link = await this.#connection.commentLink();
    if (turn !== this.#display.turn) return;
    const view = handoff({
      words: this.#display.words,
      link,
      onComment: this.#display.tap(() => this.#showComment()),
      onDone: this.#leaving(),
    });
    this.#report = null;
    this.#display.show("handoff", view);
    this.#leaveAfter(link ? HANDOFF_S : LEAVE_AFTER_S);
  }

  #showComment() {
    this.#report = null;
    this.#counts.saw("comment");
    const view = comment({
      config: this.#config(),
      words: this.#display.words,
      onSend: (click, text) => this.#display.tap(() => this.#sendComment(text))(click),
      onCancel: this.#display.tap(() => this.#cancelComment()),
    });
    this.#display.show("comment", view);
    this.#presence.start();
  }

  #cancelComment() {
    this.#counts.leftAt("comment");
    this.#onLeave();
  }

  #sendComment(text) {
    const entry = { key: newKey(), text, language: this.#display.words.language };
    this.#display.lock();
    this.#counts.answered("comment");
    this.#deliver(this.#connection.comments, entry, { title: "sending_comment_title", forComment: true });
  }

  #leaving() {
    return this.#display.tap(() => this.#onLeave());
  }

  #leaveAfter(seconds, second) {
    this.#display.countdown.start(seconds, { second, end: () => this.#onLeave() });
  }
}
