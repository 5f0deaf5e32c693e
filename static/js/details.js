// The contact's details beside the thread, where there is room: hidden or not, as this browser's
// reader left it (theme.js sets it before the first paint). Elsewhere they are a drawer.

const wide = matchMedia("(width >= 1000px)");
const root = document.documentElement;

export function details() {
  if (!wide.matches) return document.getElementById("contact")?.togglePopover();
  const folded = root.toggleAttribute("data-folded");
  localStorage.setItem("contact", folded ? "folded" : "shown");
}

document.addEventListener("click", (event) => {
  if (!wide.matches || !event.target.closest?.(".thread-header > .details")) return;
  event.preventDefault(); // a drawer
  details();
});
