/** Building pages without a line of HTML in a string. */

const SVG = "http://www.w3.org/2000/svg";

/** Make an element: `h("button", {class: "tile", value: "1", onclick}, "words", child, …)`. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
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
