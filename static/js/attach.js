// Files before they are sent: shown, put in order, given words, made smaller where that helps. They
// come to the server at once and are part of the draft, so that they are there again after a reload
// and on another device. What WhatsApp would not take the server says before a byte of it is sent.

import { quoted, unquote } from "./answer.js";
import { files, keepFiles } from "./drafts.js";
import { text, unanswered } from "./fetching.js";
import { parse } from "./fragments.js";
import { carry, coming, entry, fresh } from "./carrying.js";
import { send } from "./outbox.js";
import { openId } from "./scroll.js";
import { toast } from "./signs.js";
import { sheet } from "./sheet.js";
import { canSend, CAPTIONED, CAPTION_MOST, icon, sendable, size } from "./sorting.js";
import { drawTrays, stop } from "./tray.js";
import { say } from "./words.js";

const styled = sheet("attach.css");
let items = [];
let written = "";

const dialog = () => document.getElementById("attach");
const list = () => dialog().querySelector("ol");

document.addEventListener("inbox:attach", async ({ detail }) => {
  const note = document.querySelector("#noting:not([hidden])");
  if (note && !dialog()) return attachToNote(detail);
  if (!dialog() && !(await opened())) return;
  for (const file of detail) add(file);
  list().querySelector("li:last-child [name=caption]:not([hidden])")?.focus();
});

/** What is kept under a short code, with its words under the first that has room for them. */
document.addEventListener("inbox:attach-kept", async ({ detail: { files: kept, caption } }) => {
  if (!dialog() && !(await opened())) return;
  const added = kept.map((media) => place(fresh(written, { media, kind: media.kind })));
  const worded = added.find(({ kind }) => CAPTIONED.includes(kind));
  if (worded && caption) worded.row.querySelector("[name=caption]").value = worded.caption = caption;
  persist();
  list().querySelector("[name=caption]:not([hidden])")?.focus();
});

document.addEventListener("inbox:open-files", () => dialog() || opened());

async function opened() {
  const conversation = openId();
  let fetched;
  try {
    fetched = parse(await text("/compose/files", { holds: "#attach" })).querySelector("#attach");
    await styled;
  } catch (error) {
    toast(unanswered(error));
    return false;
  }
  if (dialog() || conversation !== openId()) return Boolean(dialog());
  [written, items] = [conversation, []];
  document.body.append(fetched);
  dialog().addEventListener("close", closed);
  dialog().addEventListener("submit", submitted);
  dialog().addEventListener("click", pressed);
  dialog().addEventListener("change", changed);
  dialog().addEventListener("input", worded);
  for (const one of files(written)) place(fresh(written, one));
  for (const item of coming(written)) place(item);
  dialog().showModal();
  return true;
}

/** What is in it stays in the draft. */
function closed() {
  items = [];
  dialog().remove();
  drawTrays();
}

const attachToNote = (chosen) => chosen.forEach((file) => carry(fresh(`note:${openId()}`, { file, kind: sendable({ mime: file.type })[0] }), arrived));

function add(file) {
  const item = fresh(written, { file, kind: kinds({ file })[0] });
  place(item);
  begin(item);
}

function place(item) {
  const row = document.getElementById("attach-item").content.cloneNode(true).firstElementChild;
  const { media, file, url } = item;
  items.push(Object.assign(item, { row }));
  row.querySelector(".title").textContent = media?.filename || file?.name || say("File");
  row.querySelector("[name=caption]").value = item.caption;
  const as = row.querySelector("select");
  for (const option of [...as.options]) if (!kinds(item).includes(option.value)) option.remove();
  as.value = item.kind;
  as.hidden = as.options.length < 2;
  const shown = media?.thumbnail_url ?? url;
  if (shown) row.querySelector(".shown").append(Object.assign(new Image(), { src: shown, alt: "" }));
  list().append(row);
  draw(item);
  return item;
}

/** As what it can be sent here, the usual first. */
function kinds({ media, file }) {
  const found = media ? [media.kind, ...sendable({ mime: media.mime_type }).filter((kind) => kind === "document")] : sendable({ mime: file.type });
  const possible = [...new Set(found)].filter((kind) => canSend(kind));
  return possible.length ? possible : [found[0]];
}

function begin(item) {
  complain(item, "");
  item.shrunk = (is) => (item.row.querySelector(".smaller").hidden = !is);
  carry(item, arrived);
  draw(item);
}

