// Beside app.js, fetched with the first `f`: searching the conversation that is open. The server knows
// what answers, and how much of it there is; one goes from one to the next, wherever they are in its
// history, and the words are lit where they stand, without a change of the page.

import { localise } from "./times.js";
import { data, part, signedOut, unanswered } from "./fetching.js";
import { after, become, change, parse } from "./fragments.js";
import { messages, openId, settleAt, thread } from "./scroll.js";
import { sheet } from "./sheet.js";
import { number, say } from "./words.js";

const PAGE = 100;
const PAUSE_MS = 200;
const NEAR = 10;
const bar = made("form", { id: "find", role: "search", ariaLabel: say("Search this conversation") });
const field = made("input", { className: "input", type: "search", autocomplete: "off", placeholder: say("Search this conversation") });
const told = made("output", { className: "muted small" });
const tools = [button("older", "↑", say("Older (Enter)")), button("newer", "↓", say("Newer (Shift Enter)")), button("close", "×", say("Close (Esc)"))];
const styled = sheet("find.css");
let asked = ""; // what the hits answer
let hits = []; // ids of messages, the newest first
let total = 0; // null: more than are counted
let next = null;
let at = -1;
let timer = null;
let running = null;

bar.append(field, told, ...tools);
field.ariaLabel = bar.ariaLabel;

function made(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

function button(name, sign, words) {
  const one = made("button", { type: "button", className: "button quiet icon-only", textContent: sign, title: words, ariaLabel: words });
  one.dataset.find = name;
  return one;
}

const path = () => `/conversations/${openId()}`;

async function open() {
  await styled;
  if (!thread()) return;
  document.querySelector(".thread-header").after(bar);
  field.focus();
  field.select();
  if (field.value.trim()) search();
}

function close() {
  const focused = bar.contains(document.activeElement);
  running?.abort();
  clearTimeout(timer);
  bar.remove();
  [asked, hits, at] = ["", [], -1];
  point(null);
  light();
  if (focused) thread()?.focus({ preventScroll: true });
}

/** The words of now; what a slow answer says of others is not heard. */
async function search() {
  clearTimeout(timer);
  running?.abort();
  const words = field.value.trim();
  const mine = (running = new AbortController());
  [asked, hits, next, total, at] = [words, [], null, 0, -1];
  if (words && !(await more(mine))) return;
  light();
  if (hits.length) go(0);
  else tell(words ? say("Nothing found") : "");
}

async function more(mine = running) {
  const query = new URLSearchParams({ q: asked, limit: PAGE, ...(next && { cursor: next }) });
  try {
    const found = await data(`/api/v1${path()}/matches?${query}`, { signal: mine.signal });
    hits.push(...found.data.map((one) => one.message_id));
    [next, total] = [found.next, found.total];
    return true;
  } catch (error) {
    if (error.name !== "AbortError" && !signedOut(error)) tell(unanswered(error));
    return false;
  }
}

function tell(words) {
  told.textContent = words;
}

/** To one of them; nothing else that is there moves or is forgotten. */
async function go(to) {
  const mine = running;
  if (to >= hits.length - NEAR && next) await more(mine);
  if (mine !== running || !hits.length) return;
  at = Math.max(0, Math.min(to, hits.length - 1));
  const [here, most] = [number(at + 1), total === null ? `${number(hits.length)}+` : number(total)];
  tell(say("%(here)s of %(most)s", { here, most }));
  const id = `message-${hits[at]}`;
  if (!document.getElementById(id)) await fetchAround(hits[at], mine).catch((error) => signedOut(error) || error.name === "AbortError" || tell(unanswered(error)));
  const target = document.getElementById(id);
  if (mine !== running || !target) return;
  settleAt(target, null);
  point(target);
  light();
}

/** The page of history round it takes the place of what is shown. */
async function fetchAround(id, mine) {
  const conversation = openId();
  await part(`${path()}?message=${id}`, (html) => openId() === conversation && fill(parse(html)), { signal: mine.signal, holds: "#messages" });
}

function fill(page) {
  localise(page);
  change(() => {
    for (const id of ["older", "messages", "newer"]) become(document.getElementById(id), document.adoptNode(page.getElementById(id)));
  });
  document.dispatchEvent(new Event("inbox:refilled"));
}

function point(target) {
  for (const one of document.querySelectorAll("#messages > [data-pointed]")) delete one.dataset.pointed;
  if (target) target.dataset.pointed = "";
}

/** Words begin as what is asked for, without its accents; of scripts without spaces any part does. */
function light() {
  if (!globalThis.Highlight) return;
  const terms = asked.split(/\s+/).map((one) => folded(one).text).filter(Boolean);
  const ranges = terms.length && messages() ? [...messages().querySelectorAll(".words, .title, .label")].flatMap((part) => lit(part, terms)) : [];
  if (ranges.length) CSS.highlights.set("found", new Highlight(...ranges));
  else CSS.highlights.delete("found");
}

function lit(part, terms) {
  const ranges = [];
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { text, places } = folded(walker.currentNode.data);
    for (const term of terms) for (const from of begins(text, term)) ranges.push(range(walker.currentNode, places[from], places[from + term.length]));
  }
  return ranges;
}

function* begins(text, term) {
  const spaceless = /^[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]/.test(term);
  for (let from = text.indexOf(term); from >= 0; from = text.indexOf(term, from + 1)) {
    if (spaceless || !/[\p{L}\p{N}]$/u.test(text.slice(0, from))) yield from;
  }
}

function range(node, start, end) {
  const made = new Range();
  made.setStart(node, start);
  made.setEnd(node, end);
  return made;
}

/** Lower case without accents, and where each letter of it stands. */
function folded(words) {
  let text = "";
  const places = [];
  let place = 0;
  for (const letter of words) {
    for (const unit of letter.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()) {
      text += unit;
      for (let each = 0; each < unit.length; each += 1) places.push(place);
    }
    place += letter.length;
  }
  places.push(place);
  return { text, places };
}

bar.addEventListener("submit", (event) => event.preventDefault());
field.addEventListener("input", ({ isComposing }) => {
  clearTimeout(timer);
  if (!isComposing) timer = setTimeout(search, PAUSE_MS);
});
bar.addEventListener("click", ({ target }) => steps[target.closest("button")?.dataset.find]?.());
bar.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const step = event.key === "Escape" ? "close" : event.target === field && event.key === "Enter" ? (event.shiftKey ? "newer" : "older") : null;
  if (!step) return;
  event.preventDefault();
  event.stopPropagation();
  steps[step]();
});

const steps = {
  close,
  older: () => (field.value.trim() === asked ? go(at + 1) : search()),
  newer: () => (field.value.trim() === asked ? go(at - 1) : search()),
};

document.addEventListener("inbox:find", open);
document.addEventListener("inbox:opened", () => bar.isConnected || close()); // another conversation
after(() => asked && light());
