// Keeps the tablet's page with everything it needs, so that it opens without a network. The server writes
// PROGRAM (which release this is) and FILES (what belongs to it, the page first) above this line.
const CACHE = `sipas-${PROGRAM}`;

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
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
    await clients.claim();
  };
  event.waitUntil(takeOver());
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  const opens = request.mode === "navigate" && url.href === registration.scope;
  if (!opens && !FILES.some((file) => file.split("?")[0] === url.pathname)) return;
  const kept = caches.match(opens ? FILES[0] : request, { cacheName: CACHE, ignoreSearch: true, ignoreVary: true });
  event.respondWith(kept.then((reply) => reply ?? fetch(request)));
});