/** Its bytes are here, or they will not be. */
function arrived(item) {
  if (item.sent) return;
  if (items.includes(item)) {
    draw(item);
    persist();
  } else if (item.wrong) toast(item.wrong);
  else keepFiles(item.conversation, [...files(item.conversation), entry(item)]);
  drawTrays();
}

function draw(item) {
  const { row, media, blob, kind, wrong, part } = item;
  row.querySelector("[name=caption]").hidden = !CAPTIONED.includes(kind);
  if (media || blob) row.querySelector(".size").textContent = size(media?.bytes ?? blob.size);
  const bar = row.querySelector("progress");
  bar.hidden = Boolean(media || wrong);
  bar.value = part ?? 0;
  complain(item, wrong || (canSend(kind) ? "" : say("This channel cannot send this kind of file.")));
}

function complain({ row }, words) {
  const place = row.querySelector(".error");
  place.textContent = words;
  place.hidden = !words;
}

document.addEventListener("inbox:carried", ({ detail }) => (items.includes(detail) ? draw(detail) : drawTrays()));

const persist = () => keepFiles(written, items.filter(({ media }) => media).map(entry));
const itemOf = (node) => items.find(({ row }) => row.contains(node));

function worded({ target }) {
  const item = itemOf(target);
  if (!item || target.name !== "caption") return;
  item.caption = target.value;
  if (item.media) persist();
}

function changed({ target }) {
  const item = itemOf(target);
  if (!item || target.name !== "kind") return;
  item.kind = target.value;
  if (item.file && item.media?.kind !== item.kind) {
    const again = fresh(written, { ...item, media: undefined, upload: undefined, wrong: "" });
    stop(item);
    items[items.indexOf(item)] = again;
    begin(again);
  } else draw(item);
  persist();
}

function pressed({ target }) {
  const item = itemOf(target);
  const action = target.closest("button")?.dataset.do;
  if (action === "more") document.querySelector("#composer [data-attach]").click();
  if (!item || !action) return;
  const at = items.indexOf(item);
  if (action === "remove") {
    items.splice(at, 1);
    stop(item);
    item.row.remove();
    persist();
    if (!items.length) dialog().close();
    return;
  }
  const to = at + (action === "up" ? -1 : 1);
  if (!items[to]) return;
  [items[at], items[to]] = [items[to], items[at]];
  if (action === "up") items[at].row.before(item.row);
  else items[at].row.after(item.row);
  target.closest("button").focus(); // what is moved loses it
  persist();
}

function submitted(event) {
  if (event.submitter?.value !== "send") return;
  const wrong = items.find(({ row }) => !row.querySelector(".error").hidden);
  if (wrong) {
    event.preventDefault();
    wrong.row.querySelector("[data-do=remove]").focus();
    return;
  }
  document.getElementById("refusal")?.replaceChildren();
  let quote = quoted(written);
  if (written === openId()) unquote();
  for (const item of items) {
    sendOne(item, quote);
    quote = null;
  }
  items = [];
  keepFiles(written, []);
}

function sendOne(item, quote) {
  item.sent = true;
  const caption = CAPTIONED.includes(item.kind) ? item.caption.trim().slice(0, CAPTION_MOST) : "";
  const message = { type: item.kind, caption };
  const file = { show: (bubble) => show(item, bubble) };
  if (item.media) [message.media_id, file.kept] = [item.media.id, entry(item)];
  else file.bring = (sign) => brought(item, file, sign);
  send(written, caption, quote, message, false, file);
}

/** From now on the bubble shows how far it is. */
async function brought(item, file, sign) {
  item.sign = sign;
  const id = await item.carrying;
  if (id) file.kept = entry(item);
  return id;
}

/** In the bubble that waits, until the real one takes its place. */
function show({ kind, file, blob, media, url }, bubble) {
  const shown = document.createElement("div");
  const name = media?.filename ?? file.name;
  const picture = media?.thumbnail_url ?? url;
  if (kind === "image" && picture) {
    shown.className = "frame image";
    shown.append(Object.assign(new Image(), { src: picture, alt: name }));
  } else {
    shown.className = "attachment";
    const title = Object.assign(document.createElement("bdi"), { className: "title", textContent: name });
    const about = Object.assign(document.createElement("span"), { className: "about" });
    about.append(title, Object.assign(document.createElement("span"), { className: "detail", textContent: size(media?.bytes ?? (blob ?? file).size) }));
    shown.append(icon(), about);
  }
  bubble.querySelector(".text").before(shown);
}

styled.then(drawTrays);
