// What only some replies need is fetched once it is asked for.

import { ahead } from "./ahead.js";
import { later } from "./later.js";
import { toast } from "./signs.js";
import { say } from "./words.js";

/** By what asks for it; whoever is faster than it comes is heard all the same. */
const PARTS = new Map([
  ["[data-compose]", later((again) => import(`./offers.js${again}`).then(() => here.add("[data-compose]")))],
  ["[data-later]", later((again) => import(`./send_later.js${again}`).then(() => here.add("[data-later]")))],
  ["[data-forward]", later((again) => import(`./forward.js${again}`).then(() => here.add("[data-forward]")))],
  ["[data-react]", later((again) => import(`./reactions.js${again}`).then(() => here.add("[data-react]")))],
]);
const here = new Set();

document.addEventListener("click", async ({ target }) => {
  for (const [asks, fetched] of PARTS) {
    const asked = target.closest?.(asks);
    if (!asked || here.has(asks)) continue;
    if (!(await ahead(fetched, () => asked.click()))) toast(say("No connection: this cannot be opened yet. Try again in a moment."));
  }
});
