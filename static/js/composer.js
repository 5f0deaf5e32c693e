// Where a reply is written: Enter sends, drafts stay, the 24-hour window opens and closes it.

import { answered, keep as keepQuote, quoted, restore, unquote } from "./answer.js";
import { now } from "./clock.js";
import { both, draft, files, keep, keepFiles, met, moved, sent, unsent } from "./drafts.js";
import { isNewLine } from "./enter.js";
import { after, parse, route } from "./fragments.js";
import { post, signedOut, unanswered } from "./fetching.js";
import { noteAgain } from "./noting.js";
import { refused, send } from "./outbox.js";
import { messages, openId } from "./scroll.js";
import { later } from "./later.js";
import { aside, fetchStopped, setAside } from "./set_aside.js";
import { everyHalfMinute, span } from "./times.js";
import { toast } from "./signs.js";
import { saw } from "./thread.js";
import { say } from "./words.js";

const fetchTyping = later((again) => import(`./typing.js${again}`));
const SOON = 2 * 3600000;
const grows = CSS.supports("field-sizing", "content");
const form = () => document.getElementById("composer");
const field = () => form()?.elements.text;
let closing = null;
let begins = true;

const written = () => form().elements.conversation_id.value;

export function opened() {
  if (!form()) return;
  const { begun } = form().dataset;
  const early = typedEarly();
  if (begun) met(openId(), JSON.parse(begun));
  delete form().dataset.begun;
  if (early !== null) keep(openId(), draft(openId()) === field().defaultValue ? early : both(draft(openId()), early));
  if (begun || !field().value) field().value = draft(openId());
  restore();
  resize();
  window24();
  if (aside(openId()).length) fetchStopped();
  document.dispatchEvent(new Event("inbox:filed"));
}

/** What was typed while the scripts were on their way; null: nothing. */
function typedEarly() {
  const { value, defaultValue } = field();
  const early = begins && value !== defaultValue ? value : null;
  begins = false;
  return early;
}

function resize() {
  if (grows || !field()) return;
  field().style.blockSize = "auto";
  field().style.blockSize = `${field().scrollHeight}px`;
}

document.addEventListener("input", (event) => {
  if (event.target !== field()) return;
  keep(written(), field().value);
  resize();
  fetchTyping();
});

document.addEventListener("keydown", (event) => {
  if (event.target !== field() || event.key !== "Escape" || event.isComposing) return;
  if (unquote()) event.preventDefault(); // the next one leaves the field
});

document.addEventListener("keydown", (event) => {
  if (event.target !== field() || event.key !== "Enter" || event.shiftKey || event.altKey) return;
  if (event.isComposing || event.keyCode === 229) return; // Enter chooses a word of the input method
  if (isNewLine(event)) return;
  event.preventDefault();
  form().requestSubmit();
});

document.addEventListener("submit", (event) => {
  if (event.target === form()) {
    event.preventDefault();
    submit(event.submitter?.name === "force");
  } else if (event.target.matches(".retry")) {
    event.preventDefault();
    retry(event.target);
  } else if (event.target.matches(".block")) {
    event.preventDefault();
    block(event.target);
  } else if (event.target.matches(".take-back")) {
    event.preventDefault();
    takeBack(event.target);
  }
});

/** `force`: it is said that a colleague has answered meanwhile, and sent all the same. `when`: fields
 *  that say when it is to be sent. Whether anything is. */
export function submit(force = false, when = undefined) {
  const [text, conversation] = [field().value, written()];
  if (!text.trim() || field().readOnly || conversation !== openId()) return false;
  refusal();
  document.querySelector("#messages > .divider")?.remove();
  const quote = quoted();
  send(conversation, text, quote, null, force, undefined, when);
  empty(conversation);
  field().focus();
  return true;
}

/** What was written is said. */
function empty(conversation) {
  field().value = "";
  keep(conversation, "");
  unquote();
  sent(conversation);
  resize();
}

/** A template tells them that what is written here waits. */
document.addEventListener("templates:told", () => empty(written()));

/** The window is closed, and what is written now goes out as soon as they write, or at once as
 *  Direct Send, which costs: outbox.js. */
const WAYS = { held: "data-holds", direct: "data-direct" };
const way = () => Object.keys(WAYS).find((each) => form().hasAttribute(WAYS[each]));
const choose = (chosen) => Object.entries(WAYS).forEach(([each, name]) => form().toggleAttribute(name, each === chosen));
document.addEventListener("click", ({ target }) => {
  const asked = target.closest?.("[data-hold], [data-direct-send]");
  if (!asked) return;
  form().removeAttribute("data-when");
  choose("hold" in asked.dataset ? "held" : "direct");
  window24();
  field().focus();
});

/** The answer is not shown: the feed brings every step, and in order. */
const retry = (at) => pressed(at, () => post(at.action, new FormData(at), { holds: ".message" }));

/** Whether it was done is the provider's to say, and comes by the feed. */
function block(at) {
  at.previousElementSibling.focus(); // it stays when the rest is replaced
  const said = at.querySelector(".refused");
  refusal("", said);
  pressed(at, () => post(at.action, { blocked: at.elements.blocked.value }), said);
}

