// Beside app.js, fetched once somebody writes a note: its form, and who can be named in it.

import { parse } from "./fragments.js";
import { post, signedOut, unanswered } from "./fetching.js";
import { files, keepFiles, sent } from "./drafts.js";
import { isNewLine } from "./enter.js";
import { half, keepHalf } from "./half.js";
import { later } from "./later.js";
import { keepNote, noted, noteDraft } from "./noting.js";
import { sendNote } from "./outbox.js";
import { openId } from "./scroll.js";
import { toast } from "./signs.js";
import { say } from "./words.js";

const fetchTyping = later((again) => import(`./typing.js${again}`));
const form = () => document.getElementById("noting");
const field = () => form()?.elements.text;
const written = () => form().elements.conversation_id.value;
let editing = null; // the note that is written anew: its id

const grows = CSS.supports("field-sizing", "content");
function resize() {
  if (grows) return;
  field().style.blockSize = "auto";
  field().style.blockSize = `${field().scrollHeight}px`;
}

function open(text) {
  const conversation = openId();
  form().action = `/conversations/${conversation}/notes`;
  form().elements.conversation_id.value = conversation;
  form().toggleAttribute("data-editing", Boolean(editing));
  form().hidden = false;
  field().value = text;
  field().focus();
  field().setSelectionRange(text.length, text.length);
  resize();
}

function close() {
  if (editing) keepHalf(`note:${editing}`, null);
  editing = null;
  form().hidden = true;
  const reply = document.querySelector("#composer:not([hidden]) textarea");
  (reply ?? document.getElementById("thread"))?.focus({ preventScroll: true });
}

document.addEventListener("inbox:note", ({ detail: error }) => {
  if (!form()) return;
  editing = null;
  open(noteDraft(openId()));
  if (error) refusal(error);
});

document.addEventListener("inbox:edit-note", async ({ detail: item }) => {
  try {
    const id = item.id.replace("message-", "");
    const answer = await fetch(`/api/v1/messages/${id}`, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const { content } = await answer.json();
    if (item.dataset.conversation !== openId()) return;
    editing = id;
    open(half(`note:${id}`) ?? content.text); // as far as they were before they went elsewhere
  } catch {
    toast(say("The note cannot be opened to be edited. Try again in a moment."));
  }
});

document.addEventListener("inbox:delete-note", async ({ detail: at }) => {
  at.hidePopover?.();
  try {
    await post(at.action, new FormData(at), { holds: ".message" }); // the feed takes the bubble away
  } catch (error) {
    refusal(error);
  }
});

/** Another device went on with it. */
document.addEventListener("inbox:drafted", ({ detail }) => {
  if (!form() || form().hidden || editing || detail !== noted(openId()) || field().value === noteDraft(openId())) return;
  field().value = noteDraft(openId());
  resize();
});

document.addEventListener("input", (event) => {
  if (event.target !== field()) return;
  if (editing) keepHalf(`note:${editing}`, field().value);
  else keepNote(written(), field().value);
  resize();
  fetchTyping();
});

document.addEventListener("click", ({ target }) => target.closest?.("[data-unnote]") && close());

document.addEventListener("keydown", (event) => {
  if (event.target !== field() || event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
  if (event.key === "Escape") {
    event.preventDefault();
    close();
  } else if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
    if (isNewLine(event)) return;
    event.preventDefault();
    form().requestSubmit();
  }
});

document.addEventListener("submit", (event) => {
  if (event.target !== form()) return;
  event.preventDefault();
  const [text, conversation] = [field().value, written()];
  const list = editing ? [] : files(noted(conversation));
  if (conversation !== openId() || (!text.trim() && !list.length && !editing)) return;
  document.getElementById("refusal")?.replaceChildren();
  if (editing) return change(text);
  if (form().querySelector("progress")) return toast(say("A file is still on its way. Keep the note once it is here."));
  field().value = "";
  keepNote(conversation, "");
  keepFiles(noted(conversation), []);
  sent(noted(conversation));
  resize();
  field().focus();
  sendNote(conversation, text, list);
});

/** The answer is not shown: the feed brings it, and in order. */
async function change(text) {
  const [button, id] = [form().querySelector("[type=submit]"), editing];
  button.disabled = true;
  try {
    await post(`/notes/${id}/edit`, { text, conversation_id: written() }, { holds: ".message" });
    if (editing === id && button.isConnected) close();
    else keepHalf(`note:${id}`, null);
  } catch (error) {
    refusal(error);
  }
  button.disabled = false;
}

function refusal(error) {
  const notice = parse(error.html ?? "").querySelector(".notice");
  if (notice) document.getElementById("refusal")?.replaceChildren(notice);
  else if (!signedOut(error)) toast(unanswered(error));
}
