/** The technician's page: what this tablet holds, and a file of it that only the server can open. */

import { ServerClock } from "./clock.mjs";
import { openStorage, QUEUES } from "./connection.mjs";
import { base64 } from "./identity.mjs";

const show = (id, text) => (document.getElementById(id).textContent = text);
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const info = new TextEncoder().encode("sipas/rescue/1");

/** ECDH with a key made for this file, HKDF, AES-GCM. */
async function seal(text, server) {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const own = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
  const point = await crypto.subtle.importKey("raw", bytes(server), curve, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: point }, own.privateKey, 256);
  const material = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const kdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  const key = await crypto.subtle.deriveKey(kdf, material, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: info }, key, new TextEncoder().encode(text));
  const sender = base64(await crypto.subtle.exportKey("raw", own.publicKey));
  return JSON.stringify({ sender, nonce: base64(iv), sealed: base64(sealed) });
}

async function contents(vault, clock) {
  const entries = [];
  for (const kind of [...QUEUES, "refused"]) {
    for (const record of await vault.read(kind, (store) => store.getAll())) {
      entries.push({ kind: record.kind ?? kind, ...record.entry, ...clock.age(record) });
    }
  }
  return JSON.stringify(entries);
}

const storage = await openStorage();
if (storage) {
  const { vault, identity, heard } = storage;
  const clock = new ServerClock({ now: () => performance.now(), wall: () => Date.now() }, heard);
  const counts = await Promise.all([...QUEUES, "refused"].map((kind) => vault.read(kind, (store) => store.count())));
  const { usage, quota } = await navigator.storage.estimate();
  const locale = document.querySelector("[data-locale]").dataset.locale;
  show("waiting", counts[0] + counts[1]);
  show("refused", counts[2]);
  if (heard) show("heard", new Date(heard.server * 1000).toLocaleString(locale));
  show("room", [usage, quota].map((size) => `${Math.round(size / 1e6).toLocaleString(locale)} MB`).join(" / "));
  const button = document.getElementById("rescue");
  button.disabled = !identity.isKnown;
  button.addEventListener("click", async () => {
    const text = await contents(vault, clock);
    const { Authorization: header } = await identity.sign("RESCUE", "", clock.stamp, text);
    const file = new Blob([await seal(JSON.stringify({ header, text }), identity.server)]);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = `sipas-${new Date().toISOString().slice(0, 10)}.rescue`;
    link.click();
  });
} else document.getElementById("memory").hidden = false;
