// Opens a conversation beside the list without leaving the page; every state keeps its URL.

import { change, parse, route } from "./fragments.js";
import { part, Refused } from "./fetching.js";
import { settle } from "./list.js";
import { openId } from "./scroll.js";
import { toast } from "./signs.js";
import { say } from "./words.js";

let running = null;

const frame = () => document.querySelector(".inbox");
const pane = () => document.getElementById("pane");
const wide = () => matchMedia("(hover: hover) and (width >= 700px)").matches;

/** The list's filter travels in the address, so that a reload shows the same. */
function address(path) {
  const url = new URL(path, location.href);
  const { view, q } = document.getElementById("list-body").dataset;
  if (view !== "all") url.searchParams.set("view", view);
  if (q) url.searchParams.set("q", q);
  return url.pathname + url.search;
}

const field = () => document.querySelector("#composer textarea");

/** What was being written stays where the conversation stays, or is only called otherwise now. */
export async function open(path, { push = true, same = new URL(path, location.href).pathname === `/conversations/${openId()}` } = {}) {
  running?.abort();
  const mine = (running = new AbortController());
  mark(new URL(path, location.href).pathname);
  try {
    await part(path, (html) => show(html, path, push, same ? field()?.value : ""), { signal: mine.signal });
  } catch (error) {
    if (error.name === "AbortError") return;
    if (error instanceof Refused) return location.assign(path); // the page itself says what is wrong
    mark(`/conversations/${openId() ?? ""}`);
    toast(say("No connection: the conversation could not be opened. Try again in a moment."));
  }
}

function show(html, path, push, draft) {
  if (push) history.pushState({ inside: true }, "", address(path));
  swap(parse(html).getElementById("pane"));
  if (draft && field()) field().value = draft;
  frame().dataset.open = "";
  document.dispatchEvent(new Event("inbox:opened"));
  if (wide() && field() && !field().readOnly) field().focus();
  else document.getElementById("thread")?.focus({ preventScroll: true });
}

export function close({ push = true } = {}) {
  running?.abort();
  // On a phone the arrow is Back: to the list that this came from.
  if (push && !wide() && history.state?.inside) return history.back();
  const was = openId();
  if (push) history.pushState(null, "", address("/"));
  swap(document.getElementById("pane-closed").content.firstElementChild.cloneNode(true));
  delete frame().dataset.open;
  mark("");
  document.dispatchEvent(new Event("inbox:opened"));
  if (was) (document.querySelector(`#row-${CSS.escape(was)} > a`) ?? document.getElementById("list")).focus();
}

function swap(fresh) {
  change(() => {
    pane().replaceWith(fresh);
    globalThis.htmx?.process(fresh);
  });
}

/** The row is marked at the click; its conversation follows. */
function mark(path) {
  frame().dataset.current = path.match(/^\/conversations\/([^/]+)$/)?.[1] ?? "";
  settle();
}

/** The open conversation became one with another: it is shown whole. */
route("data-merged", ({ dataset: { merged }, value }) => {
  if (![merged, value].includes(openId())) return;
  history.replaceState(history.state, "", address(`/conversations/${value}`));
  open(`/conversations/${value}`, { push: false, same: true });
});

export function filtered() {
  const { view } = document.getElementById("list-body").dataset;
  for (const tab of document.querySelectorAll("[data-view][href]")) tab.ariaCurrent = tab.dataset.view === view ? "true" : null;
  document.querySelector("#search [name=view]").value = view;
  history.replaceState(history.state, "", address(location.pathname));
}

document.addEventListener("click", (event) => {
  if (!frame() || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = event.target.closest("#list a, a[data-close], a[data-open]");
  if (!link) return;
  event.preventDefault();
  if ("close" in link.dataset) close();
  else open(link.pathname + link.search);
});

addEventListener("popstate", () => {
  if (!frame()) return;
  if (location.pathname === "/") close({ push: false });
  else open(location.pathname + location.search, { push: false });
});
