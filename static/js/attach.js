// Files before they are sent: shown, put in order, given words, made smaller where that helps. What
// WhatsApp would not take the server says at once, before a byte of it is sent.

import { quoted, unquote } from "./answer.js";
import { text, unanswered } from "./fetching.js";
import { parse } from "./fragments.js";
import { send } from "./outbox.js";
import { openId } from "./scroll.js";
import { toast } from "./signs.js";
import { announce, bring, forget } from "./uploads.js";
import { say } from "./words.js";

const EDGE = 2560;
const PHOTO_BYTES = 5 * 1048576;
const CAPTIONED = ["image", "video", "document"];
const PHOTOS = ["image/jpeg", "image/png"];
let items = [];
let written = "";

const dialog = () => document.getElementById("attach");
const list = () => dialog().querySelector("ol");
const able = () => document.querySelector("[data-attach]")?.dataset.attach.split(" ") ?? [];

document.addEventListener("inbox:attach", async ({ detail }) => {
  if (!dialog() && !(await opened())) return;
  for (const file of detail) add(file);
  list().querySelector("li:last-child [name=caption]:not([hidden])")?.focus();
});

async function opened() {
  written = openId();
  items = [];
  try {
    document.body.append(parse(await text("/compose/files", { holds: "#attach" })).querySelector("#attach"));
  } catch (error) {
    toast(unanswered(error));
    return false;
  }
  dialog().addEventListener("close", closed);
  dialog().addEventListener("submit", submitted);
  dialog().addEventListener("click", pressed);
  dialog().addEventListener("change", changed);
  dialog().showModal();
  return true;
}

/** What was not sent is given up; a reload would forget it as well. */
function closed() {
  for (const item of items) forget(item);
  dialog().remove();
}

function add(file) {
  const row = document.getElementById("attach-item").content.cloneNode(true).firstElementChild;
  const item = { file, row, kind: kinds(file)[0], url: URL.createObjectURL(file) };
  items.push(item);
  row.querySelector(".title").textContent = file.name;
  const as = row.querySelector("select");
  for (const option of [...as.options]) if (!kinds(file).includes(option.value)) option.remove();
  as.value = item.kind;
  as.hidden = as.options.length < 2;
  if (PHOTOS.includes(file.type)) row.querySelector(".shown").append(Object.assign(new Image(), { src: item.url, alt: "" }));
  list().append(row);
  settle(item);
}

/** As what it can be sent, the usual first. */
function kinds({ type }) {
  const found = [];
  if (type.startsWith("image/") && type !== "image/webp") found.push("image");
  if (["video/mp4", "video/3gpp"].includes(type)) found.push("video");
  if (type.startsWith("audio/")) found.push("audio");
  if (type === "image/webp") found.push("sticker", "image");
  if (!type.startsWith("image/") || PHOTOS.includes(type)) found.push("document");
  const possible = found.filter((kind) => able().includes(kind));
  return possible.length ? possible : ["document"];
}

/** A photo that is too large, or of a type that no phone is sent, is made a smaller JPEG. */
const shrinks = ({ kind, file }) => kind === "image" && (file.size > PHOTO_BYTES || !PHOTOS.includes(file.type));

async function settle(item) {
  const { row } = item;
  row.querySelector("[name=caption]").hidden = !CAPTIONED.includes(item.kind);
  row.querySelector(".smaller").hidden = !shrinks(item);
  complain(item, "");
  forget(item);
  try {
    item.blob = shrinks(item) ? await smaller(item.file) : item.file;
    row.querySelector(".size").textContent = size(item.blob.size);
    await announce(item);
  } catch (error) {
    complain(item, error.message);
  }
}

async function smaller(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error(say("This browser cannot read that picture. Save it as JPEG and try again."));
  }
  const scale = Math.min(1, EDGE / Math.max(bitmap.width, bitmap.height));
  const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width * scale, height: bitmap.height * scale });
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.86));
}

function complain(item, words) {
  item.wrong = words;
  const place = item.row.querySelector(".error");
  place.textContent = words;
  place.hidden = !words;
}

const itemOf = (node) => items.find(({ row }) => row.contains(node));

function changed({ target }) {
  const item = itemOf(target);
  if (!item || target.name !== "kind") return;
  item.kind = target.value;
  settle(item);
}

function pressed({ target }) {
  const item = itemOf(target);
  const action = target.closest("button")?.dataset.do;
  if (action === "more") document.querySelector("[data-attach]").click();
  if (!item || !action) return;
  const at = items.indexOf(item);
  if (action === "remove") {
    items.splice(at, 1);
    forget(item);
    item.row.remove();
    if (!items.length) dialog().close();
    return;
  }
  const to = at + (action === "up" ? -1 : 1);
  if (!items[to]) return;
  [items[at], items[to]] = [items[to], items[at]];
  if (action === "up") items[at].row.before(item.row);
  else items[at].row.after(item.row);
  target.closest("button").focus(); // what is moved loses it
}

function submitted(event) {
  if (event.submitter?.value !== "send") return;
  const wrong = items.find((item) => item.wrong);
  if (wrong) {
    event.preventDefault();
    wrong.row.querySelector("[data-do=remove]").focus();
    return;
  }
  let quote = quoted(written);
  if (written === openId()) unquote();
  for (const item of items) {
    const caption = CAPTIONED.includes(item.kind) ? item.row.querySelector("[name=caption]").value.trim() : "";
    const message = { type: item.kind, caption };
    send(written, caption, quote, message, false, { bring: (sign) => bring(item, sign), show: (bubble) => show(item, bubble) });
    quote = null;
  }
  items = [];
}

/** In the bubble that waits, until the real one takes its place. */
function show({ kind, file, blob, url }, bubble) {
  const shown = document.createElement("div");
  if (kind === "image") {
    shown.className = "frame image";
    shown.append(Object.assign(new Image(), { src: url, alt: file.name }));
  } else {
    shown.className = "attachment";
    const name = Object.assign(document.createElement("bdi"), { className: "title", textContent: file.name });
    const about = Object.assign(document.createElement("span"), { className: "about" });
    about.append(name, Object.assign(document.createElement("span"), { className: "detail", textContent: size((blob ?? file).size) }));
    shown.append(about);
  }
  bubble.querySelector(".text").before(shown);
}

function size(bytes) {
  const [amount, unit] = bytes < 1e6 ? [Math.max(1, bytes / 1e3), "kilobyte"] : [bytes / 1e6, "megabyte"];
  const digits = bytes < 1e6 ? 0 : 1;
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: digits }).format(amount);
}
