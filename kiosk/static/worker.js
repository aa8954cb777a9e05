// Keeps the tablet's page with everything it needs, so that it opens without a network. The server writes
// PROGRAM (which release this is) and FILES (what belongs to it, the page first) above this line.
const CACHE = `sipas-${PROGRAM}`;
// The office's recordings, which the page keeps; they belong to no release.
const SOUNDS = "sipas-sounds";

addEventListener("install", (event) => {
  const keep = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })));
    await skipWaiting();
  };
  event.waitUntil(keep());
});

addEventListener("activate", (event) => {
  const takeOver = async () => {
    for (const name of await caches.keys()) if (name !== CACHE && name !== SOUNDS) await caches.delete(name);
    await clients.claim();
  };
  event.waitUntil(takeOver());
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/am-thanh/")) {
    event.respondWith(recording(request));
    return;
  }
  const opens = request.mode === "navigate" && url.href === registration.scope;
  if (!opens && !FILES.some((file) => file.split("?")[0] === url.pathname)) return;
  const kept = caches.match(opens ? FILES[0] : request, { cacheName: CACHE, ignoreSearch: true, ignoreVary: true });
  event.respondWith(kept.then((reply) => reply ?? fetch(request)));
});

// Players ask for parts of a recording; what is kept is whole.
async function recording(request) {
  const kept = await caches.match(request.url, { cacheName: SOUNDS, ignoreVary: true });
  if (!kept) return fetch(request);
  const [, first, last] = /bytes=(\d+)-(\d*)/.exec(request.headers.get("range")) ?? [];
  if (first === undefined) return kept;
  const whole = await kept.blob();
  const end = last ? Number(last) + 1 : whole.size;
  const headers = { "Content-Type": whole.type, "Content-Range": `bytes ${first}-${Math.min(end, whole.size) - 1}/${whole.size}` };
  return new Response(whole.slice(Number(first), end), { status: 206, headers });
}
