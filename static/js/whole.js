// The whole of a message of which the page has only the beginning.

import { part } from "./fetching.js";
import { change, parse } from "./fragments.js";
import { rewrite } from "./thread.js";

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-whole]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  if (link.ariaBusy === "true") return;
  link.ariaBusy = "true";
  const { id } = link.closest(".message");
  try {
    await part(link.dataset.whole, (html) => show(id, html));
  } catch {
    location.assign(link.href); // there it says why
  }
});

/** The focus was on the link, which is no more: what was asked for is read from its start. */
function show(id, html) {
  const old = document.getElementById(id);
  const element = parse(html).querySelector(".message");
  if (!old || !element) return;
  change(() => rewrite(old, element));
  const words = document.getElementById(id).querySelector(".words");
  if (!words) return;
  words.tabIndex = -1;
  words.focus({ preventScroll: true });
}
