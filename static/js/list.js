// Conversations of a view, in an order. Rows do not move under the pointer or the focus: they wait.

import { belonging, isMine } from "./belonging.js";
import { after, attributes, parse, route, shorten } from "./fragments.js";
import { part } from "./fetching.js";
import { inOrder, round, runs, sortOf } from "./order.js";
import { above, address, below, body, bound, doubt, isAbove, isBelow, limit, list, number, rowsOf, stand, steady, still, tell, trim, waits, within } from "./span.js";
import { everyHalfMinute } from "./times.js";

const current = () => document.querySelector(".inbox").dataset.current;
const MOST = 100;
const SOON_MS = 200;
const AGAIN_MS = 2000;
const passed = new Set(); // what came above all that is loaded, while somebody points at the list
const tallied = new WeakMap();
const wanted = new Set(); // rows of which only the server knows what is left to read
const read = new Set(); // what was read of those that are not here, since this page was loaded
let whole = false; // or all of the first page
let asked = null;
let answered = -Infinity;
let top = ""; // the place of the first row, when all were last in theirs
let shown = null; // the list of which all this is said
/** What is left to read, on this page of the list or not: conversation → how many came in. */
let unread = new Map();
let all = true;

const searched = () => "searched" in body().dataset;
const everything = () => body().dataset.view === "all" && !searched() && body().dataset.asked === "{}";
const complete = () => everything() && !above() && !below();
const hovers = matchMedia("(hover: hover)"); // a touch leaves :hover behind
const watched = () => !document.hidden && ((hovers.matches && list().matches(":hover")) || list().contains(document.activeElement));

/** Rows that wait for a place are on the page, though unseen: there the feed finds them, too. */
const waiting = () => body().querySelector(":scope > .held");
const held = () => [...(waiting()?.children ?? [])];

function hold(row) {
  if (!waiting()) body().append(Object.assign(document.createElement("ol"), { className: "held", hidden: true }));
  waiting().append(row);
}

/** A row that came with a page: if it waits here, that one takes its place. */
export function claim(row) {
  const old = waiting()?.children[row.id];
  if (old) update(old, row);
  return old ?? row;
}

/** Another list has come: what waited for the one before is in it, or does not belong there. */
function begin() {
  bound();
  if (shown === list()) return;
  shown = list();
  passed.clear();
  top = "";
}

route("row-", (fresh) => {
  if (!list()) return;
  begin();
  const news = isNews(fresh);
  round(fresh);
  fresh.toggleAttribute("data-mine", isMine(fresh));
  delete fresh.dataset.changed;
  const old = document.getElementById(fresh.id);
  if (old) return update(old, fresh);
  if (searched() || body().dataset.view === "mentions") return ask();
  const fits = belonging(false)(fresh);
  if (!fits) passed.delete(fresh.id);
  else if (isAbove(fresh)) return pass(fresh, news);
  // Shared fragments do not say what this agent has seen: a new conversation is all unseen.
  if ((news && fresh.dataset.inbound === "1" && !read.has(fresh.id)) || complete()) Object.assign(fresh.dataset, { seen: 0, mentions: 0 });
  if ("seen" in fresh.dataset) hold(fresh);
  else if (news || (fits && !isBelow(fresh))) ask(fresh);
});

/** Of a conversation that is not open only its row is shown, and of one that is not loaded only where
 *  it belongs is asked. What was done at the desk may be shown elsewhere, too. */
shorten((body, conversation) => {
  const tag = body.match(/<li [^>]*>/s)?.[0];
  if (!list() || !tag || /\sdata-changed\b/.test(tag) || conversation === current()) return body;
  const known = document.getElementById(`row-${conversation}`) || complete() || /\sdata-inbound="1"/.test(tag);
  return known ? body.slice(0, body.indexOf("</li>") + 5) : `${tag}</li>`;
});

/** Whether there may be more to read than before; in the order of arrival that comes first. */
const isNews = ({ dataset }) => dataset.direction === "incoming" && !("changed" in dataset);

