// Beside app.js, fetched with its first use: all views as a menu.

import { signedOut, text, unanswered } from "./fetching.js";
import { parse } from "./fragments.js";
import { go } from "./going.js";
import { among, menu } from "./menu.js";
import { toast } from "./signs.js";
import { body } from "./span.js";
import { say } from "./words.js";

const button = () => document.getElementById("more-views");

/** A link as an item; the first of a kind says of which. */
function item(link, at) {
  const made = document.createElement("li");
  const { group } = link.closest("ul").dataset;
  Object.assign(made.dataset, { id: link.getAttribute("href"), name: link.querySelector("bdi").textContent });
  if (link.dataset.view) made.dataset.view = link.dataset.view;
  if (group && !at) made.dataset.group = group;
  if (isHere(link)) made.dataset.on = "";
  made.append(...link.cloneNode(true).childNodes);
  return made;
}

function isHere({ dataset: { view } }) {
  return view === body().dataset.view;
}

/** One of the list's own keeps the words that are looked for, and the filters. */
function address({ dataset: { id, view } }) {
  if (!view) return id;
  const { q, filters } = body().dataset;
  return `/?${new URLSearchParams({ view, ...(q ? { q } : {}), ...Object.fromEntries(new URLSearchParams(filters)) })}`;
}

document.addEventListener("inbox:views", async () => {
  let items = null;
  menu({
    title: say("All views"),
    anchor: button(),
    find: async (words) => {
      items ??= [...parse(await text("/views", { holds: "#all-views" })).querySelectorAll("#all-views ul")].flatMap((list) => [...list.querySelectorAll("a")].map(item));
      return words ? among(items, words) : items;
    },
    choose: (chosen) => go(address(chosen)).catch((error) => signedOut(error) || toast(unanswered(error))),
  });
});
