/**
 * The way of one person through the questions, without any page: a visit is a value, and every answer
 * gives a new one. What is asked next follows from what was said, so going back and choosing otherwise
 * is nothing special.
 *
 * A setup is `{instrument, fields, pick, kept}` and stays the same for the whole visit; `kept` are the finished visits by
 * stage and item (see `draw.mjs`).
 */

import { draw } from "./draw.mjs";

const SKIP = "skip";
// Divides evenly among up to six.
const CHANCES = 60;

/** Begin a visit; a stage or field that is known beforehand is not asked. */
export function begin({ language, at }, setup, { stage, field } = {}) {
  const asks = { stage: !stage, field: !field };
  const visit = { language, startedAt: at, step: 0, asks, stage: null, field: field ?? null, chance: setup.pick(CHANCES) };
  const fresh = { ...visit, sentFeedback: null, draws: {}, answers: {}, reasons: {} };
  return stage ? { ...fresh, ...said(setup, fresh, { screen: "stage" }, stage) } : fresh;
}

/** Give every step of a visit as far as it is known; the questions are drawn once the stage is. */
export function steps(setup, visit) {
  const opening = visit.asks.stage ? [{ screen: "stage" }] : [];
  if (setup.fields.length > 0 && visit.asks.field) opening.push({ screen: "field" });
  const counted = opening.map((step, index) => ({ ...step, opening: true, number: index + 1, total: opening.length }));
  return visit.stage === null ? counted : [...counted, ...questions(setup, visit)];
}

function questions(setup, visit) {
  const drawn = visit.draws[visit.stage].map((code) => find(setup.instrument, code));
  const asked = drawn.flatMap(({ dimension, item }, index) => {
    const place = { dimension, item, opening: false, number: index + 1, total: drawn.length };
    const question = { screen: "item", ...place };
    if (!item.only_with_feedback) return [question];
    const filter = { screen: "feedback", ...place };
    // Who sent nothing is asked nothing more about it, and no other item takes its place.
    return visit.sentFeedback === false ? [filter] : [filter, question];
  });
  return [...asked, ...why(setup, visit, asked)];
}

/** Who is not content may say why: once, after the last answer, about the lowest level; among equals chance decides. */
function why({ instrument: { low = [] } }, { answers, chance }, asked) {
  const about = (level) => asked.filter(({ screen, dimension, item }) => screen === "item" && answers[item.code] === level && dimension.reasons?.length > 0);
  const level = low.find((one) => about(one).length > 0);
  if (!level) return [];
  const equals = about(level);
  return [{ ...equals[chance % equals.length], screen: "reason", level }];
}

function find(instrument, code) {
  for (const dimension of instrument.dimensions) {
    const item = dimension.items.find((one) => one.code === code);
    if (item) return { dimension, item };
  }
  throw new Error(`no item ${code}`);
}

export function currentStep(setup, visit) {
  return steps(setup, visit)[visit.step] ?? null;
}

/** Take the answer to the present step and go on to the next. */
export function answer(setup, visit, value) {
  const step = currentStep(setup, visit);
  return { ...visit, ...said(setup, visit, step, value), step: visit.step + 1 };
}

function said(setup, visit, step, value) {
  switch (step.screen) {
    case "stage":
      // One draw for each stage and visit: going back and forth does not draw again.
      return value in visit.draws
        ? { stage: value }
        : { stage: value, draws: { ...visit.draws, [value]: draw(setup.instrument, value, setup.pick, setup.kept?.[value]) } };
    case "field":
      return { field: value === SKIP ? null : value };
    case "feedback":
      return { sentFeedback: value === "yes" };
    case "item":
      return { answers: { ...visit.answers, [step.item.code]: value } };
    case "reason":
      return { reasons: { ...visit.reasons, [step.dimension.code]: value } };
    default:
      throw new Error(`no screen ${step.screen}`);
  }
}

/** Go one step back; `null` where that is the start. */
export function back(visit) {
  return visit.step === 0 ? null : { ...visit, step: visit.step - 1 };
}

export function isFinished(setup, visit) {
  return visit.stage !== null && visit.step >= steps(setup, visit).length;
}

/** True where nothing is left but to say why: who goes away here has answered. */
export function isAnswered(setup, visit) {
  return visit.stage !== null && steps(setup, visit).slice(visit.step).every(({ screen }) => screen === "reason");
}

/** Give the value that was chosen on a step before, if any. */
export function chosenBefore(visit, step) {
  switch (step.screen) {
    case "stage":
      return visit.stage;
    case "field":
      return visit.field;
    case "feedback":
      return visit.sentFeedback === null ? null : visit.sentFeedback ? "yes" : "no";
    case "reason":
      return visit.reasons[step.dimension.code] ?? null;
    default:
      return visit.answers[step.item.code] ?? null;
  }
}

/** Name the screen under which a step is counted: questions by their dimension. */
export function countedAs(step) {
  return step.screen === "item" ? step.dimension.code : step.screen;
}

/** Give what is sent: only what was asked on the way that was taken in the end. */
export function submission(setup, visit, { key, version, at }) {
  const asked = steps(setup, visit);
  const items = asked.filter((step) => step.screen === "item").map((step) => step.item.code);
  const why = asked.filter((step) => step.screen === "reason").map((step) => visit.reasons[step.dimension.code]);
  return {
    key,
    version,
    stage: visit.stage,
    field: visit.field,
    drawn: visit.draws[visit.stage],
    answers: Object.fromEntries(items.map((code) => [code, visit.answers[code]])),
    sent_feedback: asked.some((step) => step.screen === "feedback") ? visit.sentFeedback : null,
    reasons: why.filter((code) => code && code !== SKIP),
    language: visit.language,
    duration_s: Math.round((at - visit.startedAt) / 100) / 10,
  };
}
