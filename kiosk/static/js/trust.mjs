/** Says whether this device trusts the server's https address, and if not what is missing. */

import { keepPage } from "./offline.mjs";

const WAIT_MS = 8_000;
const CLOCK_S = 12 * 3600;

const ask = async (origin) => {
  const reply = await fetch(`${origin}/kiosk/https.json`, { cache: "no-store", signal: AbortSignal.timeout(WAIT_MS) });
  return reply.json();
};

/** One of the results that stand in the page. */
async function examine(origin) {
  let here;
  try {
    here = await ask("");
  } catch {
    return "server";
  }
  if (Math.abs(Date.now() / 1000 - here.now) > CLOCK_S) return "clock";
  // On https a browser may have been told to ignore its warning; what keeps the page is stricter than that.
  if (location.protocol === "https:") return (await keepPage()) ? "good" : "ignored";
  try {
    await ask(origin);
    return "good";
  } catch (error) {
    return error.name === "TimeoutError" ? "closed" : "untrusted";
  }
}

const form = document.getElementById("check");
const results = [...document.querySelectorAll("[data-result]")];
const show = (name) => results.forEach((one) => (one.hidden = one.dataset.result !== name));

async function check() {
  show("waiting");
  show(await examine(form.dataset.origin));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  check();
});
if (location.protocol === "https:") check();
