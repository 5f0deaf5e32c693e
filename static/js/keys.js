// One registry feeds the keys and their help. No Alt: it breaks letters of many languages.

import { pick, reply } from "./answer.js";
import { details } from "./details.js";
import { meant } from "./layouts.js";
import { close } from "./navigate.js";
import { note } from "./noting.js";
import { step } from "./pages.js";
import { openId } from "./scroll.js";
import { say } from "./words.js";

const find = (selector) => document.querySelector(selector);
const dialog = () => document.getElementById("key-help");
const off = () => localStorage.getItem("keys") === "off";

const KEYS = [
  { key: "j", does: say("Next conversation"), run: () => step(1) },
  { key: "k", does: say("Previous conversation"), run: () => step(-1) },
  { key: "Enter", does: say("Open the conversation") },
  { key: "u", does: say("Back to the list"), run: () => openId() && close() },
  { key: "c", does: say("New conversation"), run: () => location.assign("/conversations/new") },
  { key: "r", does: say("Write a reply"), run: reply },
  { key: "n", does: say("Write a note for your team"), run: note },
  { key: "R", says: say("Shift r"), does: say("Choose a message to answer or forward: arrows, Tab, Enter"), run: pick },
  { key: "v", does: say("Record a voice message"), run: () => find("#record")?.click() },
  { key: "i", does: say("Contact details"), run: details },
  { key: "/", does: say("Search: arrows or Enter lead to what is found"), run: () => find("#search [name=q]")?.focus() },
  { key: "Esc", does: say("Leave a field, close what is open") },
  { key: "?", does: say("This help"), run: help },
];

function help() {
  const words = dialog().querySelector(".keys");
  words.replaceChildren(
    ...KEYS.flatMap(({ key, says = key, does }) => [
      make("dt", make("kbd", says)),
      make("dd", does),
    ]),
  );
  dialog().querySelector("[name=keys]").checked = !off();
  dialog().showModal();
}

function make(name, content) {
  const element = document.createElement(name);
  element.append(content);
  return element;
}

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

function escape(target) {
  if (!typing(target) || target.closest("dialog, #noting")) return;
  if (target.type === "search" && target.value) return; // the browser empties it
  target.blur();
  document.getElementById("thread")?.focus({ preventScroll: true });
}

function alongTicks(event) {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step || !event.target.matches("#messages .tick")) return;
  const ticks = [...document.querySelectorAll("#messages .tick")];
  ticks[ticks.indexOf(event.target) + step]?.focus();
  event.preventDefault();
}

find("[data-key-help]")?.addEventListener("click", help);
dialog()?.addEventListener("change", (event) => {
  localStorage.setItem("keys", event.target.checked ? "on" : "off");
});
document.addEventListener("keydown", pressed);

function pressed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") return escape(event.target);
  alongTicks(event);
  if (typing(event.target) || document.querySelector("dialog[open]") || off()) return;
  const wanted = meant(event, KEYS);
  const found = KEYS.find(({ key, run }) => run && key === wanted);
  if (!found || (!find(".inbox") && wanted !== "?")) return;
  event.preventDefault();
  found.run();
}
