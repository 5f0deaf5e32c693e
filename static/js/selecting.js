// Beside app.js: rows of the list that are chosen, by their ids, wherever they move or whatever page
// they are on; or all that match. What is done with them says the bar below the list (desk.js).

import { hint } from "./actions.js";
import { data, signedOut, text, unanswered } from "./fetching.js";
import { parse } from "./fragments.js";
import { step } from "./pages.js";
import { sheet } from "./sheet.js";
import { toast } from "./signs.js";
import { above, below, body, list } from "./span.js";
import { many, number, say } from "./words.js";

const MOST = 1000; // as many as the server takes by their ids
const HELD_MS = 500;
const AGAIN_MS = 700;
const FAR = 10;
const pane = document.querySelector(".list-pane");
const said = Object.assign(document.createElement("p"), { className: "visually-hidden", role: "status" });
const touch = matchMedia("(hover: none)");
let ids = new Set(); // what is chosen; where all are: what is not
let all = false;
let total = null; // how many match, once that is known
let anchor = null;
let of = ""; // of which list
let bar = null;
let press = null;
let reached = null; // how far what is done with them is, in words

sheet("selecting.css");
pane.append(said);

const idOf = (row) => row.id.slice(4);
const rows = () => [...(list()?.children ?? [])];
const is = (id) => ids.has(id) !== all;
const listed = () => `${body()?.dataset.view} ${body()?.dataset.q} ${body()?.dataset.filters}`;
const any = () => all || ids.size > 0;
const where = () => ({ view: body().dataset.view, ...Object.fromEntries(new URLSearchParams(body().dataset.filters)) });
const whole = () => !above() && !below();
const searched = () => "searched" in body().dataset;

/** As the API's bulk takes them. */
const these = () => (all ? { where: where(), but: [...ids] } : { ids: [...ids] });
const count = () => (all ? total - ids.size : ids.size);

function none() {
  ids = new Set();
  [all, total, anchor] = [false, null, null];
}

function put(id, on) {
  if (on === is(id)) return;
  if (on !== all && ids.size >= MOST) toast(say("So many cannot be chosen one by one."));
  else if (on !== all) ids.add(id);
  else ids.delete(id);
}

function toggle(row) {
  anchor = row;
  put(idOf(row), !is(idOf(row)));
}

/** From where was chosen last to here. */
function to(row) {
  const [known, from] = [rows(), anchor?.isConnected ? anchor : row];
  const [first, last] = [known.indexOf(from), known.indexOf(row)].sort((a, b) => a - b);
  for (const one of known.slice(first, last + 1)) put(idOf(one), true);
  anchor = row;
}

/** The row and the one beside it. */
async function extend(row, by) {
  put(idOf(row), true);
  row.firstElementChild.focus();
  await step(by);
  const next = document.activeElement.closest("#list > .row");
  if (next) put(idOf(next), true);
  anchor = next ?? row;
}

/** Those that are found by words are chosen as far as they are here. */
async function everything() {
  none();
  if (searched() || whole()) rows().forEach((row) => put(idOf(row), true));
  else all = true;
  draw();
  if (all) await measure();
}

async function measure() {
  const asked = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ where: where() }) };
  try {
    total = (await data("/api/v1/conversations/bulk/preview", asked)).count;
  } catch (error) {
    none();
    if (!signedOut(error)) toast(unanswered(error));
  }
  draw();
}

const DOES = {
  choose: toggle,
  "choose-to": to,
  "choose-next": (row) => extend(row, 1),
  "choose-previous": (row) => extend(row, -1),
  "choose-all": everything,
};

document.addEventListener("inbox:select", async ({ detail: { what, row } }) => {
  of = any() ? of : listed();
  await DOES[what](row);
  draw();
  setTimeout(draw); // a box that was pressed is set back by the browser, as the click was ours
});

/** As it is chosen; what was chosen of another list is not any more. */
function draw() {
  if (any() && of !== listed()) none();
  pane.toggleAttribute("data-choosing", any());
  for (const row of rows()) drawRow(row);
  drawBar();
  const words = any() ? told() : bar ? say("Nothing is chosen any more.") : "";
  if (words && said.textContent !== words) said.textContent = words;
  if (any()) changes.observe(pane, { childList: true, subtree: true });
  else changes.disconnect();
}

const changes = new MutationObserver(draw);

function drawRow(row) {
  const on = any() && is(idOf(row));
  if (row.hasAttribute("data-chosen") !== on) row.toggleAttribute("data-chosen", on);
  const box = row.querySelector(":scope > .choose");
  if (!any() && !row.matches(":hover, :focus-within")) return box?.remove();
  if (box?.checked !== on) (box ?? made(row)).checked = on;
}

function made(row) {
  const name = row.querySelector(".name")?.textContent.trim();
  const box = Object.assign(document.createElement("input"), { type: "checkbox", className: "choose", ariaLabel: say("Choose %(name)s", { name }) });
  row.firstElementChild.after(box);
  return box;
}

