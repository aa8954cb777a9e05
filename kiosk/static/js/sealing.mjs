/** What is written here and only the server can read: ECDH with a key made for it, HKDF, AES-GCM. */

import { base64 } from "./identity.mjs";

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** Seal a text to the server's key for one purpose: `{sender, nonce, sealed}` in base64. */
export async function seal(text, server, purpose) {
  const info = new TextEncoder().encode(purpose);
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
  return { sender, nonce: base64(iv), sealed: base64(sealed) };
}
