// Who else is here: above the thread who has it open and who is writing, in the list who is replying.
// Fetched once the page is live. The server decides who hears of whom, and never of oneself.

import { after, change, route } from "./fragments.js";
import { openId } from "./scroll.js";
import { tellServer } from "./socket.js";

const AGAIN_MS = 20000;
const HOP_MS = 300;
const AWAY_MS = 600000;
const HERE_MS = 1800000;
const viewing = new Map(); // conversation → what the feed drew of it
const writing = new Map();
let touched = Date.now();
let timer = null;

const beside = document.querySelector("link[rel=stylesheet]").href;
document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: beside.replace(/[^/]*$/, "presence.css") }));

function keep(there, conversation, element) {
  if (element.firstElementChild) there.set(conversation, element);
  else there.delete(conversation);
}

route("data-viewing", (element) => keep(viewing, element.dataset.viewing, element));
route("data-here", (element) => {
  document.querySelector(".rail > .here")?.remove();
  if (element.firstElementChild) document.querySelector(".rail > .space")?.before(element);
});
route("data-writing", (element) => keep(writing, element.dataset.writing, element));
after(draw);

function draw() {
  for (const old of document.querySelectorAll("#list .viewing")) {
    if (!viewing.has(old.closest(".row").id.slice(4))) old.remove();
  }
  for (const [conversation, who] of viewing) look(document.querySelector(`#row-${CSS.escape(conversation)} > a`), who);
  const header = document.querySelector(".thread-header");
  if (header) head(header);
  for (const old of document.querySelectorAll("#list .writing")) {
    if (!replying(old.closest(".row").id.slice(4))) old.remove();
  }
  for (const conversation of writing.keys()) {
    put(document.querySelector(`#row-${CSS.escape(conversation)} .preview`), replying(conversation));
  }
}

const replying = (conversation) => writing.get(conversation)?.querySelector("[data-replying]");

/** In the list: who of us has it open, so that nobody else need. */
function look(row, who) {
  const old = row?.querySelector(".viewing");
  if (!row || old?.isEqualNode(who)) return;
  old?.remove();
  row.querySelector(".line:last-of-type")?.append(who.cloneNode(true));
}

/** What stands above the thread is there before and after: it is read to who does not see it. */
function head(header) {
  const said = header.querySelector(".writing");
  const fresh = writing.get(openId())?.innerHTML.trim() ?? "";
  if (said && said.innerHTML !== fresh) said.innerHTML = fresh;
  const [old, seen] = [header.querySelector(".viewing"), viewing.get(openId())];
  if (old && seen?.isEqualNode(old)) return;
  old?.remove();
  if (seen) header.querySelector(".details")?.before(seen.cloneNode(true));
}

function put(preview, words) {
  const old = preview?.parentElement.querySelector(".writing");
  if (!preview || !words || old?.textContent === words.textContent) return;
  old?.remove();
  const sign = Object.assign(document.createElement("span"), { className: "writing" });
  sign.append(words.cloneNode(true));
  preview.before(sign);
}

/** Nobody looks at a page that is hidden, or that was left alone for long. */
function tell() {
  clearTimeout(timer);
  const seen = !document.hidden && Date.now() - touched < AWAY_MS;
  const shown = (seen && openId()) || null;
  const here = Date.now() - touched < HERE_MS;
  tellServer({ type: "viewing", payload: { conversation_id: shown, here } });
  if (shown || here) timer = setTimeout(tell, AGAIN_MS);
}

function soon() {
  draw();
  clearTimeout(timer);
  timer = setTimeout(tell, HOP_MS);
}

function stir() {
  const away = Date.now() - touched >= AWAY_MS;
  touched = Date.now();
  if (away) tell();
}

for (const sign of ["pointermove", "pointerdown", "keydown", "wheel"]) addEventListener(sign, stir, { passive: true });
document.addEventListener("inbox:opened", soon);
document.addEventListener("visibilitychange", () => {
  touched = Date.now();
  tell();
});

// Without a line nobody can say who is there; with the next one the server does.
document.addEventListener("inbox:live", tell);
document.addEventListener("inbox:lost", () => {
  viewing.clear();
  writing.clear();
  document.querySelector(".rail > .here")?.remove();
  change(() => new Set());
});

tell();
