// A quote leads to what it quotes: here if it is shown, else its page of history is opened.

import { route } from "./fragments.js";
import { resync } from "./resync.js";
import { openId } from "./scroll.js";

document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest?.("a[data-quotes]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const target = document.getElementById(`message-${link.dataset.quotes}`);
    if (!target) return;
    event.preventDefault();
    point(target);
  },
  { capture: true },
);

/** The reading place goes along, so that Tab and a screen reader continue from there. */
function point(target) {
  target.scrollIntoView({ block: "center" });
  target.tabIndex = -1;
  target.focus({ preventScroll: true });
  const leave = () => {
    target.removeAttribute("tabindex");
    target.classList.remove("pointed");
  };
  target.classList.add("pointed");
  target.addEventListener("blur", leave, { once: true });
}

/** What was quoted came after its quote: only the server can tell the two together. */
route("message-", ({ dataset: { conversation, known } }) => {
  if (known && conversation === openId() && document.querySelector(`[data-awaits="${known}"]`)) resync();
});
