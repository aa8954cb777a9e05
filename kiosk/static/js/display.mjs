/** What is on the screen: one screen after another, each at rest for its first moment. */

import { Comfort } from "./comfort.mjs";
import { Countdown } from "./countdown.mjs";
import { h, plain, say } from "./dom.mjs";
import { TapGuard } from "./guard.mjs";
import { key } from "./views/frame.mjs";

export class Display {
  screen = "";
  words = null;
  /** Goes up whenever a visit ends, so that what was begun for one person never shows to the next. */
  turn = 0;
  countdown;
  comfort = new Comfort();
  #main;
  #live;
  #timers;
  #guard;

  /** `main` shows the screens, `live` speaks to a screen reader. */
  constructor({ main, live, timers }) {
    this.#main = main;
    this.#live = live;
    this.#timers = timers;
    this.#guard = new TapGuard(timers);
    this.countdown = new Countdown(timers);
  }

  show(name, node, spoken = "") {
    this.countdown.stop();
    this.comfort.stop();
    this.screen = name;
    this.#main.replaceChildren(node);
    this.rest();
    scrollTo(0, 0);
    const title = node.querySelector("h1");
    document.title = plain(`${title.textContent} – ${this.words.text("product")}`);
    title.focus({ preventScroll: true });
    say(this.#live, spoken);
  }

  /** Go by itself after the time it takes to read the screen, and after another for who asks for it. */
  leaveAfter(least, end) {
    const told = h("p", { class: "returns" });
    const last = this.find(".answers").lastElementChild;
    last.before(key("plain", "more", this.tap(() => this.touched()), this.words.text("idle_more")));
    last.after(told);
    this.rest();
    const seconds = Math.round(this.#main.textContent.length / (this.comfort.isLarge ? 8 : 12));
    this.countdown.start(Math.max(least, seconds), { second: (n) => say(told, this.words.text("returns", { n })), end });
  }

  find(selector) {
    return this.#main.querySelector(selector);
  }

  /** Let the buttons of a part do nothing for a moment. */
  rest(part = this.#main) {
    this.#guard.screenChanged(part.querySelectorAll("[data-guarded]"));
  }

  /** Nothing more is taken until the next screen. */
  lock() {
    this.#guard.lock();
  }

  pressed() {
    this.#guard.pressed();
  }

  touched() {
    this.dim(false);
    this.countdown.restart();
  }

  dim(on) {
    this.#main.firstElementChild.classList.toggle("asleep", on);
  }

  veil(on) {
    this.#main.classList.toggle("veiled", on);
  }

  /** Give a click handler that passes on only what was meant for this screen. */
  tap(action) {
    return (click) => this.#guard.accepts(click) && action(click.currentTarget);
  }

  pause(ms) {
    return new Promise((resolve) => this.#timers.setTimeout(resolve, ms));
  }
}
