// One menu for all that is chosen at the desk: type to filter, arrows, Enter, Esc.

import { sheet } from "./sheet.js";
import { toast } from "./signs.js";
import { signedOut, unanswered } from "./fetching.js";
import { say } from "./words.js";

const GAP = 4;
const styled = sheet("menu.css");
const plain = (words) => words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** Those of these items in whose name a word begins so. */
export function among(items, words) {
  const begin = plain(words);
  return items.filter(({ dataset: { name } }) => plain(name).startsWith(begin) || plain(name).split(/\s+/).some((word) => word.startsWith(begin)));
}

/** `find(words)`: the items, `li` with `data-id`, now or later; those with `data-on` are so already.
 *  `choose(item)` gets the one that was chosen, once the menu is gone. */
export async function menu({ title, anchor, find, choose }) {
  await styled;
  document.getElementById("desk-menu")?.hidePopover();
  const element = built(title);
  const [field, list, none] = element.children;
  const stands = anchor?.checkVisibility() ? anchor : null;
  const current = () => list.querySelector("[aria-selected=true]");
  const go = (item) => {
    current()?.setAttribute("aria-selected", "false");
    item?.setAttribute("aria-selected", "true");
    item?.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", item?.id ?? "");
  };
  let shown = null; // for which words
  const look = async () => {
    const words = field.value.trim();
    try {
      const found = await find(words);
      if (words !== field.value.trim()) return;
      shown = words;
      list.replaceChildren(...found.map(option));
      none.hidden = found.length > 0;
      go(list.firstElementChild);
    } catch (error) {
      element.hidePopover();
      if (!signedOut(error)) toast(unanswered(error));
    }
  };
  const take = (item) => {
    if (!item?.isConnected) return;
    element.hidePopover();
    choose(item);
  };
  /** Who types faster than the answer comes means what they typed. */
  const enter = async () => {
    if (shown !== field.value.trim()) await look();
    take(current());
  };
  field.addEventListener("input", look);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const at = current();
    if (event.key === "ArrowDown") go(at?.nextElementSibling ?? list.firstElementChild);
    else if (event.key === "ArrowUp") go(at?.previousElementSibling ?? list.lastElementChild);
    else if (event.key === "Enter") enter();
    else if (event.key === "Tab") element.hidePopover();
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointermove", ({ target }) => go(target.closest("li")));
  list.addEventListener("click", ({ target }) => take(target.closest("li")));
  element.addEventListener("toggle", ({ newState }) => newState === "closed" && element.remove());
  document.body.append(element);
  element.showPopover();
  field.focus();
  await look();
  place(element, stands);
}

function built(title) {
  const element = Object.assign(document.createElement("div"), { id: "desk-menu", className: "desk-menu", popover: "auto" });
  const field = Object.assign(document.createElement("input"), { className: "input", type: "text", autocomplete: "off", placeholder: title, ariaLabel: title });
  const list = Object.assign(document.createElement("ul"), { id: "desk-list", role: "listbox", ariaLabel: title });
  const none = Object.assign(document.createElement("p"), { className: "muted", role: "status", textContent: say("Nothing found"), hidden: true });
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "true", "aria-controls": list.id, "aria-autocomplete": "list" })) field.setAttribute(name, value);
  element.append(field, list, none);
  return element;
}

function option(item, at) {
  const made = item.cloneNode(true);
  Object.assign(made, { id: `desk-option-${at}`, role: "option", ariaSelected: "false" });
  if ("on" in made.dataset) made.append(Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: say("now") }));
  if ("some" in made.dataset) made.append(Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: say("on some") }));
  return made;
}

/** Below what was pressed, or above it where there is no room; by key in the middle. */
function place(element, anchor) {
  if (!anchor || innerWidth < 700) return;
  const [button, box] = [anchor, element].map((one) => one.getBoundingClientRect());
  const end = document.documentElement.dir === "rtl" ? button.right - box.width : button.left;
  const below = button.bottom + GAP + box.height < innerHeight;
  Object.assign(element.style, { margin: "0", inset: "auto" });
  element.style.left = `${Math.max(GAP, Math.min(end, innerWidth - box.width - GAP))}px`;
  element.style.top = `${below ? button.bottom + GAP : Math.max(GAP, button.top - GAP - box.height)}px`;
}
