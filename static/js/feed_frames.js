// Frames in a list, the newest first, at most so many. What customers wrote is put in as text only.

import { localise } from "./times.js";

const MOST = 200;
const LINE = 200;
const list = document.getElementById("frames");
const model = document.getElementById("frame").content;
const frames = new WeakMap();
let held = null;

/** What a payload is about, on a line. */
function line({ content, text, name, status, id, conversation_id, last_message }) {
  const words = content?.text ?? content?.caption ?? text ?? last_message?.text ?? name ?? status ?? id ?? conversation_id;
  return String(words ?? "").slice(0, LINE);
}

function row(frame) {
  const { seq, at, type, payload } = frame;
  const made = model.cloneNode(true);
  const details = made.querySelector("details");
  made.querySelector(".seq").textContent = seq;
  made.querySelector("time").dateTime = at;
  made.querySelector(".type").textContent = type;
  made.querySelector(".line").textContent = line(payload);
  details.addEventListener("toggle", () => (details.querySelector("pre").textContent = JSON.stringify(payload, null, 2)), { once: true });
  localise(made);
  frames.set(made.querySelector("li"), frame);
  return made;
}

function show(frame) {
  list.prepend(row(frame));
  while (list.children.length > MOST) list.lastElementChild.remove();
  fits();
}

/** An empty list is told what to do. */
function fits() {
  list.hidden = !list.children.length;
  document.getElementById("feed-empty").hidden = !list.hidden;
  document.getElementById("feed-clear").hidden = list.hidden;
}

/** Shown, or kept while paused; gives how many wait. */
export function take(frame) {
  if (!held) return show(frame);
  held.push(frame);
  if (held.length > MOST) held.shift();
}

export const waiting = () => held?.length ?? 0;
export const paused = () => held !== null;

export function pause() {
  held = [];
}

export function resume() {
  const came = held ?? [];
  held = null;
  came.forEach(show);
}

/** Only those that a filter lets through stay, also of what waits. */
export function narrow(wanted) {
  for (const one of [...list.children]) if (!wanted(frames.get(one))) one.remove();
  held = held?.filter(wanted) ?? null;
  fits();
}

export function clear() {
  list.replaceChildren();
  if (held) held = [];
  fits();
}
