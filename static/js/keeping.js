// Beside app.js, fetched with its first use: what is asked of the list is kept under a name, is called
// otherwise, or is deleted, which can be undone. The menu of views has it from then on.

import { data, Refused, signedOut, text, unanswered } from "./fetching.js";
import { parse } from "./fragments.js";
import { toast } from "./signs.js";
import { body } from "./span.js";
import { say } from "./words.js";

const sent = (method, path, facts) => data(`/api/v1/views${path}`, { method, headers: { "Content-Type": "application/json" }, body: facts && JSON.stringify(facts) });

function failed(error) {
  if (!signedOut(error)) toast(unanswered(error));
}

/** What the server says against it stands below the name. */
async function keep(dialog, { name, shared }) {
  const { kept, filters } = dialog.dataset;
  const facts = { name: name.value, scope: shared.checked ? "shared" : "personal", filters: JSON.parse(filters) };
  try {
    await sent(kept ? "PATCH" : "POST", kept && `/${kept}`, facts);
    dialog.close();
    toast(say("“%(name)s” is among the views.", { name: facts.name.trim() }));
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 422) return failed(error);
    const why = dialog.querySelector(".error");
    why.textContent = JSON.parse(error.html).detail;
    why.hidden = false;
    name.focus();
  }
}

async function remove(dialog) {
  try {
    const { name, filters, scope } = await sent("DELETE", `/${dialog.dataset.kept}`);
    dialog.close();
    const undo = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: say("Undo") });
    toast(say("“%(name)s” was deleted.", { name }), 10000);
    const told = document.getElementById("toasts").lastElementChild;
    told.append(" ", undo);
    undo.onclick = () => sent("POST", "", { name, filters, scope }).then(() => told.remove(), failed);
  } catch (error) {
    if (error instanceof Refused && error.status === 422) toast(JSON.parse(error.html).detail);
    else failed(error);
  }
}

document.addEventListener("inbox:keep", async () => {
  try {
    const { view, q, filters } = body().dataset;
    const asked = new URLSearchParams({ view, q, ...Object.fromEntries(new URLSearchParams(filters)) });
    const dialog = parse(await text(`/views/keep?${asked}`, { holds: "dialog" })).querySelector("dialog");
    const form = dialog.querySelector("[data-answers]");
    document.body.append(dialog);
    dialog.addEventListener("close", () => dialog.remove());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      keep(dialog, form.elements);
    });
    dialog.querySelector("[data-delete]")?.addEventListener("click", () => remove(dialog));
    dialog.showModal();
    form.elements.name.focus();
  } catch (error) {
    failed(error);
  }
});
