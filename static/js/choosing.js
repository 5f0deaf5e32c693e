// Templates are chosen in the composer's place. The picker comes once somebody wants one, and by
// itself as soon as nothing else can be sent.

import { later } from "./later.js";
import { toast } from "./signs.js";
import { say } from "./words.js";

const fetched = later((again) => import(`./templates.js${again}`));
const place = () => document.getElementById("templates");

/** `pressed`: somebody asked for it, so that it gets the focus. */
async function choose(pressed) {
  const there = place();
  if (!there) return;
  if (!(await fetched())) return pressed && toast(say("No connection: the templates could not be fetched. Try again in a moment."));
  if (there === place()) there.dispatchEvent(new CustomEvent("templates:open", { bubbles: true, detail: { pressed } }));
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-choose-template]")) choose(true);
});

/** Said whenever the window was looked at; a picker that came by itself goes when it opens. */
document.addEventListener("inbox:window", ({ detail: { closed } }) => {
  const there = place();
  if (!there) return;
  if (closed && !there.dataset.came) {
    there.dataset.came = "itself";
    choose(false);
  } else if (!closed && there.dataset.came === "itself") {
    delete there.dataset.came;
    if (!there.contains(document.activeElement)) there.hidden = true;
  }
});
