/** The first screen: which desk this is, what is asked, who reads it, and one large button. */

import { LOUDEST } from "../comfort.mjs";
import { h, heading, picture } from "../dom.mjs";
import { answers, key, place, screen, twoLines } from "./frame.mjs";
import { beside, speakers } from "./sound.mjs";

export function attract({ config, words, connection, call, comfort, onStart, onSlip, onOther, onLanguage, onComfort }) {
  const { unit_in_sentence: unit, confirmed, demo } = config.place;
  const { hotline } = config;
  return screen(
    "attract",
    place(config),
    call ? heading(words.text("called_title")) : beside(heading(words.text("attract_title")), speakers({ config, words, comfort })(["start"], words.text("listen_all")), "with-sound-title"),
    call && h("p", { class: "lead" }, calledFor({ config, words, call })),
    answers(
      key("start", "start", onStart, faces(config), ...twoLines(words.text("start"), words.text("start_hint"))),
      h(
        "ul",
        { class: "assurances" },
        h("li", {}, words.text("no_name")),
        h("li", {}, words.text("who_reads", { unit })),
        h("li", {}, words.text("voluntary")),
      ),
      h(
        "div",
        { class: "beside-start" },
        call ? key("plain", "other", onOther, words.text("called_other")) : key("plain", "slip", onSlip, words.text("slip_offer")),
        languages({ config, words, onLanguage }),
        ...comfortKeys({ config, words, comfort, onComfort }),
      ),
    ),
    connectionState({ words, connection }),
    h(
      "div",
      { class: "foot" },
      hotline && h("p", { class: "foot-hotline" }, words.text("hotline", { number: hotline })),
      h("p", { class: "foot-offline" }, offlineNote({ words, connection })),
      !confirmed && h("p", {}, words.text("unconfirmed")),
      demo && h("p", { class: "foot-demo" }, words.text("demo")),
    ),
  );
}

function calledFor({ config, words, call: { stage, field } }) {
  const values = { stage: words.of(config.instrument.stage.options.find(({ value }) => value === stage).text) };
  const named = config.fields.find(({ code }) => code === field);
  return named ? words.text("called_for_field", { ...values, field: words.of(named.name) }) : words.text("called_for", values);
}

/** The five faces in a row say what this is about to who does not read. */
function faces(config) {
  const row = config.instrument.levels.map(({ value }) => picture(`face-${value}`, "face"));
  return h("span", { class: "faces" }, ...row);
}

function languages({ config, words, onLanguage }) {
  const buttons = config.languages.map(({ code, name }) =>
    h(
      "button",
      {
        type: "button",
        class: "key key-language",
        value: code,
        lang: code,
        "aria-pressed": String(code === words.language),
        onclick: onLanguage,
      },
      name,
    ),
  );
  return h("div", { class: "language-choice", role: "group", "aria-label": words.text("language") }, ...buttons);
}

/** Larger text; and where there are recordings, how loud they are. */
function comfortKeys({ config, words, comfort, onComfort }) {
  const { isLarge, volume } = comfort;
  return [
    key("plain", "large", onComfort, h("span", { class: isLarge ? "" : "letter-large" }, "A"), words.text(isLarge ? "normal" : "large")),
    config.sounds?.[words.language] &&
      key("plain", "volume", onComfort, picture("speaker", "icon"), words.text("volume", { n: volume, total: LOUDEST })),
  ];
}

/** Say so where this tablet cannot do without the network. */
export function offlineNote({ words, connection }) {
  return connection.offline ? "" : words.text("not_offline");
}

/** Say what is wrong with the connection, if anything; replaced by itself when that changes. */
export function connectionState({ words, connection }) {
  const lines = [
    !connection.connected && words.text("disconnected"),
    connection.waiting > 0 && words.text(connection.unsafe > 0 ? "waiting" : "kept", { n: connection.waiting }),
    connection.refused > 0 && words.text("refused", { n: connection.refused }),
  ].filter(Boolean);
  return h("div", { class: "state", role: "status" }, ...lines.map((line) => h("p", {}, line)));
}
