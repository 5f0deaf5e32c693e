// From the search field to what was found: Enter opens the first, arrows go there and back.

import { open } from "./navigate.js";
import { step } from "./pages.js";

const field = () => document.querySelector("#search [name=q]");
const asked = () => field().value.trim();
const links = () => document.querySelectorAll("#list > .row > a");
let entered = false;

function openFirst() {
  entered = false;
  const [first] = links();
  if (first) open(first.pathname + first.search);
}

/** What is typed may not have been answered yet: then it is opened once it is. */
function enter() {
  if (!asked()) return;
  if (document.getElementById("list-body").dataset.q === asked()) return openFirst();
  entered = true;
  globalThis.htmx.trigger(field(), "search");
}

document.addEventListener("htmx:afterSwap", () => entered && openFirst());
document.addEventListener("htmx:afterRequest", ({ detail }) => detail.successful || (entered = false));
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
  ArrowDown: () => step(1),
  ArrowUp: (target) => (target === links()[0] && asked() ? field().focus() : step(-1)),
};
