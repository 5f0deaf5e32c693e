// The part of the list that is on the page. Rows far from what is seen leave it, so that it stays
// small however long the list is; a link stands for those on either side, as tall as they were.

import { before } from "./fragments.js";
import { isAfter, sortOf } from "./order.js";
import { many, say } from "./words.js";

export const list = () => document.getElementById("list");
export const body = () => document.getElementById("list-body");
export const above = () => document.getElementById("above");
export const below = () => document.getElementById("more");

const MOST = 160;
const KEPT = 120;
const NEAR = 25; // rows on either side of what is seen that never leave: more than are fetched ahead
const SIDES = {
  above: { asks: "before", words: say("Newer conversations"), end: () => list().firstElementChild },
  more: { asks: "cursor", words: say("More conversations"), end: () => list().lastElementChild },
};
const places = new WeakMap();
const unsure = new WeakSet();
let left = ""; // the row that had the focus when it left

/** Where a row stands, which is not where it belongs while it waits. */
const place = (row) => places.get(row) ?? sortOf(row);
export const waits = (row) => place(row) !== sortOf(row);
export const stand = (rows) => rows.forEach((row) => places.set(row, sortOf(row)));

export const rowsOf = (link) => Number(link?.dataset.rows ?? 0);
export const isAbove = (row) => Boolean(above()) && isAfter(above().dataset.edge, sortOf(row));
export const isBelow = (row) => Boolean(below()) && isAfter(sortOf(row), below().dataset.edge);
export const within = (row) => !isAbove(row) && !isBelow(row);

export const edgeOf = (row) => (row ? sortOf(row) : "");

/** What is loaded ends with the rows with which the links came. */
export function bound() {
  for (const [side, { end }] of Object.entries(SIDES)) {
    const link = document.getElementById(side);
    if (link) link.dataset.edge ??= edgeOf(end());
  }
}

export function address(more) {
  const { view, q, filters } = body().dataset;
  return `/conversations?${new URLSearchParams({ view, q, ...Object.fromEntries(new URLSearchParams(filters)), ...more })}`;
}

/** The server's name for the place of a row: of what was said, by its number alone. */
function cursor(sort) {
  const [, part, at, tie] = sort.match(/^(?:([01ab])-)?(\d{16})-(.+)$/);
  return `${part === "b" ? "10" : ""}${at}~${part === "0" ? "said" : tie}`;
}

/** The link on a side, for so many rows from `edge` on; `link` comes with a page, else it is made. */
export function limit(side, { edge, rows, link }) {
  const { asks, words } = SIDES[side];
  const old = document.getElementById(side);
  const made = link ?? old ?? Object.assign(document.createElement("a"), { id: side, className: "more", textContent: words });
  if (!link) made.dataset.href = address({ [asks]: cursor(edge) });
  if (!link) made.href = made.dataset.href.replace("/conversations?", "/?");
  made.dataset.edge = edge;
  tall(made, rows);
  if (old && old !== made) old.replaceWith(made);
  if (old) return;
  list()[side === "above" ? "before" : "after"](made);
  document.dispatchEvent(new Event("inbox:limited"));
}

function tall(link, rows) {
  link.dataset.rows = Math.max(0, rows);
  link.style.setProperty("--rows", link.dataset.rows);
}

/** Nothing is left on this side. */
export function finish(side) {
  document.getElementById(side)?.remove();
  if (side === "above") unsure.delete(list());
}

/** How many are above is a guess from now on. */
export const doubt = () => unsure.add(list());

let scrolled = null;

/** Where the list stands is asked before anything has changed: it would be laid out for the answer. */
function look() {
  scrolled = body()?.scrollTop ?? null;
  return () => (scrolled = null);
}

before(look);

export function still(work) {
  const done = look();
  work();
  done();
}

/** Change rows without moving those that are read. Who is at the very top reads the newest, unless
 *  what is above comes there by itself. */
export function steady(work, always = false) {
  if (!always && !(scrolled ?? body().scrollTop)) return work();
  const rows = [...list().children].filter((row) => !waits(row));
  const [first, last] = seen(rows);
  const anchors = rows.slice(first, last + 1).map((row) => [row, row.getBoundingClientRect().top]);
  work();
  const [anchor, at] = anchors.find(([row]) => row.isConnected) ?? [];
  if (anchor) body().scrollTop += anchor.getBoundingClientRect().top - at;
}

/** The first and the last of these that are before somebody's eyes. */
export function seen(rows) {
  const { top, bottom } = body().getBoundingClientRect();
  const first = count(rows, (box) => box.bottom <= top);
  return [first, count(rows, (box) => box.top < bottom) - 1];
}

/** Of how many this is so, of those that come first: they stand one below the other. */
function count(rows, holds) {
  let [from, to] = [0, rows.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (holds(rows[middle].getBoundingClientRect())) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Where many are loaded, let some go, on the side where more are out of sight; returns them. */
export function trim() {
  const rows = [...list().children];
  if (rows.length <= MOST) return [];
  const [first, last] = seen(rows);
  const [spare, ahead, behind] = [rows.length - KEPT, first - NEAR, rows.length - 1 - last - NEAR];
  const count = Math.min(spare, Math.max(ahead, behind));
  if (count > 0) leave(...(ahead > behind ? ["above", rows.slice(0, count)] : ["more", rows.slice(-count)]));
  return rows.filter((row) => !row.isConnected);
}

function leave(side, rows) {
  steady(() => {
    const focused = rows.find((row) => row.contains(document.activeElement));
    if (focused) list().focus({ preventScroll: true });
    if (focused) left = focused.id;
    rows.forEach((row) => row.remove());
    limit(side, { edge: place(SIDES[side].end()), rows: rowsOf(document.getElementById(side)) + rows.length });
  }, true);
}

/** The focus waits on the list for its row. */
export function refocus() {
  if (document.activeElement === list()) document.querySelector(`#${CSS.escape(left)} > a`)?.focus({ preventScroll: true });
}

/** Where somebody reads who is not at the top, so that a page that is fetched anew begins there:
 *  the place that it is asked for, and how its links come to be as tall as what they stand for. */
export function reading() {
  const rows = list() && body().scrollTop ? [...list().children] : [];
  const [first] = rows.length ? seen(rows) : [0];
  const before = rows[first - 1];
  if (!before) return null;
  const at = rowsOf(above()) + first;
  const left = rows.length - first + rowsOf(below());
  return { cursor: cursor(place(before)), keep: (page) => keep(page, at, left - page.querySelectorAll("#list > .row").length) };
}

function keep(page, ...sides) {
  ["above", "more"].forEach((side, number) => {
    const link = page.getElementById(side);
    if (link) tall(link, sides[number]);
  });
}

/** Say which of how many a row is, where that is known: the page has only a part of them. */
export function number() {
  const part = above() || below() ? "-1" : null;
  const known = above() && !unsure.has(list());
  [...list().children].forEach((row, at) => {
    const position = known ? String(rowsOf(above()) + at + 1) : null;
    if (row.ariaSetSize !== part) row.ariaSetSize = part;
    if (row.ariaPosInSet !== position) row.ariaPosInSet = position;
  });
}

/** How many wait for their place. */
export function tell(count) {
  const pill = document.getElementById("new-rows");
  pill.hidden = !count;
  if (count) pill.textContent = count < 100 ? many("%(num)s new", "%(num)s new", count) : say("99+ new");
}
