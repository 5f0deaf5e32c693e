// Replies on their way: shown at once, sent in order, kept while there is no connection.
// The id is made here and sending is idempotent by it, so trying again can never send twice.

import { drawn } from "./answer.js";
import { become, change, parse, route, skip } from "./fragments.js";
import { post, Refused } from "./fetching.js";
import { insert } from "./thread.js";
import { openId, thread, toEnd } from "./scroll.js";
import { localise } from "./times.js";
import { say } from "./words.js";

const waiting = [];
let busy = false;
let later = null;
let onRefused = () => {};

export const refused = (handler) => (onRefused = handler);

/** `quote`: what it answers, as answer.js keeps it, or null. */
export function send(conversation, text, quote) {
  const item = { id: uuid(), conversation, text, quote, at: new Date().toISOString(), order: Date.now() };
  waiting.push(item);
  change(() => draw(item));
  toEnd();
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
skip((type, conversation) => type === "message:new" && conversation !== openId() && !waiting.length);

function draw(item) {
  if (item.conversation !== openId() || document.getElementById(`message-${item.id}`)) return;
  const element = document.getElementById("optimistic").content.cloneNode(true).firstElementChild;
  for (const part of [element, ...element.querySelectorAll("[id]")]) part.id += item.id;
  const sort = `~${item.order}`; // after everything real
  Object.assign(element.dataset, { pending: "", at: item.at, sort });
  element.querySelector(".words").textContent = item.text;
  if (item.quote) element.querySelector(".bubble > .text").before(drawn(item.quote));
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
    const fields = { text: item.text, client_id: item.id, quoted_id: item.quote?.id ?? "" };
    const html = await post(`/conversations/${item.conversation}/messages`, fields);
    forget(item);
    confirm(item, html);
  } catch (error) {
    item.posting = false;
    if (!(error instanceof Refused)) {
      later = setTimeout(flush, 5000);
      return false;
    }
    if ([401, 403, 404, 409, 422].includes(error.status)) giveBack(item, error);
    else explain(item, error.status);
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

function explain(item, code = item.problem) {
  item.problem = code;
  const line = document.getElementById(`failure-${item.id}`);
  if (!line) return;
  const again = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: say("Retry") });
  again.onclick = () => {
    item.problem = null;
    line.hidden = true;
    flush();
  };
  change(() => {
    line.replaceChildren(say("Not sent: the server could not take it (error %(code)s).", { code }), " ", again);
    line.hidden = false;
  });
}

function forget(item) {
  if (waiting.includes(item)) waiting.splice(waiting.indexOf(item), 1);
}

/** randomUUID needs https; an inbox on a plain local address works too. */
function uuid() {
  const random = (digit) => digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)));
  return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) => random(digit).toString(16));
}

addEventListener("beforeunload", (event) => waiting.length && event.preventDefault());
