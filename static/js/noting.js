// Notes: their script comes once somebody writes one. What is being noted is kept here meanwhile.

import { route } from "./fragments.js";
import { later } from "./later.js";
import { openId } from "./scroll.js";
import { toast } from "./signs.js";
import { say } from "./words.js";

const fetched = later((again) => import(`./notes.js${again}`));

/** As of replies: what one began is not another's to see, and it is no draft of a reply. */
const draftOf = (conversation) => `note:${document.body.dataset.me}:${conversation}`;
export const noteDraft = (conversation) => sessionStorage.getItem(draftOf(conversation)) ?? "";
export function keepNote(conversation, text) {
  if (text) sessionStorage.setItem(draftOf(conversation), text);
  else sessionStorage.removeItem(draftOf(conversation));
  mark();
}

async function ask(type, detail) {
  if (await fetched()) document.dispatchEvent(new CustomEvent(type, { detail }));
  else toast(say("No connection: a note cannot be written yet. Try again in a moment."));
}

export const note = () => openId() && ask("inbox:note");

/** One that was not taken is there again, in its own field. */
export function noteAgain(conversation, text, error) {
  keepNote(conversation, [text, noteDraft(conversation)].filter(Boolean).join("\n"));
  if (conversation === openId()) ask("inbox:note", error);
  else if (error) toast(say("A note was not kept. Its text is kept as a draft in that conversation."));
}

/** That a note was begun here shows on what leads to it. */
const mark = () => document.querySelector("[data-note]")?.toggleAttribute("data-draft", Boolean(openId() && noteDraft(openId())));
document.addEventListener("inbox:opened", mark);

route("data-merged", ({ dataset: { merged }, value }) => {
  const both = [noteDraft(value), noteDraft(merged)].filter(Boolean).join("\n");
  keepNote(merged, "");
  keepNote(value, both);
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
