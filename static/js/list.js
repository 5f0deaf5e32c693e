// Conversations, newest first. Rows do not move under the pointer or the focus: they wait.

import { after, attributes, parse, route } from "./fragments.js";
import { part } from "./fetching.js";

export const list = () => document.getElementById("list");
const body = () => document.getElementById("list-body");
const current = () => document.querySelector(".inbox").dataset.current;
const held = new Map();
let asked = null;

const everything = () => body().dataset.view === "all" && !body().dataset.q;
const complete = () => everything() && !document.getElementById("more");
const hovers = matchMedia("(hover: hover)"); // a touch leaves :hover behind
const watched = () => !document.hidden && ((hovers.matches && list().matches(":hover")) || list().contains(document.activeElement));

route("row-", (fresh) => {
  if (!list()) return;
  const old = document.getElementById(fresh.id) ?? held.get(fresh.id);
  if (old) return update(old, fresh);
  // Shared fragments do not say what this agent has seen: a new conversation is all unseen,
  // for an old one beyond the loaded pages, or one that a filter may hide, the server knows.
  if (!fresh.dataset.seen && !(complete() || (everything() && fresh.dataset.inbound === "1"))) return ask();
  fresh.dataset.seen ??= "0";
  held.set(fresh.id, fresh);
});

route("data-seen-of", (element) => see(element.dataset.seenOf, Number(element.value)));

/** Two rows turn out to be one person: what was seen of either is seen of both. */
route("data-merged", ({ dataset: { merged }, value }) => {
  if (!list()) return;
  const [gone, kept] = [merged, value].map((id) => document.getElementById(`row-${id}`) ?? held.get(`row-${id}`));
  if (gone && kept) kept.dataset.seen = Number(kept.dataset.seen) + Number(gone.dataset.seen);
  else ask();
  for (const row of gone && kept ? [gone] : [gone, kept]) {
    held.delete(row?.id);
    row?.remove();
  }
});

/** This agent has seen `count` inbound messages of a conversation, here or in another tab. */
export function see(conversation, count) {
  const row = document.getElementById(`row-${conversation}`) ?? held.get(`row-${conversation}`);
  if (row) row.dataset.seen = Math.max(count, Number(row.dataset.seen));
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

after(settle);

/** Count, then bring rows to their places, unless somebody is just pointing at them. */
export function settle() {
  if (!list()) return;
  const rows = [...list().children, ...held.values()];
  rows.forEach(tally);
  const unread = rows.filter((row) => "unread" in row.dataset).length;
  document.dispatchEvent(new CustomEvent("inbox:counted", { detail: unread }));
  const wanted = rows.filter(belongs).sort((a, b) => (a.dataset.sort < b.dataset.sort ? 1 : -1));
  const changed = wanted.filter((row, at) => list().children[at] !== row);
  const pill = document.getElementById("new-rows");
  if (watched() && changed.length) {
    const news = wanted.filter((row, at) => held.has(row.id) || [...list().children].indexOf(row) > at).length;
    pill.textContent = `${news} new`;
    pill.hidden = !news;
    return;
  }
  pill.hidden = true;
  held.clear();
  for (const row of rows) if (!wanted.includes(row)) row.remove();
  wanted.forEach((row, at) => list().children[at] !== row && list().insertBefore(row, list().children[at] ?? null));
}

function belongs(row) {
  if (row.id === `row-${current()}`) return true;
  if (body().dataset.view === "unread") return "unread" in row.dataset;
  return body().dataset.view !== "needs-reply" || row.dataset.direction === "incoming";
}

function tally(row) {
  const link = row.firstElementChild;
  link.ariaCurrent = row.id === `row-${current()}` ? "true" : null;
  const unread = Math.max(0, row.dataset.inbound - row.dataset.seen);
  const count = row.querySelector(".unread-count");
  const text = unread ? String(unread < 100 ? unread : "99+") : "";
  if (count.textContent !== text) count.textContent = text;
  count.hidden = !unread;
  row.toggleAttribute("data-unread", unread > 0);
}

/** The first page again, of which only rows that are not here are taken. */
function ask() {
  const { view, q } = body().dataset;
  asked ??= setTimeout(async () => {
    asked = null;
    await part(`/conversations?${new URLSearchParams({ view, q })}`, merge).catch(() => setTimeout(ask, 5000));
  }, 200);
}

function merge(html) {
  for (const row of parse(html).querySelectorAll(".row")) {
    if (!document.getElementById(row.id)) held.set(row.id, row);
  }
  settle();
}

export function more(link) {
  return part(link.dataset.href, (html) => {
    const page = parse(html);
    const next = page.getElementById("more");
    merge(html);
    if (next) link.replaceWith(next);
    else link.remove();
  });
}
