// What is done with conversations at the desk, by key and by button. How comes with its first use.

import { actions, hint } from "./actions.js";
import { submit } from "./composer.js";
import { replace, route } from "./fragments.js";
import { later } from "./later.js";
import { openId } from "./scroll.js";
import { toast } from "./signs.js";
import { say } from "./words.js";

const fetched = later((again) => import(`./arranging.js${again}`));
/** The open one; where none is, the row that has the focus. */
const here = () => openId() ?? document.activeElement.closest("#list > .row")?.id.slice(4);
const open = () => ({ ids: [here()] });

/** Whoever hears "inbox:chosen" puts `these` into its detail, if rows are chosen: as the API's bulk
 *  takes them, { ids } or more. */
function chosen() {
  const detail = { these: null };
  document.dispatchEvent(new CustomEvent("inbox:chosen", { detail }));
  return detail.these;
}

/** `what`: the id of an action below. `these`: conversations; by themselves those that are chosen. */
export async function arrange(what, these = chosen() ?? open(), anchor = null) {
  if (await fetched()) document.dispatchEvent(new CustomEvent("inbox:arrange", { detail: { what, these, anchor } }));
  else toast(say("No connection: nothing was changed. Try again in a moment."));
}

const undoable = () => document.querySelector(".undo-toast") && !document.activeElement.closest("input, textarea");
const act = (id, key, does) => ({ id, key, does, when: () => chosen() || here(), run: () => arrange(id) });
actions(
  act("assign", "a", say("Assign")),
  act("mine", "A", say("Assign to me")),
  act("team", "", say("Choose the team")),
  act("transfer", "", say("Pass on with a note")),
  act("labels", "l", say("Label")),
  act("priority", "", say("Choose the priority")),
  act("snooze", "z", say("Snooze")),
  act("status", "", say("Choose the status")),
  act("unread", "U", say("Mark unread")),
  act("read", "", say("Mark read")),
  act("resolve", "e", say("Resolve")),
  act("resolve-next", "E", say("Resolve, and open the next")),
  { id: "undo", key: "Mod+z", does: say("Undo what was just done"), when: undoable, run: () => document.querySelector(".undo-toast button").click() },
);

/** What comes by the feed says as well by which keys it is done. */
route("standing-", (element) => {
  replace(element);
  hint();
});
document.addEventListener("inbox:refilled", hint);

/** What is written goes out, and is the end of it for now. */
function sendThen(what) {
  if (submit()) arrange(what, open());
  else document.querySelector("#composer textarea").focus();
}

document.addEventListener("keydown", (event) => {
  const wanted = event.key === "Enter" && event.shiftKey && (event.ctrlKey || event.metaKey) && !event.isComposing;
  if (!wanted || !event.target.matches?.("#composer textarea")) return;
  event.preventDefault();
  sendThen("resolve");
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-arrange]");
  if (button) arrange(button.dataset.arrange, button.closest(".standing, #contact") ? open() : undefined, button);
  const then = target.closest?.("[data-send-then]");
  if (!then) return;
  then.closest("[popover]").hidePopover();
  sendThen(then.dataset.sendThen);
});
