// Keeps the tablet's page with everything it needs, so that it opens without a network. The server writes
// PROGRAM (which release this is) and FILES (what belongs to it, the page first) above this line.
const CACHE = `sipas-${PROGRAM}`;
// The office's recordings, which the page keeps; they belong to no release.
const SOUNDS = "sipas-sounds";
// A page that keeps this name says itself when a newer worker may take over; those of older releases do not.
const WAITS = "sipas-waits";

// Files are asked for side by side, none for longer than this, and all of them together no longer than two minutes.
const LANES = 4;
const PATIENCE_MS = 15_000;
const UNTIL_MS = 120_000;

addEventListener("install", (event) => {
  const prepare = async () => {
    await keepAll();
    if (!(await caches.has(WAITS))) await skipWaiting();
  };
  event.waitUntil(prepare());
});

addEventListener("message", ({ data }) => {
  if (data === "take over") skipWaiting();
});

addEventListener("activate", (event) => {
  const takeOver = async () => {
    for (const name of await caches.keys()) if (![CACHE, SOUNDS, WAITS].includes(name)) await caches.delete(name);
    await clients.claim();
  };
  event.waitUntil(takeOver());
});

// On a bad network some files come and some do not: what came stays, and only the rest is asked for again, here and
// by the next worker of this release if this one has to give up.
async function keepAll() {
  const cache = await caches.open(CACHE);
  const kept = new Set((await cache.keys()).map(({ url }) => url));
  let missing = FILES.filter((file) => !kept.has(new URL(file, location).href));
  const until = performance.now() + UNTIL_MS;
  for (let pause = 500; missing.length > 0; pause *= 2) {
    const before = missing.length;
    missing = await keepSome(cache, missing);
    if (missing.length === before || performance.now() > until) throw new Error(`not to be had: ${missing}`);
    if (missing.length > 0) await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

async function keepSome(cache, files) {
  const queue = [...files];
  const failed = [];
  const lane = async () => {
    while (queue.length > 0) {
      const file = queue.shift();
      if (!(await keepOne(cache, file))) failed.push(file);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return failed;
}

async function keepOne(cache, file) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE_MS);
  try {
    const reply = await fetch(file, { cache: "reload", signal: abort.signal });
    if (reply.ok) await cache.put(file, reply);
    return reply.ok;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

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