/** What it said is written here again; the feed takes the bubble away. */
const takeBack = (at) =>
  pressed(at, async () => {
    const [quote, conversation] = [answered(at.closest(".message")), at.elements.conversation_id.value];
    const html = await post(at.action, new FormData(at), { holds: ".taken-back" });
    writeAgain({ conversation, text: parse(html).querySelector(".taken-back").value, quote }, null);
    if (conversation === openId()) field()?.focus();
  });

async function pressed(at, work, said) {
  const button = at.querySelector("button");
  button.disabled = true;
  try {
    await work();
  } catch (error) {
    if (!refusal(error.html, said) && !signedOut(error)) toast(unanswered(error));
  }
  button.disabled = false;
}

/** What our own server says of it; whether it said anything. A proxy's page is not shown. */
function refusal(html = "", place = document.getElementById("refusal")) {
  const notice = parse(html).querySelector(".notice");
  place?.replaceChildren(...(notice ? [notice] : []));
  if (notice?.dataset.seen && messages()) saw(notice);
  return Boolean(notice);
}

/** What is more than words stays what it is, where a colleague has answered meanwhile. */
async function stopped(item, error) {
  const event = new CustomEvent("inbox:stopped", { detail: { item, error }, cancelable: true });
  if (!(await fetchStopped()) || document.dispatchEvent(event)) giveBack(item, error);
}

const giveBack = (item, error) => (item.message && !item.file ? setAside : writeAgain)(item, error);

refused((item, error) => (item.message && error?.status === 409 ? stopped : giveBack)(item, error));

document.addEventListener("click", ({ target }) => target.closest?.("#refusal .answered [data-dismiss]") && field()?.focus());

/** Nothing typed is lost: a refused reply goes back to where it was written. */
function writeAgain({ conversation, text, quote, note, file, when }, error) {
  if (note) return noteAgain(conversation, text, note, error);
  unsent(conversation);
  if (file?.kept) {
    keepFiles(conversation, [...files(conversation), file.kept]);
    text = ""; // it is the caption
  }
  const here = conversation === openId() && Boolean(field());
  const typed = here ? field().value : draft(conversation);
  const all = [text, typed].filter(Boolean).join("\n");
  keep(conversation, all);
  if (quote && !quoted(conversation)) keepQuote(conversation, quote);
  if (error && signedOut(error)) return; // the draft is there afterwards
  if (!here && !error) return;
  if (!here) return toast(say("A reply was not sent. Its text is kept as a draft in that conversation."));
  field().value = all;
  restore();
  resize();
  if (when?.send_at) document.dispatchEvent(new CustomEvent("inbox:later", { detail: when })); // and not at once
  if (error && !refusal(error.html)) toast(say("Not sent: the server refused it (error %(code)s).", { code: error.status }));
}

/** At the very moment, also while somebody types: what they wrote stays, to be read and copied. */
function window24() {
  const chip = document.querySelector(".window");
  if (!chip || !form()) return;
  const { window: said, expires, blocked } = chip.dataset;
  const use = blocked !== undefined && chip.dataset.use === "connected" ? "blocked" : chip.dataset.use;
  const left = said === "open" ? new Date(expires) - now() : 0;
  const out = use !== "connected";
  const closed = out || (said !== undefined && left <= 0); // nothing said: its provider has no window
  clearTimeout(closing);
  if (left > 0) closing = setTimeout(window24, left + 50);
  chip.dataset.state = closed ? "closed" : left < SOON ? "soon" : "open";
  const words = say("Replies close in %(time)s", { time: span(left) });
  if (left > 0 && chip.lastElementChild.textContent !== words) chip.lastElementChild.textContent = words;
  const why = document.getElementById("closed");
  if (!closed) choose();
  const reason = way() ?? (expires ? "over" : "never");
  why.dataset.window = out ? use : reason;
  why.hidden = !closed;
  form().hidden = out;
  const shut = closed && (out || !way());
  form().classList.toggle("closed", shut);
  field().readOnly = shut;
  field().setAttribute("aria-describedby", closed ? "closed" : "composer-hint");
  form().querySelector("[type=submit]").disabled = shut;
  document.dispatchEvent(new CustomEvent("inbox:window", { detail: { closed: shut && !out } }));
}

/** Whoever reads a conversation of a channel that is paused or resumed sees it at once. */
route("data-channel-use", ({ dataset: { channelUse, use } }) => {
  const chip = document.querySelector(`.window[data-channel="${CSS.escape(channelUse)}"]`);
  if (chip) chip.dataset.use = use;
});

/** What was being written in either is in the one that is left; it was all meant for them. */
route("data-merged", ({ dataset: { merged }, value }) => {
  const quote = quoted(merged) ?? quoted(value);
  moved(merged, value);
  keepQuote(value, quote);
  keepQuote(merged, null);
  if (draft(value) && field() && [merged, value].includes(openId())) field().value = draft(value);
});

/** Another device went on with it. */
document.addEventListener("inbox:drafted", ({ detail }) => {
  if (detail !== openId() || !field() || field().value === draft(detail)) return;
  field().value = draft(detail);
  restore();
  resize();
});

after(window24);
everyHalfMinute(window24);
