// Pages of the list, one at a time, where what is loaded ends near what is seen. By the scrollbar
// or a key one may come far from it: then the page there takes its place.

import { parse } from "./fragments.js";
import { part } from "./fetching.js";
import { claim } from "./list.js";
import { above, address, below, body, bound, doubt, edgeOf, finish, limit, list, refocus, rowsOf, seen, stand, steady } from "./span.js";

const PAGE = 40;
const NEAR = "1200px 0px";
const AGAIN_MS = 2000;
const FAR = 2 * PAGE;
const known = new WeakMap(); // of a list, where its pages begin
let watcher = null;
let loading = null;

export function watch() {
  watcher?.disconnect();
  if (!list()) return;
  bound();
  watcher = new IntersectionObserver(near, { root: body(), rootMargin: NEAR });
  for (const link of [above(), below()]) if (link) watcher.observe(link);
}

document.addEventListener("inbox:limited", () => loading ?? watch());

function near(entries) {
  const found = entries.find(({ isIntersecting }) => isIntersecting);
  if (!found || loading) return;
  const page = far();
  if (page) go(page);
  else further(found.target.id);
}

/** One more page on this side; whether it came. */
export function further(side) {
  const link = document.getElementById(side);
  if (loading || !link) return loading ?? Promise.resolve(false);
  return load(link.dataset.href, (page) => take(side, page));
}

/** One request at a time; one that failed is not at once made again. */
function load(url, use) {
  const mine = list();
  const done = (came) => {
    loading = null;
    if (came) watch();
    else setTimeout(watch, AGAIN_MS);
    return came;
  };
  loading = part(url, (html) => list() === mine && use(parse(html)), { holds: "#list-body" }).then(() => done(true), () => done(false));
  return loading;
}

function take(side, page) {
  const old = document.getElementById(side);
  const rows = [...page.querySelectorAll(".row")];
  const fresh = rows.map(claim).filter((row) => row.parentElement !== list() && !document.querySelector(`#list > #${row.id}`));
  if (side === "more") remember(rowsOf(above()) + list().children.length, old.dataset.href);
  steady(() => {
    const end = side === "more" ? rows.at(-1) : rows[0];
    const more = { edge: end ? edgeOf(end) : old.dataset.edge, rows: rowsOf(old) - fresh.length, link: page.getElementById(side) };
    list()[side === "more" ? "append" : "prepend"](...fresh);
    stand(fresh);
    if (more.link) limit(side, more);
    else finish(side);
  }, true);
  placed(page);
}

function placed(page) {
  body().dataset.unread = page.getElementById("list-body").dataset.unread;
  refocus();
  document.dispatchEvent(new Event("inbox:placed"));
}

function remember(at, href) {
  const pages = known.get(list()) ?? known.set(list(), []).get(list());
  pages[Math.round(at / PAGE)] = { at, href };
}

/** The page that is looked at, if it is more than a page from what is loaded, and known. */
function far() {
  const rows = list().children;
  if (!rows.length) return null;
  const [view, loaded] = [body(), list()].map((part) => part.getBoundingClientRect());
  const height = loaded.height / rows.length;
  if (Math.max(loaded.top - view.bottom, view.top - loaded.bottom) < PAGE * height) return null;
  const index = Math.max(0, rowsOf(above()) + Math.floor((view.top - loaded.top) / height));
  const page = [first(), ...(known.get(list()) ?? [])].findLast((one) => one?.at <= index);
  return index - page.at < FAR ? page : null;
}

const first = () => ({ at: 0, href: address({}) });

function go({ at, href }) {
  return load(href, (page) => {
    const rows = [...page.querySelectorAll(".row")].map(claim);
    const total = rowsOf(above()) + list().children.length + rowsOf(below());
    list().replaceChildren(...rows);
    stand(rows);
    ends("above", page, { edge: edgeOf(rows[0]), rows: at });
    ends("more", page, { edge: edgeOf(rows.at(-1)), rows: total - at - rows.length });
    if (at) doubt();
    placed(page);
  });
}

function ends(side, page, more) {
  const link = page.getElementById(side);
  if (link) limit(side, { ...more, link });
  else finish(side);
}

/** To the newest, whatever is loaded. */
export async function toStart() {
  if (above()) {
    await loading;
    await go(first());
  }
  body().scrollTop = 0;
}

/** From the row that has the focus, or the current one, to the next: else the first that is seen. */
export async function step(by) {
  let [here, row] = beside(by);
  if (here && !row && (await further(by > 0 ? "more" : "above"))) [, row] = beside(by);
  const link = (row ?? here)?.firstElementChild;
  link?.focus();
  link?.scrollIntoView({ block: "nearest" });
}

function beside(by) {
  const rows = [...list().children];
  const focused = rows.findIndex((row) => row.contains(document.activeElement));
  const at = focused < 0 ? rows.findIndex((row) => row.firstElementChild.ariaCurrent) : focused;
  return at < 0 ? [null, rows[seen(rows)[0]]] : [rows[at], rows[at + by]];
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#list-body > .more");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  further(link.id);
});