/** It comes with the page above; what is left to read of it the server knows. */
function pass(fresh, news) {
  if (passed.size < MOST && (news || body().dataset.view !== "unread")) passed.add(fresh.id);
  doubt();
  ask(fresh);
}

route("data-seen-of", ({ dataset: { seenOf, why }, value }) => (why === "seen" ? see : unsee)(seenOf, Number(value)));

/** Notes name this agent there, or they have looked: here or in another tab. */
route("data-mentions-of", ({ dataset: { mentionsOf }, value }) => {
  if (!list()) return;
  const row = document.getElementById(`row-${mentionsOf}`);
  if (row) row.dataset.mentions = value;
  else if (body().dataset.view === "mentions") ask();
});

/** Two rows turn out to be one person: what was seen of either is seen of both. */
route("data-merged", ({ dataset: { merged }, value }) => {
  if (!list()) return;
  const [gone, kept] = [merged, value].map((id) => document.getElementById(`row-${id}`));
  if (gone && kept) for (const what of ["seen", "mentions"]) kept.dataset[what] = Number(kept.dataset[what]) + Number(gone.dataset[what]);
  else ask();
  unread.delete(merged);
  for (const row of gone && kept ? [gone] : [gone, kept]) row?.remove();
});

/** It went to colleagues, whose conversations this agent does not see. */
route("data-left", ({ dataset: { left } }) => {
  if (!list()) return;
  document.getElementById(`row-${left}`)?.remove();
  unread.delete(left);
});

/** This agent has seen `count` inbound messages of a conversation, here or in another tab. */
export function see(conversation, count) {
  const row = document.getElementById(`row-${conversation}`);
  if (row) row.dataset.seen = Math.max(count, Number(row.dataset.seen));
  if (row) return;
  read.add(`row-${conversation}`);
  if (count >= unread.get(conversation)) unread.delete(conversation);
}

/** It is unread again: this agent says so, or somebody gave it to them. */
function unsee(conversation, count) {
  const row = document.getElementById(`row-${conversation}`);
  if (row) row.dataset.seen = count;
  else if (!unread.has(conversation)) ask();
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
  fresh.dataset.mentions ??= old.dataset.mentions ?? 0;
  // What was found keeps its place in the answer, and shows why it was found.
  if (old.dataset.found) Object.assign(fresh.dataset, { found: old.dataset.found, sort: old.dataset.sort });
  attributes(old, fresh, ["data-unread", "data-draft", "aria-setsize", "aria-posinset"]);
  if (old.dataset.found === "said") return;
  attributes(old.firstElementChild, fresh.firstElementChild, ["aria-current"]);
  old.firstElementChild.replaceChildren(...fresh.firstElementChild.childNodes);
}

const SETTLED_FOR = ["row-", "data-seen-of", "data-merged", "data-left"];

after((taken) => (!taken || SETTLED_FOR.some((route) => taken.has(route))) && settle());

/** Count, then bring rows to their places, unless somebody is just pointing at them: then only
 *  what moves none of them is done. */
export function settle() {
  if (!list()) return;
  begin();
  leave();
  const open = `row-${current()}`;
  const loaded = [...list().children, ...held()];
  count(loaded, open);
  const belongs = belonging();
  const here = new Set(loaded.filter((row) => within(row) && (row.id === open || belongs(row))));
  for (const row of held()) if (!here.has(row)) row.remove(); // it was counted, and is elsewhere
  const known = [...list().children, ...held()];
  const rows = inOrder(known.filter((row) => here.has(row)));
  if (watched() && (passed.size || rows.some((row, at) => list().children[at] !== row))) wait(known);
  else arrange(known, rows);
  for (const row of trim()) if (waits(row)) passed.add(row.id);
  number();
}

/** The place of one that waits may have left with others. */
function leave() {
  for (const row of held().filter(isAbove)) {
    row.remove();
    passed.add(row.id);
  }
}

