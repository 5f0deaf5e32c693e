// The recorder where the composer was: how long, how loud, and what can be done with it.

import { newest, whole } from "./drawing.js";
import { clock } from "../viewer/lengths.js";
import { say } from "../words.js";

const WIDE = 192; // of the drawing
const NEXT = { pause: ["resume"], resume: ["pause", "hold"], listen: ["hold"], hold: ["listen"], again: ["pause", "close"], close: ["pause", "again"] };
const WARNED = 30;
const SVG = "http://www.w3.org/2000/svg";

function made(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

function drawn(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Of the same file as the button that begins it. */
function icon(name) {
  const file = document.querySelector("#record use").getAttribute("href").split("#")[0];
  return drawn("svg", { class: "icon", "aria-hidden": "true" }, drawn("use", { href: `${file}#${name}` }));
}

function button(name, looks, label, does) {
  const one = made("button", { type: "button", className: `button icon-only ${looks}`, title: label, onclick: does }, icon(name), made("span", { className: "visually-hidden", textContent: label }));
  one.dataset.does = name;
  return one;
}


/** `does`: what is done on discard, pause, resume, send, again. */
export class Panel {
  constructor(does) {
    const bars = drawn("path", { class: "bars" });
    const past = drawn("path", {});
    const played = drawn("svg", { class: "played", width: "0", height: "24" }, past);
    Object.assign(this, { bars, past, played });
    this.audio = made("audio", { preload: "auto" });
    this.seek = made("input", { type: "range", className: "seek", min: 0, step: "any", value: 0, ariaLabel: say("Position"), oninput: () => this.#sought() });
    this.time = made("span", { className: "clock tabular" });
    this.note = made("p", { className: "note", role: "status" });
    this.buttons = {
      discard: button("trash", "quiet", say("Throw away"), does.discard),
      close: button("x", "quiet", say("Close"), does.discard),
      listen: button("play", "quiet", say("Listen"), () => this.listen()),
      hold: button("pause", "quiet", say("Stop listening"), () => this.audio.pause()),
      pause: button("pause", "quiet", say("Pause"), does.pause),
      resume: button("mic", "quiet", say("Go on recording"), does.resume),
      again: button("mic", "quiet", say("Record again"), does.again),
      send: button("send", "primary", say("Send the voice message"), does.send),
    };
    const { discard, close, listen, hold, pause, resume, again, send } = this.buttons;
    const strip = made("span", { className: "strip" }, drawn("svg", { class: "waveform", viewBox: `0 0 ${WIDE} 24`, preserveAspectRatio: "none", "aria-hidden": "true" }, bars, played), this.seek);
    this.element = made("div", { className: "recorder", role: "group", ariaLabel: say("Record a voice message") }, this.note, discard, close, listen, hold, made("span", { className: "dot" }), strip, this.time, pause, resume, again, send, this.audio);
    for (const sign of ["play", "pause", "timeupdate"]) this.audio.addEventListener(sign, () => this.show());
    this.audio.addEventListener("ended", () => (this.audio.currentTime = 0));
  }

  /** Where a finger or the keyboard is wanted next; what was pressed may be gone. */
  focus(names = ["pause", "resume", "again", "close", "send"]) {
    this.buttons[names.find((name) => !this.buttons[name].hidden) ?? "send"].focus();
  }

  listen() {
    if (this.audio.src !== this.recording.url) this.audio.src = this.recording.url;
    this.audio.play().catch(() => {});
  }

  #sought() {
    if (this.audio.src !== this.recording.url) this.audio.src = this.recording.url;
    this.audio.currentTime = Number(this.seek.value);
    this.show();
  }

  /** `sending`; `why`: what went wrong, if something did. */
  show(recording = this.recording, { sending = this.sending, why = this.why } = {}) {
    Object.assign(this, { recording, sending, why });
    const { state, seconds, levels } = recording;
    const still = ["paused", "ended"].includes(state);
    const listening = still && !this.audio.paused;
    this.element.dataset.state = sending ? "sending" : state;
    const nothing = ["asking", "refused"].includes(state);
    const shown = { discard: !nothing, close: nothing, listen: still && !listening, hold: listening, pause: state === "recording", resume: state === "paused" && !listening, again: state === "refused", send: still || state === "recording" };
    const focused = Object.keys(this.buttons).find((name) => this.buttons[name] === document.activeElement);
    for (const [name, each] of Object.entries(this.buttons)) Object.assign(each, { hidden: !shown[name], disabled: Boolean(sending) });
    if (focused && !shown[focused]) this.focus(NEXT[focused]);
    const d = still ? whole(levels) : newest(levels);
    this.bars.setAttribute("d", d);
    this.past.setAttribute("d", still ? d : "");
    this.#clocked(still, seconds);
    this.#said(still);
  }

  #clocked(still, seconds) {
    const at = still ? this.audio.currentTime : 0;
    this.seek.hidden = !still;
    Object.assign(this.seek, { max: seconds || 1, value: at });
    this.seek.ariaValueText = say("%(at)s of %(end)s", { at: clock(at), end: clock(seconds) });
    this.played.setAttribute("width", seconds ? Math.min(WIDE, (WIDE * at) / seconds) : 0);
    this.time.textContent = at > 0 ? clock(at) : clock(seconds);
    this.element.toggleAttribute("data-soon", this.recording.state === "recording" && this.recording.longest - seconds <= WARNED);
  }

  /** Said once, as it is a live region: a time that counts would be read out all the while. */
  #said(still) {
    const words = this.#words(still);
    if (this.note.textContent !== words) this.note.textContent = words;
    this.note.classList.toggle("bad", Boolean(this.why) || this.recording.state === "refused");
  }

  #words(still) {
    const { state, seconds, longest, silent } = this.recording;
    if (this.why) return this.why;
    if (this.sending) return say("Sending…");
    if (state === "asking") return say("Waiting for the microphone: allow it in this browser.");
    if (silent) return say("Nothing is heard: the microphone may be muted.");
    if (seconds >= longest) return say("It is as long as a voice message can be.");
    if (still) return state === "paused" ? say("Paused") : say("Recorded");
    if (longest - seconds <= WARNED) return say("It ends by itself at %(time)s.", { time: clock(longest) });
    return say("Recording, up to %(time)s", { time: clock(longest) });
  }
}
