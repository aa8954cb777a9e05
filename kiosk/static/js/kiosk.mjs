/** The tablet: which screen is up, and what each tap on it leads to. */

import { newKey, pickEvenly } from "./chance.mjs";
import { Connection } from "./connection.mjs";
import { Countdown } from "./countdown.mjs";
import { ScreenCounts } from "./counts.mjs";
import * as flow from "./flow.mjs";
import { TapGuard } from "./guard.mjs";
import { IdleWatch } from "./idle.mjs";
import { attract, connectionState, offlineNote } from "./views/attract.mjs";
import { comment, refused, sending, thanks } from "./views/ending.mjs";
import { progressSpoken, question } from "./views/question.mjs";
import { unknown } from "./views/unknown.mjs";
import { warning } from "./views/warning.mjs";
import { Words } from "./words.mjs";

// The pressed option is seen for this long before the next question takes its place.
const PRESSED_MS = 100;
// A delivery that is faster than this needs no screen of its own.
const PATIENCE_MS = 400;
const LEAVE_AFTER_S = 20;

export class Kiosk {
  #config;
  #freshConfig = null;
  #program;
  #words;
  #main;
  #live;
  #timers;
  #guard;
  #idle;
  #connection;
  #countdown;
  #counts = new ScreenCounts();
  #screen = "";
  #visit = null;
  #setup = null;
  // Goes up whenever a visit ends, so that what was begun for one person never shows to the next.
  #turn = 0;
  #warning = null;
  #reportSending = null;

