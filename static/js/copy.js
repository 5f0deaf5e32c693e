// Copy buttons: data-copy="the text", or data-copy-from="id of an element with the text".
// navigator.clipboard is there on https and localhost only; an inbox in an office is often neither.

import { say } from "./words.js";

const SHOWN_MS = 1600;

addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy], [data-copy-from]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copyFrom ?? "");
  const copied = await copy(source ? source.textContent : button.dataset.copy);
  tell(button, copied);
  if (!copied) select(source ?? button.parentElement.querySelector("code"));
});

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByCommand(text);
  }
}

function copyByCommand(text) {
  const focused = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true; // no keyboard slides in on a phone
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    area.remove();
    focused?.focus();
  }
}

function select(element) {
  if (element) getSelection().selectAllChildren(element);
}

function tell(button, copied) {
  const words = copied ? say("Copied") : say("Press Ctrl+C");
  const label = button.querySelector("span") ?? button;
  button.dataset.label ??= label.textContent;
  label.textContent = words;
  button.toggleAttribute("data-copied", copied);
  const status = document.getElementById("status");
  if (status) status.textContent = words;
  clearTimeout(button.copyTimer);
  button.copyTimer = setTimeout(() => {
    label.textContent = button.dataset.label;
    button.removeAttribute("data-copied");
    if (status) status.textContent = "";
  }, SHOWN_MS);
}
