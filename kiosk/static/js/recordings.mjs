/** Keeps the office's recordings on the tablet, so that they play without a network; the worker gives them out. */

const CACHE = "sipas-sounds";
let keeping = null;

/** Keep these and no others; one at a time, as an office may have many. */
export function keepRecordings({ sounds = {} }) {
  keeping ??= keep(Object.values(sounds).flatMap(Object.values)).catch(() => {}).finally(() => (keeping = null));
  return keeping;
}

async function keep(addresses) {
  if (!globalThis.caches) return;
  const cache = await caches.open(CACHE);
  const wanted = new Set(addresses.map((address) => new URL(address, location).href));
  for (const { url } of await cache.keys()) if (!wanted.delete(url)) await cache.delete(url);
  for (const url of wanted) await cache.add(url);
}