function count(known, open) {
  recount();
  for (const row of known) left(row, tally(row, open));
  if (!all && unread.size < MOST) ask(); // more than were told are left
  document.dispatchEvent(new CustomEvent("inbox:counted", { detail: all ? unread.size : MOST }));
}

/** What is left to read of it is remembered, of so many. */
function left({ id, dataset: { inbound, seen } }, count = inbound - seen) {
  const conversation = id.slice(4);
  if (count <= 0) unread.delete(conversation);
  else if (unread.has(conversation) || unread.size < 2 * MOST) unread.set(conversation, inbound);
  else all = false;
}

/** Of what waits only so much is kept: more than a page of it is read anew from the server. */
function wait(known) {
  if (held().length > MOST && top) {
    for (const { id } of held()) if (passed.size < MOST) passed.add(id);
    limit("above", { edge: top, rows: 0 });
    doubt();
    waiting().replaceChildren();
  }
  tell(passed.size + held().length + known.filter((row) => row.parentElement === list() && waits(row)).length);
}

function arrange(known, rows) {
  tell(0);
  passed.clear();
  const [now, staying] = [list().children, new Set(rows)];
  steady(() => {
    const gone = known.filter((row) => row.parentElement === list() && isAbove(row)).length;
    if (gone) limit("above", { edge: above().dataset.edge, rows: rowsOf(above()) + gone });
    for (const row of known) if (!staying.has(row)) row.remove();
    rows.forEach((row, at) => now[at] !== row && list().insertBefore(row, now[at] ?? null));
  });
  stand(rows);
  top = rows[0] ? sortOf(rows[0]) : "";
}

/** Count what is unread, where that changed since this row was last looked at. */
function tally(row, open) {
  const { inbound, seen, draft } = row.dataset;
  const unread = Math.max(0, inbound - seen);
  const state = `${unread} ${row.id === open} ${draft}`;
  const link = row.firstElementChild;
  if (tallied.get(link.lastElementChild) === state) return unread;
  tallied.set(link.lastElementChild, state);
  link.ariaCurrent = row.id === open ? "true" : null;
  link.querySelector(".drafted > bdi").textContent = draft ?? "";
  const count = row.querySelector(".unread-count");
  const text = unread ? String(unread < 100 ? unread : "99+") : "";
  if (count.textContent !== text) count.textContent = text;
  count.hidden = !unread;
  row.toggleAttribute("data-unread", unread > 0);
  return unread;
}

/** What the server knows of this row; without one the first page again, of which only rows that are
 *  not here are taken. Soon, and in a flood of conversations that were not loaded, seldom. */
function ask(row) {
  if (row && wanted.size < MOST) wanted.add(row.id);
  else whole = true;
  asked ??= setTimeout(async () => {
    [asked, answered] = [null, performance.now()]; // what comes meanwhile asks again
    const [mine, ids] = [list(), [...wanted].map((id) => id.slice(4))];
    const [url, holds] = whole ? [address({}), "#list-body"] : [`/conversations/rows?ids=${ids}`, "#rows-asked"];
    wanted.clear();
    whole = false;
    await part(url, (html) => list() === mine && merge(parse(html)), { holds }).catch(() => setTimeout(ask, AGAIN_MS));
  }, Math.max(SOON_MS, answered + AGAIN_MS - performance.now()));
}

const merge = (page) => still(() => mergeRows(page));

function mergeRows(page) {
  const told = page.getElementById("list-body");
  if (told) body().dataset.unread = told.dataset.unread;
  for (const row of page.querySelectorAll(".row")) {
    const old = document.getElementById(row.id);
    round(row);
    if (old) see(row.id.slice(4), Number(row.dataset.seen));
    else if (within(row)) hold(row);
    else left(row);
  }
  settle();
}

everyHalfMinute(() => list() && runs() && settle());

document.addEventListener("inbox:placed", settle);
