/** One question a screen: a sentence, the options as buttons, the way back. */

import { h, heading, picture } from "../dom.mjs";
import { answers, backButton, place, screen, twoLines } from "./frame.mjs";
import { beside, speakers } from "./sound.mjs";

export function question({ config, words, comfort, step, chosen, onAnswer, onBack }) {
  const kind = KINDS[step.screen];
  const option = (value, attributes, ...children) => button({ words, value, chosen, onAnswer }, attributes, ...children);
  const speaker = speakers({ config, words, comfort });
  const heard = (node, code, text) => beside(node, speaker([code], `${words.text("listen")}: ${words.of(text)}`), "with-sound-option");
  const { title, options, besides, codes } = kind({ config, words, step, option, heard });
  return screen(
    step.screen,
    h("div", { class: "top" }, progress({ words, step }), place(config)),
    beside(heading(...title), speaker(codes, words.text("listen_all")), "with-sound-title"),
    answers(
      h("div", { class: `options options-${step.screen}` }, ...options),
      h("div", { class: "controls" }, backButton(words, onBack), ...besides),
    ),
    step.screen === "reason" && h("p", { class: "returns" }),
  );
}

function button({ words, value, chosen, onAnswer }, attributes, ...children) {
  const mark = value === chosen && h("span", { class: "chosen-before" }, words.text("chosen_before"));
  return h("button", { type: "button", value, ...attributes, onclick: onAnswer }, ...children, mark);
}

/** Tell a screen reader where one is; the same stands on the screen. */
export function progressSpoken(words, step) {
  return progressWords(words, step, "_spoken");
}

function progressWords(words, { screen, opening, number, total }, suffix = "") {
  // What nobody has to answer is not counted among the questions.
  if (screen === "reason") return words.text("reason_progress");
  return words.text(`${opening ? "opening_progress" : "progress"}${suffix}`, { n: number, total });
}

function progress({ words, step }) {
  const { screen, number, total } = step;
  const full = screen === "reason" ? total : number;
  const dots = Array.from({ length: total }, (_, index) => h("span", { class: index < full ? "dot dot-full" : "dot" }));
  return h(
    "p",
    { class: "progress" },
    h("span", { class: "progress-words", "aria-hidden": "true" }, progressWords(words, step)),
    h("span", { class: "unseen" }, progressSpoken(words, step)),
    h("span", { class: "progress-dots", "aria-hidden": "true" }, ...dots),
  );
}

/** Let a list of examples break after its commas rather than inside an example. */
function wholeParts(list) {
  return list
    .split(", ")
    .map((part) => (part.length <= 18 ? part.replace(/ /g, "\u00a0") : part))
    .join(", ");
}

/** A question of the questionnaire with a few options, each a wide tile. */
function choice(code) {
  return ({ config, words, option, heard }) => {
    const { text, options } = config.instrument[code];
    return {
      title: [words.of(text)],
      options: options.map(({ value, text }) => heard(option(value, { class: "option tile" }, words.of(text)), `${code}-${value}`, text)),
      besides: [],
      codes: [code],
    };
  };
}

const KINDS = {
  stage: choice("stage"),
  feedback: choice("feedback"),

  field({ config, words, option }) {
    return {
      title: [words.text("field_title")],
      options: config.fields.map(({ code, name, hint }) =>
        option(code, { class: "option tile" }, ...twoLines(words.of(name), wholeParts(words.of(hint)))),
      ),
      besides: [option("skip", { class: "key key-wide" }, words.text("skip"))],
      // Tiles leave no room for a speaker each: one reads them all.
      codes: ["field", ...config.fields.map(({ code }) => `field-${code}`)],
    };
  },

  reason({ config, words, step, option }) {
    const { dimension, item, level } = step;
    const chosen = words.of(config.instrument.levels.find(({ value }) => value === level).text);
    return {
      title: [h("span", { class: "stem" }, words.text("reason_about", { level: chosen, item: words.of(item.text) })), " ", h("span", { class: "statement" }, words.text("reason_title"))],
      options: dimension.reasons.map(({ code, text }) => option(code, { class: "option tile" }, words.of(text))),
      besides: [option("skip", { class: "key key-wide" }, words.text("reason_skip"))],
      codes: ["reason", ...dimension.reasons.map(({ code }) => `reason-${code}`)],
    };
  },

  item({ config, words, step, option, heard }) {
    const { levels, na } = config.instrument;
    const { dimension, item } = step;
    return {
      title: [h("span", { class: "stem" }, words.of(dimension.stem)), " ", h("span", { class: "statement" }, words.of(item.text))],
      options: levels.map(({ value, text }) =>
        heard(
          option(
            value,
            { class: "option level", "data-item": item.code },
            picture(`face-${value}`, "face"),
            h("span", { class: "level-words" }, words.of(text)),
            picture(`dots-${value}`, "dots"),
          ),
          `level-${value}`,
          text,
        ),
      ),
      besides: [heard(option(na.value, { class: "key key-wide", "data-item": item.code }, words.of(na.text)), na.value, na.text)],
      codes: [`${dimension.code}-stem`, item.code],
    };
  },
};
