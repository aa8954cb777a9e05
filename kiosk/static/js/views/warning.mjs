/** "Are you still there?": counts down over the question; two large buttons, and the Escape key stays. */

import { h, say } from "../dom.mjs";
import { key } from "./frame.mjs";

export function warning({ words, onMore, onRestart, onEscape }) {
  const seconds = h("p", { class: "seconds", role: "timer" });
  const node = h(
    "dialog",
    { class: "warning", role: "alertdialog", "aria-labelledby": "warning-title", "aria-describedby": "warning-text" },
    h("h2", { id: "warning-title" }, words.text("idle_title")),
    h("p", { id: "warning-text" }, words.text("idle_text")),
    seconds,
    h(
      "div",
      { class: "answers", role: "group", "aria-labelledby": "warning-title", "data-guarded": true },
      key("strong", "more", onMore, words.text("idle_more")),
      key("plain", "restart", onRestart, words.text("idle_restart")),
    ),
  );
  node.addEventListener("cancel", (event) => {
    event.preventDefault();
    onEscape();
  });
  // A browser may close a dialog all the same when Escape is pressed again and again.
  node.addEventListener("close", onEscape);
  const second = (n) => {
    say(seconds, words.text("idle_seconds", { n }));
  };
  return { node, second };
}
