// What only some replies need is fetched once it is asked for.

import { later } from "./later.js";
import { toast } from "./signs.js";
import { say } from "./words.js";

let here = false;
const offers = later((again) => import(`./offers.js${again}`).then(() => (here = true)));

document.addEventListener("click", async ({ target }) => {
  const asked = target.closest?.("[data-compose]");
  if (!asked || here) return;
  if (await offers()) asked.click();
  else toast(say("No connection: this cannot be opened yet. Try again in a moment."));
});
