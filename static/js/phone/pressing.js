// What a message of ours offers: its buttons, its list, what it asks for. Pressing answers it.

import { say } from "../words.js";

const ASKS = {
  location_request_message: { kind: "location", title: say("Send location") },
  request_contact_info: { kind: "contact", title: say("Share phone number") },
};

/** Above and below the words, as the customer sees them. `press` gets what is chosen. */
export function decorate(said, { content, media, reactions }, press) {
  const { offer, template } = content ?? {};
  const header = offer?.header ?? template?.header;
  line(said, "header", header?.text);
  picture(said, media);
  line(said, "footer", offer?.footer?.text ?? template?.footer);
  const presses = [...offered(offer), ...ofTemplate(template?.buttons ?? [])];
  said.querySelector(".presses")?.remove();
  if (presses.length) said.append(buttons(presses, (chosen) => press({ ...chosen, wamid: said.dataset.pmid })));
  react(said, reactions ?? []);
}

function offered(offer) {
  const { buttons = [], sections, button, parameters } = offer?.action ?? {};
  if (ASKS[offer?.type]) return [ASKS[offer.type]];
  if (parameters) return [{ title: parameters.display_text, href: parameters.url }];
  if (sections) return [{ title: button, rows: sections.flatMap(({ rows }) => rows) }];
  return buttons.map(({ reply }) => ({ kind: "button_reply", ...reply }));
}

const ofTemplate = (buttons) =>
  buttons.map(({ type, text, url, code }) => {
    if (type === "quick_reply") return { kind: "button", title: text };
    return { title: text ?? code ?? type, href: url };
  });

function buttons(presses, press) {
  const list = make("div", "presses");
  for (const one of presses) {
    if (one.rows) list.append(choices(one, press));
    else if (one.href?.startsWith("http")) list.append(Object.assign(make("a", "press", one.title), { href: one.href, target: "_blank", rel: "noopener noreferrer" }));
    else list.append(button(one.title, one.kind && (() => press(one))));
  }
  return list;
}

function choices({ title, rows }, press) {
  const list = make("details", "press-list");
  list.append(make("summary", "press", title));
  for (const row of rows) {
    const choice = button(row.title, () => (list.removeAttribute("open"), press({ kind: "list_reply", ...row })));
    if (row.description) choice.append(make("span", "detail", row.description));
    list.append(choice);
  }
  return list;
}

function button(title, press) {
  const made = Object.assign(make("button", "press", title), { type: "button", disabled: !press });
  if (press) made.onclick = press;
  return made;
}

function line(said, name, text) {
  const there = said.querySelector(`.${name}`);
  if (!text) return there?.remove();
  const made = there ?? make("p", name);
  made.textContent = text;
  made.dir = "auto";
  if (!there) said.querySelector(".text")[name === "header" ? "before" : "after"](made);
}

function picture(said, media) {
  if (said.querySelector(".file") || !media?.url) return;
  const shown = media.thumbnail_url ? Object.assign(make("img", "file"), { src: media.thumbnail_url, alt: "" }) : file(media);
  said.querySelector(".text").before(shown);
}

function file({ url, mime_type: mime, filename }) {
  if (mime?.startsWith("audio/")) return Object.assign(make("audio", "file"), { src: url, controls: true });
  return Object.assign(make("a", "file", filename || say("File")), { href: url, target: "_blank" });
}

function react(said, reactions) {
  said.querySelector(".faces")?.remove();
  const ours = reactions.filter(({ error }) => !error).map(({ emoji }) => emoji);
  if (ours.length) said.append(make("span", "faces", ours.join("")));
}

const make = (name, className, textContent = "") => Object.assign(document.createElement(name), { className, textContent });
