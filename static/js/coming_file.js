// The row of a file that is on its way to us, on a page of settings: templates/settings/_coming_file.html.

import { size } from "./sorting.js";

/** `item`: as `fresh` makes it. */
export function rowOf(place, { file, url }) {
  const row = place.querySelector("template").content.cloneNode(true).firstElementChild;
  row.querySelector(".title").textContent = file.name;
  row.querySelector(".size").textContent = size(file.size);
  if (url) row.querySelector(".shown").replaceChildren(Object.assign(new Image(), { src: url, alt: "" }));
  return row;
}

/** Whether it is here now; if not, the row says why. */
export function arrivedIn(row, { media, wrong }) {
  row.querySelector("progress").remove();
  if (media) row.querySelector(".size").textContent = size(media.bytes);
  else Object.assign(row.querySelector(".error"), { textContent: wrong, hidden: false });
  return Boolean(media);
}

/** What the form says of it once it is saved. */
export const kept = (name, value) => Object.assign(document.createElement("input"), { type: "hidden", name, value });
