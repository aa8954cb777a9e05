/** Chance that nobody can foresee. */

const SIZE = 2 ** 32;

function randomNumber() {
  return crypto.getRandomValues(new Uint32Array(1))[0];
}

/** Give a whole number from 0 to count − 1, every one as likely as the others. */
export function pickEvenly(count, random = randomNumber) {
  // Numbers of the last, incomplete round would favour the small ones: they are drawn again.
  const limit = SIZE - (SIZE % count);
  for (;;) {
    const number = random();
    if (number < limit) return number % count;
  }
}

/** Make a submission key: a random UUID. `crypto.randomUUID` is missing where the office has no https. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
