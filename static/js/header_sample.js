// The file above a template's words, on the template's page: brought while the rest is written.

import { carry, fresh } from "./carrying.js";
import { arrivedIn, kept, rowOf } from "./coming_file.js";
import { toast } from "./signs.js";
import { say } from "./words.js";

const place = document.querySelector(".header-sample");
const list = place.querySelector("ul");
const button = place.querySelector("[data-add]");
const choice = place.form.elements.header;
const kinds = JSON.parse(place.dataset.kinds);
const own = place.querySelector("[data-own]");
let coming = null;
let shown = choice.value;

button.hidden = false;
place.querySelector("[data-unscripted]").remove();

/** Only what belongs to a header of this kind is asked for. */
function arrange() {
  const kind = choice.value;
  if (kind !== shown) clear();
  shown = kind;
  place.hidden = !(kind in kinds);
  for (const words of place.querySelectorAll("[data-of]")) words.hidden = words.dataset.of !== kind;
  if (own) own.hidden = own.dataset.own !== kind || list.children.length > 0;
  place.form.elements.header_text.closest(".field").hidden = kind !== "TEXT";
}

choice.addEventListener("change", arrange);
arrange();

button.addEventListener("click", () => {
  const input = Object.assign(document.createElement("input"), { type: "file", accept: kinds[choice.value].accept });
  input.addEventListener("change", () => input.files[0] && bring(input.files[0]));
  input.click();
});

function bring(file) {
  clear();
  const { accept, kind, taken } = kinds[choice.value];
  const item = fresh("", { file, kind });
  const row = rowOf(place, item);
  list.append(row);
  coming = item;
  arrange();
  // A message may bring more than an example may be. Pictures of other types become JPEG on the way.
  if (kind !== "image" && !accept.split(",").includes(file.type)) arrived(row, Object.assign(item, { wrong: taken }));
  else carry(item, () => item === coming && arrived(row, item));
}

function arrived(row, item) {
  if (!arrivedIn(row, item)) return;
  coming = null;
  row.append(kept("header_media", item.media.id), kept("header_name", item.media.filename));
}

function clear() {
  if (coming) coming.dropped = true;
  coming = null;
  list.replaceChildren();
}

document.addEventListener("inbox:carried", ({ detail }) => {
  const bar = detail === coming && list.querySelector("progress");
  if (bar) bar.value = detail.part;
});

list.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-remove]")) return;
  clear();
  arrange();
  button.focus();
});

place.form.addEventListener("submit", (event) => {
  if (!coming) return;
  event.preventDefault();
  if (!coming.wrong) toast(say("The file is not here yet. Save once it is."));
  list.querySelector("[data-remove]").focus();
});
