/** One person's way through the questions, screen by screen. */

import { pickEvenly } from "./chance.mjs";
import * as flow from "./flow.mjs";
import { progressSpoken, question } from "./views/question.mjs";

// The pressed option is seen for this long before the next question takes its place.
const PRESSED_MS = 100;

export class Asking {
  #display;
  #counts;
  #timers;
  #on;
  #config;
  #setup = null;
  #visit = null;

  /** `on.finished(setup, visit)` with the last answer, `on.back()` before the first question. */
  constructor({ display, counts, timers, on }) {
    this.#display = display;
    this.#counts = counts;
    this.#timers = timers;
    this.#on = on;
  }

  /** `kept` are the finished visits by stage and item. */
  begin(config, kept) {
    const { instrument, fields } = config;
    this.#config = config;
    this.#setup = { instrument, fields, pick: pickEvenly, kept };
    this.#visit = flow.begin({ language: this.#display.words.language, at: this.#timers.now() });
    this.#ask();
  }

  /** Nobody is there any more: what is answered but for a reason is sent as it is. */
  expire() {
    if (this.#visit && flow.isAnswered(this.#setup, this.#visit)) this.#on.finished(this.#setup, this.#visit);
  }

  /** Forget this person; gives the screen that was left, under the name by which it is counted. */
  end() {
    const step = this.#visit && flow.currentStep(this.#setup, this.#visit);
    this.#visit = this.#setup = null;
    return step && flow.countedAs(step);
  }

  #ask() {
    const { words } = this.#display;
    const step = flow.currentStep(this.#setup, this.#visit);
    this.#counts.saw(flow.countedAs(step));
    const view = question({
      config: this.#config,
      words,
      step,
      chosen: flow.chosenBefore(this.#visit, step),
      onAnswer: this.#display.tap((button) => this.#answer(button)),
      onBack: this.#display.tap(() => this.#back()),
    });
    this.#display.show(step.screen, view, progressSpoken(words, step));
  }

  async #answer(button) {
    const { turn } = this.#display;
    this.#display.lock();
    button.classList.add("pressed");
    await this.#display.pause(PRESSED_MS);
    if (turn !== this.#display.turn) return;
    this.#visit = flow.answer(this.#setup, this.#visit, button.value);
    if (flow.isFinished(this.#setup, this.#visit)) this.#finish();
    else this.#ask();
  }

  #finish() {
    const [setup, visit] = [this.#setup, this.#visit];
    this.end();
    this.#on.finished(setup, visit);
  }

  #back() {
    const before = flow.back(this.#visit);
    if (before === null) {
      this.#on.back();
      return;
    }
    this.#visit = before;
    this.#ask();
  }
}
