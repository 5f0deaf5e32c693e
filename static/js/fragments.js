// Applies the feed's HTML: whole elements, found again by id. A route (message-, row-, tick- …)
// places them with care; data-each="key" replaces all with that key. Twice is like once.
// What comes while a page part is fetched is applied again after it: the part may be older.

import { localise } from "./times.js";

const routes = [];
const unshown = [];
const hooks = { before: [], after: [] };
const recent = [];
const listeners = [];
let readers = 0;

let looked = null;
let brief = (body) => body;

const HIDDEN_MS = 250;
const LATE_MS = 250;
const CALM_MS = 200;
let waiting = [];
let applied = 0; // when nothing was left to wait
let early = () => false;
let scheduled = 0;
let owed = false; // the rest gave way to what is early, and does not once more
let late = null;

export const route = (prefix, place) => routes.push([prefix, place]);
/** `listener({ head, body, conversation })`: every event as it comes, whatever part of it is shown. */
export const listen = (listener) => listeners.push(listener);
export const before = (hook) => hooks.before.push(hook);
export const after = (hook) => hooks.after.push(hook);
/** `test(type, conversation)`: an event that no part of this page shows; it is not even parsed. */
export const skip = (test) => unshown.push(test);

/** `how(body, conversation)`: as much of a conversation's new state as this page shows. */
export const shorten = (how) => (brief = how);

/** `test(conversation)`: the one that is being read, whose events overtake the others in a flood. */
export const overtake = (test) => (early = ({ conversation }) => test(conversation));

/** Run a change of the page between the hooks that keep scroll, order and counts right. Those
 *  after it are told which routes were taken; nothing means that anything may have changed. */
export function change(work) {
  const kept = hooks.before.map((hook) => hook());
  const taken = work();
  hooks.after.forEach((hook) => hook(taken instanceof Set ? taken : undefined));
  kept.forEach((restore) => restore?.());
}

export function parse(html) {
  const page = looked?.html === html ? looked.page : raw(html);
  looked = null;
  localise(page);
  return page;
}

/** As it came: to look at, and not to be changed. What was looked at need not be parsed once more. */
export function raw(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  looked = { html, page: holder.content };
  return holder.content;
}

/** All that comes before a frame is drawn is one pass over the page, just before it is drawn.
 *  A hidden page draws no frames, and its timers are slow: there the next event may do it. */
export function apply(html) {
  const news = events(html);
  waiting.push(...news);
  for (const listener of listeners) news.forEach(listener);
  if (document.hidden && performance.now() - applied > HIDDEN_MS) return applyWaiting();
  if (!document.hidden && (!flood() || waiting.some(early))) scheduled ||= requestAnimationFrame(frame);
  late ??= setTimeout(applyWaiting, LATE_MS);
}

/** A tick is painted with this frame, and what moves the list with the next: it takes longer. */
function frame() {
  const calm = !flood();
  const some = !calm || (!owed && parts() && waiting.some(early) && !waiting.every(early));
  applyWaiting(some);
  owed = some && calm;
  if (owed) scheduled ||= requestAnimationFrame(frame);
}

/** Each event begins with a comment: its type and its conversation. */
function events(html) {
  const parts = html.split("<!--").map((part) => part.split("-->"));
  return parts.filter(([, body]) => body).map(([head, body]) => ({ head, body, conversation: head.split(" ")[1] }));
}

/** A list that moves five times a second is one that can be read: of a flood only what belongs
 *  to the open conversation is placed with every frame. */
const flood = () => performance.now() - applied <= CALM_MS && parts();

/** What may change any row keeps its place in the order, and so does what was told of the open
 *  conversation before it was opened. */
const parts = () => waiting.every(({ head, conversation }) => conversation && !head.startsWith("conversation:merged"));

function applyWaiting(some = false) {
  cancelAnimationFrame(scheduled);
  scheduled = 0;
  const now = some ? waiting.filter(early) : waiting;
  waiting = some ? waiting.filter((event) => !early(event)) : [];
  if (!some) {
    clearTimeout(late);
    late = null;
    applied = performance.now();
  }
  if (!now.length) return;
  if (readers) recent.push(now);
  placeAll(now);
}

function placeAll(news) {
  change(() => {
    const taken = new Set();
    for (const element of [...parse(needed(news)).children]) place(element, taken); // placing moves it out
    return taken;
  });
}

/** What a conversation is now makes what it was before superfluous. The last customer's is whole, as
 *  it is read out. */
function needed(news) {
  const found = new Map();
  news.forEach((event, at) => {
    const [type] = event.head.split(" ");
    if (unshown.some((test) => test(type, event.conversation))) return;
    const key = type === "conversation:updated" ? event.head : at;
    found.delete(key);
    found.set(key, event);
  });
  const all = [...found];
  const last = all.findLastIndex(([key, { body }]) => typeof key === "string" && body.includes(' data-direction="incoming"'));
  const shown = ([key, { body, conversation }], at) => (typeof key === "string" && at !== last ? brief(body, conversation) : body);
  return all.map(shown).join("");
}

function place(element, taken) {
  const { id } = element;
  const found = routes.filter(([prefix]) => id.startsWith(prefix) || element.hasAttribute(prefix));
  found.forEach(([prefix, handle]) => {
    taken.add(prefix);
    handle(element);
  });
  if (found.length) return;
  if (element.dataset.each) everywhere(element);
  else replace(element);
}

function everywhere(element) {
  const same = `[data-each="${CSS.escape(element.dataset.each)}"]`;
  for (const old of document.querySelectorAll(same)) become(old, element.cloneNode(true));
}

export function replace(element) {
  const old = element.id && document.getElementById(element.id);
  if (!old || old.isEqualNode(element)) return;
  const focused = old.contains(document.activeElement) && document.activeElement.id;
  old.replaceWith(element);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

/** Make a standing element equal to a fresh one: it keeps its identity, and with it the focus. */
export function become(old, fresh, keep = []) {
  if (old.isEqualNode(fresh)) return;
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  attributes(old, fresh, keep);
  old.replaceChildren(...fresh.childNodes);
  if (focused && focused !== old.id) document.getElementById(focused)?.focus({ preventScroll: true });
}

export function attributes(old, fresh, keep = []) {
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !keep.includes(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

/** Keep fragments from now on; `replay` applies those that came since, `release` ends it. */
export function record() {
  if (waiting.length) applyWaiting(); // what comes is newer than this, and must not be undone by it
  readers += 1;
  const from = recent.length;
  let open = true;
  return {
    replay: () => recent.slice(from).forEach(placeAll),
    release: () => {
      if (open && --readers === 0) recent.length = 0;
      open = false;
    },
  };
}
