// The microphone in the composer: the recorder behind it is fetched when somebody wants to record.

import { later } from "./later.js";
import { toast } from "./signs.js";
import { say } from "./words.js";

const fetched = later((again) => import(`./voice.js${again}`).then(() => (here = true)));
let here = false;

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("#record");
  if (here || !button) return;
  if (await fetched()) button.click();
  else toast(say("No connection: nothing can be recorded yet. Try again in a moment."));
});
