// Replies on their way: shown at once, sent in order, kept while there is no connection.
// The id is made here and sending is idempotent by it, so trying again can never send twice.
// They are kept in the tab as well, so that a reload or a crash of it does not lose one.

import { drawn } from "./answer.js";
import { messagesIn } from "./arrange.js";
import { now } from "./clock.js";
import { knownAt } from "./drafts.js";
import { become, change, parse, route, skip } from "./fragments.js";
import { post, Refused, signedOut } from "./fetching.js";
import { insert, lastSeen } from "./thread.js";
import { messages, openId, thread, toLatest } from "./scroll.js";
import { clockTime, localise } from "./times.js";
import { say } from "./words.js";

const SOON_MS = 500;
const AGAIN_MS = 5000;
/** Found in the tab after so long it is not sent any more: it is a draft. */
const FORGOTTEN_MS = 600000;
const LONGEST_MS = 60000;
/** Said of this moment and not of the reply: it is tried again by itself. */
const PASSING = [408, 425, 429];
const STORE = `waiting:${document.body.dataset.me}`;
const waiting = JSON.parse(sessionStorage.getItem(STORE) ?? "[]");
let busy = false;
let later = null;
let onRefused = () => {};

export const refused = (handler) => (onRefused = handler);

const store = () => {
  const kept = waiting.map(({ posting, bringing, due, pause, why, ...item }) => item);
  if (kept.length) sessionStorage.setItem(STORE, JSON.stringify(kept));
  else sessionStorage.removeItem(STORE);
};

/** `quote`: what it answers, as answer.js keeps it, or null. `message`: what it says beside `text`, as the API takes it. `force`: whatever
 *  a colleague has answered meanwhile; else what was seen until now says whether somebody has. `file`: what brings it and shows it.
 *  `when`: fields that say that it is not to be sent now, or how. */
export const send = (conversation, text, quote, message = null, force = false, file = undefined, when = whenNext()) =>
  begin({ conversation, text, message, quote, seen: lastSeen(), force, file, when });

/** What the composer says of how that goes which is sent next: once they write, as Direct Send, or
 *  at a time; all that is sent in one go goes together. */
export function whenNext() {
  const form = document.getElementById("composer");
  if (form?.hasAttribute("data-holds")) return { hold: "1" };
  if (form?.hasAttribute("data-direct")) return { direct: "1" };
  setTimeout(() => form?.removeAttribute("data-when"));
  return JSON.parse(form?.dataset.when ?? "{}");
}

/** For the team alone: it is kept on its way as a reply is, and goes elsewhere. `files`: as drafts.js has them. */
export const sendNote = (conversation, text, files) => begin({ conversation, text, note: files });

function begin(what) {
  const draft = knownAt(what.note ? `note:${what.conversation}` : what.conversation);
  const item = { id: uuid(), ...what, written: what.conversation, at: new Date(now()).toISOString(), draft, order: Date.now() };
  waiting.push(item);
  store();
  const brings = item.file?.bring;
  if (!brings) flush(); // on its way before it is drawn, which takes longer
  change(() => draw(item));
  toLatest();
  if (!brings) return;
  fetchFile(item);
  flush();
}

/** Its file goes first, beside the replies to others; what is behind it in its own waits. */
async function fetchFile(item) {
  item.bringing = true;
  const wanted = () => waiting.includes(item);
  try {
    const id = await item.file.bring({ wanted, told: (part, cut) => progress(item, part, cut) });
    if (!wanted()) return;
    item.message.media_id = id;
    clear(item);
  } catch (error) {
    if (wanted()) giveBack(item, error);
  }
  item.bringing = false;
  store();
  flush();
}

/** A reply that went out is known by its id, whichever of answer and feed comes first. */
route("message-", ({ id }) => {
  forget(waiting.find((item) => `message-${item.id}` === id && !item.posting));
});

/** What is on its way to one that became part of another goes on to that one. */
route("data-merged", ({ dataset: { merged }, value }) => {
  for (const item of waiting) if (item.conversation === merged) item.conversation = value;
});

/** Another conversation's message shows in its row alone, unless it is one of ours on its way. */
skip((type, conversation) => ["message:new", "note:new"].includes(type) && conversation !== openId() && !waiting.length);

/** Where the last stands before those that are to be sent later, if there are any. */
function lastSaid() {
  const items = messagesIn(messages());
  const later = items.findIndex(({ dataset: { status } }) => status === "scheduled");
  return later > 0 ? items[later - 1].dataset.sort : "";
}

function draw(item) {
  if (item.conversation !== openId() || document.getElementById(`message-${item.id}`)) return;
  const element = document.getElementById(item.note ? "optimistic-note" : "optimistic").content.cloneNode(true).firstElementChild;
  for (const part of [element, ...element.querySelectorAll("[id]")]) part.id += item.id;
  const sort = `${lastSaid()}~${item.order}`; // after everything real, but what is to be sent later
  Object.assign(element.dataset, { pending: "", at: item.at, sort });
  element.querySelector(".words").textContent = item.text || (item.note ?? []).map(({ media }) => media.filename).join(", ");
  if (item.when?.send_at || item.when?.hold) element.dataset.status = item.when.hold ? "held" : "scheduled";
  if (item.quote) element.querySelector(".bubble > .text").before(drawn(item.quote));
  element.querySelector("time").dateTime = item.at;
  localise(element);
  item.file?.show?.(element);
  insert(element);
  if (item.why) explain(item);
}

