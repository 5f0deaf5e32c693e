// Canned responses for the list that opens with a slash: found and filled by the server, as two
// thousand texts need not be in a browser to show twenty, and none is older than its answer.

import { finds } from "./completing.js";
import { data } from "./fetching.js";
import { enumerated, say } from "./words.js";

const SHOWN = 20;

finds("canned", async (words, { field, signal }) => {
  const query = new URLSearchParams({ q: words, conversation_id: field.form.elements.conversation_id.value, limit: SHOWN });
  const found = await data(`/api/v1/canned-responses?${query}`, { signal });
  return { items: found.data.map(item), none: [words ? say("No canned response is called so or says so.") : say("No canned responses yet."), " ", link()] };
});

function item({ short_code: code, scope, filled: { text, missing } }) {
  return { title: `/${code}`, detail: text.slice(0, 200), insert: text, preview: [...notes(scope, missing), text] };
}

/** What one has to know before one takes it. */
function notes(scope, missing) {
  const unknown = missing.length && say("Not known here: %(names)s", { names: enumerated(missing) });
  return [scope === "personal" && say("Only yours"), unknown].filter(Boolean).map(note);
}

const note = (textContent) => Object.assign(document.createElement("p"), { className: "note", textContent });

function link() {
  const made = Object.assign(document.createElement("a"), { href: "/settings/canned-responses", textContent: say("Write one") });
  made.className = "link";
  return made;
}
