/** Building pages without a line of HTML in a string. */

// The server puts these invisible signs around Vietnamese that stands in for a missing translation.
const STAND_IN = /[\u2063\u2064]/;
const SVG = "http://www.w3.org/2000/svg";

/** Make an element: `h("button", {class: "tile", value: "1", onclick}, "words", child, …)`. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : plain(String(value)));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false).flatMap(written));
  return element;
}

/** Give a text as it is put on a page: what stands in for a translation has its own language and a mark. */
function written(child) {
  if (typeof child !== "string") return [child];
  const parts = child.split(STAND_IN);
  return parts.flatMap((part, index) => (index % 2 ? h("span", { class: "untranslated", lang: "vi" }, part) : part || []));
}

/** Give a text without the signs. */
export function plain(text) {
  return text.split(STAND_IN).join("");
}

/** Give the parts of a text, each with the signs that the whole has. */
export function wrapped(text, part) {
  const around = STAND_IN.test(text) ? (one) => `\u2063${one}\u2064` : (one) => one;
  return plain(text).match(part).map((one) => around(one.trim()));
}

/** Replace what an element says. */
export function say(element, text) {
  element.replaceChildren(...written(text));
}

/** Draw a symbol of the page's sprite: decoration beside words. */
export function picture(symbol, className) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#${symbol}`);
  svg.append(use);
  return svg;
}

/** Draw a QR from the outline of its modules. */
export function code({ size, path }, label) {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = { class: "code", viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": label };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  const modules = document.createElementNS(SVG, "path");
  modules.setAttribute("d", path);
  svg.append(modules);
  return svg;
}

/** Fill the names in braces of a text. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Choose the text of a language; Vietnamese where there is none. */
export function inLanguage(texts, language) {
  return texts[language] || texts.vi || "";
}

/** The heading of a screen: takes the focus when the screen changes, so that a screen reader begins there. */
export function heading(...children) {
  return h("h1", { id: "heading", tabindex: "-1" }, ...children);
}
