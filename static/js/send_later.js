// When a reply is to be sent, in the reader's own zone; and of one that waits for that, what it says.

import { now } from "./clock.js";
import { submit } from "./composer.js";
import { post, signedOut, text, unanswered } from "./fetching.js";
import { parse } from "./fragments.js";
import { half, keepHalf } from "./half.js";
import { openId } from "./scroll.js";
import { toast } from "./signs.js";
import { hourCycle } from "./times.js";
import { locale, say } from "./words.js";

const HOUR = 3600000;
const moment = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit", hourCycle });
let written = "";

document.addEventListener("click", ({ target }) => {
  const asked = target.closest?.("[data-later]");
  if (asked) open(asked);
  else if (target.closest?.("[data-at-once]")) disarm();
});

/** It came back, and what is sent anyway goes when it was to go. */
document.addEventListener("inbox:later", ({ detail }) => {
  written = openId();
  arm(detail, new Date(detail.send_at));
});

async function open(asked) {
  asked.closest("[popover]")?.hidePopover();
  written = openId();
  try {
    const html = await text(`/later?message=${encodeURIComponent(asked.dataset.later)}`, { holds: "#later" });
    document.getElementById("later")?.remove();
    document.body.append(parse(html).querySelector("#later"));
  } catch (error) {
    if (!signedOut(error)) toast(unanswered(error));
    return;
  }
  const dialog = document.getElementById("later");
  const form = dialog.querySelector("form[data-message]");
  const { message } = form.dataset;
  if (message && half(`later:${message}`)) form.elements.text.value = half(`later:${message}`);
  dialog.addEventListener("close", () => {
    dialog.remove();
    keepHalf(`later:${message}`, null);
  });
  form.addEventListener("submit", submitted);
  if (form.elements.at) offer(form);
  dialog.showModal();
  (form.elements.text ?? form.querySelector("[data-in]") ?? form.elements.at).focus();
}

function offer(form) {
  const zone = Intl.DateTimeFormat(locale, { timeZoneName: "long" }).formatToParts(now()).find(({ type }) => type === "timeZoneName");
  form.querySelector("#later-zone").textContent = say("By your clock: %(zone)s", { zone: zone?.value ?? "" });
  const offered = new Set();
  for (const choice of form.querySelectorAll("[data-in]")) {
    const at = TIMES[choice.dataset.in]();
    choice.hidden = at <= now() || offered.has(+at); // this evening is over, or tomorrow is Monday
    offered.add(+at);
    choice.addEventListener("click", () => {
      form.dataset.at = at.toISOString();
      form.requestSubmit(form.querySelector(".primary"));
    });
    choice.querySelector(".at").textContent = closedBy(at) ? say("%(time)s, after the 24 hours", { time: moment.format(at) }) : moment.format(at);
  }
  const { at } = form.elements;
  at.value = local(form.dataset.due ? new Date(form.dataset.due) : TIMES.hour());
  at.min = local(new Date(now()));
  const warn = () => (form.querySelector("[data-closes]").hidden = !closedBy(new Date(at.value)));
  at.addEventListener("input", warn);
  warn();
}

/** As a field for a day and a time writes it. */
const local = (at) => new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);

function closedBy(at) {
  const closes = document.querySelector(".window")?.dataset.expires;
  return Boolean(closes) && at > new Date(closes);
}

function on(days, hour) {
  const at = new Date(now());
  at.setDate(at.getDate() + days);
  at.setHours(hour, 0, 0, 0);
  return at;
}

const TIMES = {
  hour: () => new Date(now() + HOUR),
  evening: () => on(0, 18),
  morning: () => on(1, 9),
  monday: () => on(8 - (new Date(now()).getDay() || 7), 9),
};

function submitted(event) {
  const form = event.target;
  const { message } = form.dataset;
  const at = chosen(form);
  if (at && !(at > now())) {
    event.preventDefault();
    return complain(form, say("That time is over. Choose a later one."));
  }
  const when = at ? { send_at: at.toISOString() } : {};
  const { text: field, stop_on_reply: stops } = form.elements;
  if (message) event.preventDefault(); // it stays open until it is taken
  if (message) return change(form, message, { ...when, ...(field && { text: field.value }), ...(stops && { stop_on_reply: stops.checked ? "1" : "" }) });
  if (stops.checked) when.stop_on_reply = "1";
  if (!submit(false, when)) arm(when, at);
}

/** A choice says its own time; of one that is changed, none says that it stays. */
function chosen({ elements: { at }, dataset }) {
  const { at: choice, due } = dataset;
  delete dataset.at;
  if (choice) return new Date(choice);
  if (!at || (due && at.value === local(new Date(due)))) return null;
  return new Date(at.value);
}

/** Nothing is written yet: what is sent next, be it a file or a place, goes then. */
function arm(when, at) {
  const form = document.getElementById("composer");
  if (!form || openId() !== written) return;
  form.dataset.when = JSON.stringify(when);
  form.querySelector(".armed")?.remove();
  const sign = Object.assign(document.createElement("p"), { className: "armed", textContent: say("What you send next goes out %(time)s.", { time: moment.format(at) }) });
  const off = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: say("Send it at once") });
  off.dataset.atOnce = "";
  sign.append(" ", off);
  form.prepend(sign);
  setTimeout(() => form.elements.text.focus());
}

function disarm() {
  const form = document.getElementById("composer");
  delete form.dataset.when;
  form.elements.text.focus();
}

function complain(form, words) {
  const place = form.querySelector(".error");
  place.textContent = words;
  place.hidden = false;
}

/** The feed brings what it is then. */
async function change(form, message, fields) {
  const button = form.querySelector("[type=submit]");
  if (button.disabled) return;
  button.disabled = true;
  keepHalf(`later:${message}`, fields.text);
  try {
    await post(`/messages/${message}/change`, { ...fields, conversation_id: written }, { holds: ".message" });
    form.closest("dialog").close();
  } catch (error) {
    if (!signedOut(error)) complain(form, parse(error.html ?? "").querySelector(".notice")?.textContent.trim() || unanswered(error));
  }
  button.disabled = false;
}
