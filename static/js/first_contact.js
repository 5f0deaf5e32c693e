// A new conversation: what is typed as a number is read while it is typed, the templates are those
// of the channel, and what was said of whom goes along with the one that is sent.

import { text } from "./fetching.js";
import { parse } from "./fragments.js";
import { show } from "./templates.js";

const TYPED_MS = 250;
const LAST = "first-contact-channel";
const form = () => document.getElementById("first-contact");
const read = () => document.getElementById("number-read");
const { channel_id: channel, phone_number: number } = form().elements;
let waits = null;
let newest = 0;

const asked = () => new URLSearchParams(new FormData(form()));

/** The one by which somebody began last, unless the address names another, or they were faster than
 * this script and have chosen one by now. */
function remembered() {
  const options = [...(channel.options ?? [])];
  const drawn = options.find((one) => one.defaultSelected) ?? options[0];
  if (drawn && channel.value !== drawn.value) {
    choose();
    return;
  }
  const named = new URLSearchParams(location.search).get("channel_id");
  const last = localStorage.getItem(LAST);
  if (!named && options.some(({ value }) => value === last)) channel.value = last;
}

function choose() {
  localStorage.setItem(LAST, channel.value);
  look(Boolean(number.value));
  templates();
}

function templates() {
  show(`/conversations/new/templates?${asked()}`, { focus: false });
}

/** `whole`: they have left the field, so that what is wrong with it is no news too early. */
async function look(whole) {
  clearTimeout(waits);
  const turn = (newest += 1);
  const html = await text(`/conversations/new/number?${asked()}`, { holds: "#number-read", quiet: true }).catch(() => null);
  if (html && turn === newest) tell(parse(html).getElementById("number-read"), whole);
}

function tell(fresh, whole) {
  const wrong = fresh.dataset.state === "wrong";
  if (wrong && !whole) return;
  if (fresh.textContent !== read().textContent || fresh.dataset.state !== read().dataset.state) read().replaceWith(fresh);
  number.ariaInvalid = wrong ? "true" : null;
  document.getElementById("first-template").hidden = fresh.dataset.state === "known";
}

form().addEventListener("input", ({ target }) => {
  if (target !== number) return;
  clearTimeout(waits);
  waits = setTimeout(look, TYPED_MS, false);
});

form().addEventListener("change", ({ target }) => {
  if (target === number) look(true);
  if (target === channel) choose();
});

/** Enter goes on: to whom is known, else to the templates. */
form().addEventListener("keydown", async (event) => {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches("input")) return;
  event.preventDefault();
  await look(true);
  const known = read().querySelector("a");
  if (known) known.click();
  else if (read().dataset.state === "wrong") number.focus();
  else document.querySelector("#templates .input, #templates a")?.focus();
});

/** What the server says of whom it is for stands at its field. */
document.addEventListener("templates:refused", ({ detail }) => {
  const said = detail.getElementById("number-read");
  if (said?.dataset.state === "wrong") {
    tell(said, true);
    number.focus();
  }
  for (const { dataset, textContent } of detail.querySelectorAll("[data-problem]")) complain(dataset.problem, textContent);
});

function complain(name, words) {
  const field = form().elements[name];
  if (!field?.setCustomValidity) return;
  field.setCustomValidity(words);
  field.reportValidity();
  field.addEventListener("input", () => field.setCustomValidity(""), { once: true });
}

remembered();
if (!document.querySelector("#templates .template-picker")) templates();
look(Boolean(number.value));
