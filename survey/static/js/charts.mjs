// What a browser adds to a chart that is whole without it: the nearest point is said to a pointer and to the
// arrow keys, and the time axis can be stretched. Nothing is fetched, nothing is drawn anew.
const SVG = "http://www.w3.org/2000/svg";
const MOST = 16;
// Fewer points than this are told apart without stretching.
const CROWDED = 24;

class Chart {
  constructor(figure) {
    this.figure = figure;
    this.svg = figure.querySelector("svg");
    this.areas = [...this.svg.querySelectorAll(".reading")];
    this.at = -1;
    // The browser's own tip would stand beside ours.
    this.says = this.areas.map((area) => {
      const title = area.querySelector("title");
      const text = title.textContent;
      title.remove();
      return text;
    });
    figure.classList.add("chart-live");
    this.box = document.createElement("p");
    this.box.className = "chart-says";
    this.box.setAttribute("role", "status");
    figure.append(this.box);
    this.listen();
    const moving = this.svg.querySelector(".moving");
    if (moving && this.areas.length > CROWDED) this.zoom = new Zoom(this, moving);
  }

  listen() {
    this.areas.forEach((area, place) => {
      area.addEventListener("pointerenter", () => this.show(place));
      area.addEventListener("pointerdown", () => this.show(place));
    });
    this.svg.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.hide());
    this.figure.addEventListener("keydown", (event) => this.key(event));
    this.figure.addEventListener("blur", () => this.hide());
    addEventListener("beforeprint", () => { this.hide(); this.zoom?.set(1, 0); });
  }

  key(event) {
    if (event.target !== this.figure || event.ctrlKey || event.metaKey || event.altKey) return;
    const last = this.areas.length - 1;
    const moves = {
      ArrowRight: Math.min(last, this.at + 1), ArrowLeft: this.at < 0 ? last : Math.max(0, this.at - 1),
      Home: 0, End: last,
    };
    if (event.key in moves) this.show(moves[event.key]);
    else if (event.key === "Escape") this.hide();
    else if (event.key === "+" || event.key === "=") this.zoom?.by(2);
    else if (event.key === "-") this.zoom?.by(0.5);
    else if (event.key === "0") this.zoom?.set(1, 0);
    else return;
    event.preventDefault();
  }

  show(place) {
    this.at = place;
    this.zoom?.follow(place);
    this.mark();
    this.box.textContent = this.says[place];
    const area = this.areas[place].getBoundingClientRect();
    const own = this.figure.getBoundingClientRect();
    const middle = area.left + area.width / 2 - own.left + this.figure.scrollLeft;
    const room = this.figure.scrollLeft + own.width - this.box.offsetWidth;
    this.box.style.insetInlineStart = `${Math.max(0, Math.min(middle + 8, room))}px`;
    const top = area.top - own.top - this.box.offsetHeight - 4;
    this.box.style.insetBlockStart = `${Math.max(0, top)}px`;
  }

  mark() {
    this.cursor?.remove();
    const area = this.areas[this.at];
    if (!area) return;
    const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(area.getAttribute(name)));
    this.cursor = document.createElementNS(SVG, "line");
    const middle = x + width / 2;
    const ends = { x1: middle, x2: middle, y1: y, y2: y + height };
    for (const [name, value] of Object.entries(ends)) this.cursor.setAttribute(name, value);
    this.cursor.setAttribute("class", "chart-cursor");
    this.svg.append(this.cursor);
  }

  hide() {
    this.at = -1;
    this.box.textContent = "";
    this.cursor?.remove();
  }
}

// Everything that moves is kept as it was drawn; a stretch puts each number at its new place.
class Zoom {
  constructor(chart, moving) {
    this.chart = chart;
    this.first = Number(moving.dataset.first);
    this.last = Number(moving.dataset.last);
    this.scale = 1;
    this.shift = 0; // share of the axis that lies before the window
    this.drawn = this.remember(moving);
    this.clip(moving);
    this.buttons();
  }

  remember(moving) {
    const found = [];
    const keep = (element, names) => found.push([element, names.map((name) => [name, Number(element.getAttribute(name))])]);
    for (const element of moving.querySelectorAll(":scope > :not(g), .readings > rect")) {
      if (element.tagName === "rect") keep(element, ["x", "width"]);
      else if (element.tagName === "line") keep(element, ["x1", "x2"]);
      else if (element.hasAttribute("points")) {
        found.push([element, [["points", element.getAttribute("points").split(" ").map((pair) => pair.split(",").map(Number))]]]);
      }
    }
    for (const place of moving.querySelectorAll(":scope > g.place")) found.push([place, [["at", Number(place.dataset.at)]]]);
    return found;
  }

  clip(moving) {
    const clip = document.createElementNS(SVG, "clipPath");
    clip.id = `${moving.ownerSVGElement.querySelector("title").id}-clip`;
    const area = document.createElementNS(SVG, "rect");
    const ends = { x: this.first - 6, y: -20, width: this.last - this.first + 12, height: 400 };
    for (const [name, value] of Object.entries(ends)) area.setAttribute(name, value);
    clip.append(area);
    moving.before(clip);
    moving.setAttribute("clip-path", `url(#${clip.id})`);
  }

  buttons() {
    const { nearer, farther, whole } = this.chart.figure.dataset;
    const bar = document.createElement("p");
    bar.className = "chart-zoom";
    const make = (text, name, act) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      if (name !== text) button.setAttribute("aria-label", name);
      button.addEventListener("click", act);
      bar.append(button);
      return button;
    };
    make("+", nearer, () => this.by(2));
    this.out = make("−", farther, () => this.by(0.5));
    this.all = make(whole, whole, () => this.set(1, 0));
    this.earlier = make("←", "←", () => this.set(this.scale, this.shift - 0.5 / this.scale));
    this.later = make("→", "→", () => this.set(this.scale, this.shift + 0.5 / this.scale));
    this.chart.figure.after(bar);
    this.enable();
  }

  enable() {
    this.out.disabled = this.all.disabled = this.scale === 1;
    this.earlier.disabled = this.shift <= 0;
    this.later.disabled = this.shift >= 1 - 1 / this.scale - 1e-9;
  }

  by(factor) {
    const scale = Math.min(MOST, Math.max(1, this.scale * factor));
    const at = this.chart.at;
    const middle = at < 0 ? this.shift + 0.5 / this.scale : (at + 0.5) / this.chart.areas.length;
    this.set(scale, middle - 0.5 / scale);
  }

  follow(place) {
    const at = (place + 0.5) / this.chart.areas.length;
    if (at < this.shift || at > this.shift + 1 / this.scale) this.set(this.scale, at - 0.5 / this.scale);
  }

  set(scale, shift) {
    this.scale = scale;
    this.shift = Math.min(Math.max(shift, 0), 1 - 1 / scale);
    const whole = this.last - this.first;
    const put = (x) => this.first + ((x - this.first) / whole - this.shift) * scale * whole;
    for (const [element, attributes] of this.drawn) {
      for (const [name, value] of attributes) {
        if (name === "points") element.setAttribute(name, value.map(([x, y]) => `${put(x)},${y}`).join(" "));
        else if (name === "at") element.setAttribute("transform", `translate(${put(value) - value} 0)`);
        else element.setAttribute(name, name === "width" ? value * scale : put(value));
      }
    }
    const room = whole * scale / this.chart.areas.length;
    this.chart.svg.classList.toggle("roomy", room > 30);
    this.enable();
    if (this.chart.at >= 0) this.chart.mark();
  }
}

for (const figure of document.querySelectorAll("[data-chart]")) {
  if (figure.querySelector(".reading")) new Chart(figure);
}
