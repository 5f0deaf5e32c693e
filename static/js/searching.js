// From the search field to what was found: Enter opens the first, arrows go there and back. htmx
// brings the list, and of several answers the last that was asked for; without scripts it is a page.

import { fetched } from "./lists.js";
import { open } from "./navigate.js";
import { further } from "./pages.js";
import { body } from "./span.js";

const field = () => document.querySelector("#search [name=q]");
const asked = () => field().value.trim();
const links = () => document.querySelectorAll("#list > .row a");
let entered = false;
let running = null;

function openFirst() {
  entered = false;
  const [first] = links();
  if (first) open(first.pathname + first.search);
}

/** What is typed may not have been answered yet: then it is opened once it is. */
async function enter() {
  if (!asked() && !body().dataset.filters) return;
  if (body().dataset.q === asked()) return openFirst();
  entered = true;
  const early = !globalThis.htmx; // then it asks by itself, as soon as it is here
  if (!(await fetched())) field().form.submit();
  else if (!early) globalThis.htmx.trigger(field(), "search");
}

document.addEventListener("htmx:afterSwap", () => entered && body().dataset.q === asked() && openFirst());
document.addEventListener("htmx:beforeRequest", ({ detail }) => (running = detail.xhr));
// Later: one that took the place of this has not begun yet, and is waited for.
document.addEventListener("htmx:afterRequest", ({ detail }) => setTimeout(() => running === detail.xhr && (entered = false)));
document.addEventListener("input", ({ target }) => target === field() && (entered = false));

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
