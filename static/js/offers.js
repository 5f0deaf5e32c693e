// Messages that are more than words: a place, a card, buttons, a list, a link. The form comes when
// it is asked for, and what it makes goes the way of every reply.

import { quoted, unquote } from "./answer.js";
import { text, unanswered } from "./fetching.js";
import { parse } from "./fragments.js";
import { send } from "./outbox.js";
import { openId } from "./scroll.js";
import { toast } from "./signs.js";
import { say } from "./words.js";

const PAIR = /(-?\d{1,2}(?:\.\d+)?)\s*[,;/]\s*(-?\d{1,3}(?:\.\d+)?)/;
const LINKED = [/!3d(-?[\d.]+)!4d(-?[\d.]+)/, /[?&](?:q|query|ll|center|destination)=(-?[\d.]+)(?:,|%2C)(-?[\d.]+)/i, /@(-?[\d.]+),(-?[\d.]+)/];
let written = "";
let done = null;

document.addEventListener("click", ({ target }) => {
  const kind = target.closest?.("[data-compose]")?.dataset.compose;
  if (kind) compose(kind);
});

/** One that was stopped is there to be changed; it is `done` with once it was sent. */
document.addEventListener("inbox:edit-offer", ({ detail: { message, done, closed } }) => compose(kindOf(message), { message, done, closed }));

async function compose(kind, again = null) {
  document.getElementById("more-kinds")?.hidePopover();
  [written, done] = [openId(), again?.done];
  try {
    const html = await text(`/compose/${kind}`, { holds: "#offer" });
    document.getElementById("offer")?.remove();
    document.body.append(parse(html).querySelector("#offer"));
  } catch (error) {
    again?.closed();
    return toast(unanswered(error));
  }
  const dialog = document.getElementById("offer");
  if (again) fill(dialog.querySelector("[data-kind]"), again.message);
  dialog.addEventListener("close", () => {
    dialog.remove();
    again?.closed();
  });
  dialog.addEventListener("submit", submitted);
  dialog.querySelector("[data-here]")?.addEventListener("click", here);
  dialog.querySelector("[data-another]")?.addEventListener("click", another);
  dialog.showModal();
  dialog.querySelector(".body :is(input, textarea)").focus();
}

function submitted(event) {
  const form = event.target;
  if (!form.dataset.kind) return; // the one that closes it
  const made = MAKE[form.dataset.kind](new FormData(form));
  if (made.wrong) {
    event.preventDefault();
    return complain(form, made.wrong);
  }
  const quote = quoted(written);
  if (written === openId()) unquote();
  done?.();
  send(written, made.text, quote, made.message);
}

function complain(form, words) {
  const place = form.querySelector(".error");
  place.textContent = words;
  place.hidden = false;
  form.querySelector("input").focus();
}

function here({ target }) {
  const form = target.closest("form");
  if (!navigator.geolocation) return complain(form, say("This browser tells no position."));
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => (form.elements.where.value = `${coords.latitude.toFixed(6)}, ${coords.longitude.toFixed(6)}`),
    () => complain(form, say("Your position is not known: allow it in the browser, or write it here.")),
    { timeout: 10000 },
  );
}

function another({ target }) {
  const next = target.closest("form").querySelector(".offered-choice[hidden]");
  if (!next) return;
  next.hidden = false;
  next.querySelector("input").focus();
  target.hidden = !target.closest("form").querySelector(".offered-choice[hidden]");
}

const KINDS = { button: "reply_buttons", list: "list", cta_url: "link_button", location_request_message: "ask_location", request_contact_info: "ask_number" };
const kindOf = ({ type, interactive }) => (interactive ? KINDS[interactive.type] : type);

/** What the form made of what was written there, written there again. */
function fill(form, { location, contacts, interactive }) {
  const put = (name, values) => values.forEach((value, at) => (form.querySelectorAll(`[name=${name}]`)[at].value = value ?? ""));
  const all = (facts) => Object.entries(facts).forEach(([name, value]) => put(name, [value]));
  if (location) all({ where: `${location.latitude}, ${location.longitude}`, name: location.name, address: location.address });
  if (contacts) all({ name: contacts[0].name, phone: contacts[0].phones[0], email: contacts[0].emails?.[0], org: contacts[0].org });
  if (!interactive) return;
  const { body, header, footer, action } = interactive;
  put("body", [body.text]);
  if (form.elements.header) all({ header: header?.text, footer: footer?.text });
  if (action.buttons) put("title", action.buttons.map(({ reply }) => reply.title));
  if (action.parameters) all({ title: action.parameters.display_text, url: action.parameters.url });
  if (!action.sections) return;
  const [{ rows }] = action.sections;
  put("button", [action.button]);
  put("title", rows.map(({ title }) => title));
  put("description", rows.map(({ description }) => description));
  rows.forEach((row, at) => (form.querySelectorAll(".offered-choice")[at].hidden = false));
}

/** Of coordinates as people write them, or of a map's link. */
function coordinates(said) {
  const [, latitude, longitude] = [...LINKED, PAIR].map((form) => said.match(form)).find(Boolean) ?? [];
  return latitude === undefined ? null : { latitude: Number(latitude), longitude: Number(longitude) };
}

const filled = (facts) => Object.fromEntries(Object.entries(facts).filter(([, value]) => value));
const each = (form, name) => form.getAll(name).map((one) => one.trim());

function around(form, type, action) {
  const text = form.get("body").trim();
  const [header, footer] = [form.get("header")?.trim(), form.get("footer")?.trim()];
  const interactive = { type, body: { text }, action };
  if (header) interactive.header = { type: "text", text: header };
  if (footer) interactive.footer = { text: footer };
  return { text, message: { type: "interactive", interactive } };
}

const MAKE = {
  location(form) {
    const place = coordinates(form.get("where"));
    if (!place) return { wrong: say("No coordinates are in that. Write them as 51.5007, -0.1246.") };
    const named = filled({ name: form.get("name").trim(), address: form.get("address").trim() });
    return { text: named.name ?? say("Location"), message: { type: "location", location: { ...place, ...named } } };
  },
  contacts(form) {
    const [name, phone, email, org] = ["name", "phone", "email", "org"].map((one) => form.get(one).trim());
    const card = filled({ name, phones: [phone], emails: email && [email], org });
    return { text: name, message: { type: "contacts", contacts: [card] } };
  },
  reply_buttons(form) {
    const buttons = each(form, "title").filter(Boolean);
    return around(form, "button", { buttons: buttons.map((title, place) => ({ type: "reply", reply: { id: `${place + 1}`, title } })) });
  },
  list(form) {
    const descriptions = each(form, "description");
    const rows = each(form, "title").map((title, place) => filled({ id: `${place + 1}`, title, description: descriptions[place] }));
    return around(form, "list", { button: form.get("button").trim(), sections: [{ rows: rows.filter(({ title }) => title) }] });
  },
  link_button(form) {
    const parameters = { display_text: form.get("title").trim(), url: form.get("url").trim() };
    return around(form, "cta_url", { name: "cta_url", parameters });
  },
  ask_location: (form) => around(form, "location_request_message", { name: "send_location" }),
  ask_number: (form) => around(form, "request_contact_info", { name: "request_contact_info" }),
};
