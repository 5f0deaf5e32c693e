// The numbers beside views, channels, teams, labels: [data-count] names each. They come over the
// line as they change, all of them each time, and at once when it stands again.

import { route } from "./fragments.js";
import { tellServer } from "./socket.js";

const UNREAD_MOST = 100;
let known = null;

route("data-counts", (element) => {
  known = new Map([...element.children].map(({ value, textContent }) => [value, Number(textContent)]));
  fill(document.body);
});

const words = (key, n) => (key === "unread" && n >= UNREAD_MOST ? `${(UNREAD_MOST - 1).toLocaleString(document.documentElement.lang)}+` : n.toLocaleString(document.documentElement.lang));

function fill(part) {
  for (const place of part.querySelectorAll("[data-count]")) {
    const { count } = place.dataset;
    const n = known.get(count) ?? 0;
    const said = n ? words(count, n) : "";
    if (place.textContent !== said) place.textContent = said;
    if (place.hidden !== !n) place.hidden = !n;
  }
}

// What is drawn later, as a menu of views, has them as well.
new MutationObserver((changes) => {
  if (known) for (const { addedNodes } of changes) for (const node of addedNodes) if (node.nodeType === Node.ELEMENT_NODE) fill(node);
}).observe(document.body, { childList: true, subtree: true });

const ask = () => tellServer({ type: "counting", payload: { wanted: true } });
document.addEventListener("inbox:live", ask);
ask();
