/** After the last answer: sending, and thanks with the offer of a comment. */

import { h, heading, picture, say, wrapped } from "../dom.mjs";
import { answers, key, screen, twoLines } from "./frame.mjs";

/** Shown only where the server takes its time; says what happens with the answer meanwhile. */
export function sending({ config, words, title, onLeave }) {
  const state = h("p", { class: "lead", role: "status" }, words.text("sending_wait"));
  const node = screen("sending", heading(words.text(title)), state);
  /** Report failures; true with the first one: from then on nobody has to stay. */
  const report = (failures) => {
    say(state, words.text("sending_again", { n: failures }));
    if (node.querySelector("button")) return false;
    const leave = answers(key("plain", "leave", onLeave, words.text("to_start")));
    node.append(h("p", { class: "lead" }, words.text("sending_kept")), petition({ config, words }), leave);
    return true;
  };
  return { node, report };
}

export function refused({ config, words, onLeave }) {
  return screen(
    "refused",
    heading(words.text("refused_title")),
    h("p", { class: "lead" }, words.text("refused_text")),
    petition({ config, words }),
    answers(key("plain", "leave", onLeave, words.text("to_start"))),
  );
}

/** Thanks, never a score: for the answer with the offer of a comment, or for the comment. */
export function thanks({ config, words, forComment, onComment, onPhone, onDone }) {
  return screen(
    "thanks",
    heading(picture("recorded", "recorded"), ...sentences(words.text(forComment ? "thanks_comment_title" : "thanks_title"))),
    h("p", { class: "lead" }, words.text(forComment ? "thanks_comment_text" : "thanks_text")),
    petition({ config, words }),
    answers(
      !forComment && key("plain", "comment", onComment, ...twoLines(words.text("comment_offer"), words.text("comment_offer_hint"))),
      !forComment && onPhone && key("plain", "phone", onPhone, ...twoLines(words.text("handoff_offer"), words.text("handoff_offer_hint"))),
      key("strong", "done", onDone, words.text("done")),
    ),
  );
}

/** Let a line break between two sentences rather than inside one. */
function sentences(text) {
  const parts = wrapped(text, /[^!]+!?/g).map((sentence) => h("span", { class: "sentence" }, sentence));
  return parts.flatMap((part, index) => (index === 0 ? [part] : [" ", part]));
}

/** A comment without a name gets no reply: say where one can be had. */
export function petition({ config, words }) {
  const { hotline, petition_address: address } = config;
  const ways = [
    hotline && words.text("petition_hotline", { number: hotline }),
    address && words.text("petition_address", { address }),
  ].filter(Boolean);
  if (ways.length === 0) ways.push(words.text("petition_ask"));
  return h(
    "section",
    { class: "petition", "aria-labelledby": "petition-title" },
    h("h2", { id: "petition-title" }, words.text("petition_title")),
    h("p", {}, words.text("petition_text")),
    h("ul", {}, ...ways.map((way) => h("li", {}, way))),
  );
}
