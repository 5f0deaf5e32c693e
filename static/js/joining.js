// Where each message is billed, a third short one within a minute could have been one with the two
// before: said quietly while it is written, until somebody does not want to hear it in this browser.

import { now } from "./clock.js";

const SHORT = 80;
const WITHIN = 60000;
const hint = () => document.getElementById("joining");
const unwanted = () => `joining:${document.body.dataset.me}`;

const short = (text) => text.length > 0 && text.length <= SHORT;

/** One's own, short, not failed, and of the last minute. */
function counts({ dataset: { direction, sender, status, at } }, words) {
  const ours = direction === "outgoing" && sender === document.body.dataset.me;
  return ours && status !== "failed" && now() - new Date(at) < WITHIN && short(words);
}

function third(text) {
  const last = [...document.querySelectorAll("#messages > .message")].slice(-2);
  const said = (item) => item.querySelector(".words")?.textContent.trim() ?? "";
  return short(text.trim()) && last.length === 2 && last.every((item) => counts(item, said(item)));
}

document.addEventListener("input", ({ target }) => {
  if (target.form?.id !== "composer" || target.name !== "text" || !hint()) return;
  const billed = (target.form.dataset.kind ?? "reply") === "reply"; // a note is not
  hint().hidden = !billed || Boolean(localStorage.getItem(unwanted())) || !third(target.value);
});

document.addEventListener("submit", ({ target }) => {
  if (target.id === "composer" && hint()) hint().hidden = true;
});

document.addEventListener("click", ({ target }) => {
  if (!target.closest("#joining .link")) return;
  localStorage.setItem(unwanted(), "1");
  hint().hidden = true;
  document.querySelector("#composer [name=text]")?.focus();
});
