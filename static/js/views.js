// Beside app.js, fetched with its first use: all views as a menu.

import { signedOut, text, unanswered } from "./fetching.js";
import { parse } from "./fragments.js";
import { go } from "./going.js";
import { among, menu } from "./menu.js";
import { toast } from "./signs.js";
import { body } from "./span.js";
import { say } from "./words.js";

const SORTED = "[data-order]";
let shown = ""; // which of the links are offered

/** A link as an item; the first of a kind says of which. */
function item(link, at) {
  const made = document.createElement("li");
  const { group } = link.closest("ul").dataset;
  Object.assign(made.dataset, { id: link.getAttribute("href"), name: link.querySelector("bdi").textContent, ...link.dataset });
  if (group && !at && shown !== SORTED) made.dataset.group = group;
  if (isHere(link)) made.dataset.on = "";
  made.append(...link.cloneNode(true).childNodes);
  return made;
}

function isHere(link) {
  const { view, q, filters, order } = body().dataset;
  if (link.dataset.order) return link.dataset.order === order;
  if (link.dataset.view) return link.dataset.view === view;
  const now = new URLSearchParams({ view, ...(q ? { q } : {}), ...Object.fromEntries(new URLSearchParams(filters)) });
  const there = new URLSearchParams({ view: "open", ...Object.fromEntries(new URL(link.getAttribute("href"), location.href).searchParams) });
  return [now, there].map((one) => [...one].sort().join()).reduce((one, other) => one === other);
}

/** One of the list's own keeps the words that are looked for, and the filters; so does an order. */
function address({ dataset: { id, view, order } }) {
  if (!view && !order) return id;
  const { q, filters, view: now } = body().dataset;
  const asked = new URLSearchParams({ view: view ?? now, ...(q ? { q } : {}), ...Object.fromEntries(new URLSearchParams(filters)) });
  if (order) asked.set("sort", order);
  return `/?${asked}`;
}

async function offer(title, anchor, links) {
  let items = null;
  shown = links;
  menu({
    title,
    anchor: document.getElementById(anchor),
    find: async (words) => {
      items ??= [...parse(await text("/views", { holds: "#all-views" })).querySelectorAll("#all-views ul")].flatMap((list) => [...list.querySelectorAll(`a${links}`)].map(item));
      return words ? among(items, words) : items;
    },
    choose: (chosen) => go(address(chosen)).catch((error) => signedOut(error) || toast(unanswered(error))),
  });
}

document.addEventListener("inbox:views", () => offer(say("All views"), "more-views", `:not(${SORTED})`));
document.addEventListener("inbox:sort", () => offer(say("Order"), "sort-list", SORTED));
