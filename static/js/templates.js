// The picker of templates: found by a few letters, filled in with what the customer will see beside
// it, sent. All of it by keyboard: arrows in the list, Escape a step back.

import { quoted } from "./answer.js";
import { knownAt } from "./drafts.js";
import { post, signedOut, text, unanswered } from "./fetching.js";
import { parse } from "./fragments.js";
import { half, keepHalf } from "./half.js";
import { bringing, offerFiles } from "./header_files.js";
import { messages, openId, toLatest } from "./scroll.js";
import { toast } from "./signs.js";
import { lastSeen } from "./thread.js";
import { localise } from "./times.js";
import { say } from "./words.js";

const TYPED_MS = 140;
const ASK_MS = 1000;
const PICKER = ".template-picker";
const place = () => document.getElementById("templates");
const inside = (event, selector) => place()?.contains(event.target) && event.target.closest(selector);
let waits = null;
let newest = 0;

/** What went wrong is said, and nothing else changes. */
const told = (error) => signedOut(error) || toast(unanswered(error));

export async function show(url, { focus = true, quiet = false } = {}) {
  clearTimeout(waits); // what was typed just before must not take its turn
  const [there, turn] = [place(), (newest += 1)];
  try {
    const html = await text(url, { holds: PICKER });
    if (quiet && !there.dataset.came) return; // meanwhile an answer is written, to be held
    if (turn === newest && there === place()) put(parse(html).querySelector(PICKER), focus);
  } catch (error) {
    if (!quiet) told(error);
  }
}

function put(picker, focus) {
  const there = place();
  picker.querySelector(".told-with")?.toggleAttribute("hidden", !waiting());
  there.replaceChildren(picker);
  there.hidden = false;
  localise(there);
  offerFiles(there);
  fillAgain(there.querySelector(".template-form"));
  if (focus) first()?.focus();
  again();
}

const gaps = (form) => [...form.querySelectorAll(".inputs .input")];

/** What was typed there before somebody went elsewhere. */
function fillAgain(form) {
  const said = form && half(form.getAttribute("action"));
  if (!said) return;
  for (const field of gaps(form)) if (said[field.name] && !field.disabled) field.value = said[field.name];
  preview();
}

function remember(form) {
  keepHalf(form.getAttribute("action"), Object.fromEntries(gaps(form).map(({ name, value }) => [name, value])));
}

const FIRST = ["[aria-invalid]", ".template-form .input", ".search .input", ".template-form button"];
const first = () => FIRST.map((one) => place().querySelector(one)).find(Boolean);

/** While the provider is asked, the list is looked at again and again. */
function again() {
  clearTimeout(waits);
  if (!place().querySelector("[data-running]")) return;
  waits = setTimeout(() => document.visibilityState === "visible" && find(), ASK_MS);
}

/** Only the list is new: whoever types goes on typing. */
async function find() {
  const field = place()?.querySelector("[name=q]");
  if (!field) return;
  const [there, turn, url] = [place(), (newest += 1), `${listed()}?${new URLSearchParams(new FormData(field.form))}`];
  try {
    const list = parse(await text(url, { holds: PICKER })).querySelector("#template-list");
    if (turn !== newest || there !== place() || !list) return;
    const at = document.activeElement?.closest?.(".template-choice")?.getAttribute("href");
    document.getElementById("template-list")?.replaceWith(list);
    if (at) there.querySelector(`.template-choice[href="${CSS.escape(at)}"]`)?.focus();
    again();
  } catch (error) {
    told(error);
  }
}

const listed = () => place().dataset.from;

function close() {
  if (document.getElementById("first-contact")) return; // there is nothing behind it
  clearTimeout(waits);
  newest += 1;
  const there = place();
  there.hidden = true;
  there.replaceChildren();
  document.querySelector("#composer textarea")?.focus();
}

document.addEventListener("templates:open", ({ detail: { pressed } }) => {
  if (pressed || place().hidden) show(listed(), { focus: pressed, quiet: !pressed });
});

