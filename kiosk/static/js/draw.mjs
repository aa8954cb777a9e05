/**
 * The split form: of each dimension that is asked at a stage one item, balanced over the finished visits of a tablet.
 *
 * A block urn: it holds AHEAD balls of each item; a visit draws one at random and keeps it if the visit is finished,
 * and once every item has been kept, one ball of each goes back. So each has the same chance for who comes next,
 * no item is ever more than AHEAD visits ahead, and nothing that lies here tells the next draw.
 */

export const AHEAD = 2;

export function itemsAsked(dimension, stage) {
  return dimension.items.filter((item) => stage === "result" || !item.only_after_result);
}

function asked(instrument, stage) {
  return instrument.dimensions.map((dimension) => itemsAsked(dimension, stage)).filter((items) => items.length > 0);
}

function least(items, kept) {
  return Math.min(...items.map(({ code }) => kept[code] ?? 0));
}

/** Draw item codes in the order of the dimensions; `pick(count)` gives a number below count, `kept` is of this stage. */
export function draw(instrument, stage, pick, kept = {}) {
  return asked(instrument, stage).map((items) => {
    const whole = least(items, kept);
    const balls = items.map(({ code }) => Math.max(0, AHEAD + whole - (kept[code] ?? 0)));
    let place = pick(balls.reduce((sum, n) => sum + n, 0));
    return items.find((item, index) => (place -= balls[index]) < 0).code;
  });
}

/** Give what is kept of a stage after a finished visit: numbers of visits, the least of each dimension 0. */
export function keep(instrument, stage, drawn, kept = {}) {
  const fresh = {};
  for (const items of asked(instrument, stage)) {
    const counts = items.map(({ code }) => [code, (kept[code] ?? 0) + Number(drawn.includes(code))]);
    const whole = Math.min(...counts.map(([, n]) => n));
    for (const [code, n] of counts) fresh[code] = n - whole;
  }
  return fresh;
}
