/** A comment for who wants to leave one: the code for the phone, and where it is written here. */

import { code, h, heading, say } from "../dom.mjs";
import { answers, key, screen } from "./frame.mjs";

/** A comment goes on at the phone: a code that knows the desk and nothing else. */
export function handoff({ words, link, onComment, onDone }) {
  return screen(
    "handoff",
    heading(words.text(link ? "handoff_title" : "handoff_failed")),
    link &&
      h(
        "div",
        { class: "handoff" },
        code(link, words.text("handoff_qr")),
        h(
          "div",
          {},
          h("p", { class: "lead" }, words.text("handoff_text", link)),
          link.needs_wifi && h("p", { class: "lead" }, words.text("handoff_wifi", { note: link.wifi_note })),
        ),
      ),
    answers(key("plain", "comment", onComment, words.text("comment_here")), key("strong", "done", onDone, words.text("done"))),
  );
}

export function comment({ config, words, onSend, onCancel }) {
  const error = h("p", { class: "field-error", id: "comment-error", role: "alert" });
  const text = h("textarea", {
    id: "comment",
    rows: 5,
    maxlength: config.comment_characters,
    autocomplete: "off",
    "aria-describedby": "comment-hint comment-error",
  });
  const send = (click) => {
    const written = text.value.trim();
    if (written) {
      onSend(click, written);
      return;
    }
    say(error, words.text("comment_empty"));
    text.focus();
  };
  return screen(
    "comment",
    heading(h("label", { for: "comment" }, words.text("comment_title"))),
    h("p", { class: "hint", id: "comment-hint" }, words.text("comment_hint")),
    error,
    text,
    answers(
      key("plain", "cancel", onCancel, words.text("comment_cancel")),
      key("strong", "send", send, words.text("comment_send")),
    ),
  );
}
