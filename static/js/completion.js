// The list from which a word is completed: it stands over the form, as wide as that, and is led from
// the field, which keeps the focus. A textarea may not be called a combobox, as an input is, so it says
// by its own attributes that there is a list, and which of it is chosen; the status says how many.

import { finder, notice, shows, wanted } from "./completing.js";
import { sheet } from "./sheet.js";
import { many } from "./words.js";

const SHEET = "completion.css";
const PATIENCE_MS = 3000;
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const SAYS = { "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-controls": "completions" };
const says = ({ localName }) => (localName === "input" ? { ...SAYS, role: "combobox", "aria-expanded": "true" } : SAYS);
const options = made("ul", { id: "completions", role: "listbox" });
const shown = made("div", { className: "shown", dir: "auto" });
const none = made("p", { className: "none", hidden: true });
const box = made("div", { className: "completions" }, options, shown, none);
const status = made("p", { className: "visually-hidden", role: "status" });
const styled = sheet(SHEET);
let open = null; // what is wanted, with what was found of it
let asked = null; // what is being looked for
let left = null; // where one does not want it: the place of the sign

document.body.append(status);

function made(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children.flat().filter((one) => one ?? false));
  return element;
}

shows(async (wanting) => {
  asked?.stop.abort();
  asked = null;
  if (wanting?.from !== left) left = null;
  if (!wanting || left !== null) return close();
  const mine = (asked = { ...wanting, stop: new AbortController(), chooses: false });
  const found = await looked(mine);
  if (asked !== mine) return;
  asked = null;
  if (found) draw({ ...mine, ...found });
  else close();
  if (open?.items.length && (open.sure || mine.chooses)) choose(0);
});

/** Null where it does not come: what is written can be sent all the same. */
async function looked({ trigger, words, field, stop }) {
  const late = setTimeout(() => stop.abort(), PATIENCE_MS);
  const [found] = await Promise.all([finder(trigger)(words, { field, signal: stop.signal }), styled]).catch(() => [null]);
  clearTimeout(late);
  return found;
}

function draw(wanting) {
  const { field, trigger, items } = (open = wanting);
  options.ariaLabel = trigger.label;
  options.replaceChildren(...items.map(option));
  options.hidden = !items.length;
  none.replaceChildren(...[wanting.none ?? []].flat());
  none.hidden = Boolean(items.length) || !wanting.none;
  box.hidden = none.hidden && !items.length;
  if (box.parentElement !== field.form) field.form.prepend(box);
  for (const [name, value] of Object.entries(says(field))) field.setAttribute(name, value);
  lead(Math.max(0, items.findIndex(({ title }) => title === wanting.led)));
  status.textContent = items.length ? many("%(num)s suggestion", "%(num)s suggestions", items.length) : none.textContent;
}

function option({ title, lead: sign, detail }, at) {
  const parts = [sign && made("span", { className: "lead", textContent: sign }), made("bdi", { className: "title", textContent: title })];
  return made("li", { id: `completion-${at}`, role: "option" }, ...parts, detail && made("bdi", { className: "detail", textContent: detail }));
}

/** `at`: which of them Enter takes. */
function lead(at) {
  open.chosen = at;
  [...options.children].forEach((one, each) => (one.ariaSelected = String(each === at)));
  const [one, item] = [options.children[at], open.items[at]];
  one?.scrollIntoView({ block: "nearest" });
  if (one) open.field.setAttribute("aria-activedescendant", one.id);
  else open.field.removeAttribute("aria-activedescendant");
  shown.replaceChildren(...[item?.preview ?? []].flat());
  shown.hidden = !shown.hasChildNodes();
  shown.scrollTop = 0;
}

function close() {
  if (!open) return;
  for (const name of ["aria-activedescendant", "data-typed-for", ...Object.keys(says(open.field))]) open.field.removeAttribute(name);
  box.remove();
  status.textContent = "";
  open = null;
}

function leave() {
  const { field, from, words } = open;
  const typed = field.dataset.typedFor;
  left = from;
  close();
  if (!typed || words) return;
  field.setSelectionRange(field.selectionStart - typed.length, field.selectionStart);
  document.execCommand("delete");
}

/** As if it were typed, so that the browser can undo it. */
function choose(at) {
  const item = open.items[at];
  const { field, from, at: to } = wanted(open.field) ?? {};
  close();
  if (!field) return;
  field.setSelectionRange(from, to);
  if (!document.execCommand(item.insert ? "insertText" : "delete", false, item.insert)) {
    field.setRangeText(item.insert, from, to, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  left = wanted(field)?.from ?? null; // what was inserted is not completed itself
  item.chosen?.(field);
}

document.addEventListener("keydown", (event) => {
  const field = (open ?? asked)?.field;
  if (event.target !== field || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (!pressed(event.key)) return;
  event.preventDefault();
  event.stopPropagation(); // the field's own keys are for when there is no list
}, true);

/** By an arrow: what is still on its way, of letters that came before it, leaves one there. */
function step(at) {
  lead(at);
  if (asked) asked.led = open.items[at].title;
}

/** Whether the key was for the list. */
function pressed(key) {
  if (key === "Escape") return Boolean(open) && (leave(), true);
  if (asked && ["Enter", "Tab"].includes(key)) return (asked.chooses = true);
  if (!open?.items.length) return false;
  const { chosen, items } = open;
  if (STEPS[key]) step((chosen + STEPS[key] + items.length) % items.length);
  else if (["Enter", "Tab"].includes(key)) choose(chosen);
  else return false;
  return true;
}

box.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
box.addEventListener("click", ({ target }) => {
  const at = [...options.children].indexOf(target.closest("[role=option]"));
  if (at >= 0) choose(at);
});

document.addEventListener("focusout", ({ target }) => target === open?.field && close());
document.addEventListener("selectionchange", () => {
  if (open && wanted(open.field)?.from !== open.from) notice(open.field);
});
