// Where the reader is in the thread: at the end it is followed, elsewhere nothing moves.

import { messagesIn } from "./arrange.js";
import { before } from "./fragments.js";
import { many, say } from "./words.js";

const NEAR = 100;
const FAR = 500;

export const thread = () => document.getElementById("thread");
export const messages = () => document.getElementById("messages");
export const openId = () => thread()?.dataset.conversation ?? null;
export const moreBelow = () => Boolean(document.querySelector("#newer > a"));
export const moreAbove = () => Boolean(document.querySelector("#older > a"));

let stuck = true;
let last = [0, 0]; // where the thread was when it last moved, and how high
let fresh = 0;

const distance = () => thread().scrollHeight - thread().scrollTop - thread().clientHeight;
export const isStuck = () => stuck;
export const atEnd = () => Boolean(thread()) && stuck && !moreBelow();

/** To the latest, which may not be on the page. */
export function toLatest() {
  if (moreBelow()) document.dispatchEvent(new Event("inbox:latest"));
  else toEnd();
}

function toEnd() {
  stuck = true;
  thread().scrollTop = thread().scrollHeight;
  last = [thread().scrollTop, thread().scrollHeight];
  showJump();
}

/** An inbound message came that is out of sight. */
export function unseenBelow() {
  fresh += 1;
}

before(() => {
  const log = thread();
  if (!log || stuck) return follow; // `sizes` does the rest, once what is new was laid out for the frame
  const top = log.getBoundingClientRect().top;
  const anchor = messagesIn(messages()).find((item) => item.getBoundingClientRect().bottom > top);
  const at = anchor?.getBoundingClientRect().top;
  return () => {
    if (anchor?.isConnected && log.isConnected) log.scrollTop += anchor.getBoundingClientRect().top - at;
    showJump();
  };
});

function showJump() {
  const button = document.getElementById("jump");
  if (!button) return;
  if (stuck && !moreBelow()) fresh = 0;
  button.hidden = !moreBelow() && (stuck || (distance() < FAR && !fresh));
  button.lastElementChild.textContent = fresh ? many("%(num)s new", "%(num)s new", fresh) : say("Latest");
}

/** Where reading begins: a permalink's target, else the unread divider, else the end. */
export function settleAt(target, divider) {
  fresh = 0;
  stuck = !target && !moreBelow();
  last = [0, 0];
  if (stuck) toEnd();
  else (target ?? messages()).scrollIntoView({ block: target ? "center" : "end" });
  if (!target && divider && divider.getBoundingClientRect().top < thread().getBoundingClientRect().top) {
    stuck = false;
    divider.scrollIntoView({ block: "start" });
  }
  thread().addEventListener("scroll", scrolled, { passive: true });
  sizes.disconnect();
  followed = null;
  sizes.observe(thread());
  follow();
  showJump();
}

const sizes = new ResizeObserver(() => stuck && thread() && toEnd());
let followed = null;

/** All of them may be others now. */
function follow() {
  if (followed === messages()) return;
  if (followed) sizes.unobserve(followed);
  followed = messages();
  if (followed) sizes.observe(followed);
}

/** Who stands at the end leaves it only by going up: the thread may also have become smaller, as the
 *  composer grew, or lost its last message. */
function scrolled() {
  if (!thread()) return; // told a frame later, when a phone may show the list already
  const { scrollTop, scrollHeight } = thread();
  const up = scrollTop < last[0] && scrollHeight >= last[1];
  last = [scrollTop, scrollHeight];
  if (!stuck || up || moreBelow()) stuck = distance() < NEAR && !moreBelow();
  showJump();
  document.dispatchEvent(new Event("inbox:scrolled"));
}