document.addEventListener("click", (event) => {
  if (event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = inside(event, ".template-choice, [data-back], [data-put-away]");
  if (!link) return;
  event.preventDefault();
  event.stopPropagation();
  if (link.matches("[data-put-away]")) close();
  else show(link.getAttribute("href"));
}, true);

document.addEventListener("input", (event) => {
  if (!inside(event, "[name=q], .template-form")) return;
  clearTimeout(waits);
  if (event.target.form.matches(".template-form")) remember(event.target.form);
  waits = setTimeout(event.target.name === "q" ? find : preview, TYPED_MS);
});

async function preview() {
  const form = place()?.querySelector(".template-form");
  if (!form) return;
  const turn = (newest += 1);
  const html = await post(`${form.getAttribute("action")}/preview`, fields(form), { holds: ".template-preview" }).catch(() => null);
  if (!html || turn !== newest || !form.isConnected) return; // the next letter asks again
  const fresh = parse(html).querySelector(".template-preview");
  localise(fresh);
  form.querySelector(".template-preview").replaceWith(fresh);
}

/** A moment is told with the agent's own zone; of who has no conversation yet, whom it is for. */
function fields(form) {
  const all = new FormData(form);
  for (const [name, value] of new FormData(document.getElementById("first-contact") ?? undefined)) all.set(name, value);
  for (const { name, value } of form.querySelectorAll("[type=datetime-local]")) if (value) all.set(name, new Date(value).toISOString());
  for (const [name, value] of Object.entries(waiting() ?? {})) all.set(name, value);
  return all;
}

/** The answer that is written beside it and waits until they write: the template tells them so. */
function waiting() {
  const composer = document.getElementById("composer");
  const text = composer?.hasAttribute("data-holds") && composer.elements.text.value;
  return text && text.trim() ? { held: text, quoted_id: quoted()?.id ?? "", draft_at: knownAt(openId()) } : null;
}

document.addEventListener("submit", (event) => {
  const form = inside(event, "form");
  if (!form) return;
  event.preventDefault();
  event.stopPropagation();
  if (form.matches(".template-form")) submit(form);
  else if (form.matches("[data-look-again]")) lookAgain(form);
  else find();
}, true);

async function lookAgain(form) {
  try {
    put(parse(await post(form.getAttribute("action"), new FormData(form), { holds: PICKER })).querySelector(PICKER), true);
  } catch (error) {
    told(error);
  }
}

async function submit(form) {
  if (bringing(form)) return toast(say("The file is still on its way. Send it once it is here."));
  const [button, there] = [form.querySelector("[type=submit]"), place()];
  button.disabled = true;
  const held = waiting();
  try {
    const sent = fields(form);
    if (messages() && lastSeen()) sent.set("seen", lastSeen());
    const html = await post(form.getAttribute("action"), sent, { holds: ".template-sent" });
    keepHalf(form.getAttribute("action"), null);
    const { leads } = parse(html).querySelector(".template-sent").dataset;
    if (leads) return location.assign(leads);
    if (there !== place()) return;
    if (held && held.held === waiting()?.held) there.dispatchEvent(new CustomEvent("templates:told", { bubbles: true }));
    close();
    toLatest();
  } catch (error) {
    const page = error.status === 422 && parse(error.html);
    const refused = page && page.querySelector(PICKER);
    if (refused && there === place()) refuse(page, refused);
    else told(error);
  }
  button.disabled = false;
}

function refuse(page, picker) {
  put(picker, true);
  place().dispatchEvent(new CustomEvent("templates:refused", { bubbles: true, detail: page }));
}

document.addEventListener("keydown", (event) => {
  if (!place()?.contains(event.target) || event.isComposing) return;
  const back = place().querySelector("[data-back]");
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    if (back) show(back.getAttribute("href"));
    else close();
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event);
}, true);

function step(event) {
  const choices = [...place().querySelectorAll(".template-choice")];
  if (!choices.length || event.target.closest(".template-form")) return;
  event.preventDefault();
  const at = choices.indexOf(event.target.closest(".template-choice")) + (event.key === "ArrowDown" ? 1 : -1);
  (choices[at] ?? place().querySelector("[name=q]")).focus();
}
