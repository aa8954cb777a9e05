/** What outlives a power cut: the queue, what the server refused, and a few values of this tablet. */

const QUEUES = ["responses", "comments", "refused"];

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export class Vault {
  #db;

  constructor(db) {
    this.#db = db;
  }

  /** Open it; rejects where the browser keeps nothing. */
  static async open() {
    const request = indexedDB.open("sipas-kiosk", 1);
    request.onupgradeneeded = () => {
      for (const name of QUEUES) request.result.createObjectStore(name, { keyPath: "id", autoIncrement: true });
      request.result.createObjectStore("values");
    };
    return new Vault(await done(request));
  }

  read(name, query) {
    return done(query(this.#db.transaction(name).objectStore(name)));
  }

  /** Change some stores together; resolves when the disk has it, not only the browser. */
  write(names, change) {
    return new Promise((resolve, reject) => {
      const transaction = this.#db.transaction(names, "readwrite", { durability: "strict" });
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      change(...names.map((name) => transaction.objectStore(name)));
    });
  }

  get(name) {
    return this.read("values", (values) => values.get(name));
  }

  set(name, value) {
    return this.write(["values"], (values) => values.put(value, name));
  }
}

/** One kind of entry in the vault, in the order in which it came; the same methods as `MemoryStore`. */
export class VaultStore {
  durable = true;
  #vault;
  #name;

  constructor(vault, name) {
    this.#vault = vault;
    this.#name = name;
  }

  first(most) {
    return this.#vault.read(this.#name, (store) => store.getAll(null, most));
  }

  count() {
    return this.#vault.read(this.#name, (store) => store.count());
  }

  put(record) {
    return this.#vault.write([this.#name], (store) => store.add(record));
  }

  remove(record) {
    return this.#vault.write([this.#name], (store) => store.delete(record.id));
  }

  moveBack({ id, ...record }) {
    return this.#vault.write([this.#name], (store) => {
      store.delete(id);
      store.add(record);
    });
  }

  /** Put aside what the server will never take: kept, shown, and in the rescue file. */
  refuse({ id, ...record }, code) {
    return this.#vault.write([this.#name, "refused"], (store, refused) => {
      store.delete(id);
      refused.add({ ...record, kind: this.#name, code });
    });
  }
}
