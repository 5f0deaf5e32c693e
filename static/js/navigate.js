// Opens a conversation beside the list without leaving the page; every state keeps its URL.
// At the click the pane is the new conversation's, by name and by what its form says, whatever the
// line does: what is typed from there on is written to it.

import { attributes, become, change, parse, route } from "./fragments.js";
import { part, Refused, signedOut } from "./fetching.js";
import { settle } from "./list.js";
import { openId } from "./scroll.js";
import { toast } from "./signs.js";
import { say } from "./words.js";

let running = null;

const frame = () => document.querySelector(".inbox");
const pane = () => document.getElementById("pane");
const field = () => document.querySelector("#composer textarea");
const coming = () => pane().matches(".coming");
const wide = () => matchMedia("(hover: hover) and (width >= 700px)").matches;
const idOf = (path) => new URL(path, location.href).pathname.match(/^\/conversations\/([^/]+)$/)?.[1] ?? "";

/** The list's filter travels in the address, so that a reload shows the same. */
function address(path) {
  const url = new URL(path, location.href);
  const { view, q, filters } = document.getElementById("list-body").dataset;
  if (view !== ("searched" in document.getElementById("list-body").dataset ? "all" : "open")) url.searchParams.set("view", view);
  if (q) url.searchParams.set("q", q);
  for (const [name, value] of new URLSearchParams(filters)) url.searchParams.set(name, value);
  return url.pathname + url.search;
}

/** What was being written stays where the conversation stays, or is only called otherwise now. */
export async function open(path, { push = true, same = idOf(path) === openId() } = {}) {
  running?.abort();
  const mine = (running = new AbortController());
  if (!same) begin(path, push);
  mark(idOf(path));
  try {
    await part(path, (html) => show(html, path, push && same), { signal: mine.signal, holds: "#pane" });
  } catch (error) {
    if (error.name !== "AbortError" && !signedOut(error)) failed(error, path);
  }
}

/** Its name and nothing else, at once. One that is not in the list has none yet, and no composer. */
function begin(path, push) {
  if (push) history[coming() ? "replaceState" : "pushState"]({ inside: true }, "", address(path));
  const id = idOf(path);
  const fresh = document.getElementById("pane-coming").content.firstElementChild.cloneNode(true);
  const find = (selector) => fresh.querySelector(selector);
  const [avatar, name] = [".avatar", ".name"].map((part) => document.querySelector(`#row-${CSS.escape(id)} ${part}`)?.cloneNode(true));
  if (name) find("h2").append(name);
  if (avatar) find(".who").before(avatar);
  find("textarea").readOnly = !name;
  find("#composer").action = `/conversations/${id}/messages`;
  find("[name=conversation_id]").value = id;
  for (const part of [fresh, find("#thread"), ...["#optimistic", "#optimistic-note"].map((made) => find(made).content.firstElementChild)]) part.dataset.conversation = id;
  change(() => pane().replaceWith(fresh));
  arrived();
}

function arrived() {
  frame().dataset.open = "";
  document.dispatchEvent(new Event("inbox:opened"));
  if (wide() && field() && !field().readOnly) field().focus();
  else document.getElementById("thread")?.focus({ preventScroll: true });
}

function show(html, path, push) {
  if (push) history.pushState({ inside: true }, "", address(path));
  const fresh = parse(html).getElementById("pane");
  const { conversation } = fresh.dataset;
  const usable = coming() && !field().readOnly;
  if (coming()) change(() => fill(fresh));
  else change(() => replaceAll(fresh));
  if (usable) document.dispatchEvent(new Event("inbox:opened")); // where somebody is by now they stay
  else arrived();
  if (conversation === idOf(path)) return;
  history.replaceState(history.state, "", address(`/conversations/${conversation}`)); // it became part of that one
  mark(conversation);
}

function replaceAll(fresh) {
  if (field()?.value) fresh.querySelector("#composer textarea").value = field().value;
  pane().replaceWith(fresh);
}

/** All but the field itself: somebody may be in the middle of a word there. */
function fill(fresh) {
  const pair = (selector) => [document.querySelector(`#pane ${selector}`), fresh.querySelector(selector)];
  attributes(pane(), fresh);
  document.querySelector(".unopened")?.remove();
  for (const part of [".thread", "#composer"]) attributes(...pair(part));
  const [noting, noted] = pair("#noting");
  if (noted.dataset.begun) noting.dataset.begun = noted.dataset.begun;
  for (const part of ["#older", "#messages", "#newer"]) become(...pair(part));
  const rest = [".thread-header", ".standing", ".contact", ".composer-pane > [role=status]", ".composer-tools", ".composer-foot", "#composer-extras", "#answering", "#optimistic", "#optimistic-note"].map(pair);
  for (const [old, next] of rest) old.replaceWith(next);
  for (const [part, next] of [["#templates", "#composer"], ["#joining", ".composer-foot"]]) {
    document.querySelector(`#pane ${next}`).before(...fresh.querySelectorAll(part)); // what only some have
  }
  document.getElementById("thread").after(fresh.querySelector("#jump"));
  field().readOnly = false; // composer.js looks at the window
}

