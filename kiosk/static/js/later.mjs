/** Parts that few visits need: loaded with the first that does, or ahead of it where nothing keeps them for later. */

const PARTS = {
  slip: () => import("./reception.mjs"),
  comment: () => import("./commenting.mjs"),
  newer: () => import("./newer.mjs"),
  unknown: () => import("./views/unknown.mjs"),
};

/** Give a part, or null where it cannot be had: without https the network is gone, or the server has another release. */
export function load(name) {
  return PARTS[name]().catch(() => null);
}

/** A tablet that keeps no page asks for everything while it has the network. */
export function loadAhead() {
  return Promise.all(Object.keys(PARTS).map(load));
}
