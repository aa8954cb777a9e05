/** The code of a slip: as somebody types it, as a scanner sends it, as it stands in the address of the QR. */

export const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
export const CODE_SYMBOLS = 11;
const TOKEN_SYMBOLS = 16;
const LOOKALIKES = { O: "0", I: "1", L: "1", U: "V" };

/** Symbols of a written code: any case, any spaces and hyphens, look-alike letters. */
export function symbols(written) {
  return Array.from(written.toUpperCase(), (letter) => LOOKALIKES[letter] ?? letter)
    .filter((letter) => ALPHABET.includes(letter))
    .join("");
}

const timesGenerator = (value) => ((value << 1) & 32 ? (value << 1) ^ 0b100101 : value << 1);

/** True where the last symbol is the check of those before it. */
export function isCode(code) {
  if (code.length !== CODE_SYMBOLS) return false;
  const values = Array.from(code, (symbol) => ALPHABET.indexOf(symbol));
  const total = values.slice(0, -1).reduce((sum, value) => timesGenerator(sum) ^ value, 0);
  return timesGenerator(total) === values.at(-1);
}

/** Give the symbols of a code or of the token in an address; null where it is neither. */
export function readSlip(written) {
  const address = /[:/]/.test(written);
  const token = written.match(/\/P\/([0-9A-Z]+)\s*$/i)?.[1];
  const found = symbols(address ? (token ?? "") : written);
  if (found.length === TOKEN_SYMBOLS && (token || !address)) return found;
  return !address && isCode(found) ? found : null;
}

/** Write a code in groups as it is printed: 7K3Q-9M2X-4TB. */
export function grouped(code) {
  return code.match(/.{1,4}/g)?.join("-") ?? "";
}
