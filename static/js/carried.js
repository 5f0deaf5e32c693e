// Files of messages: the player, the viewer and films are fetched where there is something to play
// or to view. Whoever is faster than they are, or without a line, is heard all the same.

import { after } from "./fragments.js";
import { toast } from "./signs.js";
import { say } from "./words.js";

const FILES = "#messages :is(a[data-view], [data-player])";
let tries = 0;
let coming = null;
let here = false;

/** Whether it came. A browser remembers under its address what it could not fetch. */
async function fetched() {
  const again = tries ? `?${tries}` : "";
  coming ??= import(`./viewer.js${again}`).then(() => (here = true), () => {
    tries += 1;
    coming = null;
    return false;
  });
  return coming;
}

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
