// Day separators, runs of one sender, the unread divider: a function of the messages alone,
// so a thread that grew live looks like the same thread reloaded.

import { dayKey, dayName } from "./times.js";
import { many } from "./words.js";

const RUN_MS = 5 * 60000;
const dividers = new WeakMap(); // of a thread, with the message before which it stands
const me = document.body.dataset.me;

export const messagesIn = (list) => [...list.children].filter((item) => item.dataset.sort !== undefined);

export function arrange(list) {
  const items = messagesIn(list);
  const times = items.map((item) => new Date(item.dataset.at));
  separate(list, items, times);
  items.forEach((item, at) => {
    const joined = follows(items, times, at);
    const continued = at + 1 < items.length && follows(items, times, at + 1);
    const run = joined ? (continued ? "middle" : "last") : continued ? "first" : "only";
    if (item.dataset.run !== run) item.dataset.run = run;
    item.toggleAttribute("data-mine", Boolean(me) && item.dataset.sender === me);
  });
  rove(items);
}

function follows(items, times, at) {
  if (at === 0) return false;
  const [one, two] = [items[at - 1], items[at]];
  return (
    one.dataset.direction === two.dataset.direction &&
    one.dataset.sender === two.dataset.sender &&
    one.dataset.status !== "failed" &&
    Math.abs(times[at] - times[at - 1]) < RUN_MS &&
    dayKey(times[at]) === dayKey(times[at - 1]) &&
    two.previousElementSibling === one
  );
}

function separate(list, items, times) {
  const old = new Map();
  for (const day of list.querySelectorAll(":scope > .day")) {
    if (old.has(day.dataset.day)) day.remove(); // what stood apart from its day is in it now
    else old.set(day.dataset.day, day);
  }
  let previous = "";
  items.forEach((item, at) => {
    const key = dayKey(times[at]);
    if (key === previous) return;
    previous = key;
    const day = old.get(key) ?? separator("day", key);
    old.delete(key);
    const words = dayName(times[at]);
    if (day.firstChild.textContent !== words) day.firstChild.textContent = words;
    const divider = item.previousElementSibling?.matches(".divider") ? item.previousElementSibling : null;
    if ((divider ?? item).previousElementSibling !== day) (divider ?? item).before(day);
  });
  for (const day of old.values()) day.remove();
}

function separator(name, key) {
  const item = document.createElement("li");
  item.className = name;
  if (key) item.dataset.day = key;
  item.append(document.createElement("span"));
  return item;
}

/** "3 unread" before the first message that this agent has not seen; stays until they leave. */
export function divide(list, unread) {
  const inbound = inboundIn(list);
  const first = unread > 0 && inbound[Math.max(0, inbound.length - unread)];
  if (!first) return null;
  const divider = separator("divider");
  divider.firstChild.textContent = many("%(num)s unread", "%(num)s unread", unread);
  divider.above = Math.max(0, unread - inbound.length);
  dividers.set(list, { divider, id: first.id });
  first.before(divider);
  return divider;
}

/** The message before which it stood left with it, and has come back. */
export function restore(list) {
  const { divider, id } = dividers.get(list) ?? {};
  if (divider && !divider.isConnected) document.getElementById(id)?.before(divider);
}

/** Older messages were loaded, and some of them are unread as well. */
export function raise(list) {
  const divider = list.querySelector(":scope > .divider");
  if (!divider?.above) return;
  const older = inboundIn(list).filter((item) => item.compareDocumentPosition(divider) & Node.DOCUMENT_POSITION_FOLLOWING);
  const first = older[Math.max(0, older.length - divider.above)];
  divider.above = Math.max(0, divider.above - older.length);
  if (!first) return;
  dividers.set(list, { divider, id: first.id });
  first.before(divider);
}

const inboundIn = (list) => messagesIn(list).filter((item) => item.dataset.direction === "incoming" && !("aside" in item.dataset));

/** One tick takes part in Tab order: the last. Arrow keys go from there (keys.js). */
function rove(items) {
  const ticks = items.map((item) => item.querySelector("span.tick")).filter(Boolean);
  ticks.forEach((tick, at) => {
    const index = at === ticks.length - 1 ? 0 : -1;
    if (tick.tabIndex !== index) tick.tabIndex = index;
  });
}