  /** `main` shows the screens, `live` speaks to a screen reader; storage and timers come from outside. */
  constructor({ config, storage, main, live, timers }) {
    this.#config = config;
    this.#program = config.program;
    this.#main = main;
    this.#live = live;
    this.#timers = timers;
    this.#guard = new TapGuard(timers);
    this.#countdown = new Countdown(timers);
    this.#connection = new Connection({
      program: config.program,
      timers,
      storage,
      onChange: () => this.#lineChanged(),
      onConfig: (fresh) => this.#configure(fresh),
    });
    this.#idle = new IdleWatch({
      warnAfterMs: config.idle.warn_s * 1000,
      countdownS: config.idle.countdown_s,
      timers: { ...timers, now: timers.wall },
      on: {
        warn: (seconds) => this.#warn(seconds),
        second: (seconds) => this.#warning.second(seconds),
        expire: () => this.abandon(),
      },
    });
  }

  start() {
    this.#connection.start();
    this.toStart();
  }

  /** True while an answer would be lost with the page. */
  get holdsAnswers() {
    return this.#connection.unsafe > 0;
  }

  pressed() {
    this.#guard.pressed();
  }

  touched() {
    this.#main.firstElementChild.classList.remove("asleep");
    this.#idle.touch();
    this.#countdown.restart();
  }

  wokeUp() {
    this.#idle.check();
    this.#connection.retryNow();
  }

  /** Nobody answers any more: nothing is stored but that somebody stopped here. */
  abandon() {
    const step = this.#visit && flow.currentStep(this.#setup, this.#visit);
    if (step) this.#counts.leftAt(flow.countedAs(step));
    if (this.#screen === "comment") this.#counts.leftAt("comment");
    this.toStart();
  }

  // --- the first screen ---------------------------------------------------------------------------------

  /** Go to the first screen, with nothing of the visit before left in reach. */
  toStart() {
    this.#turn += 1;
    this.#idle.stop();
    this.#closeWarning();
    this.#visit = this.#setup = this.#reportSending = null;
    this.#counts.endVisit();
    if (this.#freshConfig) this.#config = this.#freshConfig;
    this.#freshConfig = null;
    if (this.#isOutdated(this.#config) && !this.holdsAnswers) this.#connection.reload();
    this.#speak(this.#config.languages[0].code);
    this.#connection.sendCounts(this.#counts);
  }

  /** Show the first screen in a language; another than the first one is forgotten after a while. */
  #speak(language) {
    this.#words = new Words(this.#config, language);
    document.documentElement.lang = language;
    if (this.#connection.unknownDevice) {
      this.#showUnknown();
      return;
    }
    const view = attract({
      config: this.#config,
      words: this.#words,
      connection: this.#connection,
      onStart: this.#tap(() => this.#begin()),
      onLanguage: this.#tap((button) => this.#speak(button.value)),
    });
    view.classList.toggle("asleep", this.#config.open === false);
    this.#show("attract", view);
    if (language !== this.#config.languages[0].code) {
      this.#countdown.start(this.#config.idle.warn_s, { end: () => this.toStart() });
    }
  }

  #showUnknown() {
    const view = unknown({ words: this.#words, onEnrol: (code) => this.#connection.enrol(code) });
    this.#show("unknown", view);
  }

  /** Take what the server says now: at once on the first screen, else when the visit has ended. */
  #configure(fresh) {
    const same = JSON.stringify(fresh) === JSON.stringify(this.#freshConfig ?? this.#config);
    if (same && !this.#isOutdated(fresh)) return;
    this.#freshConfig = fresh;
    if (this.#screen === "attract") this.toStart();
  }

  /** True where the server has other scripts than the ones that run here. */
  #isOutdated(config) {
    return config.program !== this.#program;
  }

  #lineChanged() {
    const { unknownDevice } = this.#connection;
    if (this.#screen === "attract" && unknownDevice) this.#showUnknown();
    else if (this.#screen === "attract") this.#showLine();
    else if (this.#screen === "unknown" && !unknownDevice) this.toStart();
    else if (this.#screen === "sending") this.#reportSending();
  }

  #showLine() {
    const shown = this.#main.querySelector(".state");
    const fresh = connectionState({ words: this.#words, connection: this.#connection });
    if (shown.textContent !== fresh.textContent) shown.replaceChildren(...fresh.childNodes);
    this.#main.querySelector(".foot-offline").textContent = offlineNote({ words: this.#words, connection: this.#connection });
  }

  // --- questions ----------------------------------------------------------------------------------------

  #begin() {
    const { instrument, fields } = this.#config;
    this.#setup = { instrument, fields, pick: pickEvenly };
    this.#visit = flow.begin({ language: this.#words.language, at: this.#timers.now() });
    this.#idle.start();
    this.#ask();
  }

  #ask() {
    const step = flow.currentStep(this.#setup, this.#visit);
    this.#counts.saw(flow.countedAs(step));
    const view = question({
      config: this.#config,
      words: this.#words,
      step,
      chosen: flow.chosenBefore(this.#visit, step),
      onAnswer: this.#tap((button) => this.#answer(button)),
      onBack: this.#tap(() => this.#back()),
    });
    this.#show(step.screen, view, progressSpoken(this.#words, step));
  }

  async #answer(button) {
    const turn = this.#turn;
    this.#guard.lock();
    button.classList.add("pressed");
    await this.#pause(PRESSED_MS);
    if (turn !== this.#turn) return;
    this.#visit = flow.answer(this.#setup, this.#visit, button.value);
    if (flow.isFinished(this.#setup, this.#visit)) this.#sendAnswers();
    else this.#ask();
  }

  #back() {
    const before = flow.back(this.#visit);
    if (before === null) {
      this.abandon();
      return;
    }
    this.#visit = before;
    this.#ask();
  }

  // --- sending and after --------------------------------------------------------------------------------

  #sendAnswers() {
    const entry = flow.submission(this.#setup, this.#visit, {
      key: newKey(),
      version: this.#config.version,
      at: this.#timers.now(),
    });
    this.#visit = null;
    this.#deliver(this.#connection.responses, entry, { title: "sending_title", forComment: false });
  }

  #sendComment(text) {
    const entry = { key: newKey(), text, language: this.#words.language };
    this.#guard.lock();
    this.#deliver(this.#connection.comments, entry, { title: "sending_comment_title", forComment: true });
  }

  async #deliver(outbox, entry, { title, forComment }) {
    const turn = this.#turn;
    this.#idle.stop();
    const settled = outbox.add(entry);
    const quick = await Promise.race([settled, this.#pause(PATIENCE_MS)]);
    if (turn !== this.#turn) return;
    if (!quick) this.#showSending(outbox, title);
    const outcome = quick ?? (await settled);
    if (turn !== this.#turn) return;
    if (outcome === "stored") this.#showThanks(forComment);
    else this.#showRefused();
  }

  #showSending(outbox, title) {
    const view = sending({ words: this.#words, title, onLeave: this.#tap(() => this.toStart()) });
    this.#show("sending", view.node);
    let told = false;
    this.#reportSending = () => {
      if (outbox.failures === 0) return;
      view.report(outbox.failures);
      if (!told) this.#countdown.start(LEAVE_AFTER_S, { end: () => this.toStart() });
      told = true;
    };
    this.#reportSending();
  }

  #showRefused() {
    this.#show("refused", refused({ words: this.#words, onLeave: this.#tap(() => this.toStart()) }));
    this.#countdown.start(LEAVE_AFTER_S, { end: () => this.toStart() });
  }

  #showThanks(forComment) {
    const { node, second } = thanks({
      config: this.#config,
      words: this.#words,
      forComment,
      onComment: this.#tap(() => this.#showComment()),
      onDone: this.#tap(() => this.toStart()),
    });
    this.#show("thanks", node);
    this.#countdown.start(this.#config.idle.thanks_s, { second, end: () => this.toStart() });
  }

  #showComment() {
    this.#counts.saw("comment");
    const view = comment({
      config: this.#config,
      words: this.#words,
      onSend: (click, text) => this.#tap(() => this.#sendComment(text))(click),
      onCancel: this.#tap(() => this.abandon()),
    });
    this.#show("comment", view);
    this.#idle.start();
  }

  // --- every screen -------------------------------------------------------------------------------------

  #show(name, node, spoken = "") {
    this.#countdown.stop();
    this.#screen = name;
    this.#main.replaceChildren(node);
    this.#guard.screenChanged(node.querySelectorAll("[data-guarded]"));
    scrollTo(0, 0);
    const title = node.querySelector("h1");
    document.title = `${title.textContent} – ${this.#words.text("product")}`;
    title.focus({ preventScroll: true });
    this.#live.textContent = spoken;
  }

  /** Give a click handler that passes on only what was meant for this screen. */
  #tap(action) {
    return (click) => {
      const button = click.currentTarget;
      if (this.#guard.accepts(click)) action(button);
    };
  }

  #warn(seconds) {
    this.#warning = warning({
      words: this.#words,
      onMore: this.#tap(() => this.#stay()),
      onRestart: this.#tap(() => this.abandon()),
      onEscape: () => this.#stay(),
    });
    this.#warning.second(seconds);
    document.body.append(this.#warning.node);
    this.#warning.node.showModal();
    // What the last person was saying is not for whoever comes by meanwhile.
    this.#main.classList.add("veiled");
    this.#guard.screenChanged(this.#warning.node.querySelectorAll("[data-guarded]"));
  }

  #stay() {
    this.#idle.extend();
    this.#closeWarning();
  }

  #closeWarning() {
    const open = this.#warning;
    if (!open) return;
    this.#warning = null;
    this.#main.classList.remove("veiled");
    // Closing gives the focus back to where it was.
    open.node.close();
    open.node.remove();
    this.#guard.screenChanged(this.#main.querySelectorAll("[data-guarded]"));
  }

  #pause(ms) {
    return new Promise((resolve) => this.#timers.setTimeout(() => resolve(null), ms));
  }
}
