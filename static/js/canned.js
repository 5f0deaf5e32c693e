// Canned responses for the list that opens with a slash: found and filled by the server, as two
// thousand texts need not be in a browser to show twenty, and none is older than its answer.

import { finds } from "./completing.js";
import { fetched } from "./dropped.js";
import { data } from "./fetching.js";
import { toast } from "./signs.js";
import { canSend, CAPTIONED, CAPTION_MOST } from "./sorting.js";
import { enumerated, say } from "./words.js";

const SHOWN = 20;

finds("canned", async (words, { field, signal }) => {
  const query = new URLSearchParams({ q: words, conversation_id: field.form.elements.conversation_id.value, limit: SHOWN });
  const found = await data(`/api/v1/canned-responses?${query}`, { signal });
  return { items: found.data.map(item), none: [words ? say("No canned response is called so or says so.") : say("No canned responses yet."), " ", link()] };
});

/** Its files go where files are chosen, with its words under the first that has room for them. */
function item({ short_code: code, scope, team, files, filled: { text, missing } }) {
  const here = files.filter(({ kind }) => canSend(kind));
  const under = here.some(({ kind }) => CAPTIONED.includes(kind)) && text.length <= CAPTION_MOST;
  const chosen = () => document.dispatchEvent(new CustomEvent("inbox:attach-kept", { detail: { files: here, caption: under ? text : "" } }));
  return {
    title: `/${code}`,
    detail: text.slice(0, 200) || named(files),
    insert: under ? "" : text,
    preview: [...notes(scope === "personal" ? say("Only yours") : team?.name, missing, files, here), text],
    chosen: here.length ? async () => ((await fetched()) ? chosen() : toast(say("No connection: this cannot be opened yet. Try again in a moment."))) : undefined,
  };
}

const named = (files) => enumerated(files.map(({ filename, kind }) => filename || kind));

/** What one has to know before one takes it. */
function notes(whose, missing, files, here) {
  const unknown = missing.length && say("Not known here: %(names)s", { names: enumerated(missing) });
  const left = files.filter((one) => !here.includes(one));
  const brings = here.length && say("With %(names)s", { names: named(here) });
  const lacks = left.length && say("This channel cannot send %(names)s.", { names: named(left) });
  return [whose, unknown, brings, lacks].filter(Boolean).map(note);
}

const note = (textContent) => Object.assign(document.createElement("p"), { className: "note", textContent });

function link() {
  const made = Object.assign(document.createElement("a"), { href: "/settings/canned-responses", textContent: say("Write one") });
  made.className = "link";
  return made;
}
