// The pretend phone: plays the customer of a sandbox channel, over the same webhooks and feed as any.

import { composer } from "./phone/composer.js";
import { answer } from "./phone/answering.js";
import { listen } from "./phone/feed.js";
import { samples } from "./phone/samples.js";
import { received, Receipts } from "./phone/receipts.js";
import { Switches } from "./phone/switches.js";
import { Talk } from "./phone/talk.js";
import { number, say } from "./words.js";

const $ = (id) => document.getElementById(id);
const phone = $("phone");
const { channel, waId } = phone.dataset;
let { conversation } = phone.dataset;
let contact = "";

const talk = new Talk($("talk"), (chosen) => answer($("say"), chosen, trouble));
const switches = new Switches(phone, () => {
  talk.toEnd();
  receipts.look();
});
const receipts = new Receipts({
  url: `/sandbox/${channel}/receipts`,
  waId,
  trouble,
  state: () => switches.state,
  told(reply, status) {
    if (status === "failed") {
      switches.arm(false);
      talk.note(say("A reply was refused. The customer never sees it."));
    }
    trouble("");
    show(reply);
  },
});
composer($("say"), talk, trouble);
samples($("samples"), $("say"), trouble);

function hear(type, payload) {
  if (payload.channel_id && payload.channel_id !== channel) return;
  if (type.startsWith("contact:")) {
    if (payload.wa_id === waId) contact = payload.id;
  } else if (type === "message:new") {
    if (ours(payload)) arrive(payload);
  } else if (type === "message:updated") {
    talk.changed(payload);
    summarise();
  } else if (receipts.replies.has(payload.id)) {
    show(receipts.know(payload));
  }
}

/** A customer's first message makes the conversation: we know it by the contact or by our words. */
function ours({ conversation_id, contact_id, direction, content, contact: who }) {
  if (conversation) return conversation_id === conversation;
  if (who ? who.wa_id === waId : contact_id === contact) return true;
  return direction === "incoming" && Boolean(talk.awaited(content?.text));
}

function arrive(message) {
  conversation = message.conversation_id;
  $("to-inbox").href = `/conversations/${conversation}`;
  talk.heard(message);
  if (message.direction === "outgoing") show(receipts.know(message));
  summarise();
}

function show(reply) {
  talk.name(reply);
  if (received(reply)) talk.reveal(reply.id);
  summarise();
}

/** The chat's row on the closed phone. */
function summarise() {
  const unread = receipts.unread();
  $("unread").textContent = number(unread);
  $("unread").hidden = unread === 0;
  $("last-said").textContent = talk.last() || say("No messages yet");
}

function trouble(words, mild = false) {
  const place = $("trouble");
  place.hidden = !words;
  place.classList.toggle("mild", mild);
  if (place.textContent !== words) place.textContent = words;
}

document.addEventListener("visibilitychange", () => receipts.look());
talk.replies().forEach((reply) => receipts.know(reply));
summarise();
if (matchMedia("(pointer: fine)").matches) $("say").elements.text.focus(); // elsewhere a keyboard would slide in
listen(Number(document.body.dataset.seq), hear, (live) =>
  trouble(live ? "" : say("No connection to Inbox. Trying again…"), true),
);
