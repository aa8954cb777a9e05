/** The server has a newer release: the worker that keeps it takes over from the one that keeps this page. */

import { PATIENCE_MS, reached, workers } from "./offline.mjs";

// A worker tries for two minutes to get what it keeps.
const INSTALL_MS = 150_000;
// Younger than this, the page is what the server has just given: to load it again would bring no other.
const YOUNG_MS = 30_000;

/**
 * Let the newer worker take over, once it has everything; true where the page is to be loaded anew.
 *
 * Nobody is disturbed: `isFree()` says whether the page is in nobody's use. `quietly(work)` runs some work while nothing
 * is asked of the server: every request of a page is told to the worker in charge, and where one comes at the moment in
 * which another is to take over, the browser leaves the old one in charge and does not try again for minutes.
 */
export async function takeNewer({ isFree, quietly }) {
  const registration = await workers?.getRegistration();
  const isHeard = await Promise.race([
    update(registration),
    new Promise((resolve) => setTimeout(() => resolve(false), PATIENCE_MS)),
  ]);
  const next = registration?.installing ?? registration?.waiting;
  // This page is an old one although there is no newer worker: another page has had it take over.
  if (!next) return isHeard && performance.now() > YOUNG_MS && isFree();
  await reached(next, "installed", INSTALL_MS);
  if (next.state === "installed" && isFree()) {
    await quietly(async () => {
      if (!isFree()) return;
      next.postMessage("take over");
      await reached(next, "activated", PATIENCE_MS);
    });
  }
  return next.state === "activated" && isFree();
}

async function update(registration) {
  try {
    await registration?.update();
    return true;
  } catch {
    return false;
  }
}
