/** The split form: of each dimension that is asked at a stage one item, every one with the same chance. */

export function itemsAsked(dimension, stage) {
  return dimension.items.filter((item) => stage === "result" || !item.only_after_result);
}

/** Draw item codes in the order of the dimensions; `pick(count)` gives a number below count. */
export function draw(instrument, stage, pick) {
  return instrument.dimensions
    .map((dimension) => itemsAsked(dimension, stage))
    .filter((items) => items.length > 0)
    .map((items) => items[pick(items.length)].code);
}
