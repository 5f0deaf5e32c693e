// Files of a canned response, on its page: brought while it is written, kept when it is saved.

import { carry, fresh } from "./carrying.js";
import { arrivedIn, kept, rowOf } from "./coming_file.js";
import { sendable } from "./sorting.js";
import { toast } from "./signs.js";
import { say } from "./words.js";

const place = document.querySelector(".canned-files");
const list = place.querySelector("ul");
const button = place.querySelector("[data-add]");
const coming = new Map(); // rows of what is not here yet

if (button) button.hidden = false;
place.querySelector("[data-unscripted]")?.remove();

button?.addEventListener("click", () => {
  const input = Object.assign(document.createElement("input"), { type: "file", multiple: true });
  input.addEventListener("change", () => [...input.files].forEach(add));
  input.click();
});

function add(file) {
  if (list.children.length >= Number(place.dataset.most)) return toast(say("No more files fit here. Remove one first."));
  const item = fresh("", { file, kind: sendable({ mime: file.type })[0] });
  const row = rowOf(place, item);
  list.append(row);
  coming.set(row, item);
  carry(item, () => arrived(row, item));
}

function arrived(row, item) {
  if (!arrivedIn(row, item)) return;
  coming.delete(row);
  row.append(kept("attachments", item.media.id));
}

document.addEventListener("inbox:carried", ({ detail }) => {
  for (const [row, item] of coming) if (item === detail) row.querySelector("progress").value = detail.part;
});

list.addEventListener("click", ({ target }) => {
  const row = target.closest("[data-remove]") && target.closest("li");
  if (!row) return;
  if (coming.has(row)) coming.get(row).dropped = true;
  coming.delete(row);
  row.remove();
  button.focus();
});

place.form?.addEventListener("submit", (event) => {
  if (!coming.size) return;
  event.preventDefault();
  const [row, item] = [...coming][0];
  if (!item.wrong) toast(say("Not all files are here yet. Save once they are."));
  row.querySelector("[data-remove]").focus();
});
