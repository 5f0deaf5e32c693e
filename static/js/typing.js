// Says that somebody is writing here, to colleagues and, where their channel tells that messages are
// read, to the customer. Fetched with the first letter; the server decides who hears of it.

import { text } from "./fetching.js";
import "./joining.js";
import "./room.js";

const EVERY = 5000;
const KINDS = { composer: "reply", noting: "note" };
const said = new Map();

function typing(form) {
  const [conversation, kind] = [form.elements.conversation_id.value, KINDS[form.id]];
  const last = `${kind}:${conversation}`;
  if (Date.now() - (said.get(last) ?? 0) < EVERY) return;
  said.set(last, Date.now());
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ kind });
  // Nobody waits for it, and what did not arrive is said again with the next letters.
  text(`/api/v1/conversations/${conversation}/typing`, { method: "POST", headers, body, quiet: true }).catch(() => {});
}

const written = (field) => field.form?.id in KINDS && field.name === "text" && field.value.trim();

document.addEventListener("input", ({ target }) => written(target) && typing(target.form));

const begun = document.activeElement;
if (begun && written(begun)) typing(begun.form);
