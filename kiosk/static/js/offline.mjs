/** The page without a network: a service worker keeps it. */

// Where this name is kept, a newer worker waits for the page's word.
const WAITS = "sipas-waits";
export const PATIENCE_MS = 20_000;

export const workers = globalThis.navigator?.serviceWorker;
let policy = null;

function address() {
  policy ??= globalThis.trustedTypes?.createPolicy("worker", { createScriptURL: (url) => url });
  return policy ? policy.createScriptURL("worker.js") : "worker.js";
}

/** Wait until a worker has come to a state, or to its end, or for so long. */
export function reached(worker, state, ms) {
  return new Promise((resolve) => {
    const look = () => [state, "activated", "redundant"].includes(worker.state) && resolve();
    worker.addEventListener("statechange", look);
    setTimeout(resolve, ms);
    look();
  });
}

/** Have this page kept; true once it is. */
export async function keepPage() {
  if (!workers) return false;
  try {
    await caches.open(WAITS);
    // To register again would wait for a newer worker that is being installed.
    const registration = (await workers.getRegistration()) ?? (await workers.register(address(), { updateViaCache: "none" }));
    // One that is taking over at this moment does not answer for this page yet.
    await reached(registration.active ?? registration.installing ?? registration.waiting, "activated", PATIENCE_MS);
    await navigator.storage.persist();
    return registration.active?.state === "activated";
  } catch {
    return false;
  }
}
