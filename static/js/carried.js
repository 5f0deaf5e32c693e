// Files of messages: the player, the viewer and films are fetched where there is something to play
// or to view. Whoever is faster than they are, or without a line, is heard all the same.

import { after } from "./fragments.js";
import { later } from "./later.js";
import { toast } from "./signs.js";
import { say } from "./words.js";

const FILES = "#messages :is(a[data-view], [data-player])";
const fetched = later((again) => import(`./viewer.js${again}`).then(() => (here = true)));
let here = false;

export function fetchViewer() {
  if (!here && document.querySelector(FILES)) fetched();
}

after(fetchViewer);

document.addEventListener("click", async (event) => {
  const { target } = event;
  if (here || !target.closest?.(FILES) || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  if (await fetched()) (target.closest("a, button") ?? target).click();
  else toast(say("No connection: this cannot be opened yet. Try again in a moment."));
});
