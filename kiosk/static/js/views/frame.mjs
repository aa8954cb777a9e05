/** Parts that several screens share. */

import { h, picture } from "../dom.mjs";

/** One screen: everything in it is replaced by the next one. */
export function screen(name, ...children) {
  return h("div", { class: `screen screen-${name}`, "data-screen": name }, ...children);
}

/** Buttons that belong to the heading above them; without reaction in the first moment of a screen. */
export function answers(...children) {
  return h("div", { class: "answers", role: "group", "aria-labelledby": "heading", "data-guarded": true }, ...children);
}

export function backButton(words, onclick) {
  return h("button", { type: "button", class: "key key-back", value: "back", onclick }, picture("arrow-back", "icon"), words.text("back"));
}

export function key(kind, value, onclick, ...children) {
  return h("button", { type: "button", class: `key key-${kind}`, value, onclick }, ...children);
}

/** A button with a second, smaller line. */
export function twoLines(first, second) {
  return [h("span", { class: "line-1" }, first), " ", h("span", { class: "line-2" }, second)];
}

/** Name the unit, the desk and the counter: the largest thing first, the nearest in bold. */
export function place({ place: { unit, desk, counter } }) {
  return h(
    "p",
    { class: "place" },
    h("span", {}, unit),
    " ",
    h("span", {}, desk),
    " ",
    counter && h("strong", { class: "place-counter" }, counter),
  );
}
