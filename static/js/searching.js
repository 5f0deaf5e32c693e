// The list of another view, or of what is searched for: it takes the place of the list that is
// here, and of several answers the last that was asked for. Enter opens the first that is found,
// arrows go there and back, along all that was found. Without scripts each list is a page of its own.

import { parse } from "./fragments.js";
import { part, signedOut } from "./fetching.js";
import { settle } from "./list.js";
import { filtered, open } from "./navigate.js";
import { further, watch } from "./pages.js";
import { toast } from "./signs.js";
import { address, body } from "./span.js";
import { say } from "./words.js";

const PAUSE_MS = 160;
const field = () => document.querySelector("#search [name=q]");
const asked = () => field().value.trim();
const links = () => document.querySelectorAll("#list > .row a");
let running = null;
let wanted = null; // a view that was asked for and has not come
let timer = null;

/** Whether the list came that was asked for. */
async function look(view = wanted ?? body().dataset.view) {
  clearTimeout(timer);
  running?.abort();
  const { signal } = (running = new AbortController());
  wanted = view;
  try {
    await part(address({ view, q: asked() }), show, { signal, holds: "#list-body" });
    return true;
  } catch (error) {
    if (!signal.aborted && !signedOut(error)) toast(unchanged(error));
    return false;
  } finally {
    if (!signal.aborted) wanted = null;
  }
}

function show(html) {
  body().replaceWith(parse(html).getElementById("list-body"));
  filtered();
  settle();
  watch();
}

const unchanged = ({ status }) =>
  status
    ? say("The server answered with error %(code)s; what you see is as it was. Try again in a moment.", { code: status })
    : say("No connection: what you see is as it was. Try again in a moment.");

function openFirst() {
  const [first] = links();
  if (first) open(first.pathname + first.search);
}

/** What is typed may not have been answered yet: then it is opened once it is. */
async function enter() {
  if (asked() && (body().dataset.q === asked() || (await look()))) openFirst();
}

document.addEventListener("input", ({ target }) => {
  if (target !== field()) return;
  running?.abort(); // whoever types on has not meant this
  clearTimeout(timer);
  timer = setTimeout(() => (wanted || body().dataset.q !== asked()) && look(), PAUSE_MS);
});

document.addEventListener("click", (event) => {
  const tab = event.target.closest?.(".list-pane .tabs > a");
  if (!tab || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  look(tab.dataset.view);
});

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const act = target === field() ? inField[key] : target.closest?.("#list > .row") && inList[key];
  if (!act) return;
  event.preventDefault();
  act(target);
});

const inField = { Enter: enter, ArrowDown: () => links()[0]?.focus() };
const inList = {
  ArrowDown: (target) => along(target, 1),
  ArrowUp: (target) => (target === links()[0] && asked() ? field().focus() : along(target, -1)),
};

/** Beyond the last there may be another page. */
async function along(target, by) {
  const beside = () => [...links()][[...links()].indexOf(target) + by];
  const next = beside() ?? ((await further(by > 0 ? "more" : "above")) && beside());
  if (!next) return;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}
