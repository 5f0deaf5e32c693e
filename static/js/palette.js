// Beside app.js, fetched with the first Mod+K: whatever one can do, go to or find, by a few letters.
// Actions are those of the registry that can be done here and now; settings are the links that the
// settings themselves have; people and conversations the server finds.

import { all, can, keyOf, spelt, works } from "./actions.js";
import { data, text } from "./fetching.js";
import { parse } from "./fragments.js";
import { open as openConversation } from "./navigate.js";
import { sheet } from "./sheet.js";
import { many, say } from "./words.js";

const SHOWN = 8;
const PAUSE_MS = 120;
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const dialog = made("dialog", { id: "palette", className: "dialog", ariaLabel: say("Do or find anything") });
const field = made("input", { className: "input", type: "text", autocomplete: "off", placeholder: say("Do or find anything") });
const list = made("ul", { id: "palette-list", role: "listbox", ariaLabel: say("What was found") });
const none = made("p", { className: "muted", textContent: say("Nothing found"), hidden: true });
const status = made("p", { className: "visually-hidden", role: "status" });
const styled = sheet("palette.css");
let links = null; // pages of the settings and of one's own
let items = [];
let chosen = 0;
let timer = null;
let running = null;

for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "true", "aria-controls": list.id, "aria-label": dialog.ariaLabel })) field.setAttribute(name, value);
dialog.append(field, list, none, status);
document.body.append(dialog);

function made(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

const plain = (words) => words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const fits = (label, terms) => terms.every((term) => plain(label).includes(term));

async function open() {
  await styled;
  if (dialog.open) return;
  field.value = "";
  draw();
  dialog.showModal();
  field.focus();
  links ??= await places();
  if (dialog.open) draw();
}

/** What the settings lead to is on each of their pages; what is one's own, on this one. */
async function places() {
  const page = await text("/settings/canned-responses", { whole: true, holds: "nav.side a" }).catch(() => "");
  const found = [...parse(page).querySelectorAll("nav.side a"), ...document.querySelectorAll("#account a")];
  return page ? found.map((link) => ({ label: link.textContent.trim(), kind: say("Setting"), href: link.getAttribute("href") })) : null;
}

function here(terms) {
  const actions = all().filter(can).filter(({ id }) => id !== "palette");
  const does = actions.map((one) => ({ label: one.does, kind: works(keyOf(one)) ? spelt(keyOf(one)) : "", act: one.run }));
  return [...does, ...(links ?? [])].filter(({ label }) => fits(label, terms));
}

function draw(found = []) {
  const terms = plain(field.value).split(/\s+/).filter(Boolean);
  items = [...here(terms), ...found];
  list.replaceChildren(...items.map(option));
  none.hidden = Boolean(items.length);
  lead(0);
  status.textContent = many("%(num)s suggestion", "%(num)s suggestions", items.length);
}

function option({ label, detail, kind }, at) {
  const parts = [made("bdi", { className: "what", textContent: label }), made("bdi", { className: "muted detail", textContent: detail ?? "" }), made("span", { className: "muted small", textContent: kind })];
  return made("li", { id: `palette-${at}`, role: "option" }, ...parts);
}

function lead(at) {
  chosen = at;
  [...list.children].forEach((one, each) => (one.ariaSelected = String(each === at)));
  list.children[at]?.scrollIntoView({ block: "nearest" });
  if (list.children[at]) field.setAttribute("aria-activedescendant", `palette-${at}`);
  else field.removeAttribute("aria-activedescendant");
}

/** What is here already is shown at once, what the server finds comes below it. */
function typed() {
  running?.abort();
  clearTimeout(timer);
  draw();
  const words = field.value.trim();
  if (words) timer = setTimeout(ask, PAUSE_MS, words);
}

async function ask(words) {
  const mine = (running = new AbortController());
  const query = new URLSearchParams({ q: words.slice(0, 200), limit: SHOWN });
  const found = await data(`/api/v1/conversations?${query}`, { signal: mine.signal }).catch(() => ({ data: [] }));
  if (mine !== running || !dialog.open) return;
  const at = chosen;
  draw(found.data.map(talk));
  lead(at);
}

function talk({ id, contact, channel, match }) {
  const label = contact.name || contact.phone_number || contact.username || say("Unknown");
  const said = match?.snippet.map((one) => one.text).join("").slice(0, 120);
  return { label, detail: said ?? channel.name, kind: match ? say("Message") : say("Person"), href: `/conversations/${id}${match ? `?message=${match.message_id}` : ""}`, talk: true };
}

/** The focus goes back first, as what is done may move it. */
function run(item) {
  dialog.close();
  if (item.act) item.act();
  else if (item.talk && document.querySelector(".inbox")) openConversation(item.href);
  else location.assign(item.href);
}

field.addEventListener("input", ({ isComposing }) => isComposing || typed());
dialog.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey) return;
  if (STEPS[event.key] && items.length) lead((chosen + STEPS[event.key] + items.length) % items.length);
  else if (event.key === "Enter" && items[chosen]) run(items[chosen]);
  else return;
  event.preventDefault();
});
dialog.addEventListener("click", ({ target }) => {
  const at = [...list.children].indexOf(target.closest("[role=option]"));
  if (at >= 0) run(items[at]);
  else if (target === dialog) dialog.close();
});
dialog.addEventListener("close", () => {
  running?.abort();
  clearTimeout(timer);
});
document.addEventListener("inbox:palette", open);
