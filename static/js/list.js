// Conversations, newest first. Rows do not move under the pointer or the focus: they wait.

import { after, attributes, parse, route } from "./fragments.js";
import { part } from "./fetching.js";
import { many, say } from "./words.js";

export const list = () => document.getElementById("list");
const body = () => document.getElementById("list-body");
const current = () => document.querySelector(".inbox").dataset.current;
const CAP = 160;
const MOST = 100;
const SOON_MS = 200;
const AGAIN_MS = 2000;
const held = new Map();
const tallied = new WeakMap();
let asked = null;
let answered = -Infinity;
let loading = false;
/** What is left to read, on this page of the list or not: conversation → how many came in. */
let unread = new Map();
let all = true;

const everything = () => body().dataset.view === "all" && !body().dataset.q;
const complete = () => everything() && !document.getElementById("more");
const hovers = matchMedia("(hover: hover)"); // a touch leaves :hover behind
const watched = () => !document.hidden && ((hovers.matches && list().matches(":hover")) || list().contains(document.activeElement));

route("row-", (fresh) => {
  if (!list()) return;
  const old = document.getElementById(fresh.id) ?? held.get(fresh.id);
  if (old) return update(old, fresh);
  if (beyond(fresh)) return;
  // Shared fragments do not say what this agent has seen: a new conversation is all unseen,
  // for an old one beyond the loaded pages, or one that a filter may hide, the server knows.
  if (!fresh.dataset.seen && !(complete() || (everything() && fresh.dataset.inbound === "1"))) return ask();
  fresh.dataset.seen ??= "0";
  held.set(fresh.id, fresh);
});

/** On a page of the list that is not loaded: it comes with that page. */
function beyond({ dataset: { sort } }) {
  const last = list().lastElementChild;
  return everything() && last && document.getElementById("more") && sort < last.dataset.sort;
}

route("data-seen-of", (element) => see(element.dataset.seenOf, Number(element.value)));

/** Two rows turn out to be one person: what was seen of either is seen of both. */
route("data-merged", ({ dataset: { merged }, value }) => {
  if (!list()) return;
  const [gone, kept] = [merged, value].map((id) => document.getElementById(`row-${id}`) ?? held.get(`row-${id}`));
  if (gone && kept) kept.dataset.seen = Number(kept.dataset.seen) + Number(gone.dataset.seen);
  else ask();
  unread.delete(merged);
  for (const row of gone && kept ? [gone] : [gone, kept]) {
    held.delete(row?.id);
    row?.remove();
  }
});

/** This agent has seen `count` inbound messages of a conversation, here or in another tab. */
export function see(conversation, count) {
  const row = document.getElementById(`row-${conversation}`) ?? held.get(`row-${conversation}`);
  if (row) row.dataset.seen = Math.max(count, Number(row.dataset.seen));
  else if (count >= unread.get(conversation)) unread.delete(conversation);
}

/** What a list says of it is of the moment at which the list was read; it is said once. */
function recount() {
  const { unread: told } = body().dataset;
  if (told === undefined) return;
  unread = new Map(told.split(" ").filter(Boolean).map((one) => one.split(":")));
  all = unread.size < MOST;
  delete body().dataset.unread;
}

function update(old, fresh) {
  fresh.dataset.seen ??= old.dataset.seen;
  fresh.dataset.seen = Math.max(fresh.dataset.seen, old.dataset.seen);
  // What was found keeps its place in the answer, and shows why it was found.
  if (old.dataset.found) Object.assign(fresh.dataset, { found: old.dataset.found, sort: old.dataset.sort });
  attributes(old, fresh, ["data-unread"]);
  if (old.dataset.found === "said") return;
  attributes(old.firstElementChild, fresh.firstElementChild, ["aria-current"]);
  old.firstElementChild.replaceChildren(...fresh.firstElementChild.childNodes);
}

const SETTLED_FOR = ["row-", "data-seen-of", "data-merged"];

after((taken) => (!taken || SETTLED_FOR.some((route) => taken.has(route))) && settle());

