// What can be completed while one writes: a word that begins with a sign, as `/` or `:`. Here it is
// only noticed; the list under which one chooses comes with completion.js, once it is needed.

import { later } from "./later.js";

/** Nothing that is looked for is longer; what is further back is not read at every letter. */
const REACH = 100;
const triggers = [];
const finders = new Map();
const library = later((again) => import(`./completion.js${again}`));
let show = null;

/** `before` must match what stands before the caret: its first group is what is replaced, its second
 *  what is looked for, of at most 60 letters. `label` names the list. `fetch` brings the module that
 *  calls `finds` with the same name; `on(field)` says whether it works in this field. */
export const completes = (trigger) => triggers.push(trigger);

/** `find(words, { field, signal })` gives `{ items, none }`, now or later. An item has a `title`, a text
 *  to `insert`, and perhaps a `lead` (an emoji), a `detail`, a `preview` (an element or text) and
 *  `chosen(field)`, which is called after it was inserted. `none`: what to say where there is none;
 *  `sure`: the only one is taken at once. */
export const finds = (name, find) => finders.set(name, find);
export const finder = ({ name }) => finders.get(name);

/** completion.js shows what is wanted; null closes its list. */
export const shows = (handler) => (show = handler);

/** What stands before the caret, if it is to be completed. */
export function wanted(field) {
  const { selectionStart: at, selectionEnd: end, value, readOnly } = field;
  if (at !== end || readOnly) return null;
  const before = value.slice(Math.max(0, at - REACH), at);
  for (const trigger of triggers) {
    const found = (trigger.on?.(field) ?? true) && before.match(trigger.before);
    if (found) return { field, trigger, from: at - found[1].length, at, words: found[2] };
  }
  return null;
}

export async function notice(field) {
  const { trigger } = wanted(field) ?? {};
  if (!trigger) return show?.(null);
  const came = await Promise.all([library(), trigger.fetch()]);
  if (came.every(Boolean) && field === document.activeElement) show(wanted(field));
}

/** A button types the sign, for who knows it by sight alone; Escape takes it back. */
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-complete]");
  const field = button?.form.querySelector("[data-completes]");
  if (!field || field.readOnly) return;
  button.closest("[popover]")?.hidePopover();
  field.focus();
  const apart = /\S$/.test(field.value.slice(0, field.selectionStart)) ? " " : "";
  document.execCommand("insertText", false, apart + button.dataset.complete);
  field.dataset.typedFor = apart + button.dataset.complete;
});

document.addEventListener("input", ({ target, isComposing }) => {
  if (target.matches("[data-completes]") && !isComposing) notice(target);
});
