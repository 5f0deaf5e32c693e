// Comforts of forms; without this script they work as well.

import "./typed.js";

for (const button of document.querySelectorAll("[data-reveal]")) {
  const input = document.getElementById(button.dataset.reveal);
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    input.focus();
  });
  // A password manager recognises the field again, and so does the next reader of the screen.
  input.form.addEventListener("submit", () => (input.type = "password"));
}

// A form that came back: to what has to be mended, else to what is said of it, however far down.
const wrong = [...document.querySelectorAll('[aria-invalid="true"]')].find((field) => field.checkVisibility());
const first = wrong ?? document.querySelector(".notice.summary");
const lead = () => {
  first.focus();
  first.scrollIntoView({ block: "center" });
};
// An address with a place in it takes the focus away again, until all of the page is there.
if (first) {
  lead();
  addEventListener("load", () => requestAnimationFrame(lead), { once: true });
}

/** What was put away with "Do not suggest this" is this browser's own, and is had back here. */
const suggested = document.querySelector("[data-suggested]");
if (suggested) {
  const [joining, unwanted] = [suggested.querySelector("[name=joining]"), `joining:${document.body.dataset.me}`];
  joining.checked = !localStorage.getItem(unwanted);
  joining.addEventListener("change", () => (joining.checked ? localStorage.removeItem(unwanted) : localStorage.setItem(unwanted, "1")));
  suggested.hidden = false;
}
