// A file that is dropped or pasted: said in words, and never a page that is left.

import { toast } from "./signs.js";
import { say } from "./words.js";

const takesText = (node) => node.closest?.("textarea, input, [contenteditable]");
const hasFiles = (data) => [...(data?.types ?? [])].includes("Files");
const sorry = () => toast(say("Files cannot be sent from here yet. What you wrote is still there."));

/** Without this a browser opens what is dropped, in place of the page and of what was typed. */
for (const sign of ["dragover", "drop"]) {
  document.addEventListener(sign, (event) => {
    const files = hasFiles(event.dataTransfer);
    if (event.target.closest?.("input[type=file]") || (!files && takesText(event.target))) return;
    event.preventDefault();
    if (files && sign === "drop") sorry();
  });
}

/** What comes with words, as from a table, is pasted as these. */
document.addEventListener("paste", (event) => {
  if (!hasFiles(event.clipboardData) || event.clipboardData.getData("text/plain")) return;
  event.preventDefault();
  sorry();
});
