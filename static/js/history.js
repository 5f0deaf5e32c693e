// Pages of history, fetched when their edge comes near. Without scripts the same link is a page.
// Of a long one a part is on the page: what is far from what is read leaves on the other side.

import { messagesIn, raise, restore } from "./arrange.js";
import { after, change, parse } from "./fragments.js";
import { part } from "./fetching.js";
import { insert } from "./thread.js";
import { atEnd, messages, openId, thread } from "./scroll.js";
import { say } from "./words.js";

const CAP = 400;
const KEPT = 250;
const FAR = 2400; // pixels: more than is fetched ahead
const EDGES = {
  older: { asks: "before", words: say("Earlier messages"), from: (items) => items[0] },
  newer: { asks: "after", words: say("Later messages"), from: (items) => items.at(-1) },
};
let watcher = null;

export function watchEdges() {
  watcher?.disconnect();
  if (!thread()) return;
  watcher = new IntersectionObserver(near, { root: thread(), rootMargin: "800px 0px" });
  for (const edge of ["older", "newer"]) watcher.observe(document.getElementById(edge));
}

function near(entries) {
  for (const { isIntersecting, target } of entries) if (isIntersecting) load(target);
}

async function load(edge) {
  const link = edge.querySelector("a");
  const conversation = openId();
  if (!link || link.ariaBusy === "true") return;
  link.ariaBusy = "true";
  try {
    await part(link.dataset.href, (html) => openId() === conversation && add(edge, html), { holds: "#messages" });
  } catch {
    link.ariaBusy = null;
    return;
  }
  if (!edge.isConnected) return;
  watcher.unobserve(edge); // a page that did not fill the view asks for the next
  watcher.observe(edge);
}

function add(edge, html) {
  const page = parse(html);
  change(() => {
    for (const item of page.querySelectorAll(".message")) {
      if (!document.getElementById(item.id)) insert(item);
    }
    restore(messages());
    if (edge.id === "older") raise(messages());
    edge.replaceChildren(...(page.getElementById(edge.id)?.childNodes ?? []));
    if (edge.id === "older") leaveBelow(messagesIn(messages()));
    else leaveAbove(messagesIn(messages()));
  });
}

/** What is on its way has no place in history: it stays, and all before it. */
function leaveBelow(items) {
  if (items.length <= CAP || items.some(({ dataset }) => "pending" in dataset)) return;
  const end = thread().getBoundingClientRect().bottom + FAR;
  const first = items.findIndex((item, at) => at >= KEPT && item.getBoundingClientRect().top > end);
  if (first > 0) leave("newer", items.slice(0, first), items.slice(first));
}

function leaveAbove(items) {
  if (items.length <= CAP) return;
  const end = thread().getBoundingClientRect().top - FAR;
  const last = items.findLastIndex((item, at) => at < items.length - KEPT && item.getBoundingClientRect().bottom < end);
  if (last >= 0) leave("older", items.slice(last + 1), items.slice(0, last + 1));
}

/** Days are put right afterwards; the divider waits for its message. */
function leave(side, staying, leaving) {
  const { asks, words, from } = EDGES[side];
  const id = from(staying).id.replace("message-", "");
  const path = `/conversations/${openId()}`;
  const link = Object.assign(document.createElement("a"), { className: "button small", href: `${path}?message=${id}`, textContent: words });
  link.dataset.href = `${path}/messages?${asks}=${id}`;
  for (const item of leaving) {
    if (item.previousElementSibling?.matches(".divider")) item.previousElementSibling.remove();
    item.remove();
  }
  document.getElementById(side).replaceChildren(link);
}

/** Who stays at the end all day needs no thousand messages above. */
after(() => {
  const items = messages() && atEnd() && messages().children.length > CAP ? messagesIn(messages()) : [];
  if (items.length <= CAP / 2) return;
  change(() => leave("older", items.slice(-CAP / 2), items.slice(0, -CAP / 2)));
  watchEdges();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".edge > a");
  if (!link || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  load(link.parentElement);
});