/** Count, then bring rows to their places, unless somebody is just pointing at them. */
export function settle() {
  const rows = list();
  if (!rows) return;
  const [open, { view }] = [`row-${current()}`, body().dataset];
  const known = [...rows.children, ...held.values()];
  recount();
  for (const row of known) {
    const id = row.id.slice(4);
    if (tally(row, open)) unread.set(id, row.dataset.inbound);
    else unread.delete(id);
  }
  if (!all && unread.size < MOST) ask(); // more than were told are left
  document.dispatchEvent(new CustomEvent("inbox:counted", { detail: all ? unread.size : MOST }));
  const wanted = known.filter((row) => row.id === open || belongs(row, view));
  wanted.sort((a, b) => (a.dataset.sort < b.dataset.sort ? 1 : -1));
  const pill = document.getElementById("new-rows");
  if (watched() && wanted.some((row, at) => rows.children[at] !== row)) {
    const places = new Map([...rows.children].map((row, at) => [row, at]));
    const news = wanted.filter((row, at) => held.has(row.id) || (places.get(row) ?? -1) > at).length;
    pill.textContent = many("%(num)s new", "%(num)s new", news);
    pill.hidden = !news;
    return;
  }
  pill.hidden = true;
  held.clear();
  const staying = new Set(wanted);
  for (const row of known) if (!staying.has(row)) row.remove();
  wanted.forEach((row, at) => rows.children[at] !== row && rows.insertBefore(row, rows.children[at] ?? null));
  if (wanted.length > CAP && !body().dataset.q && !loading && body().scrollTop < body().clientHeight) cut(wanted);
}

function belongs({ dataset }, view) {
  if (view === "unread") return "unread" in dataset;
  return view !== "needs-reply" || dataset.direction === "incoming";
}

/** Count what is unread, where that changed since this row was last looked at. */
function tally(row, open) {
  const { inbound, seen } = row.dataset;
  const unread = Math.max(0, inbound - seen);
  const state = `${unread} ${row.id === open}`;
  const link = row.firstElementChild;
  if (tallied.get(link.lastElementChild) === state) return unread;
  tallied.set(link.lastElementChild, state);
  link.ariaCurrent = row.id === open ? "true" : null;
  const count = row.querySelector(".unread-count");
  const text = unread ? String(unread < 100 ? unread : "99+") : "";
  if (count.textContent !== text) count.textContent = text;
  count.hidden = !unread;
  row.toggleAttribute("data-unread", unread > 0);
  return unread;
}

/** A list that grew all day ends where a page does, and goes on like one. */
function cut(rows) {
  rows.slice(CAP / 2).forEach((row) => row.remove());
  const { view } = body().dataset;
  const query = new URLSearchParams({ view, q: "", cursor: rows[CAP / 2 - 1].dataset.sort.replace("-", "~") });
  const link = document.getElementById("more") ?? document.createElement("a");
  Object.assign(link, { id: "more", className: "more", href: `/?${query}`, textContent: say("More conversations") });
  link.dataset.href = `/conversations?${query}`;
  list().after(link);
  watchMore();
}

/** The first page again, of which only rows that are not here are taken: soon, and in a flood
 *  of conversations that were not loaded, seldom. */
function ask() {
  const { view, q } = body().dataset;
  asked ??= setTimeout(async () => {
    [asked, answered] = [null, performance.now()]; // what comes meanwhile asks again
    await part(`/conversations?${new URLSearchParams({ view, q })}`, merge).catch(() => setTimeout(ask, AGAIN_MS));
  }, Math.max(SOON_MS, answered + AGAIN_MS - performance.now()));
}

function merge(html) {
  const page = parse(html);
  body().dataset.unread = page.getElementById("list-body").dataset.unread;
  for (const row of page.querySelectorAll(".row")) {
    if (!document.getElementById(row.id)) held.set(row.id, row);
  }
  settle();
}

const nearEnd = new IntersectionObserver((entries) => entries.forEach((entry) => entry.isIntersecting && more(entry.target)));

export function watchMore() {
  nearEnd.disconnect();
  const link = document.getElementById("more");
  if (link) nearEnd.observe(link);
}

async function more(link) {
  nearEnd.disconnect();
  loading = true;
  await part(link.dataset.href, (html) => {
    const next = parse(html).getElementById("more");
    merge(html);
    if (next) link.replaceWith(next);
    else link.remove();
  }).catch(() => {});
  loading = false;
  watchMore();
}
