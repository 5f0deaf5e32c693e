// The contact's details beside the thread, where there is room: hidden or not, as this browser's
// reader left it (theme.js sets it before the first paint). Elsewhere they are a drawer.

import { later } from "./later.js";

const SETTLED_MS = 1000;
const wide = matchMedia("(width >= 1000px)");
const root = document.documentElement;

/** By key: into the drawer, as else the next stop would be behind it; Esc leads back. */
export function details() {
  if (!wide.matches) return drawer();
  const folded = root.toggleAttribute("data-folded");
  localStorage.setItem("contact", folded ? "folded" : "shown");
  look();
}

const fetchPanel = later((again) => import(`./panel.js${again}`));

/** What the team knows is fetched with its script, once somebody sees where it stands. */
function look() {
  const contact = document.getElementById("contact");
  const seen = wide.matches ? contact && !root.hasAttribute("data-folded") : contact?.matches(":popover-open");
  if (seen) fetchPanel().then(() => document.dispatchEvent(new Event("inbox:details")));
}

document.addEventListener("toggle", ({ target }) => target.id === "contact" && look(), true);
document.addEventListener("inbox:opened", () => setTimeout(look, SETTLED_MS)); // the page itself first
setTimeout(look, SETTLED_MS);

function drawer() {
  const contact = document.getElementById("contact");
  if (contact?.togglePopover()) contact.querySelector(".close").focus();
}

document.addEventListener("click", (event) => {
  if (!wide.matches || !event.target.closest?.(".thread-header > .details")) return;
  event.preventDefault(); // of the browser, which would open the drawer
  details();
});
