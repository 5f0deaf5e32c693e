// Replies on their way: shown at once, sent in order, kept while there is no connection.
// The id is made here and sending is idempotent by it, so trying again can never send twice.

import { become, change, parse, route } from "./fragments.js";
import { post, Refused } from "./fetching.js";
import { insert } from "./thread.js";
import { openId, thread, toEnd } from "./scroll.js";
import { localise } from "./times.js";

const waiting = [];
let busy = false;
let later = null;
let onRefused = () => {};

export const refused = (handler) => (onRefused = handler);

export function send(conversation, text) {
  const item = { id: uuid(), conversation, text, at: new Date().toISOString(), order: Date.now() };
  waiting.push(item);
  change(() => draw(item));
  toEnd();
  flush();
}

/** A reply that went out is known by its id, whichever of answer and feed comes first. */
route("message-", ({ id }) => {
  const at = waiting.findIndex((item) => `message-${item.id}` === id && !item.posting);
  if (at >= 0) waiting.splice(at, 1);
});

function draw(item) {
  if (item.conversation !== openId() || document.getElementById(`message-${item.id}`)) return;
  const element = document.getElementById("optimistic").content.cloneNode(true).firstElementChild;
  for (const part of [element, ...element.querySelectorAll("[id]")]) part.id += item.id;
  element.dataset.pending = "";
  element.dataset.at = item.at;
  element.dataset.sort = `~${String(item.order).padStart(16, "0")}`; // after everything real
  element.querySelector(".words").textContent = item.text;
  element.querySelector("time").dateTime = item.at;
  localise(element);
  insert(element);
  if (item.problem) explain(item);
}

/** After the thread was fetched anew: what is still on its way belongs to it. */
export const redraw = () => thread() && change(() => waiting.forEach(draw));

export async function flush() {
  clearTimeout(later);
  if (busy) return;
  busy = true;
  for (let item; (item = waiting.find(({ problem }) => !problem)); ) {
    if (!(await attempt(item))) break;
  }
  busy = false;
}

/** True if the next one may go. Without a connection everything waits for it. */
async function attempt(item) {
  item.posting = true;
  try {
    const html = await post(`/conversations/${item.conversation}/messages`, { text: item.text, client_id: item.id });
    forget(item);
    confirm(item, html);
  } catch (error) {
    item.posting = false;
    if (!(error instanceof Refused)) {
      later = setTimeout(flush, 5000);
      return false;
    }
    if ([401, 403, 404, 409, 422].includes(error.status)) giveBack(item, error);
    else explain(item, `the server could not take it (error ${error.status}).`);
  }
  return true;
}

function confirm(item, html) {
  const element = document.getElementById(`message-${item.id}`);
  const fresh = parse(html).querySelector(".message");
  // Without data-pending the feed was first, and knows later statuses than this answer.
  if (fresh && element && "pending" in element.dataset) {
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

function explain(item, problem = item.problem) {
  item.problem = problem;
  const line = document.getElementById(`failure-${item.id}`);
  if (!line) return;
  const again = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: "Retry" });
  again.onclick = () => {
    item.problem = null;
    line.hidden = true;
    flush();
  };
  line.replaceChildren(`Not sent: ${problem} `, again);
  change(() => (line.hidden = false));
}

function forget(item) {
  const at = waiting.indexOf(item);
  if (at >= 0) waiting.splice(at, 1);
}

/** randomUUID needs https; an inbox on a plain local address works too. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

addEventListener("beforeunload", (event) => waiting.length && event.preventDefault());
