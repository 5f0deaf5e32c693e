// Tells the server what this agent has really had before their eyes.

import { after, route } from "./fragments.js";
import { post } from "./fetching.js";
import { see } from "./list.js";
import { atEnd, openId, thread } from "./scroll.js";

let timer = null;
let left = null; // what this agent left unread: it stays so before their eyes, until they come to it again

route("row-", (row) => {
  if (row.id === `row-${openId()}`) thread().dataset.inbound = row.dataset.inbound;
});
route("data-mentions-of", ({ dataset: { mentionsOf }, value }) => {
  if (mentionsOf === openId()) thread().dataset.mentions = value;
});
route("data-seen-of", ({ dataset: { seenOf, why }, value }) => {
  if (why === "unread") left = seenOf;
  if (seenOf === openId()) thread().dataset.seen = why === "seen" ? Math.max(value, thread().dataset.seen) : value;
});
document.addEventListener("inbox:opened", () => (left = null));
after(report);

export function report() {
  clearTimeout(timer);
  timer = setTimeout(tell, 150);
}

/** What this tab is just telling: a page that is read meanwhile may not know of it yet. */
const told = (conversation) => `seen:${conversation}`;
export const seenHere = (conversation) => Number(sessionStorage.getItem(told(conversation)));

/** Whoever is named in a note has come to see why. */
async function tellMentions(log) {
  const { conversation, mentions } = log.dataset;
  if (!Number(mentions)) return;
  log.dataset.mentions = 0;
  await post(`/conversations/${conversation}/mentions/seen`, {}).catch(() => (log.dataset.mentions = mentions));
}

async function tell() {
  const log = thread();
  if (!log || document.getElementById("pane").ariaBusy || document.hidden || !document.hasFocus()) return;
  tellMentions(log);
  if (!atEnd() || left === openId()) return;
  const { conversation, inbound, seen } = log.dataset;
  if (Number(inbound) <= Number(seen)) return;
  log.dataset.seen = inbound;
  sessionStorage.setItem(told(conversation), inbound);
  see(conversation, Number(inbound));
  document.dispatchEvent(new Event("inbox:seen"));
  try {
    await post(`/conversations/${conversation}/seen`, { count: inbound }, { keepalive: true }); // also while the page is left
    if (seenHere(conversation) === Number(inbound)) sessionStorage.removeItem(told(conversation));
  } catch {
    log.dataset.seen = seen; // said again when the connection is back
  }
}

for (const sign of ["focus", "pageshow"]) addEventListener(sign, report);
for (const sign of ["visibilitychange", "inbox:scrolled"]) document.addEventListener(sign, report);
