/** The code of a slip: a field, a keyboard with its symbols, the camera where there is one. */

import { h, heading, say as write } from "../dom.mjs";
import { ALPHABET } from "../slip.mjs";
import { petition } from "./ending.mjs";
import { answers, backButton, key, screen } from "./frame.mjs";

/** `onWritten(text)` with every change, `onPad` from the keyboard on the screen; its key "erase" takes one away. */
export function slip({ words, onWritten, onPad, onCamera, onBack }) {
  const error = h("p", { class: "field-error", id: "slip-error", role: "alert" });
  const field = h("input", {
    id: "slip",
    type: "text",
    inputmode: "none",
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": "slip-hint slip-error",
    oninput: () => onWritten(field.value),
  });
  const video = h("video", { class: "viewfinder", muted: true, playsinline: true, hidden: true, "aria-label": words.text("slip_camera") });
  const pad = [...ALPHABET].map((symbol) => padKey(symbol, onPad, symbol));
  const node = screen(
    "slip",
    heading(h("label", { for: "slip" }, words.text("slip_title"))),
    h("p", { class: "hint", id: "slip-hint" }, words.text("slip_hint")),
    h("div", { class: "slip-line" }, field, error),
    video,
    h("div", { class: "pad", role: "group", "data-guarded": true, "aria-label": words.text("slip_pad") }, ...pad, padKey("erase", onPad, h("span", { "aria-hidden": "true" }, words.text("slip_erase_short")), h("span", { class: "unseen" }, words.text("slip_erase")))),
    answers(
      h("div", { class: "controls" }, backButton(words, onBack), onCamera && key("wide", "camera", onCamera, words.text("slip_camera"))),
    ),
  );
  const say = (text) => write(error, text);
  return { node, field, video, say };
}

function padKey(value, onclick, ...children) {
  return h("button", { type: "button", class: value === "erase" ? "pad-key pad-erase" : "pad-key", value, onclick }, ...children);
}

// Another code may be the right one: mistyped here, or on the newest slip.
const WORTH_ANOTHER = ["unknown", "void"];

/** Why a slip cannot be used; whoever wants to types another code, or rates without one. */
export function slipRefused({ config, words, state, onAgain, onWithout, onLeave }) {
  const again = WORTH_ANOTHER.includes(state);
  return screen(
    "slip-refused",
    heading(words.text(`slip_${state}`)),
    h("p", { class: "lead" }, words.text(`slip_${state}_text`)),
    petition({ config, words }),
    answers(
      key("plain", "leave", onLeave, words.text("to_start")),
      state !== "spent" && key(again ? "plain" : "strong", "without", onWithout, words.text("slip_without")),
      again && key("strong", "again", onAgain, words.text("slip_again")),
    ),
  );
}
