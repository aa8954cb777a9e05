/** One person's way through the questions, screen by screen. */

import { newKey, pickEvenly } from "./chance.mjs";
import { say } from "./dom.mjs";
import * as flow from "./flow.mjs";
import { progressSpoken, question } from "./views/question.mjs";

// The pressed option is seen for this long before the next question takes its place.
const PRESSED_MS = 100;
// Nobody has to say why, nor to say so: without a touch the answers are sent as they are.
const REASON_S = 30;

export class Asking {
  #display;
  #counts;
  #timers;
  #on;
  #config;
  #setup = null;
  #visit = null;
  #sealed = null;

  /** `on.finished(entry, instrument)` with the last answer, `on.back()` before the first question. */
  constructor({ display, counts, timers, on }) {
    this.#display = display;
    this.#counts = counts;
    this.#timers = timers;
    this.#on = on;
  }

  /** `kept` are the finished visits by stage and item; `known` may be a stage, a field, and `seal(key)` of a slip. */
  async begin(config, kept, known = {}) {
    const { turn } = this.#display;
    const { instrument, fields } = config;
    this.#config = config;
    const key = newKey();
    // From here on the slip is known to the server alone.
    this.#sealed = { key, ...(known.seal && { receipt: await known.seal(key) }) };
    if (turn !== this.#display.turn) return;
    this.#setup = { instrument, fields, pick: pickEvenly, kept };
    this.#visit = flow.begin({ language: this.#display.words.language, at: this.#timers.now() }, this.#setup, known);
    this.#counts.saw("visit");
    this.#ask();
  }

  /** Nobody is there any more: what is answered but for a reason is sent as it is. */
  expire() {
    if (this.#visit && flow.isAnswered(this.#setup, this.#visit)) this.#finish();
  }

  /** Forget this person; gives the screen that was left, under the name by which it is counted. */
  end() {
    const step = this.#visit && flow.currentStep(this.#setup, this.#visit);
    this.#visit = this.#setup = this.#sealed = null;
    return step && flow.countedAs(step);
  }

  #ask() {
    const { words } = this.#display;
    const step = flow.currentStep(this.#setup, this.#visit);
    this.#counts.saw(flow.countedAs(step));
    const view = question({
      config: this.#config,
      words,
      comfort: this.#display.comfort,
      step,
      chosen: flow.chosenBefore(this.#visit, step),
      onAnswer: this.#display.tap((button) => this.#answer(button)),
      onBack: this.#display.tap(() => this.#back()),
    });
    this.#display.show(step.screen, view, progressSpoken(words, step));
    if (step.screen === "reason") this.#waitForReason(words);
  }

  #waitForReason(words) {
    const told = this.#display.find(".returns");
    this.#display.countdown.start(REASON_S, {
      second: (n) => say(told, words.text("reason_sends", { n })),
      end: () => this.expire(),
    });
  }

  async #answer(button) {
    const { turn } = this.#display;
    this.#display.lock();
    button.classList.add("pressed");
    await this.#display.pause(PRESSED_MS);
    if (turn !== this.#display.turn) return;
    this.#counts.answered(flow.countedAs(flow.currentStep(this.#setup, this.#visit)));
    this.#visit = flow.answer(this.#setup, this.#visit, button.value);
    if (flow.isFinished(this.#setup, this.#visit)) this.#finish();
    else this.#ask();
  }

  #finish() {
    this.#counts.answered("visit");
    const { version, instrument } = this.#config;
    const { key, receipt } = this.#sealed;
    const entry = flow.submission(this.#setup, this.#visit, { key, version, at: this.#timers.now() });
    this.end();
    this.#on.finished(receipt ? { ...entry, receipt } : entry, instrument);
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
