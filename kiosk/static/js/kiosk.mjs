/** The tablet: the first screen, and how a visit begins and ends there. */

import { Asking } from "./asking.mjs";
import { Calls } from "./calls.mjs";
import { Connection } from "./connection.mjs";
import { ScreenCounts } from "./counts.mjs";
import { Display } from "./display.mjs";
import { keep } from "./draw.mjs";
import { say } from "./dom.mjs";
import { isOpen } from "./hours.mjs";
import { load, loadAhead } from "./later.mjs";
import { Presence } from "./presence.mjs";
import { keepRecordings } from "./recordings.mjs";
import { Scanner } from "./scanner.mjs";
import { Sending } from "./sending.mjs";
import { attract, connectionState, offlineNote } from "./views/attract.mjs";
import { Words } from "./words.mjs";

// Out of office hours the first screen stays bright for this long after a touch.
const AWAKE_MS = 60_000;
// Screens beside the questions on which somebody can stop.
const OPTIONAL = ["called", "slip", "comment"];

export class Kiosk {
  #config;
  #freshConfig = null;
  #program;
  #timers;
  #display;
  #counts = new ScreenCounts();
  #connection;
  #presence;
  #scanner;
  // What takes slips, once the first has come.
  #reception = null;
  #asking;
  #sending;
  // What the desk called somebody for.
  #call = null;
  #touchedAt = -AWAKE_MS;
  // Finished visits by stage and item, so that the draw stays balanced.
  #kept;
  #vault;

