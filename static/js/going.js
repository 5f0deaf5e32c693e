// To another list, whose address says all of it, beside the conversation that is open.

import { change, parse } from "./fragments.js";
import { part } from "./fetching.js";
import { filtered } from "./navigate.js";
import { watch } from "./pages.js";

const find = (selector, root = document) => root.querySelector(selector);

/** The conversation stays; so does what is written there. */
export async function go(href) {
  if (!find(".inbox")) return location.assign(href);
  await part(href, show, { whole: true, holds: "#list-body" });
}

function show(html) {
  const page = parse(html);
  change(() => {
    find("#filters").replaceChildren(...find("#filters", page).childNodes);
    find("#list-body").replaceWith(find("#list-body", page));
    for (const name of ["q", "view"]) find(`#search [name=${name}]`).value = find(`#search [name=${name}]`, page).getAttribute("value");
    filtered();
  });
  watch();
}
