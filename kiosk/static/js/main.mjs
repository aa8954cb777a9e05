/** Starts the kiosk of this page and tells it what happens to the page. */

import { Kiosk } from "./kiosk.mjs";

const main = document.getElementById("main");
const config = JSON.parse(document.getElementById("kiosk-config").textContent);

const kiosk = new Kiosk({
  config,
  main,
  live: document.getElementById("live"),
  timers: {
    now: () => performance.now(),
    setTimeout: (action, ms) => setTimeout(action, ms),
    clearTimeout: (timer) => clearTimeout(timer),
  },
  wallClock: () => Date.now(),
});

// A screen has one part only, and a jump inside the page would be an entry in the history.
document.querySelector(".skip")?.remove();

addEventListener("pointerdown", () => kiosk.pressed(), { capture: true });
for (const type of ["pointerdown", "keydown", "input", "wheel", "touchmove"]) {
  addEventListener(type, () => kiosk.touched(), { capture: true, passive: true });
}
addEventListener("contextmenu", (event) => {
  if (event.target.closest("textarea, input") === null) event.preventDefault();
});

// Whoever goes back or forward, or wakes the tablet, finds the first screen.
addEventListener("pagehide", () => kiosk.abandon());
addEventListener("pageshow", (event) => {
  if (event.persisted) kiosk.toStart();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") kiosk.wokeUp();
});
addEventListener("beforeunload", (event) => {
  if (kiosk.holdsAnswers) event.preventDefault();
});

kiosk.start();
