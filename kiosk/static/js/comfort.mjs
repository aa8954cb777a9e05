/** What a person may set for one visit, text size and volume, and the recordings, which play on a tap alone. */

// 18 dB between the lowest and the loudest, 12 dB from the lowest to the middle (EN 301 549, 8.2.1).
export const VOLUMES = [0.125, 0.5, 1];
const USUAL = 1;
export const LOUDEST = VOLUMES.length;

export class Comfort {
  isLarge = false;
  #volume = USUAL;
  #playing = null;
  #onChange;

  /** `onChange()` when the size of text or the volume is another one. */
  constructor({ onChange = () => {} } = {}) {
    this.#onChange = onChange;
  }

  /** 1 is the lowest. */
  get volume() {
    return this.#volume + 1;
  }

  /** True where the next person would not find everything as it was. */
  get isChanged() {
    return this.isLarge || this.#volume !== USUAL;
  }

  set(what) {
    if (what === "large") this.isLarge = !this.isLarge;
    else this.#volume = (this.#volume + 1) % VOLUMES.length;
    this.#show();
    this.#onChange();
  }

  /** Whoever comes next finds everything as it was. */
  reset() {
    this.stop();
    this.isLarge = false;
    this.#volume = USUAL;
    this.#show();
  }

  #show() {
    document.documentElement.classList.toggle("large-text", this.isLarge);
  }

  /** Play recordings one after another; the button that began it, tapped again, ends it. */
  async play(addresses, button) {
    const again = this.#playing?.button === button;
    this.stop();
    if (again) return;
    const turn = (this.#playing = { button, sound: null });
    button.setAttribute("aria-pressed", "true");
    for (const address of addresses) {
      if (this.#playing !== turn) return;
      turn.sound = new Audio(address);
      turn.sound.volume = VOLUMES[this.#volume];
      await heard(turn.sound);
    }
    if (this.#playing === turn) this.stop();
  }

  stop() {
    const { sound, button } = this.#playing ?? {};
    this.#playing = null;
    sound?.pause();
    button?.setAttribute("aria-pressed", "false");
  }
}

/** Wait until a sound has ended, was stopped, or cannot be played. */
function heard(sound) {
  return new Promise((resolve) => {
    for (const end of ["ended", "pause", "error"]) sound.addEventListener(end, resolve, { once: true });
    sound.play().catch(resolve);
  });
}