  /** `main` shows the screens, `live` speaks to a screen reader; storage and timers come from outside. */
  constructor({ config, storage, main, live, timers }) {
    this.#config = config;
    this.#program = config.program;
    this.#vault = storage?.vault;
    this.#kept = storage?.kept ?? {};
    this.#timers = timers;
    const display = (this.#display = new Display({ main, live, timers }));
    const counts = this.#counts;
    const connection = (this.#connection = new Connection({
      program: config.program,
      timers,
      storage,
      onChange: () => this.#lineChanged(),
      onConfig: (fresh) => this.#configure(fresh),
    }));
    const presence = (this.#presence = new Presence({
      display,
      idle: config.idle,
      timers,
      onExpire: () => this.left(),
      onRestart: () => this.abandon(),
    }));
    this.#scanner = new Scanner({ now: timers.now, onScan: (text) => this.#takeSlip((reception) => reception.scanned(text)) });
    this.#asking = new Asking({
      display,
      counts,
      timers,
      on: { finished: (entry, instrument) => this.#send(entry, instrument), back: () => this.abandon() },
    });
    this.#sending = new Sending({
      display,
      presence,
      counts,
      connection,
      config: () => this.#config,
      onLeave: () => this.toStart(),
    });
  }

  start() {
    this.#connection.start();
    if (!this.#vault) loadAhead();
    new Calls({
      timers: this.#timers,
      settings: () => this.#connection.connected && this.#config.calls,
      isFree: () => this.#isFree,
      ask: async () => (await this.#connection.ask("call"))?.call,
      onCall: (call) => this.#called(call),
    }).start();
    this.toStart();
  }

  /** True while an answer would be lost with the page. */
  get holdsAnswers() {
    return this.#connection.unsafe > 0;
  }

  pressed() {
    this.#display.pressed();
  }

  touched() {
    this.#touchedAt = this.#timers.now();
    this.#display.touched();
    this.#presence.touch();
  }

  /** True where a key belongs to a scanner, and to nothing on the screen. */
  keyPressed(event) {
    return ["attract", "slip"].includes(this.#display.screen) && this.#scanner.pressed(event);
  }

  wokeUp() {
    this.#presence.check();
    this.#connection.retryNow();
  }

  /** Nobody answers any more: nothing is stored but that somebody stopped here. */
  abandon() {
    const { screen } = this.#display;
    const question = this.#asking.end();
    if (question) this.#counts.leftAt("visit");
    if (question || OPTIONAL.includes(screen)) this.#counts.leftAt(question ?? screen);
    this.toStart();
  }

  /** Nobody is there, or the page goes: who had only a reason left to give has answered. */
  left() {
    this.#asking.expire();
    this.abandon();
  }

  /** Go to the first screen, with nothing of the visit before left in reach. */
  toStart() {
    this.#display.turn += 1;
    this.#presence.stop();
    this.#reception?.end();
    this.#display.comfort.reset();
    this.#asking.end();
    this.#sending.end();
    this.#counts.endVisit();
    this.#call = null;
    if (this.#freshConfig) this.#config = this.#freshConfig;
    this.#freshConfig = null;
    if (this.#isOutdated(this.#config)) this.#connection.reload(() => this.#display.screen === "attract" && !this.holdsAnswers);
    this.#speak(this.#config.languages[0].code);
    this.#connection.sendCounts(this.#counts);
  }

  /** Show the first screen in a language; another than the first one is forgotten after a while. */
  #speak(language) {
    const words = (this.#display.words = new Words(this.#config, language));
    document.documentElement.lang = language;
    const { comfort } = this.#display;
    if (this.#connection.unknownDevice) {
      this.#showUnknown();
      return;
    }
    const view = attract({
      config: this.#config,
      words,
      connection: this.#connection,
      call: this.#call,
      comfort,
      onStart: this.#display.tap(() => this.#begin(this.#call ?? {})),
      onOther: this.#display.tap(() => this.abandon()),
      onSlip: this.#display.tap(() => this.#takeSlip((reception) => reception.show())),
      onLanguage: this.#display.tap((button) => this.#speak(button.value)),
      onComfort: this.#display.tap((button) => this.#adjust(button.value)),
    });
    this.#display.show(this.#call ? "called" : "attract", view);
    this.#sleepOrWake();
    if (this.#call) {
      this.#display.countdown.start(this.#config.calls.shown_s, { end: () => this.abandon() });
    } else if (comfort.isChanged || language !== this.#config.languages[0].code) {
      this.#display.countdown.start(this.#config.idle.warn_s, { end: () => this.toStart() });
    }
  }

  get #isFree() {
    return ["attract", "called"].includes(this.#display.screen) && !document.hidden;
  }

  /** The desk called somebody: stage and field are set, the rest is as on the first screen. */
  #called({ stage, field }) {
    this.toStart();
    this.#call = { stage, field };
    this.#counts.saw("called");
    this.#speak(this.#config.languages[0].code);
  }

  /** Larger text, another volume: for this visit, from its first screen on. */
  #adjust(what) {
    this.#display.comfort.set(what);
    this.#speak(this.#display.words.language);
  }

  async #showUnknown() {
    const { turn } = this.#display;
    const part = await load("unknown");
    if (!part || turn !== this.#display.turn) return;
    const view = part.unknown({ words: this.#display.words, onEnrol: (code) => this.#connection.enrol(code) });
    this.#display.show("unknown", view);
  }

  async #takeSlip(take) {
    if (!this.#reception) {
      const { turn } = this.#display;
      this.#display.lock();
      this.#reception = await this.#openReception();
      if (turn !== this.#display.turn) return;
      this.#display.rest();
    }
    if (this.#reception) take(this.#reception);
  }

  async #openReception() {
    const part = await load("slip");
    return part?.Reception.open({
      display: this.#display,
      presence: this.#presence,
      counts: this.#counts,
      connection: this.#connection,
      config: () => this.#config,
      on: { begin: (known) => this.#begin(known), leave: () => this.abandon() },
    });
  }

  /** Take what the server says now: at once on the first screen, else when the visit has ended. */
  #configure(fresh) {
    // While the newer page is fetched nothing else is.
    if (!this.#isOutdated(fresh)) keepRecordings(fresh);
    const same = JSON.stringify(fresh) === JSON.stringify(this.#freshConfig ?? this.#config);
    if (same && !this.#isOutdated(fresh)) return;
    this.#freshConfig = fresh;
    if (this.#display.screen === "attract") this.toStart();
  }

  /** True where the server has other scripts than the ones that run here. */
  #isOutdated(config) {
    return config.program !== this.#program;
  }

  #lineChanged() {
    const { unknownDevice } = this.#connection;
    const { screen } = this.#display;
    const isFirst = ["attract", "called"].includes(screen);
    if (isFirst && unknownDevice) this.#showUnknown();
    else if (isFirst) this.#showLine();
    else if (screen === "unknown" && !unknownDevice) this.toStart();
    else this.#sending.lineChanged();
  }

  #showLine() {
    const [words, connection] = [this.#display.words, this.#connection];
    const shown = this.#display.find(".state");
    const fresh = connectionState({ words, connection });
    if (shown.textContent !== fresh.textContent) shown.replaceChildren(...fresh.childNodes);
    say(this.#display.find(".foot-offline"), offlineNote({ words, connection }));
    this.#sleepOrWake();
  }

  /** Dim the first screen out of office hours, unless somebody stands there. */
  #sleepOrWake() {
    const isUsed = this.#timers.now() - this.#touchedAt < AWAKE_MS;
    this.#display.dim(!isUsed && !this.#call && !isOpen(this.#config, this.#connection.stamp));
  }

  #begin(known) {
    this.#counts.answered("called");
    this.#presence.start();
    this.#asking.begin(this.#config, this.#kept, known);
  }

  #send(entry, instrument) {
    this.#sending.answers(entry);
    // A visit that is broken off keeps nothing: its items are drawn from again.
    const { stage, drawn } = entry;
    this.#kept = { ...this.#kept, [stage]: keep(instrument, stage, drawn, this.#kept[stage]) };
    this.#vault?.set("kept", this.#kept).catch(() => {});
  }
}
