// Where a reply is written: Enter sends, drafts stay, the 24-hour window opens and closes it.

import { after } from "./fragments.js";
import { post } from "./fetching.js";
import { refused, send } from "./outbox.js";
import { openId } from "./scroll.js";
import { everyHalfMinute, span } from "./times.js";
import { toast } from "./signs.js";

const SOON = 2 * 3600000;
const grows = CSS.supports("field-sizing", "content");
const form = () => document.getElementById("composer");
const field = () => form()?.elements.text;

const draftOf = (conversation) => `draft:${conversation}`;
const draft = (conversation) => sessionStorage.getItem(draftOf(conversation)) ?? "";
function keep(conversation, text) {
  if (text) sessionStorage.setItem(draftOf(conversation), text);
  else sessionStorage.removeItem(draftOf(conversation));
}

export function opened() {
  if (!form()) return;
  if (!field().value) field().value = draft(openId());
  resize();
  window24();
}

function resize() {
  if (grows || !field()) return;
  field().style.blockSize = "auto";
  field().style.blockSize = `${field().scrollHeight}px`;
}

document.addEventListener("input", (event) => {
  if (event.target !== field()) return;
  keep(openId(), field().value);
  resize();
});

document.addEventListener("keydown", (event) => {
  if (event.target !== field() || event.key !== "Enter" || event.shiftKey || event.altKey) return;
  if (event.isComposing || event.keyCode === 229) return; // Enter chooses a word of the input method
  if (matchMedia("(pointer: coarse)").matches && !event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  form().requestSubmit();
});

document.addEventListener("submit", (event) => {
  if (event.target === form()) {
    event.preventDefault();
    submit();
  } else if (event.target.matches(".retry")) {
    event.preventDefault();
    retry(event.target);
  }
});

function submit() {
  const text = field().value;
  if (!text.trim() || field().disabled) return;
  document.getElementById("refusal").replaceChildren();
  document.querySelector("#messages > .divider")?.remove();
  field().value = "";
  keep(openId(), "");
  resize();
  field().focus();
  send(openId(), text);
}

/** The answer is not shown: the feed brings every step, and in order. */
async function retry(at) {
  const button = at.querySelector("button");
  button.disabled = true;
  try {
    await post(at.action, {});
  } catch {
    toast("The retry did not reach the server. Try again in a moment.");
  }
  button.disabled = false;
}

/** Nothing typed is lost: a refused reply goes back to where it was written. */
refused(({ conversation, text }, error) => {
  const here = conversation === openId();
  const typed = here ? field().value : draft(conversation);
  const both = [text, typed].filter(Boolean).join("\n");
  keep(conversation, both);
  if (error.status === 401) return; // on the way to the sign-in page; the draft is there afterwards
  if (!here) return toast("A reply was not sent. Its text is kept as a draft in that conversation.");
  field().value = both;
  resize();
  const panel = document.getElementById("refusal");
  if (error.status === 422 || error.status === 409) panel.innerHTML = error.html;
  else toast(`Not sent: the server refused it (error ${error.status}).`);
});

function window24() {
  const chip = document.querySelector(".window");
  if (!chip || !form()) return;
  const left = new Date(chip.dataset.expires || NaN) - Date.now();
  const closed = left <= 0; // no time at all: no window to speak of, the server decides
  chip.dataset.state = closed ? "closed" : left < SOON ? "soon" : "open";
  const words = closed ? "The 24-hour window has closed. You can reply again as soon as they write." : `Replies close in ${span(left)}`;
  if (chip.dataset.expires && chip.lastElementChild.textContent !== words) chip.lastElementChild.textContent = words;
  form().classList.toggle("closed", closed);
  for (const control of [field(), form().querySelector("button")]) control.disabled = closed;
}

after(window24);
everyHalfMinute(window24);
