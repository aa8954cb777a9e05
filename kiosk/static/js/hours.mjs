/** Whether the office is open, by the server's time and the hours that the office set: known without a network. */

const MINUTE_MS = 60_000;

/** `at` is the time in milliseconds; a server of the release before says only whether it is open now. */
export function isOpen({ hours, open }, at) {
  if (!hours) return open !== false;
  const wall = new Date(at + hours.offset_min * MINUTE_MS);
  const minute = wall.getUTCHours() * 60 + wall.getUTCMinutes();
  const spans = hours.days[wall.toISOString().slice(0, 10)] ?? hours.week[(wall.getUTCDay() + 6) % 7];
  return spans.some(([opens, closes]) => opens <= minute && minute < closes);
}
