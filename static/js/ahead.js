// Whoever opens something whose script is still coming types on at once. Those letters are meant for
// it: they are no keys of the page, and are in its field once that is there.

export const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

const takesText = (field) => field.matches("textarea, input:is(:not([type]), [type=text], [type=search])");
const FOCUS_MS = 2000;
let coming = 0;
let typed = [];

/** Does `open` once `script` has come; whether it came. */
export async function ahead(script, open) {
  coming += 1;
  const came = await script();
  if (came) open();
  if (came && typed.length) await focused();
  coming -= 1;
  if (!coming) put(typed.splice(0).join(""), document.activeElement);
  return came;
}

/** What was opened has the focus: at once, or when its style has come as well. */
function focused() {
  if (typing(document.activeElement)) return null;
  return new Promise((resolve) => {
    addEventListener("focusin", resolve, { once: true });
    setTimeout(resolve, FOCUS_MS);
  });
}

function put(text, field) {
  if (!text || !takesText(field)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, data: text, inputType: "insertText" }));
}

addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (!coming || event.ctrlKey || event.metaKey || event.isComposing || typing(target)) return;
  if (key === "Backspace") typed.pop();
  else if ([...key].length === 1) typed.push(key);
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
