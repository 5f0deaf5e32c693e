// Business hours: lines come and go without a page, the zone is this browser's to begin with, and
// the preview is told of all that changes.

const form = document.getElementById("hours");
const tell = () => form.dispatchEvent(new CustomEvent("inbox:lines", { bubbles: true }));
const lines = (day) => day.querySelector(".lines");

for (const button of form.querySelectorAll("[data-drop], [data-copy-down]")) button.hidden = false;

const zone = form.querySelector("[data-guess]");
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && [...zone.options].some(({ value }) => value === own)) zone.value = own;

/** Another line, which can be taken away again. */
function fresh(day) {
  const line = day.querySelector("template").content.cloneNode(true).firstElementChild;
  line.querySelector("[data-drop]").hidden = false;
  lines(day).append(line);
  return line;
}

function drop(line) {
  const day = line.closest("[data-day]");
  const next = line.nextElementSibling ?? line.previousElementSibling;
  line.remove();
  (next?.querySelector("[data-drop]") ?? day.querySelector("[data-add]")).focus();
}

/** Monday's times on Tuesday to Friday, in place of theirs. */
function copyDown(monday) {
  const times = [...lines(monday).querySelectorAll("input")].map(({ value }) => value);
  for (const name of ["tuesday", "wednesday", "thursday", "friday"]) {
    const day = form.querySelector(`[data-day="${name}"]`);
    lines(day).replaceChildren();
    for (let at = 0; at < times.length; at += 2) {
      const fields = fresh(day).querySelectorAll("input");
      fields.forEach((field, which) => (field.value = times[at + which]));
    }
  }
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const day = button?.closest("[data-day]");
  if (button?.matches("[data-copy-down]")) copyDown(form.querySelector('[data-day="monday"]'));
  else if (!day) return;
  else if (button.matches("[data-add]")) fresh(day).querySelector("input").focus();
  else drop(button.closest("[data-line]"));
  event.preventDefault();
  tell();
});

// What is hidden asks for nothing: a day without hours of an "always" must not hold up the form.
const arrange = () => {
  const week = form.elements.kind.value === "week";
  for (const field of form.querySelectorAll(".week input")) field.disabled = !week;
};
form.addEventListener("change", ({ target }) => target.name === "kind" && arrange());
arrange();
