/** A comment after the thanks: written here, or at the person's phone. */

import { newKey } from "./chance.mjs";
import { comment, handoff } from "./views/comment.mjs";

// Taking out a phone and scanning takes a while.
const HANDOFF_S = 90;
const UNTIL_READ_S = 20;

export class Commenting {
  #display;
  #presence;
  #counts;
  #connection;
  #config;
  #on;

  /** `config()` gives the present configuration, `on.written(entry)` takes a comment, `on.leave()` ends the visit. */
  constructor({ display, presence, counts, connection, config, on }) {
    this.#display = display;
    this.#presence = presence;
    this.#counts = counts;
    this.#connection = connection;
    this.#config = config;
    this.#on = on;
  }

  /** Show where a comment is written. */
  write() {
    this.#counts.saw("comment");
    const view = comment({
      config: this.#config(),
      words: this.#display.words,
      onSend: (click, text) => this.#display.tap(() => this.#send(text))(click),
      onCancel: this.#display.tap(() => this.#cancel()),
    });
    this.#display.show("comment", view);
    this.#presence.start();
  }

  /** Show the code with which it goes on at the phone. */
  async handOff() {
    const { turn } = this.#display;
    const link = await this.#connection.ask("comment-link");
    if (turn !== this.#display.turn) return;
    const view = handoff({
      words: this.#display.words,
      link,
      onComment: this.#display.tap(() => this.write()),
      onDone: this.#display.tap(() => this.#on.leave()),
    });
    this.#display.show("handoff", view);
    this.#display.leaveAfter(link ? HANDOFF_S : UNTIL_READ_S, this.#on.leave);
  }

  #cancel() {
    this.#counts.leftAt("comment");
    this.#on.leave();
  }

  #send(text) {
    this.#display.lock();
    this.#counts.answered("comment");
    this.#on.written({ key: newKey(), text, language: this.#display.words.language });
  }
}
