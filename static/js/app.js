// The entry: what each page needs, wired together. Pages work without it, only not live.

import { pill } from "./signs.js"; // first: it hears of a change before the page shows it
import { arrange } from "./arrange.js";
import { apply, record } from "./fragments.js";
import { opened as composing } from "./composer.js";
import { more, settle } from "./list.js";
import { filtered, open } from "./navigate.js";
import { flush, redraw } from "./outbox.js";
import { messages, openId, toEnd } from "./scroll.js";
import { report } from "./seen.js";
import { Feed } from "./socket.js";
import { opened as reading } from "./thread.js";
import { everyHalfMinute, localise } from "./times.js";

function opened() {
  reading();
  redraw();
  composing();
  watchEdges();
  report();
}

// What the first look does not need is fetched once the page rests: an upgrade changes the
// addresses and a network goes away, and a page left open must still have all its parts.
const PARTS = ["./history.js", "./keys.js", "./copy.js", "./resync.js"];
(globalThis.requestIdleCallback ?? setTimeout)(() => PARTS.forEach((part) => import(part).catch(() => {})));

async function watchEdges() {
  if (document.querySelector(".edge > a")) await import("./history.js").then((history) => history.watchEdges(), () => {});
}
const SIGNS = ["pointermove", "pointerdown", "keydown"];
async function somebody(event) {
  SIGNS.forEach((sign) => removeEventListener(sign, somebody));
  try {
    (await import("./keys.js")).keys(event);
  } catch {
    SIGNS.forEach((sign) => addEventListener(sign, somebody)); // no connection yet
  }
}
SIGNS.forEach((sign) => addEventListener(sign, somebody));
addEventListener("click", async function copying({ target }) {
  const button = target.closest?.(".inbox [data-copy]");
  if (!button) return;
  removeEventListener("click", copying);
  await import("./copy.js");
  button.click();
});

document.addEventListener("inbox:opened", opened);
document.addEventListener("inbox:refilled", () => {
  redraw();
  watchEdges();
});
document.addEventListener("inbox:seen", settle);

everyHalfMinute(() => {
  localise(document);
  if (messages()) arrange(messages());
});

// htmx brings lists for search and views; the feed goes on meanwhile.
const recordings = new WeakMap();
document.addEventListener("htmx:beforeRequest", ({ detail }) => recordings.set(detail.xhr, record()));
document.addEventListener("htmx:afterSwap", ({ detail, target }) => {
  localise(document);
  if (target.id === "list-body" || detail.target?.id === "list-body") filtered();
  recordings.get(detail.xhr)?.replay();
  settle();
});
document.addEventListener("htmx:afterRequest", ({ detail }) => recordings.get(detail.xhr)?.release());

const nearEnd = new IntersectionObserver((entries) => entries.forEach((entry) => entry.isIntersecting && load(entry.target)));
async function load(link) {
  nearEnd.unobserve(link);
  await more(link).catch(() => {});
  watchMore();
}
function watchMore() {
  const link = document.getElementById("more");
  if (link) nearEnd.observe(link);
}
document.addEventListener("htmx:afterSwap", watchMore);

// The list waits while somebody points at it or is in it.
for (const sign of ["pointerout", "focusout"]) {
  document.addEventListener(sign, ({ target }) => target.closest?.("#list") && requestAnimationFrame(settle));
}
document.addEventListener("click", (event) => {
  if (event.target.closest("#new-rows")) {
    document.activeElement.blur();
    settle();
    document.getElementById("list-body").scrollTop = 0;
  }
  if (event.target.closest("#jump")) {
    if (document.querySelector("#newer > a")) open(`/conversations/${openId()}`);
    else toEnd();
  }
});

document.querySelector("[data-key-help]")?.removeAttribute("hidden");
localise(document);
watchMore();
opened();
settle();

if (document.body.dataset.seq) {
  const feed = new Feed(Number(document.body.dataset.seq));
  pill(feed);
  feed.addEventListener("fragments", ({ detail }) => apply(detail));
  feed.addEventListener("resync", () => import("./resync.js").then(({ resync }) => resync()).catch(() => location.reload()));
  feed.addEventListener("live", () => {
    flush();
    report();
  });
}
