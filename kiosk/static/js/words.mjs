/** What a screen is written in: one language of the configuration. */

import { fill, inLanguage } from "./dom.mjs";

export class Words {
  #own;
  #fallback;

  constructor(config, language) {
    this.language = language;
    this.#own = config.words[language] ?? {};
    this.#fallback = config.words.vi;
  }

  /** Give a text of the tablet by its name. */
  text(name, values = {}) {
    // A server of an older release, set back for a while, has no such text: better none than no screen.
    return fill(this.#own[name] || this.#fallback[name] || "", values);
  }

  /** Give a text of the questionnaire or the catalogue, which come in all languages. */
  of(texts) {
    return inLanguage(texts, this.language);
  }
}
