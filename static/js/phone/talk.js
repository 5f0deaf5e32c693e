// The bubbles on the pretend phone. Incoming is the customer's own, for it comes in to the inbox.

import { decorate } from "./pressing.js";
import { localise } from "../times.js";
import { say } from "../words.js";

const NEAR_END = 100;
const CALLED = {
  image: say("Photo"), video: say("Video"), audio: say("Voice message"), document: say("Document"),
  sticker: say("Sticker"), location: say("Location"), contacts: say("Contact card"), order: say("Order"),
  system: say("WhatsApp notice"), unsupported: say("Unsupported message"),
};

export class Talk {
  /** `press`: what happens where the customer presses something. */
  constructor(list, press) {
    this.list = list;
    this.press = press;
    for (const said of list.querySelectorAll("[data-more]")) decorate(said, JSON.parse(said.dataset.more), press);
    localise(list);
    this.toEnd();
  }

  replies() {
    return [...this.list.querySelectorAll(".said.theirs")].map(({ dataset }) => ({
      id: dataset.id,
      status: dataset.status,
      provider_message_id: dataset.pmid,
    }));
  }

  find(id) {
    return id ? this.list.querySelector(`.said[data-id="${CSS.escape(id)}"]`) : null;
  }

  /** The oldest bubble of ours that the feed has not confirmed. */
  awaited(text) {
    return [...this.list.querySelectorAll('.said.mine[data-id=""]')].find((said) => words(said) === text);
  }

  say(text) {
    return this.add("mine", text, new Date().toISOString(), true);
  }

  heard(message) {
    if (this.find(message.id)) return;
    const own = message.direction === "incoming";
    const text = shown(message);
    const said = (own && this.awaited(text)) || this.add(own ? "mine" : "theirs", text, message.timestamp);
    said.dataset.id = message.id;
    quote(said.querySelector(".quoted"), message.context?.quoted);
    if (own) said.dataset.status = "received";
    decorate(said, message, this.press);
  }

  /** Edited or taken back. */
  changed(message) {
    const said = this.find(message.id);
    if (!said) return;
    if (message.content) said.querySelector(".text").textContent = message.deleted_at ? say("Deleted message") : shown(message);
    if (message.content || message.reactions) decorate(said, message, this.press);
  }

  add(kind, text, at, follow = this.atEnd()) {
    const said = document.getElementById(kind).content.firstElementChild.cloneNode(true);
    said.querySelector(".text").textContent = text;
    said.querySelector("time").dateTime = at;
    localise(said);
    this.list.append(said);
    if (follow) this.toEnd();
    return said;
  }

  /** What WhatsApp calls it: what is pressed in it says so. */
  name({ id, pmid }) {
    const said = this.find(id);
    if (said && pmid) said.dataset.pmid = pmid;
  }

  reveal(id) {
    const said = this.find(id);
    if (!said?.hidden) return;
    const follow = this.atEnd();
    said.hidden = false;
    if (follow) this.toEnd();
  }

  note(text) {
    const aside = document.createElement("p");
    aside.className = "aside note";
    aside.textContent = text;
    this.list.append(aside);
    this.toEnd();
  }

  last() {
    const said = [...this.list.querySelectorAll(".said:not([hidden])")].at(-1);
    return said ? words(said) : "";
  }

  atEnd() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR_END;
  }

  toEnd() {
    this.list.scrollTop = this.list.scrollHeight;
  }
}

function quote(place, quoted) {
  place.hidden = !quoted;
  if (quoted) place.textContent = quoted.text || CALLED[quoted.type] || quoted.type;
}

const shown = ({ content, type }) => content?.text ?? content?.caption ?? CALLED[type] ?? type;
const words = (said) => said.querySelector(".text").textContent;
