// The entry: what each page needs, wired together. Pages work without it, only not live.

import { pill } from "./signs.js"; // first: it hears of a change before the page shows it
import { hint } from "./actions.js";
import "./alerts.js";
import { arrange } from "./arrange.js";
import { fetchViewer } from "./carried.js";
import { apply } from "./fragments.js";
import "./choosing.js";
import { opened as composing } from "./composer.js";
import "./composing.js";
import "./copy.js";
import "./desk.js";
import { saveAll } from "./drafts.js";
import "./dropped.js";
import { watchEdges } from "./history.js";
import "./in_place.js";
import "./keys.js";
import { later } from "./later.js";
import { settle } from "./list.js";
import "./lists.js";
import "./matches.js";
import { open, reopen } from "./navigate.js";
import { opened as noting } from "./noting.js";
import { flushAll, redraw } from "./outbox.js";
import { toStart, watch } from "./pages.js";
import "./quotes.js";
import "./record.js";
import { messages, openId, toLatest } from "./scroll.js";
import { resync } from "./resync.js";
import "./searching.js";
import { report } from "./seen.js";
import "./selection.js";
import { signedInAgain } from "./signed_out.js";
import { Feed } from "./socket.js";
import { opened as reading } from "./thread.js";
import { everyHalfMinute, localise } from "./times.js";
import "./triggers.js";
import "./whole.js";

const SETTLED_MS = 1000;

function opened() {
  reading();
  redraw();
  composing();
  noting();
  watchEdges();
  report();
  fetchViewer();
}

document.addEventListener("inbox:opened", opened);
document.addEventListener("inbox:refilled", () => {
  redraw();
  composing();
  noting();
  watchEdges();
  watch();
});
document.addEventListener("inbox:seen", settle);
document.addEventListener("inbox:latest", () => open(`/conversations/${openId()}`));

everyHalfMinute(() => {
  localise(document);
  if (messages()) arrange(messages());
});

// The list waits while somebody points at it or is in it.
for (const sign of ["pointerout", "focusout"]) {
  document.addEventListener(sign, ({ target }) => target.closest?.("#list") && requestAnimationFrame(settle));
}
document.addEventListener("click", (event) => {
  if (event.target.closest("#new-rows")) {
    document.activeElement.blur();
    settle();
    toStart();
  }
  if (event.target.closest("#jump")) toLatest();
});

document.querySelector(".keys-help")?.removeAttribute("hidden");
hint();
localise(document);
watch();
opened();
settle();

const fetchTelling = later((again) => import(`./telling.js${again}`));
const fetchCounts = later((again) => import(`./counts.js${again}`));
const fetchPresence = later((again) => import(`./presence.js${again}`));

if (document.body.dataset.seq) {
  const feed = new Feed(Number(document.body.dataset.seq));
  pill(feed);
  feed.addEventListener("fragments", ({ detail }) => apply(detail));
  feed.addEventListener("resync", resync);
  feed.addEventListener("live", () => {
    flushAll();
    saveAll();
    reopen();
    signedInAgain();
    report();
    setTimeout(fetchTelling, SETTLED_MS);
    if (document.querySelector("[data-count]")) setTimeout(fetchCounts, SETTLED_MS);
    if (messages() || document.getElementById("list")) setTimeout(fetchPresence, SETTLED_MS); // the page itself first
  });
}
