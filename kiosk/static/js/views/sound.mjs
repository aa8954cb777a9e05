/** A button that plays what is written beside it; nothing where no recording is. */

import { h, picture } from "../dom.mjs";

/** Give a maker of such buttons: `speaker(codes, words)`, with the texts in the order in which they are heard. */
export function speakers({ config, words, comfort }) {
  const kept = config.sounds?.[words.language] ?? {};
  return (codes, name) => {
    const addresses = codes.map((code) => kept[code]).filter(Boolean);
    if (addresses.length === 0) return null;
    const play = ({ currentTarget }) => comfort.play(addresses, currentTarget);
    const value = `listen-${codes[0]}`;
    const own = { type: "button", class: "key key-sound", value, "aria-label": name, "aria-pressed": "false" };
    return h("button", { ...own, onclick: play }, picture("speaker", "icon"));
  };
}

/** Put a speaker beside what it reads. */
export function beside(node, speaker, kind) {
  return speaker ? h("div", { class: `with-sound ${kind}` }, node, speaker) : node;
}
