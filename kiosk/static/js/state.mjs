/** The technician's page: what this tablet holds, and a file of it that only the server can open. */

import { ServerClock } from "./clock.mjs";
import { openStorage, QUEUES } from "./connection.mjs";
import { seal } from "./sealing.mjs";

const show = (id, text) => (document.getElementById(id).textContent = text);
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
    const file = new Blob([JSON.stringify(await seal(JSON.stringify({ header, text }), identity.server, "sipas/rescue/1"))]);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = `sipas-${new Date().toISOString().slice(0, 10)}.rescue`;
    link.click();
  });
} else document.getElementById("memory").hidden = false;
