/** Requests to our own server; a reply that does not come in time counts as none. */

const TIMEOUT_MS = 8000;

async function ask(address, options = {}) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  try {
    const reply = await fetch(address, {
      credentials: "same-origin",
      cache: "no-store",
      ...options,
      headers: { Accept: "application/json", ...options.headers },
      signal: abort.signal,
    });
    const isJson = reply.headers.get("Content-Type")?.startsWith("application/json");
    return { status: reply.status, type: reply.type, body: isJson ? await reply.json() : null };
  } finally {
    clearTimeout(timer);
  }
}

function postJson(address, value, options = {}) {
  return ask(address, {
    method: "POST",
    body: JSON.stringify(value),
    ...options,
    headers: { "Content-Type": "application/json" },
  });
}

/** Deliver entries for an outbox. */
export function deliverTo(address) {
  return async (entries) => {
    const { status, body } = await postJson(address, entries);
    return { status, results: body?.results ?? [] };
  };
}

export function deliverCounts(address, counts) {
  // `keepalive`: counts of the last visit get through although the page is being closed.
  return postJson(address, counts, { keepalive: true });
}

export function fetchConfig(address) {
  return ask(address);
}

/** Enrol this tablet anew; true where the code was right. */
export async function enrol(address, code) {
  const body = new URLSearchParams({ code });
  const { type, status } = await ask(address, { method: "POST", body, redirect: "manual" });
  // The server answers a right code by sending the browser to the kiosk page, which is open already.
  return type === "opaqueredirect" || status === 303;
}
