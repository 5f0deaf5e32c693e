// The feed in the settings: live frames, filtered by the feed itself, with pause and clear.

import { clear, narrow, pause, paused, resume, take, waiting } from "./feed_frames.js";
import { FeedLine } from "./feed_line.js";
import { many, number, say } from "./words.js";

const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;
const part = (name) => document.getElementById(`feed-${name}`);
const state = part("state");
const line = new FeedLine(Number(document.getElementById("feed").dataset.head));

function standing(words, kind) {
  state.className = `badge dot ${kind}`;
  if (state.textContent !== words) state.textContent = document.getElementById("status").textContent = words;
}

/** The id that was pasted, also within an address; null: nothing, undefined: no id. */
function about() {
  const typed = part("about").value.trim();
  return typed ? ID.exec(typed)?.[0].toLowerCase() : null;
}

function choose() {
  const id = about();
  const wrong = id === undefined;
  part("about-wrong").hidden = !wrong;
  part("about").ariaInvalid = String(wrong);
  if (wrong) return;
  const type = part("type").value;
  line.subscribe({ topics: id ? [`conversation:${id}`, `contact:${id}`] : ["all"], types: type ? [type] : [] });
  narrow(wanted);
  labelled();
}

/** What was asked for before a break may come before the server has heard of the filter again. */
function wanted({ type, payload }) {
  const { topics = ["all"], types = [] } = line.interest;
  const ids = [payload.id, payload.conversation_id, payload.contact_id, payload.contact?.id];
  return (!types.length || types.includes(type)) && (topics[0] === "all" || topics.some((one) => ids.includes(one.split(":")[1])));
}

function labelled() {
  const words = part("pause").querySelector("span");
  const count = waiting();
  words.textContent = !paused() ? say("Pause") : count ? many("Resume: %(num)s new", "Resume: %(num)s new", count) : say("Resume");
  part("pause").ariaPressed = String(paused());
}

line.addEventListener("live", () => standing(say("Connected"), "good"));
line.addEventListener("lost", ({ detail }) => standing(detail ? say("Signed out") : say("Reconnecting, goes on after %(seq)s", { seq: number(line.since) }), "warn"));
line.addEventListener("head", ({ detail }) => (part("head").textContent = say("Head: %(seq)s", { seq: number(detail) })));
line.addEventListener("event", ({ detail }) => {
  if (wanted(detail)) take(detail);
  labelled();
});
part("pause").addEventListener("click", () => {
  if (paused()) resume();
  else pause();
  labelled();
});
part("clear").addEventListener("click", () => {
  clear();
  labelled();
  part("pause").focus(); // the button that was pressed is gone
});
part("filter").addEventListener("submit", (event) => event.preventDefault());
part("filter").addEventListener("input", choose);
for (const name of ["pause", "filter"]) part(name).hidden = false;
choose(); // a browser keeps what was typed over a reload
line.connect();