function told() {
  if (reached) return reached;
  if (!all) return many("%(num)s chosen", "%(num)s chosen", ids.size);
  if (total === null) return say("All that match are chosen");
  return ids.size ? many("%(num)s chosen", "%(num)s chosen", count()) : say("All %(num)s chosen", { num: number(total) });
}

async function drawBar() {
  if (!any()) {
    if (bar?.contains?.(document.activeElement)) (anchor?.isConnected ? anchor : rows()[0])?.firstElementChild.focus();
    bar?.remove?.();
    bar = null;
    return;
  }
  bar ??= fetchBar();
  if (bar instanceof Promise) return;
  const [sum, more] = [bar.querySelector("strong"), bar.querySelector("[data-choose-all]")];
  if (sum.textContent !== told()) sum.textContent = told();
  const words = offer();
  if (more.hidden === Boolean(words)) more.hidden = !words;
  if (more.textContent !== words) more.textContent = words;
}

/** What else could be chosen at one stroke, in words. */
function offer() {
  const here = rows().length;
  if (all || (here === ids.size && (whole() || searched()))) return "";
  if (whole() || searched()) return many("Choose all %(num)s", "Choose all %(num)s", here);
  const counted = body().dataset.filters ? "" : document.querySelector(`.list-pane [data-count="${CSS.escape(body().dataset.view)}"]`)?.textContent;
  return /\d$/.test(counted ?? "") ? say("Choose all %(num)s", { num: counted }) : say("Choose all that match");
}

function fetchBar() {
  const coming = text("/desk/chosen", { holds: "#chosen" }).then(
    (html) => {
      if (bar !== coming) return;
      bar = parse(html).getElementById("chosen");
      pane.append(bar);
      hint();
      draw();
    },
    (error) => {
      if (bar !== coming) return;
      none();
      draw();
      if (!signedOut(error)) toast(unanswered(error));
    },
  );
  return coming;
}

function clear() {
  none();
  draw();
}

document.addEventListener("inbox:chosen", ({ detail }) => {
  if (any()) detail.these = these();
});

/** While it lasts the bar says how far it is; what was done with these is done, and they are left. */
document.addEventListener("inbox:arranging", async ({ detail: { undo, done } }) => {
  const mine = bar;
  if (!any()) return;
  mine?.toggleAttribute?.("data-busy", true);
  const asking = setInterval(follow, AGAIN_MS, undo, mine?.querySelector?.("progress"), count());
  const changed = await done;
  clearInterval(asking);
  reached = null;
  mine?.querySelector?.("progress").removeAttribute("value");
  mine?.toggleAttribute?.("data-busy", false);
  if (changed !== null) clear();
  else draw();
});

async function follow(undo, line, max) {
  const { reached: far } = await data(`/api/v1/conversations/bulk/progress?undo_id=${undo}`, { quiet: true }).catch(() => ({ reached: 0 }));
  if (!far || !line?.closest("[data-busy]")) return;
  Object.assign(line, { max, value: Math.min(far, max) });
  reached = say("%(num)s of %(all)s", { num: number(line.value), all: number(max) });
  drawBar();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !any() || event.defaultPrevented || document.querySelector("dialog[open], :popover-open")) return;
  if (event.target.closest("textarea, input:not(.choose), select")) return;
  event.preventDefault();
  clear();
}, true);

for (const sign of ["pointerover", "pointerout", "focusin", "focusout"]) {
  pane.addEventListener(sign, () => any() || requestAnimationFrame(() => any() || rows().forEach(drawRow)));
}

pane.addEventListener("change", ({ target }) => {
  if (!target.matches(".choose")) return;
  of = any() ? of : listed();
  toggle(target.closest(".row"));
  draw();
});

pane.addEventListener("click", ({ target }) => {
  if (target.closest("[data-choose-all]")) everything();
  else if (target.closest("[data-choose-none]")) clear();
});

/** By touch a long press begins, and then a touch is enough. */
const released = () => clearTimeout(press?.timer);

pane.addEventListener("pointerdown", (event) => {
  const row = event.target.closest("#list > .row");
  released();
  press = null;
  if (event.pointerType !== "touch" || !row) return;
  press = { x: event.clientX, y: event.clientY, held: false, timer: setTimeout(held, HELD_MS, row) };
});

function held(row) {
  press.held = true;
  navigator.vibrate?.(10);
  document.dispatchEvent(new CustomEvent("inbox:select", { detail: { what: "choose", row } }));
}

pane.addEventListener("pointermove", ({ clientX, clientY }) => press && Math.hypot(clientX - press.x, clientY - press.y) > FAR && released());
for (const sign of ["pointerup", "pointercancel"]) pane.addEventListener(sign, released);
pane.addEventListener("contextmenu", (event) => press && event.target.closest("#list > .row") && event.preventDefault());
pane.addEventListener("click", (event) => {
  const row = event.target.closest("#list > .row");
  if (!row || event.target.matches(".choose") || event.shiftKey || !(press?.held || (touch.matches && any()))) return;
  event.preventDefault();
  event.stopPropagation();
  if (!press?.held) document.dispatchEvent(new CustomEvent("inbox:select", { detail: { what: "choose", row } }));
  press = null;
}, true);

draw();
