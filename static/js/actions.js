// ONE registry of what can be done. The keys, the palette, the hints of buttons and the help are made of it.
//
// To add one, call `actions({ … })` in the module that does it, or where that is fetched from:
//   id    its name for ever: a user's own key is kept under it
//   does  in words that pass through say()
//   key   as a keyboard writes it: "a", "A" is with Shift, "Mod+k" with Ctrl or ⌘; none: by the palette only
//   run   does it; without one an element has that key itself, and only the help tells it
//   when  whether it can be done here and now; by itself wherever the inbox is
// A button that does the same has data-action="id": its title and aria-keyshortcuts come from here.

import { say } from "./words.js";

const HINTED = / \([^()]+\)$/;
const known = new Map();
const mac = /^(Mac|iP)/.test(navigator.platform);
let kept = JSON.parse(document.body.dataset.keys ?? '{ "off": false, "own": {} }'); // on the server

export function actions(...list) {
  for (const one of list) known.set(one.id, { when: () => document.querySelector(".inbox"), ...one });
}

export const all = () => [...known.values()];
export const can = ({ run, when }) => Boolean(run && when());
export const keys = () => kept;
export const keyOf = ({ id, key = "" }) => kept.own[id] ?? key;

/** A key that needs no Ctrl may be pressed by mistake, or by speech: it can be off. */
export const works = (key) => Boolean(key) && (!kept.off || key.startsWith("Mod+"));

/** What is kept on the server now. */
export function keep(now) {
  kept = now;
  hint();
}

const shifted = (key) => key.length === 1 && key !== key.toLowerCase();

/** As people read it. */
export function spelt(key) {
  if (key.startsWith("Mod+")) return `${mac ? "⌘" : "Ctrl "}${key.slice(4).toUpperCase()}`;
  return shifted(key) ? say("Shift %(key)s", { key: key.toLowerCase() }) : key;
}

function aria(key) {
  if (key.startsWith("Mod+")) return `${mac ? "Meta" : "Control"}+${key.slice(4).toUpperCase()}`;
  return shifted(key) ? `Shift+${key}` : key.toUpperCase();
}

/** Buttons say by which key the same is done; those of messages are copies of one. */
export function hint() {
  for (const root of [document, document.getElementById("answering")?.content]) root?.querySelectorAll("[data-action]").forEach(tell);
}

function tell(button) {
  const action = known.get(button.dataset.action);
  if (!action) return;
  const key = keyOf(action);
  const name = button.title.replace(HINTED, "") || action.does;
  const title = works(key) ? `${name} (${spelt(key)})` : name;
  if (button.title !== title) button.title = title;
  if (works(key)) button.setAttribute("aria-keyshortcuts", aria(key));
  else button.removeAttribute("aria-keyshortcuts");
}

for (const sign of ["pointerover", "focusin"]) {
  document.addEventListener(sign, ({ target }) => {
    const button = target.closest?.("[data-action]");
    if (button) tell(button);
  });
}
document.addEventListener("inbox:opened", hint);