/** What stands here stays, and so does what is written; of a page that says why, it is that page. */
function failed(error, path) {
  if (error.told && [403, 404].includes(error.status)) return location.replace(path);
  const why = error instanceof Refused ? say("The server answered %(code)s.", { code: error.status }) : say("No connection.");
  if (!coming()) {
    mark(openId() ?? "");
    return toast([why, say("The conversation could not be opened. Try again in a moment.")].join(" "));
  }
  const again = Object.assign(document.createElement("button"), { type: "button", className: "button small", textContent: say("Try again") });
  again.onclick = () => reopen();
  const notice = Object.assign(document.createElement("p"), { className: "unopened", role: "alert" });
  notice.append(why, " ", say("The conversation could not be opened; what you write is kept."), " ", again);
  pane().querySelector(".unopened")?.remove();
  pane().querySelector(".thread-header").after(notice);
}

/** Also by itself, when the connection is back. */
export function reopen() {
  if (!pane()?.querySelector(".unopened")) return;
  pane().querySelector(".unopened").remove();
  open(location.pathname + location.search, { push: false });
}

export function close({ push = true } = {}) {
  running?.abort();
  // On a phone the arrow is Back: to the list that this came from.
  if (push && !wide() && history.state?.inside) return history.back();
  const was = openId();
  if (push) history.pushState(null, "", address("/"));
  change(() => pane().replaceWith(document.getElementById("pane-closed").content.firstElementChild.cloneNode(true)));
  delete frame().dataset.open;
  mark("");
  document.dispatchEvent(new Event("inbox:opened"));
  if (was) (document.querySelector(`#row-${CSS.escape(was)} > a`) ?? document.getElementById("list")).focus();
}

/** The row is marked at the click; its conversation follows. */
function mark(id) {
  frame().dataset.current = id;
  settle();
}

/** The open conversation became one with another: it is shown whole. */
route("data-merged", ({ dataset: { merged }, value }) => {
  if (![merged, value].includes(openId())) return;
  history.replaceState(history.state, "", address(`/conversations/${value}`));
  open(`/conversations/${value}`, { push: false, same: true });
});

/** The open conversation went to colleagues, whose conversations this agent does not see. */
route("data-left", ({ dataset: { left } }) => {
  if (left !== openId()) return;
  history.replaceState(null, "", address("/"));
  close({ push: false });
  toast(say("This conversation is with other colleagues now."));
});

/** Another list is shown: what is above it says so, and the address. */
export function filtered() {
  const { view, title, searched, order } = document.getElementById("list-body").dataset;
  const [tabs, more, chosen] = [document.querySelectorAll(".list-pane .tabs > [data-view]"), document.getElementById("more-views"), document.querySelector("#search [name=view]")];
  const sort = document.getElementById("sort-list");
  sort.toggleAttribute("data-on", order !== "newest");
  sort.hidden = searched !== undefined;
  let shown = false;
  for (const tab of tabs) {
    const here = tab.dataset.view === view;
    tab.ariaCurrent = here ? "true" : null;
    shown ||= here && tab.dataset.view !== "mentions";
  }
  more.ariaCurrent = shown ? null : "true";
  more.querySelector("bdi").textContent = shown ? "" : title;
  if (searched === undefined || view !== "all") chosen.value = view === (searched === undefined ? "open" : "") ? "" : view; // words look everywhere
  history.replaceState(history.state, "", address(location.pathname));
}

document.addEventListener("click", (event) => {
  if (!frame() || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = event.target.closest("#list a:not(.more-matches), a[data-close], a[data-open]");
  if (!link) return;
  event.preventDefault();
  if ("close" in link.dataset) close();
  else open(link.pathname + link.search);
});

/** A notice was pressed: its message is opened in this page, which is before somebody's eyes. */
if (navigator.serviceWorker) {
  navigator.serviceWorker.onmessage = ({ data }) => (frame() ? open(data.open) : location.assign(data.open));
}

addEventListener("popstate", () => {
  if (!frame()) return;
  if (location.pathname === "/") close({ push: false });
  else open(location.pathname + location.search, { push: false });
});
