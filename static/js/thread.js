// Messages of the open conversation: each once, in order, with ticks that never go back.

import { arrange, divide, messagesIn } from "./arrange.js";
import { after, become, overtake, replace, route } from "./fragments.js";
import { seenHere } from "./seen.js";
import { localise } from "./times.js";
import { isStuck, messages, moreAbove, moreBelow, openId, settleAt, thread, unseenBelow } from "./scroll.js";

const RANK = { scheduled: -1, held: -1, queued: 0, sent: 1, failed: 2, delivered: 3, read: 4, played: 5 };

/** A failed message may start again; nothing else takes a step down. */
const back = (old, status) => old !== "failed" && RANK[old] > RANK[status];

overtake((conversation) => conversation === openId());

route("message-", (element) => {
  if (element.dataset.conversation !== openId()) return;
  const old = document.getElementById(element.id);
  if (old) return rewrite(old, element);
  const hidden = outside(element);
  if (!hidden) {
    insert(element);
    appear(element);
  }
  const { direction, aside } = element.dataset;
  if (direction === "incoming" && aside === undefined && (hidden ? moreBelow() : !isStuck())) unseenBelow();
});

/** Edited or deleted. One that is not on this page comes with its own page of history. */
route("data-rewritten", ({ firstElementChild: element }) => {
  const old = document.getElementById(element.id);
  if (old) rewrite(old, element);
});

route("tick-", (element) => {
  const item = document.getElementById(element.id)?.closest(".message");
  if (!item || back(item.dataset.status, element.dataset.status)) return;
  replace(element);
  item.dataset.status = element.dataset.status;
});

route("failure-", (element) => {
  const item = document.getElementById(element.id)?.closest(".message");
  const says = element.hidden ? "" : element.matches(".waits") ? "queued" : "failed";
  if (item && (says ? says === item.dataset.status : item.dataset.status !== "failed")) replace(element);
});

/** Taken back before it was sent: it is nowhere any more. */
route("data-removed", ({ dataset: { removed } }) => document.getElementById(`message-${removed}`)?.remove());

route("preview-tick-", (element) => {
  const old = document.getElementById(element.id);
  if (old && !back(old.dataset.status, element.dataset.status)) replace(element);
});

export function rewrite(old, element) {
  if (back(old.dataset.status, element.dataset.status)) keepStatus(old, element);
  const moved = old.dataset.sort !== element.dataset.sort;
  become(old, element, ["data-run", "data-mine"]);
  if (moved) insert(old);
}

/** An answer rendered before the last status: its words are right, its tick is old. */
function keepStatus(old, element) {
  element.dataset.status = old.dataset.status;
  for (const part of ["tick-", "failure-"]) {
    const id = `#${CSS.escape(element.id.replace("message-", part))}`;
    const standing = old.querySelector(id);
    if (standing) element.querySelector(id)?.replaceWith(standing.cloneNode(true));
  }
}

/** In a page of history that is not loaded: it comes with that page. */
function outside({ dataset: { sort } }) {
  const items = messagesIn(messages());
  if (!items.length) return false;
  return (moreAbove() && sort < items[0].dataset.sort) || (moreBelow() && sort > items.at(-1).dataset.sort);
}

/** The newest that is on this page, by arrival. Of notes and of one's own that may still be taken back
 *  nobody can say that they stay, and neither is a colleague's answer. */
export function lastSeen() {
  const there = messagesIn(messages()).filter(({ dataset }) => stays(dataset));
  const last = there.reduce((newest, item) => (newest && arrival(newest) > arrival(item) ? newest : item), null);
  const { told } = messages().dataset;
  if (told && !(last && arrival(last) > messages().dataset.arrival)) return told;
  return last?.id.replace("message-", "") ?? "";
}

const arrival = ({ dataset: { sort } }) => sort.split("-")[1];

/** What a refusal shows of a colleague's has been seen, whether or not it came to this page. */
export const saw = (card) => Object.assign(messages().dataset, { told: card.dataset.seen, arrival: arrival(card) });

const stays = ({ pending, direction, mine, status }) =>
  pending === undefined && direction !== "internal" && (mine === undefined || status !== "queued") && !["scheduled", "held"].includes(status);

// A phone has no pointer to rest on a message: a tap says when it was written, another one hides it.
const taps = matchMedia("(hover: none), (width < 700px)");
const time = (item) => item.querySelector(":scope > .bubble > .text > .meta > time");
document.addEventListener("click", ({ target }) => {
  const item = target.closest?.("#messages > .message > .bubble")?.parentElement;
  if (!taps.matches || !item || target.closest("a, button, label, input, audio, video, .tick")) return;
  const was = document.querySelector("#messages > .dated");
  for (const one of new Set([was, item])) if (one && time(one)) dated(one, one !== was);
});

function dated(item, now) {
  item.classList.toggle("dated", now);
  time(item).dataset.format = now ? "full" : "time";
  localise(item);
}

export function insert(element) {
  const previous = messagesIn(messages()).findLast((item) => item !== element && item.dataset.sort <= element.dataset.sort);
  if (!previous) {
    if (messages().firstElementChild !== element) messages().prepend(element);
  } else if (previous.nextElementSibling !== element) previous.after(element);
}

/** By the Web Animations API: no class stays behind that a reloaded page would not have. */
function appear(element) {
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) element.animate({ opacity: [0, 1] }, 150);
}

const ARRANGED_FOR = ["message-", "tick-", "data-rewritten", "data-removed"];

after((taken) => {
  if (!messages() || (taken && !ARRANGED_FOR.some((route) => taken.has(route)))) return;
  arrange(messages());
});

/** For the first page and for every conversation opened later. */
export function opened() {
  if (!thread()) return;
  const { conversation, highlight, inbound, seen } = thread().dataset;
  const divider = divide(messages(), inbound - Math.max(seen, seenHere(conversation)));
  arrange(messages());
  const target = highlight && document.getElementById(`message-${highlight}`);
  if (target) target.dataset.pointed = "";
  settleAt(target, divider);
}
