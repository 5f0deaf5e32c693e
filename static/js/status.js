// The status page and those of endpoints stay as things are: asked again while somebody looks, and
// only then; at once where the feed says that an endpoint is another now.

import { text } from "./fetching.js";
import { route } from "./fragments.js";
import { localise } from "./times.js";

const PAUSE = 2000;
const live = document.getElementById("live");
let timer = null;

/** Someone is reading with a pointer, a selection or the keyboard: what they hold stays put. */
function held(part) {
  const selection = getSelection();
  return part.contains(document.activeElement) || (!selection.isCollapsed && selection.containsNode(part, true));
}

function show(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  localise(fresh);
  for (const part of live.querySelectorAll("[data-part]")) {
    const next = fresh.getElementById(part.id);
    if (!next || held(part)) continue;
    if (part.className !== next.className) part.className = next.className;
    if (part.innerHTML !== next.innerHTML) part.replaceChildren(...next.childNodes);
  }
}

async function look() {
  clearTimeout(timer);
  timer = null;
  if (document.hidden) return;
  try {
    show(await text(live.dataset.live, { holds: "[data-part]" }));
    live.removeAttribute("data-stale");
  } catch {
    live.dataset.stale = ""; // the pill says that there is no connection
  }
  if (!document.hidden) timer = setTimeout(look, PAUSE);
}

if (live?.dataset.live) {
  // The page of one that was removed is there no more: whoever did that is on their way elsewhere.
  route("data-endpoint", ({ dataset: { endpoint, gone } }) => {
    if (gone === undefined || !live.dataset.live.includes(endpoint)) look();
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : look()));
  timer = setTimeout(look, PAUSE);
}
