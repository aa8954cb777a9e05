/** Starts the kiosk of this page and tells it what happens to the page. */

import { openStorage } from "./connection.mjs";
import { Kiosk } from "./kiosk.mjs";

const main = document.getElementById("main");
const storage = await openStorage();
let config = JSON.parse(document.getElementById("kiosk-config").textContent);
// A page that was kept for times without network knows only its release.
if (!config.words) {
  const { program } = config;
  config = await storage?.vault.get("own");
  // One that came before its configuration reads the newest, of whichever release.
  if (config?.program !== program) config = await storage?.vault.get("config");
  if (config) config = { ...config, program };
}
if (!config) {
  location.replace("?network");
  await new Promise(() => {});
}
// What is kept stands at the address without more.
if (location.search) history.replaceState(null, "", location.pathname);

const kiosk = new Kiosk({
  config,
  storage,
  main,
  live: document.getElementById("live"),
  timers: {
    now: () => performance.now(),
    wall: () => Date.now(),
    setTimeout: (action, ms) => setTimeout(action, ms),
    clearTimeout: (timer) => clearTimeout(timer),
  },
});

// A screen has one part only, and a jump inside the page would be an entry in the history.
document.querySelector(".skip")?.remove();

addEventListener("pointerdown", () => kiosk.pressed(), { capture: true });
// A tablet that is locked to this page has no address line: a long press on its place leads the technician on.
let held;
for (const type of ["pointerdown", "pointerup", "pointercancel"]) {
  addEventListener(type, ({ target }) => {
    clearTimeout(held);
    if (type === "pointerdown" && target.closest?.(".screen-attract .place")) held = setTimeout(() => location.assign("tinh-trang"), 5000);
  });
}
for (const type of ["pointerdown", "keydown", "input", "wheel", "touchmove"]) {
  addEventListener(type, () => kiosk.touched(), { capture: true, passive: true });
}
addEventListener(
  "keydown",
  (event) => {
    // Nothing but a scanner's keys is kept from the page, and what is typed into the field stays there.
    if (!event.target.closest?.("input, textarea") && kiosk.keyPressed(event)) event.preventDefault();
  },
  { capture: true },
);
addEventListener("contextmenu", (event) => {
  if (event.target.closest("textarea, input") === null) event.preventDefault();
});

// Whoever goes back or forward, or wakes the tablet, finds the first screen.
addEventListener("pagehide", () => kiosk.left());
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
