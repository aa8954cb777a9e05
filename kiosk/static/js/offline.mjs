/** The page without a network: a service worker keeps it, and changes it for a newer one as a whole. */

const workers = globalThis.navigator?.serviceWorker;
let policy = null;

function address() {
  policy ??= globalThis.trustedTypes?.createPolicy("worker", { createScriptURL: (url) => url });
  return policy ? policy.createScriptURL("worker.js") : "worker.js";
}

/** Wait until a worker that is being installed has everything, or has failed. */
function settled(worker) {
  return new Promise((resolve) => {
    const look = () => ["activated", "redundant"].includes(worker.state) && resolve();
    worker.addEventListener("statechange", look);
    look();
  });
}

/** Have this page kept; true once it is. */
export async function keepPage() {
  if (!workers) return false;
  try {
    const registration = await workers.register(address(), { updateViaCache: "none" });
    // One that is taking over at this moment does not answer for this page yet.
    await settled(registration.active ?? registration.installing ?? registration.waiting);
    await navigator.storage.persist();
    return Boolean(registration.active);
  } catch {
    return false;
  }
}

/** Load the page that the server has now; where it cannot be had, the one that is kept. */
export async function loadAnew() {
  const registration = await workers?.getRegistration();
  const fresh = await registration?.update().catch(() => null);
  const next = fresh?.installing ?? fresh?.waiting;
  if (next) await settled(next);
  location.reload();
}
