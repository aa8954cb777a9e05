/** The tablet was revoked while it was on. What it still holds is kept; a new code makes it known again. */

import { h, heading, say } from "../dom.mjs";
import { key, screen } from "./frame.mjs";

export function unknown({ words, onEnrol }) {
  const error = h("p", { class: "field-error", id: "code-error", role: "alert" });
  const code = h("input", {
    id: "code",
    type: "text",
    autocomplete: "off",
    autocapitalize: "characters",
    spellcheck: "false",
    "aria-describedby": "code-error",
  });
  const form = h(
    "form",
    { class: "enrolment", autocomplete: "off" },
    h("label", { for: "code" }, words.text("unknown_code")),
    error,
    code,
    key("strong", "enrol", null, words.text("unknown_enrol")),
  );
  form.querySelector("button").type = "submit";
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const enrolled = await onEnrol(code.value);
    if (!enrolled) {
      say(error, words.text("unknown_wrong"));
      code.focus();
    }
  });
  return screen("unknown", heading(words.text("unknown_title")), h("p", { class: "lead" }, words.text("unknown_text")), form);
}
