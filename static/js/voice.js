// Voice messages: recorded in the composer's place, heard, and sent or thrown away. One at a time is
// recorded; what is not sent yet is kept with its conversation for as long as the page is open.

import { quoted, unquote } from "./answer.js";
import { route } from "./fragments.js";
import { uuid, whenNext } from "./outbox.js";
import { openId, toLatest } from "./scroll.js";
import { toast } from "./signs.js";
import { lastSeen } from "./thread.js";
import { say } from "./words.js";
import { NoMicrophone } from "./voice/microphone.js";
import { Panel } from "./voice/panel.js";
import { Recording } from "./voice/recording.js";
import { answers, deliver, failure } from "./voice/sending.js";

const kept = new Map(); // conversation → what is recorded there
const composer = () => document.getElementById("composer");
const button = () => document.getElementById("record");
const panel = new Panel({
  discard: () => discard(),
  pause: () => here()?.recording.pause(),
  resume: () => resume(here()),
  again: () => begin(),
  send: () => send(here()),
});
const here = () => kept.get(openId());

const styled = sheet();

/** Beside the page's own, once. */
function sheet() {
  const beside = document.querySelector("link[rel=stylesheet]").href;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: beside.replace(/[^/]*$/, "voice.css") });
  const came = new Promise((resolve) => Object.assign(link, { onload: resolve, onerror: resolve }));
  document.head.append(link);
  return came;
}

document.addEventListener("click", ({ target }) => {
  if (target.closest?.("#record") && !here()) begin();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !panel.element.contains(event.target)) return;
  event.preventDefault();
  event.stopPropagation();
  if (here()?.recording.state === "recording") here().recording.pause();
  else if (["asking", "refused"].includes(here()?.recording.state)) discard();
}, { capture: true });

async function begin() {
  const conversation = openId();
  const { longest, converts } = button().dataset;
  const item = { id: uuid(), conversation, written: conversation, begun: performance.now(), quote: null, sending: false, why: "" };
  item.recording = new Recording(Number(longest), () => draw(item));
  kept.set(conversation, item);
  await styled;
  hold();
  try {
    await item.recording.begin(converts !== undefined);
  } catch (error) {
    if (!(error instanceof NoMicrophone)) throw error;
    item.recording.state = "refused";
    item.why = error.message;
    draw(item);
  }
  if (item === here()) panel.focus();
}

function resume(item) {
  item.why = "";
  item.recording.resume();
}

/** The panel stands where one writes, or one writes again. */
function hold() {
  const item = here();
  composer()?.classList.toggle("recording", Boolean(item));
  if (!item) return panel.element.remove();
  if (panel.element.parentElement !== composer()) composer().append(panel.element);
  draw(item);
}

function draw(item) {
  if (item === here() && panel.element.isConnected) panel.show(item.recording, item);
}

/** The second of two clicks on what begins it does not end it. */
const TWICE_MS = 500;

function discard() {
  const { begun, recording } = here();
  if (recording.state !== "refused" && performance.now() - begun < TWICE_MS) return;
  panel.audio.removeAttribute("src");
  forget(here());
  document.querySelector("#composer textarea")?.focus();
}

function forget(item) {
  if (!item) return;
  item.recording.discard();
  kept.delete(item.conversation);
  hold();
}

async function send(item) {
  panel.audio.pause();
  await item.recording.end();
  Object.assign(item, { sending: true, why: "", quote: quoted(item.conversation), when: item.when ?? whenNext() });
  if (item.conversation === openId()) item.seen = lastSeen();
  draw(item);
  try {
    await deliver(item);
    if (item.conversation === openId()) sent(item);
    else forget(item);
  } catch (error) {
    Object.assign(item, { sending: false, why: failure(error), force: item.force || Boolean(answers(error)) });
    if (item.conversation !== openId()) toast(say("A voice message was not sent. It is kept in its conversation."));
    draw(item);
    if (item === here() && document.activeElement === document.body) panel.focus(["send"]);
  }
}

function sent(item) {
  unquote();
  const focused = panel.element.contains(document.activeElement) || document.activeElement === document.body;
  forget(item);
  toLatest();
  if (focused) document.querySelector("#composer textarea")?.focus();
}

/** Who goes elsewhere is not listened to any more. */
document.addEventListener("inbox:opened", () => {
  for (const item of kept.values()) {
    if (item.conversation === openId()) continue;
    if (["recording", "paused"].includes(item.recording.state)) {
      item.recording.end();
      toast(say("The recording has ended. It is kept in its conversation."));
    } else if (["asking", "refused"].includes(item.recording.state)) forget(item);
  }
  panel.audio.removeAttribute("src");
  hold();
});

route("data-merged", ({ dataset: { merged }, value }) => {
  const item = kept.get(merged);
  if (!item) return;
  kept.delete(merged);
  item.conversation = value;
  if (!kept.has(value)) kept.set(value, item);
});

addEventListener("beforeunload", (event) => {
  if ([...kept.values()].some(({ recording }) => recording.seconds)) event.preventDefault();
});
