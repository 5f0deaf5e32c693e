// Applies the feed's HTML: whole elements, found again by id. A route (message-, row-, tick- …)
// places them with care; data-each="key" replaces all with that key. Twice is like once.
// What comes while a page part is fetched is applied again after it: the part may be older.

import { localise } from "./times.js";

const routes = [];
const hooks = { before: [], after: [] };
const recent = [];
let readers = 0;

const GAP_MS = 40;
let waiting = "";
let applied = 0;
let timer = null;

export const route = (prefix, place) => routes.push([prefix, place]);
export const before = (hook) => hooks.before.push(hook);
export const after = (hook) => hooks.after.push(hook);

/** Run a change of the page between the hooks that keep scroll, order and counts right. */
export function change(work) {
  const kept = hooks.before.map((hook) => hook());
  work();
  hooks.after.forEach((hook) => hook());
  kept.forEach((restore) => restore?.());
}

export function parse(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  localise(holder.content);
  return holder.content;
}

/** At once when calm; in a flood, several frames with one pass over the page. */
export function apply(html) {
  waiting += html;
  const wait = document.hidden ? 0 : applied + GAP_MS - performance.now();
  if (wait <= 0) applyWaiting();
  else timer ??= setTimeout(applyWaiting, wait);
}

function applyWaiting() {
  clearTimeout(timer);
  timer = null;
  const html = waiting;
  waiting = "";
  applied = performance.now();
  if (readers) recent.push(html);
  placeAll(html);
}

const placeAll = (html) => change(() => [...parse(html).children].forEach(place));

function place(element) {
  const { id } = element;
  const found = routes.filter(([prefix]) => id.startsWith(prefix) || element.hasAttribute(prefix));
  if (found.length) found.forEach(([, handle]) => handle(element));
  else if (element.dataset.each) everywhere(element);
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
  globalThis.htmx?.process(element);
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
