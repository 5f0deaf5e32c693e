// What else answers in a conversation that was found: more of it under its row, at a click.

import { parse } from "./fragments.js";
import { part, signedOut, unanswered } from "./fetching.js";
import { toast } from "./signs.js";

let loading = false;

/** The first answer is the whole list anew, those after it go on where it ends. */
async function more(link) {
  if (loading) return;
  loading = true;
  const [item, list] = [link.parentElement, link.closest(".matches")];
  const known = new Set([...list.querySelectorAll(".match")].map(({ id }) => id));
  const further = new URLSearchParams(link.search).has("cursor");
  const use = (html) => {
    const fresh = [...parse(html).querySelector(".matches").children];
    if (further) item.replaceWith(...fresh);
    else list.replaceChildren(...fresh);
    const links = fresh.flatMap((one) => [...one.querySelectorAll("a")]);
    (links.find(({ id }) => !known.has(id)) ?? list.previousElementSibling).focus();
    mark();
  };
  await part(link.href, use, { holds: ".matches" }).catch((error) => signedOut(error) || toast(unanswered(error)));
  loading = false;
}

/** Which of them one has opened. */
function mark() {
  const at = new URLSearchParams(location.search).get("message");
  for (const link of document.querySelectorAll("#list .match")) link.ariaCurrent = link.id === `match-${at}` ? "true" : null;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#list .more-matches");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  more(link);
});
document.addEventListener("inbox:opened", mark);
document.addEventListener("inbox:counted", mark); // after every change of the list
