// The contact's details beside the thread, where there is room: hidden or not, as this browser's
// reader left it (theme.js sets it before the first paint). Elsewhere they are a drawer.

const wide = matchMedia("(width >= 1000px)");
const root = document.documentElement;

/** By key: into the drawer, as else the next stop would be behind it; Esc leads back. */
export function details() {
  if (!wide.matches) return drawer();
  const folded = root.toggleAttribute("data-folded");
  localStorage.setItem("contact", folded ? "folded" : "shown");
}

function drawer() {
  const contact = document.getElementById("contact");
  if (contact?.togglePopover()) contact.querySelector(".close").focus();
}

document.addEventListener("click", (event) => {
  if (!wide.matches || !event.target.closest?.(".thread-header > .details")) return;
  event.preventDefault(); // of the browser, which would open the drawer
  details();
});
