// Files by button, dropped anywhere or pasted: what shows and sends them comes with the first.
// Where none can be sent it is said in words, and never a page is left. While a note is written they
// are the note's.

import { files as begun } from "./drafts.js";
import { later } from "./later.js";
import { openId } from "./scroll.js";
import { toast } from "./signs.js";
import { say } from "./words.js";

const takesText = (node) => node.closest?.("textarea, input, [contenteditable]");
const hasFiles = (data) => [...(data?.types ?? [])].includes("Files");
const button = () => document.querySelector("#noting:not([hidden], [data-editing]) [data-attach]") ?? document.querySelector("#composer:not(.closed, [data-direct], [hidden]) [data-attach]");
export const fetched = later((again) => import(`./attach.js${again}`));

async function attach(files) {
  const chosen = [...files]; // the browser empties its own list
  if (!chosen.length || document.querySelector("dialog[open]:not(#attach)")) return;
  if (!button()) return toast(say("Files cannot be sent here now. What you wrote is still there."));
  if (await fetched()) document.dispatchEvent(new CustomEvent("inbox:attach", { detail: chosen }));
  else toast(say("No connection: this cannot be opened yet. Try again in a moment."));
}

/** What was begun with files shows them. */
document.addEventListener("inbox:filed", () => [openId(), `note:${openId()}`].some((id) => begun(id).length) && fetched());

document.addEventListener("click", ({ target }) => {
  if (!target.closest?.("[data-attach]")) return;
  const input = Object.assign(document.createElement("input"), { type: "file", multiple: true });
  input.addEventListener("change", () => attach(input.files));
  input.click();
});

/** Without this a browser opens what is dropped, in place of the page and of what was typed. */
for (const sign of ["dragover", "drop"]) {
  document.addEventListener(sign, (event) => {
    const files = hasFiles(event.dataTransfer);
    if (event.target.closest?.("input[type=file]") || (!files && takesText(event.target))) return;
    event.preventDefault();
    document.body.toggleAttribute("data-dropping", files && sign === "dragover" && Boolean(button()));
    if (files && sign === "drop") attach(event.dataTransfer.files);
  });
}

document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.removeAttribute("data-dropping");
});

/** What comes with words, as from a table, is pasted as these. */
document.addEventListener("paste", (event) => {
  if (!hasFiles(event.clipboardData) || event.clipboardData.getData("text/plain")) return;
  event.preventDefault();
  attach(event.clipboardData.files);
});
