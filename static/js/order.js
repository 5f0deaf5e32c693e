// Where a row stands in the order that was asked for, by what it says of itself: as the server has it.

const DAY = 86_400_000_000;
const asked = () => document.getElementById("list-body").dataset;

/** Only who waits is in the first part of these; the rest comes after, the oldest first. */
const FIRST = {
  longest_waiting: ({ waits }) => waits,
  window: ({ waits, closes }) => waits && Number(closes) > Date.now() * 1000 && String(Number(closes) - DAY).padStart(16, "0"),
};

/** In these, times are compared as rows say them: to the millisecond. */
export function round({ dataset }) {
  if (FIRST[asked().order]) dataset.sort = dataset.sort.replace(/^(\d{13})\d{3}/, "$1000");
}

/** What was found keeps its place in the answer. */
export function sortOf({ id, dataset }) {
  const first = FIRST[asked().order];
  if (!first || dataset.found) return dataset.sort;
  const at = first(dataset);
  return at ? `a-${at}-${id.slice(4)}` : `b-${dataset.sort}`;
}

/** Whether one place comes after another. */
export const isAfter = (one, other) => (asked().order === "newest" ? one < other : one > other);

/** These rows as they belong; each is asked once where. */
export function inOrder(rows) {
  const sign = asked().order === "newest" ? -1 : 1;
  const places = new Map(rows.map((row) => [row, sortOf(row)]));
  return [...rows].sort((one, other) => (places.get(one) > places.get(other) ? sign : -sign));
}

/** Whether it changes as time goes by. */
export const runs = () => asked().order === "window";
