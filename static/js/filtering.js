// Filters of the search as chips: chosen from a list, or typed, as "from:me". Each is a hidden field of
// the form, so that whatever asks for the list asks for them too. What there is the server says.

import { completes, finds, notice, wanted } from "./completing.js";
import { text } from "./fetching.js";
import { parse } from "./fragments.js";
import { fetched } from "./lists.js";
import { say } from "./words.js";

const form = () => document.getElementById("search");
const field = () => form().elements.q;
const chips = () => document.getElementById("filters");
const day = /^(\d{4})-(\d{2})-(\d{2})$/;
let choices = null;
let filter = false; // whether what is being typed is one

completes({ name: "filter", label: say("Filters"), before: /(?:^|\s)((\S*:\S*))$/, on: (one) => one === field(), fetch: () => true });

finds("filter", async (words, { signal }) => {
  choices ??= parse(await text("/search/filters", { signal, holds: "#filter-choices" })).getElementById("filter-choices");
  const typed = words.toLocaleLowerCase();
  const found = dates(typed) ?? named(typed);
  filter = Boolean(found.items.length || found.none);
  return found;
});

/** What fits to what is typed. What is no filter at all is words like others: "re:invoice". */
function named(typed) {
  const spelt = ({ dataset }) => dataset.typed.toLocaleLowerCase().split(" ");
  const fits = (one) => (typed.startsWith(":") ? one.textContent.toLocaleLowerCase().includes(typed.slice(1)) : spelt(one).some((form) => form.startsWith(typed)));
  const items = [...choices.children].filter(fits).map(item);
  const key = typed.slice(0, typed.indexOf(":") + 1);
  const meant = key === ":" || [...choices.children].some((one) => spelt(one).some((form) => form.startsWith(key)));
  return { items, none: meant ? say("There is no such filter.") : null };
}

function item({ dataset: { name, value, typed }, textContent: label }) {
  const chip = name === "days" ? { name: "since", value: daysAgo(Number(value)), label: choices.dataset.sinceLabel } : { name, value, label };
  return { title: label, detail: typed.split(" ").at(-1), insert: "", chosen: () => put(chip) };
}

/** "before:2026-11-01": from midnight to midnight where one is. */
function dates(typed) {
  const [key, rest] = [typed.slice(0, typed.indexOf(":")), typed.slice(typed.indexOf(":") + 1)];
  const name = ["since", "until"].find((one) => key && choices.dataset[one].toLocaleLowerCase().split(" ").includes(key));
  const [, year, month, date] = day.exec(rest) ?? [];
  const at = new Date(year, month - 1, date);
  if (!name) return null;
  if (Number.isNaN(at.valueOf())) return name === "since" && !/\d/.test(rest) ? null : { items: [], none: say("A date, as %(example)s", { example: `${key}:2026-11-01` }) };
  const chip = { name, value: at.toISOString(), label: choices.dataset[`${name}Label`] };
  return { items: [{ title: `${chip.label} ${told(at)}`, insert: "", chosen: () => put(chip) }], sure: false };
}

const told = (at) => at.toLocaleDateString(document.documentElement.lang, { dateStyle: "medium" });

function daysAgo(days) {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - days).toISOString();
}

function made(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** One of each kind: the newer takes the place of the older. */
function put({ name, value, label }) {
  const words = ["since", "until"].includes(name) ? `${label} ${told(new Date(value))}` : label;
  const gone = made("button", { type: "button", ariaLabel: say("Without: %(what)s", { what: words }), textContent: "×" });
  const hidden = made("input", { type: "hidden", name, value });
  hidden.setAttribute("form", form().id);
  const chip = made("span", { className: "chip" }, hidden, made("bdi", { textContent: words }), gone);
  const old = chips().querySelector(`[name="${name}"]`)?.closest(".chip");
  if (old) old.replaceWith(chip);
  else chips().append(chip);
  ask();
}

/** What asks for it may still be on its way. */
async function ask() {
  field().focus();
  if (await fetched()) field().dispatchEvent(new Event("search"));
}

function remove(chip) {
  chip.remove();
  ask();
}

document.addEventListener("click", (event) => {
  const chip = event.target.closest?.("#filters .chip > :is(a, button)")?.parentElement;
  if (!chip || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  remove(chip);
});

document.addEventListener("keydown", (event) => {
  const last = [...(chips()?.querySelectorAll(".chip") ?? [])].at(-1);
  if (event.key !== "Backspace" || event.target !== field() || !last || field().selectionStart || field().selectionEnd) return;
  event.preventDefault();
  remove(last);
});

/** What is still being completed is no word to look for. */
document.addEventListener("htmx:configRequest", ({ detail: { parameters } }) => {
  const being = filter && parameters.q !== undefined && wanted(field());
  if (being) parameters.q = field().value.slice(0, being.from).trim();
});

if (document.activeElement === field()) notice(field());
