// Beside app.js, fetched with htmx: what is done with the lists that it brings.

import "./filtering.js";
import { record } from "./fragments.js";
import { settle } from "./list.js";
import { filtered } from "./navigate.js";
import { watch } from "./pages.js";
import "./swaps.js";
import { localise } from "./times.js";

const recordings = new WeakMap();
let running = null;
let wanted = null; // a view that was asked for and has not come

// The feed goes on meanwhile.
document.addEventListener("htmx:beforeRequest", ({ detail: { xhr, elt } }) => {
  recordings.set(xhr, record());
  running = xhr;
  wanted = elt.dataset.view ?? wanted;
});

// Whoever types on stays in the view they chose, also before it has come.
document.addEventListener("htmx:configRequest", ({ detail: { elt, parameters } }) => {
  if (wanted && !elt.dataset.view) parameters.view = wanted;
});

document.addEventListener("htmx:afterSwap", ({ detail: { xhr } }) => {
  localise(document);
  filtered();
  recordings.get(xhr)?.replay();
  settle();
  watch();
});

document.addEventListener("htmx:afterRequest", ({ detail: { xhr } }) => {
  recordings.get(xhr)?.release();
  // Later: one that took the place of this has not begun yet.
  setTimeout(() => running === xhr && (wanted = null));
});
