// What the team knows of a customer, beside the thread: fetched once the panel is seen, again when
// something about that customer changes, and edited in a dialog that no change takes away.

import { part, signedOut, text, unanswered } from "./fetching.js";
import { parse, replace, route } from "./fragments.js";
import { toast } from "./signs.js";
import { drawStanding } from "./standing.js";

const root = document.documentElement;
const wide = matchMedia("(width >= 1000px)");
const panel = () => document.getElementById("contact");
const shown = () => document.getElementById("details");
let newest = 0;
let stale = true; // something changed while nobody saw it

/** Whose panel it is: the thread's, or that of a contact's own page. */
const whose = () => document.querySelector(".facts[id^=contact-]")?.id.slice("contact-".length) ?? "";

function seen() {
  if (!panel()) return Boolean(shown());
  return wide.matches ? !root.hasAttribute("data-folded") : panel().matches(":popover-open");
}

async function fill() {
  const id = whose();
  stale = Boolean(id);
  if (!id || !seen()) return;
  const turn = (newest += 1);
  const use = (html) => {
    if (turn !== newest || id !== whose()) return;
    stale = false;
    const fresh = parse(html).getElementById("details");
    const kept = shown()?.dataset.contactOf === id && document.getElementById("shared");
    if (kept?.firstElementChild) fresh.querySelector("#shared").replaceWith(kept);
    place(fresh);
  };
  await part(`/contacts/${id}`, use, { holds: "#details", quiet: true }).catch(() => {});
}

function place(fresh) {
  if (shown()) replace(fresh);
  else panel()?.querySelector(".blocking").before(fresh);
  mark();
}

/** Which kind of what was shared is open. */
function mark() {
  const which = document.getElementById("shared")?.dataset.which ?? "";
  for (const link of document.querySelectorAll(".shared-kinds [data-shared]")) {
    const here = new URL(link.href).searchParams.get("kind") === which;
    link.ariaCurrent = here ? "true" : null;
  }
}

async function edit(link) {
  try {
    const html = await text(link.href, { holds: "#edit-dialog" });
    document.getElementById("edit-dialog")?.remove();
    document.body.append(parse(html).querySelector("#edit-dialog"));
  } catch (error) {
    if (!signedOut(error)) toast(unanswered(error));
    return;
  }
  const dialog = document.getElementById("edit-dialog");
  const drawer = panel()?.matches(":popover-open");
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (drawer) panel()?.showPopover(); // the dialog took its place
    document.getElementById(link.id)?.focus();
    fill();
  });
  dialog.addEventListener("submit", submitted);
  dialog.showModal();
  dialog.querySelector("[name=name]").focus();
}

async function submitted(event) {
  const form = event.target;
  if (form.method !== "post") return;
  event.preventDefault();
  const button = form.querySelector("[type=submit]");
  if (button.disabled) return;
  button.disabled = true;
  const [dialog, body] = [form.closest("dialog"), new URLSearchParams(new FormData(form))];
  try {
    await text(form.getAttribute("action"), { method: "POST", body });
    dialog.close();
  } catch (error) {
    const refused = error.status === 422 && parse(error.html ?? "").querySelector("#edit-dialog");
    if (refused) {
      dialog.replaceChildren(...refused.childNodes);
      dialog.querySelector("[aria-invalid]")?.focus();
    } else if (!signedOut(error)) toast(unanswered(error));
  }
  button.disabled = false;
}

async function share(link) {
  const more = link.dataset.shared === "more";
  const use = (html) => {
    const [old, fresh] = [document.getElementById("shared"), parse(html).getElementById("shared")];
    if (!old) return;
    if (more) fresh.querySelector("ul").prepend(...old.querySelector("ul").children);
    old.replaceWith(fresh);
    mark();
    if (more) (fresh.querySelector("[data-shared]") ?? fresh.querySelector("a"))?.focus();
  };
  await part(link.href, use, { holds: "#shared" }).catch((error) => signedOut(error) || toast(unanswered(error)));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-edit-contact], #details [data-shared]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  if (link.matches("[data-shared]")) share(link);
  else edit(link);
});
route("data-contact-changed", (element) => element.dataset.contactChanged === whose() && fill());
route("data-merged", ({ value }) => value === document.getElementById("pane")?.dataset.conversation && fill());
document.addEventListener("inbox:opened", fill);
document.addEventListener("inbox:details", () => (stale || !shown()) && fill());
fill();
drawStanding();
