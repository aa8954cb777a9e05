/** Requests to our own server, signed where this tablet has a key; a reply that does not come in time counts as none. */

const TIMEOUT_MS = 8000;
const JSON_TYPE = "application/json";

export class Transport {
  #clock;
  #identity;
  #asked = new Set();
  #quiet = null;

  constructor({ clock, identity = null }) {
    this.#clock = clock;
    this.#identity = identity;
  }

  get(address) {
    return this.#ask(address, {});
  }

  post(address, value, options = {}) {
    return this.#ask(address, { method: "POST", body: JSON.stringify(value), type: JSON_TYPE, ...options });
  }

  /** Deliver entries for an outbox. */
  deliverTo(address) {
    return async (entries) => {
      const { status, body } = await this.post(address, entries);
      return { status, results: body?.results ?? [] };
    };
  }

  /** Enrol this tablet anew; true where the code was right. */
  async enrol(code) {
    const body = String(new URLSearchParams({ code }));
    const type = "application/x-www-form-urlencoded";
    const reply = await this.#ask("enrol", { method: "POST", body, type, redirect: "manual", signed: false });
    // The server answers a right code by sending the browser to the kiosk page, which is open already.
    return reply.type === "opaqueredirect" || reply.status === 303;
  }

  /** Make the key of this tablet known, where that has not been done. */
  async introduce() {
    if (!this.#identity || this.#identity.isKnown) return;
    await this.#identity.introduce((value) => this.post("key", value, { signed: false }));
  }

  /** Do some work, which does not fail, while nothing is asked: it begins with the last reply, and what comes meanwhile waits. */
  async quietly(work) {
    this.#quiet = Promise.allSettled(this.#asked).then(work);
    await this.#quiet;
    this.#quiet = null;
  }

  async #ask(address, options) {
    if (this.#quiet) await this.#quiet;
    const asked = this.#fetch(address, options);
    this.#asked.add(asked);
    return asked.finally(() => this.#asked.delete(asked));
  }

  async #fetch(address, { method = "GET", body = "", type, signed = this.#identity?.isKnown, again = false, ...options }) {
    const headers = { Accept: JSON_TYPE, ...(type && { "Content-Type": type }) };
    const { pathname } = new URL(address, location);
    if (signed) Object.assign(headers, await this.#identity.sign(method, pathname, this.#clock.stamp, body));
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    try {
      const reply = await fetch(address, {
        method,
        headers,
        body: body || undefined,
        credentials: "same-origin",
        cache: "no-store",
        signal: abort.signal,
        ...options,
      });
      this.#clock.hear(Number(reply.headers.get("Sipas-Now")));
      // The clock here was wrong; it has just been put right.
      if (reply.status === 409 && signed && !again) return this.#fetch(address, { method, body, type, ...options, again: true });
      const isJson = reply.headers.get("Content-Type")?.startsWith(JSON_TYPE);
      return { status: reply.status, type: reply.type, body: isJson ? await reply.json() : null };
    } finally {
      clearTimeout(timer);
    }
  }
}
