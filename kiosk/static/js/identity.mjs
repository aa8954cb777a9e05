/** The key of this tablet: made here, never readable, known to the server by its public half. */

const KIND = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

export function base64(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer)));
}

export class Identity {
  #vault;
  #own;

  constructor(vault, own) {
    this.#vault = vault;
    this.#own = own;
  }

  static async open(vault) {
    const own = (await vault.get("identity")) ?? { keys: await crypto.subtle.generateKey(KIND, false, ["sign", "verify"]) };
    return new Identity(vault, own);
  }

  get isKnown() {
    return Boolean(this.#own.device);
  }

  /** What is carried to the server by hand is sealed to this key. */
  get server() {
    return this.#own.server;
  }

  /** Tell the server the public half; `post` sends it with the cookie of the enrolment. */
  async introduce(post) {
    // On the disk first: the server takes one key from a tablet, and this must be it.
    await this.#vault.set("identity", this.#own);
    const key = base64(await crypto.subtle.exportKey("spki", this.#own.keys.publicKey));
    const { status, body } = await post({ key });
    if (status !== 200) return;
    this.#own = { ...this.#own, ...body };
    await this.#vault.set("identity", this.#own);
  }

  /** Give the header that vouches for a request. */
  async sign(method, path, stamp, body) {
    const said = new TextEncoder().encode(`${method} ${path}\n${stamp}\n${body}`);
    const signature = await crypto.subtle.sign(KIND, this.#own.keys.privateKey, said);
    return { Authorization: `Sipas ${this.#own.device} ${stamp} ${base64(signature)}` };
  }
}
