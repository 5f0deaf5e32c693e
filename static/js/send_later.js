// When a reply is to be sent, in the reader's own zone; and of one that waits for that, what it says.

import { now } from "./clock.js";
import { submit } from "./composer.js";
import { post, signedOut, text, unanswered } from "./fetching.js";
import { parse } from "./fragments.js";
import { openId } from "./scroll.js";
import { toast } from "./signs.js";
import { locale, say } from "./words.js";

const HOUR = 3600000;
let written = "";

document.addEventListener("click", ({ target }) => {
  const asked = target.closest?.("[data-later]");
  if (asked) open(asked);
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
  dialog.addEventListener("close", () => dialog.remove());
  form.addEventListener("submit", submitted);
  form.addEventListener("click", ({ target }) => target.dataset.in && choose(form, TIMES[target.dataset.in]()));
  form.addEventListener("input", () => warn(form));
  if (form.elements.at) {
    const zone = Intl.DateTimeFormat(locale, { timeZoneName: "long" }).formatToParts(now()).find(({ type }) => type === "timeZoneName");
    dialog.querySelector("#later-zone").textContent = say("By your clock: %(zone)s", { zone: zone?.value ?? "" });
    choose(form, form.dataset.due ? new Date(form.dataset.due) : TIMES.hour());
    form.elements.at.min = local(new Date(now()));
  }
  dialog.showModal();
  (form.elements.text ?? form.elements.at).focus();
}

/** As a field for a day and a time writes it. */
const local = (at) => new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);

function choose(form, at) {
  form.elements.at.value = local(at);
  warn(form);
}

function warn(form) {
  const note = form.querySelector("[data-closes]");
  const closes = document.querySelector(".window")?.dataset.expires;
  if (note) note.hidden = !closes || new Date(form.elements.at.value) <= new Date(closes);
}

function on(days, hour) {
  const at = new Date(now());
  at.setDate(at.getDate() + days);
  at.setHours(hour, 0, 0, 0);
  return at;
}

const TIMES = {
  hour: () => new Date(now() + HOUR),
  evening: () => (on(0, 18) > now() ? on(0, 18) : on(1, 18)),
  morning: () => on(1, 9),
  monday: () => on(8 - (new Date(now()).getDay() || 7), 9),
};

function submitted(event) {
  const form = event.target;
  const { message } = form.dataset;
  const at = form.elements.at && new Date(form.elements.at.value);
  if (at && at <= now()) {
    event.preventDefault();
    return complain(form, say("That time is over. Choose a later one."));
  }
  const when = at ? { send_at: at.toISOString() } : {};
  if (message) return change(message, { ...when, ...(form.elements.text ? { text: form.elements.text.value } : {}) });
  if (form.elements.stop_on_reply.checked) when.stop_on_reply = "1";
  if (submit(false, when)) return;
  event.preventDefault();
  complain(form, say("Write the message first, and then choose when it goes."));
}

function complain(form, words) {
  const place = form.querySelector(".error");
  place.textContent = words;
  place.hidden = false;
}

/** The feed brings what it is then. */
async function change(message, fields) {
  try {
    await post(`/messages/${message}/change`, { ...fields, conversation_id: written }, { holds: ".message" });
  } catch (error) {
    if (signedOut(error)) return;
    toast(parse(error.html ?? "").querySelector(".notice")?.textContent.trim() || unanswered(error));
  }
}
