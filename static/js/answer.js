// Which message a reply answers, or a reaction is for. One set of buttons goes from message to message, with the pointer and
// with the arrow keys, and the composer shows what was chosen until it is sent or taken back.

import { messagesIn } from "./arrange.js";
import { after } from "./fragments.js";
import { messages, openId, thread } from "./scroll.js";
import { say } from "./words.js";

const LINE = 200;
const shown = () => document.getElementById("quoting");
const field = () => document.querySelector("#composer textarea");
/** A tab may be used by one after another: what one was to answer is not the other's to see. */
const stored = (conversation) => `quote:${document.body.dataset.me}:${conversation}`;
const closed = () => !field() || field().readOnly;
const quotable = () => thread()?.dataset.quotable !== undefined && !closed();
const items = () => (messages() ? messagesIn(messages()).filter(has) : []);
let tools = null;
let seat = "";

/** Whether the customer has it as well: what is on its way, failed or gone cannot be quoted. */
function has({ dataset, classList, firstElementChild: bubble }) {
  if (dataset.direction === "internal" || "pending" in dataset || classList.contains("quiet") || bubble.matches(".deleted")) return false;
  return dataset.direction === "incoming" ? "known" in dataset : !["scheduled", "held", "queued", "failed"].includes(dataset.status);
}

function sit(item) {
  if (!item) return tools?.remove();
  if (!tools?.isConnected) tools = document.getElementById("answering").content.firstElementChild.cloneNode(true);
  seat = item.id;
  fit();
  if (tools.parentElement?.parentElement !== item) item.querySelector(":scope > .bubble").append(tools);
}

/** What cannot be sent just now is not offered; forwarded to others it may be. */
function fit() {
  tools.firstElementChild.hidden = !quotable();
  const react = tools.querySelector("[data-react]");
  if (react) react.hidden = closed();
}

/** It stands at the last one, for Tab, until it is wanted elsewhere. */
after(() => {
  if (!messages()) return;
  if (tools?.isConnected && has(tools.closest(".message"))) return fit();
  const all = items();
  sit(all.find(({ id }) => id === seat) ?? all.at(-1));
});

document.addEventListener("pointerover", ({ target }) => {
  const item = target.closest?.("#messages > .message");
  if (item && has(item) && !tools?.contains(document.activeElement)) sit(item);
});

document.addEventListener("click", ({ target }) => {
  if (target.closest?.("#answer")) quote(target.closest(".message"));
  else if (target.closest?.("#quoting > button")) unquote(), field().focus();
});

document.addEventListener("keydown", (event) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step || !tools?.contains(event.target)) return;
  event.preventDefault();
  const all = items();
  choose(all[all.indexOf(tools.closest(".message")) + step], event.target);
});

function choose(item, tool) {
  if (!item) return;
  sit(item);
  (tool ?? tools.querySelector("button:not([hidden])")).focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
}

/** By key: go to the Reply of the one that is quoted now, else of the last that they wrote. */
export function pick() {
  const all = items();
  const now = all.find(({ id }) => id === `message-${quoted()?.id}`);
  choose(now ?? all.findLast(({ dataset }) => dataset.direction === "incoming") ?? all.at(-1));
}

/** By key: answer the message that has the focus, or nothing in particular. */
export function reply() {
  const item = document.activeElement.closest("#messages > .message");
  if (item && quotable() && items().includes(item)) quote(item);
  else field()?.focus();
}

function quote(item) {
  const mine = item.dataset.direction === "outgoing";
  const who = mine ? item.querySelector(".sender") : document.querySelector(".thread-header .name");
  keep(openId(), { id: item.id.replace("message-", ""), who: who?.textContent ?? say("Your side"), line: line(item) });
  restore();
  field().focus();
}

/** What stands in it, in one line, until the server says it: words, or what kind of thing. */
function line(item) {
  const picture = item.querySelector(".frame img")?.alt ?? item.querySelector("[data-player]")?.ariaLabel;
  const parts = [".text .words", ".chosen .words", ".frame", ".title", ".label"].map((part) => item.querySelector(part));
  const words = parts[0]?.textContent || picture || parts.find((part) => part?.textContent.trim())?.textContent;
  return (words ?? "").replace(/\s+/g, " ").trim().slice(0, LINE) || say("Message");
}

export const quoted = (conversation = openId()) => JSON.parse(sessionStorage.getItem(stored(conversation)));

export function keep(conversation, quoting) {
  if (quoting) sessionStorage.setItem(stored(conversation), JSON.stringify(quoting));
  else sessionStorage.removeItem(stored(conversation));
  document.dispatchEvent(new CustomEvent("inbox:quoted", { detail: conversation }));
}

/** What a bubble answers, as it is kept; null: nothing. */
export function answered(item) {
  const link = item?.querySelector(":scope > .bubble > .quote[data-quotes]");
  const [who, line] = [".who", ".line > bdi"].map((part) => link?.querySelector(part)?.textContent ?? "");
  return link ? { id: link.dataset.quotes, who, line } : null;
}

/** Show what is kept, of this conversation. */
export function restore() {
  if (!shown()) return;
  const quoting = quoted();
  shown().hidden = !quoting;
  if (quoting) fill(shown().querySelector(".quote"), quoting);
}

/** Take it back; whether there was something. */
export function unquote() {
  const was = quoted();
  keep(openId(), null);
  restore();
  return Boolean(was);
}

/** As it stands in a bubble that the server has not made yet. */
export function drawn(quoting) {
  const link = shown().querySelector(".quote").cloneNode(true);
  fill(link, quoting);
  return link;
}

function fill(link, { id, who, line: said }) {
  link.dataset.quotes = id;
  link.href = `/conversations/${openId()}?message=${id}`;
  link.querySelector(".who > bdi").textContent = who;
  link.querySelector(".line > bdi").textContent = said;
}