/** After the thread was fetched anew: what is still on its way belongs to it. */
export const redraw = () => thread() && change(() => waiting.forEach(draw));

/** The connection is back, or somebody asks for it: nothing waits for its pause any longer. */
export function flushAll() {
  for (const item of [...waiting]) {
    item.due = 0;
    if (item.bringing) continue;
    if (item.file && !item.message.media_id) giveBack(item, null); // its file went with an earlier page
    if (Date.now() - item.order > FORGOTTEN_MS && item.posting === undefined) giveBack(item, null); // of an earlier page
  }
  flush();
}

async function flush() {
  clearTimeout(later);
  if (busy) return;
  busy = true;
  for (let item; (item = next()); ) {
    if (!(await attempt(item))) break;
  }
  busy = false;
  const ready = waiting.filter((item) => !item.bringing);
  const due = Math.min(...ready.map((item) => item.due ?? 0));
  if (ready.length) later = setTimeout(flush, Math.max(due - Date.now(), SOON_MS));
}

/** The first that may go: one that waits holds up its own conversation and no other. */
function next() {
  const held = new Set();
  for (const item of waiting) {
    if ((item.due ?? 0) <= Date.now() && !item.bringing && !held.has(item.conversation)) return item;
    held.add(item.conversation);
  }
  return null;
}

/** True if the next one may go. Without a connection everything waits for it. */
async function attempt(item) {
  item.posting = true;
  try {
    const fields = { text: item.text, client_id: item.id, quoted_id: item.quote?.id ?? "", conversation_id: item.written, draft_at: item.draft, ...item.when };
    if (item.seen) fields.seen = item.seen;
    if (item.force) fields.force = "1";
    if (item.note) fields.attachments = item.note.map(({ media }) => media.id).join(" ");
    if (item.message) fields.message = JSON.stringify(item.message);
    const html = await post(`/conversations/${item.conversation}/${item.note ? "notes" : "messages"}`, fields, { holds: ".message" });
    forget(item);
    confirm(item, html);
  } catch (error) {
    item.posting = false;
    if (!(error instanceof Refused)) return wait(item, say("There is no connection"), 0);
    if (signedOut(error)) return giveBackAll(error);
    const { status } = error;
    if (status < 500 && !PASSING.includes(status)) giveBack(item, error);
    else wait(item, say("The server answered with error %(code)s", { code: status }), error.after * 1000);
  }
  return true;
}

function confirm(item, html) {
  const element = document.getElementById(`message-${item.id}`);
  const fresh = parse(html).querySelector(".message");
  // Without data-pending the feed was first, and knows later statuses than this answer.
  if (element && "pending" in element.dataset) {
    change(() => {
      become(element, fresh);
      insert(element);
    });
  }
}

function giveBack(item, error) {
  forget(item);
  change(() => document.getElementById(`message-${item.id}`)?.remove());
  onRefused(item, error);
}

/** Newest first, as each is put before what is written there already. */
function giveBackAll(error) {
  for (const item of [...waiting].reverse()) giveBack(item, error);
  return false;
}

document.addEventListener("inbox:signed-out", () => giveBackAll(new Refused(401)));

/** It is tried again by itself, less and less often. */
function wait(item, why, pause) {
  item.pause = Math.min(LONGEST_MS, (item.pause ?? AGAIN_MS / 2) * 2);
  Object.assign(item, { why, due: Date.now() + Math.max(pause, item.pause) });
  explain(item);
  return false;
}

function explain(item) {
  const line = document.getElementById(`failure-${item.id}`);
  if (!line) return;
  const words = say("Waiting since %(time)s. %(why)s; it is tried again by itself.", { time: clockTime(new Date(item.at)), why: item.why });
  change(() => {
    line.replaceChildren(words, " ", button(say("Try now"), flushAll), " ", button(say("Take back"), () => takeBack(item)));
    line.classList.add("waits");
    line.hidden = false;
  });
}

function progress(item, part, cut) {
  const line = document.getElementById(`failure-${item.id}`);
  if (!line) return;
  const bar = Object.assign(document.createElement("progress"), { max: 1, value: part, ariaLabel: say("Uploading") });
  const words = cut ? say("No connection; it goes on by itself.") : "";
  change(() => {
    line.replaceChildren(bar, " ", words, " ", button(say("Cancel"), () => giveBack(item, null)));
    line.classList.add("waits");
    line.hidden = false;
  });
}

function clear(item) {
  const line = document.getElementById(`failure-${item.id}`);
  if (line) change(() => Object.assign(line, { hidden: true }).replaceChildren());
}

const button = (textContent, onclick) => Object.assign(document.createElement("button"), { type: "button", className: "link", textContent, onclick });

function takeBack(item) {
  if (waiting.includes(item) && !item.posting) giveBack(item, null);
}

function forget(item) {
  if (waiting.includes(item)) waiting.splice(waiting.indexOf(item), 1);
  store();
}

/** randomUUID needs https; an inbox on a plain local address works too. */
export function uuid() {
  const random = (digit) => digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)));
  return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) => random(digit).toString(16));
}

addEventListener("beforeunload", (event) => waiting.length && event.preventDefault());
