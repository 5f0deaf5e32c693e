// Whose turn it is, in the panel beside the thread as well: what the bar above the thread says, as a
// list, with the same menus. The bar is the only one that the feed changes.

import { text } from "./fetching.js";
import { parse, route } from "./fragments.js";
import { say } from "./words.js";

const bar = () => document.querySelector(".standing[id]");
const ROWS = [
  ["assign", say("With")],
  ["team", say("Team")],
  ["labels", say("Labels")],
  ["priority", say("Priority")],
  ["status", say("Status")],
];

export function drawStanding() {
  const panel = document.getElementById("contact");
  if (!panel || !bar()) return;
  const fresh = Object.assign(document.createElement("dl"), { id: "panel-standing", className: "facts turn" });
  for (const [what, words] of ROWS) fresh.append(named(words), value(what));
  const old = document.getElementById("panel-standing");
  const focused = old?.contains(document.activeElement) && document.activeElement.dataset.arrange;
  if (old) old.replaceWith(fresh);
  else panel.querySelector(".facts:not([id])").before(fresh);
  if (focused) fresh.querySelector(`[data-arrange=${focused}]`)?.focus({ preventScroll: true });
  allLabels(fresh);
}

const named = (textContent) => Object.assign(document.createElement("dt"), { textContent });

/** The bar's button once more, with all its words. */
function value(what) {
  const made = bar().querySelector(`[data-arrange=${what}]`).cloneNode(true);
  made.removeAttribute("id");
  made.classList.remove("unset");
  for (const words of made.querySelectorAll(".visually-hidden")) words.classList.remove("visually-hidden");
  if (what === "status") asleep(made);
  const place = document.createElement("dd");
  place.append(made);
  return place;
}

/** Until when, where it sleeps. */
function asleep(made) {
  const until = bar().dataset.status === "snoozed" && bar().querySelector("#do-snooze > span")?.cloneNode(true);
  if (until) made.firstElementChild.append(": ", until);
}

/** The bar has room for two. */
async function allLabels(list) {
  const names = JSON.parse(bar().dataset.labels);
  const more = list.querySelector("[data-arrange=labels] > [title]");
  if (!more) return;
  const known = parse(await text("/desk/choices", { holds: "#choices", quiet: true }).catch(() => ""));
  const chips = names.slice(2).map((name) => known.querySelector(`[data-kind=labels] > [data-id="${CSS.escape(name)}"] > bdi`));
  if (chips.every(Boolean)) more.replaceWith(...chips);
}

route("standing-", drawStanding);
document.addEventListener("inbox:opened", drawStanding);
