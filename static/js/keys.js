// The keys: which action one is for says the registry. No Alt: it breaks letters of many languages.

import { actions, all, can, keyOf, works } from "./actions.js";
import { ahead, typing } from "./ahead.js";
import { pick, reply } from "./answer.js";
import { details } from "./details.js";
import { later } from "./later.js";
import { meant } from "./layouts.js";
import { close } from "./navigate.js";
import { note } from "./noting.js";
import { step } from "./pages.js";
import { openId } from "./scroll.js";
import { toast } from "./signs.js";
import { say } from "./words.js";

const find = (selector) => document.querySelector(selector);
const anywhere = () => true;
const presses = (selector) => ({ when: () => find(selector), run: () => find(selector).click() });
const views = later((again) => import(`./views.js${again}`));
const keeping = later((again) => import(`./keeping.js${again}`));
const finding = later((again) => import(`./find.js${again}`));
const palette = later((again) => import(`./palette.js${again}`));
const keyHelp = later((again) => import(`./key_help.js${again}`));

actions(
  { id: "next", key: "j", does: say("Next conversation"), run: () => step(1) },
  { id: "previous", key: "k", does: say("Previous conversation"), run: () => step(-1) },
  { id: "open", key: "Enter", does: say("Open the conversation") },
  { id: "back", key: "u", does: say("Back to the list"), when: openId, run: close },
  { id: "new", key: "c", does: say("New conversation"), run: () => location.assign("/conversations/new") },
  { id: "reply", key: "r", does: say("Write a reply"), when: openId, run: reply },
  { id: "note", key: "n", does: say("Write a note for your team"), when: openId, run: note },
  { id: "pick", key: "R", does: say("Choose a message to answer or forward: arrows, Tab, Enter"), when: openId, run: pick },
  { id: "voice", key: "v", does: say("Record a voice message"), ...presses("#record") },
  { id: "files", does: say("Send files"), ...presses("#composer [data-attach]") },
  { id: "later", does: say("Send later"), ...presses("#composer [data-later='']") },
  { id: "theme", does: say("Change theme"), ...presses("[data-theme-switch]") },
  { id: "details", key: "i", does: say("Contact details"), when: openId, run: details },
  { id: "views", key: "V", does: say("Choose a view"), run: () => fetched(views, "inbox:views") },
  { id: "sort", key: "O", does: say("Choose the order of the list"), when: () => find("#sort-list:not([hidden])"), run: () => fetched(views, "inbox:sort") },
  { id: "keep", does: say("Save this view, or change it"), run: () => fetched(keeping, "inbox:keep") },
  { id: "search", key: "/", does: say("Search: arrows or Enter lead to what is found"), run: () => find("#search [name=q]").focus() },
  { id: "find", key: "f", does: say("Search this conversation"), when: openId, run: () => fetched(finding, "inbox:find") },
  { id: "palette", key: "Mod+k", does: say("Do or find anything"), when: anywhere, run: () => fetched(palette, "inbox:palette") },
  { id: "leave", key: "Esc", does: say("Leave a field, close what is open") },
  { id: "help", key: "?", does: say("Keyboard shortcuts"), when: anywhere, run: () => fetched(keyHelp, "inbox:keys") },
);

/** Its script comes with its first use. */
async function fetched(script, event) {
  const came = await ahead(script, () => document.dispatchEvent(new Event(event)));
  if (!came) toast(say("No connection: this cannot be opened yet. Try again in a moment."));
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("#keep-view")) return fetched(keeping, "inbox:keep");
  const link = event.target.closest?.("#more-views, #sort-list");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  fetched(views, `inbox:${link.dataset.action}`);
});

function escape(target) {
  if (!typing(target) || target.closest("dialog, #noting")) return;
  if (target.type === "search" && target.value) return; // the browser empties it
  target.blur();
  document.getElementById("thread")?.focus({ preventScroll: true });
}

function alongTicks(event) {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step || !event.target.matches("#messages .tick")) return;
  const ticks = [...document.querySelectorAll("#messages .tick")];
  ticks[ticks.indexOf(event.target) + step]?.focus();
  event.preventDefault();
}

document.addEventListener("click", ({ target }) => {
  const id = target.closest?.("[data-does]")?.dataset.action;
  if (id) all().find((one) => one.id === id).run();
});
document.addEventListener("keydown", pressed);

function pressed(event) {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const mod = event.ctrlKey || event.metaKey;
  if (event.key === "Escape" && !mod) return escape(event.target);
  if (!mod) alongTicks(event);
  if ((!mod && typing(event.target)) || find("dialog[open]")) return;
  const known = all().filter((one) => works(keyOf(one)));
  const wanted = meant(event, new Set(known.map(keyOf)));
  const found = known.find((one) => keyOf(one) === wanted && can(one));
  if (!found) return;
  event.preventDefault();
  found.run();
}
