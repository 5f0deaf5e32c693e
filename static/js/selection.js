// Several rows are chosen to do with them what is done with one: by key, with Shift, by the box that
// a row shows to the pointer, or by a long press. What does it comes once somebody turns to the list.

import { actions } from "./actions.js";
import { later } from "./later.js";
import { openId } from "./scroll.js";
import { toast } from "./signs.js";
import { list } from "./span.js";
import { say } from "./words.js";

const fetched = later((again) => import(`./selecting.js${again}`));
const here = () => document.activeElement.closest("#list > .row") ?? document.getElementById(`row-${openId()}`);

async function select(what, row = here()) {
  if (await fetched()) document.dispatchEvent(new CustomEvent("inbox:select", { detail: { what, row } }));
  else toast(say("No connection: nothing was chosen. Try again in a moment."));
}

const act = (id, key, does, when = here) => ({ id, key, does, when, run: () => select(id) });
actions(
  act("choose", "x", say("Choose the row, to change several at once")),
  act("choose-next", "J", say("Choose the row and the next")),
  act("choose-previous", "K", say("Choose the row and the one before")),
  act("choose-all", "", say("Choose all that match"), list),
);

document.querySelector(".list-pane")?.addEventListener("pointerover", fetched, { once: true });
document.addEventListener("click", (event) => {
  const row = event.shiftKey && !event.button && event.target.closest?.("#list > .row");
  if (!row) return;
  event.preventDefault(); // no window of its own for it
  select("choose-to", row);
}, true);
