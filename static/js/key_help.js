// Beside app.js, fetched with the first "?": which key does what, and other keys for who wants them.
// They are kept on the server, so they are the same in every browser; the words of the page say when
// a key is somebody else's already.

import { all, keep, keyOf, keys, spelt } from "./actions.js";
import { post, signedOut, unanswered } from "./fetching.js";
import { meant } from "./layouts.js";
import { say } from "./words.js";

const BROWSERS = "acnqrtvwxyz"; // with Ctrl or ⌘ these are the browser's, or a field's
const dialog = document.getElementById("key-help");
const list = dialog.querySelector(".keys");
const status = dialog.querySelector("[role=status]");
let changing = null; // the action for which a key is to be pressed

function made(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

function draw() {
  list.replaceChildren(...all().filter((one) => one.key || one.run).flatMap(line));
  dialog.querySelector("[name=keys]").checked = !keys().off;
  dialog.querySelector("[data-usual]").hidden = !Object.keys(keys().own).length;
}

function line(action) {
  const key = keyOf(action);
  const words = action === changing ? say("Press a key…") : key ? spelt(key) : "–";
  const term = made("dt", {}, made("kbd", { textContent: words }));
  if (!action.run) return [term, made("dd", { textContent: action.does })];
  const button = made("button", { type: "button", className: "link", textContent: say("Change"), ariaLabel: say("Change the key: %(what)s", { what: action.does }) });
  button.dataset.change = action.id;
  return [term, made("dd", {}, made("span", { textContent: action.does }), button)];
}

function tell(...parts) {
  status.replaceChildren(...parts);
}

function begin(action) {
  changing = action;
  draw();
  tell(action ? say("Press the key for “%(what)s”. Backspace: none. Esc: as it was.", { what: action.does }) : "");
  list.querySelector(`[data-change="${(action ?? all()[0]).id}"]`)?.focus();
}

function end(words = "") {
  const { id } = changing;
  changing = null;
  draw();
  tell(words);
  list.querySelector(`[data-change="${id}"]`).focus();
}

function pressed(event) {
  if (!changing) return;
  if (["Shift", "Control", "Meta", "Alt", "AltGraph", "Tab"].includes(event.key)) return;
  if (status.contains(event.target) && event.key !== "Escape") return; // whether it is to be taken
  event.preventDefault();
  event.stopPropagation();
  if (event.key === "Escape") return end();
  if (["Backspace", "Delete"].includes(event.key)) return use({ [changing.id]: "" });
  const key = meant(event, new Set());
  const letter = key?.replace(/^Mod\+/, "");
  if (event.altKey || !letter || [...letter].length !== 1 || letter === " ") return tell(say("A letter, a digit or a sign, alone or with Shift."));
  if (key !== letter && BROWSERS.includes(letter)) return tell(say("The browser needs %(key)s itself.", { key: spelt(key) }));
  const other = all().find((one) => one !== changing && keyOf(one) === key);
  if (!other) return use({ [changing.id]: key });
  if (!other.run) return tell(say("%(key)s is fixed: %(what)s", { key: spelt(key), what: other.does }));
  conflict(other, key);
}

/** Told before anything changes: the other one has no key then. */
function conflict(other, key) {
  const take = made("button", { type: "button", className: "button small", textContent: say("Take it from there") });
  const mine = changing;
  take.onclick = () => {
    changing = mine;
    use({ [mine.id]: key, [other.id]: "" });
  };
  tell(say("%(key)s is taken: %(what)s", { key: spelt(key), what: other.does }), " ", take);
  take.focus();
}

async function use(fresh) {
  const own = { ...keys().own, ...fresh };
  for (const one of all()) if (own[one.id] === (one.key ?? "")) delete own[one.id];
  const taken = await save({ ...keys(), own });
  if (changing) end(taken);
}

/** What went wrong, or that it is kept. */
async function save(now) {
  try {
    await post("/account/keys", { keys: JSON.stringify(now) });
  } catch (error) {
    draw();
    return signedOut(error) ? "" : unanswered(error);
  }
  keep(now);
  return say("Kept, for every browser of yours.");
}

dialog.addEventListener("keydown", pressed, true);
dialog.addEventListener("click", ({ target }) => {
  const { change, usual } = target.closest("button")?.dataset ?? {};
  if (change) begin(all().find(({ id }) => id === change));
  if (usual !== undefined) save({ ...keys(), own: {} }).then((words) => (draw(), tell(words)));
});
dialog.addEventListener("change", async ({ target }) => tell(await save({ ...keys(), off: !target.checked })));
dialog.addEventListener("close", () => (changing = null));
document.addEventListener("inbox:keys", () => {
  tell("");
  draw();
  dialog.showModal();
});
