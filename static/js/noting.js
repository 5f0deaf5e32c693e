// Notes: their script comes once somebody writes one. What is being noted is a draft of its own.

import { ahead } from "./ahead.js";
import { draft, files, keep, keepFiles, met, moved, unsent } from "./drafts.js";
import { route } from "./fragments.js";
import { later } from "./later.js";
import { openId } from "./scroll.js";
import { toast } from "./signs.js";
import { say } from "./words.js";

const fetched = later((again) => import(`./notes.js${again}`));

export const noted = (conversation) => `note:${conversation}`;
export const noteDraft = (conversation) => draft(noted(conversation));
export function keepNote(conversation, text) {
  keep(noted(conversation), text);
  mark();
}

async function ask(type, detail) {
  const came = await ahead(fetched, () => document.dispatchEvent(new CustomEvent(type, { detail })));
  if (!came) toast(say("No connection: a note cannot be written yet. Try again in a moment."));
}

export const note = () => openId() && ask("inbox:note");

/** One that was not taken is there again, in its own field. */
export function noteAgain(conversation, text, list, error) {
  unsent(noted(conversation));
  keepFiles(noted(conversation), [...files(noted(conversation)), ...list]);
  keepNote(conversation, [text, noteDraft(conversation)].filter(Boolean).join("\n"));
  if (conversation === openId()) ask("inbox:note", error);
  else if (error) toast(say("A note was not kept. Its text is kept as a draft in that conversation."));
}

/** That a note was begun here shows on what leads to it. */
function mark() {
  const id = noted(openId());
  document.querySelector("[data-note]")?.toggleAttribute("data-draft", Boolean(openId() && (draft(id) || files(id).length)));
}

/** What the server has of it comes with the page, once. */
export function opened() {
  const form = document.getElementById("noting");
  if (form?.dataset.begun) met(noted(openId()), JSON.parse(form.dataset.begun));
  delete form?.dataset.begun;
  mark();
}

for (const sign of ["inbox:drafted", "inbox:filed"]) document.addEventListener(sign, mark);

route("data-merged", ({ dataset: { merged }, value }) => {
  moved(noted(merged), noted(value));
  mark();
});

document.addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-note]")) note();
  const edit = target.closest?.("[data-edit-note]");
  if (edit) ask("inbox:edit-note", edit.closest(".message"));
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".delete-note")) return;
  event.preventDefault();
  ask("inbox:delete-note", event.target);
});
