// Files of a canned response, on its page: brought while it is written, kept when it is saved.

import { carry, fresh } from "./carrying.js";
import { sendable, size } from "./sorting.js";
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
  const row = place.querySelector("template").content.cloneNode(true).firstElementChild;
  const item = fresh("", { file, kind: sendable({ mime: file.type })[0] });
  row.querySelector(".title").textContent = file.name;
  row.querySelector(".size").textContent = size(file.size);
  if (item.url) row.querySelector(".shown").replaceChildren(Object.assign(new Image(), { src: item.url, alt: "" }));
  list.append(row);
  coming.set(row, item);
  carry(item, () => arrived(row, item));
}

function arrived(row, { media, wrong }) {
  row.querySelector("progress").remove();
  if (!media) return complain(row, wrong);
  coming.delete(row);
  row.querySelector(".size").textContent = size(media.bytes);
  row.append(Object.assign(document.createElement("input"), { type: "hidden", name: "attachments", value: media.id }));
}

function complain(row, words) {
  Object.assign(row.querySelector(".error"), { textContent: words, hidden: false });
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
