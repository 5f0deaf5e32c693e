// Files that are not sent yet, over the field in which their words are written: of the reply, where
// they lead to the dialog, and of the note, whose own they are.

import { coming } from "./carrying.js";
import { files, keepFiles } from "./drafts.js";
import { openId } from "./scroll.js";
import { icon, size } from "./sorting.js";
import { forget } from "./uploads.js";
import { many, say } from "./words.js";

export function drawTrays() {
  const reply = document.getElementById("composer");
  if (!reply) return;
  drawTray(reply, openId(), replyTray);
  drawTray(document.getElementById("noting"), `note:${openId()}`, noteTray);
}

function drawTray(form, id, fill) {
  const [begun, under] = [files(id), coming(id)];
  const old = form.querySelector(".filed");
  if (!begun.length && !under.length) return old?.remove();
  const tray = old ?? made("div", { className: "filed" });
  const focused = [...tray.querySelectorAll("button")].indexOf(document.activeElement);
  tray.replaceChildren(...fill(id, begun, under));
  if (!old) form.querySelector(".composer-tools, .note-files").before(tray);
  if (focused >= 0) (tray.querySelectorAll("button")[focused] ?? form.elements.text).focus();
}

function replyTray(id, begun, under) {
  const all = begun.length + under.length;
  const label = many("%(num)s file not sent yet", "%(num)s files not sent yet", all);
  const names = [...begun.map(({ media }) => media.filename), ...under.map(({ file }) => file.name)].filter(Boolean).join(", ");
  const open = made("button", { type: "button", className: "filed-open", onclick: () => document.dispatchEvent(new Event("inbox:open-files")) });
  open.append(icon(), made("span", { className: "what" }, made("strong", { textContent: label }), made("bdi", { textContent: names })));
  const none = () => {
    under.forEach(stop);
    keepFiles(id, []);
  };
  return [open, ...(under.length ? [bar(under)] : []), away(say("Without the files"), none)];
}

const noteTray = (id, begun, under) => [...begun.map((one) => kept(id, one)), ...under.map(onTheWay)];

function kept(id, { media }) {
  const remove = () => keepFiles(id, files(id).filter((one) => one.media.id !== media.id));
  return line(media.filename, size(media.bytes), away(say("Remove %(name)s", { name: media.filename }), remove));
}

function onTheWay(item) {
  const remove = () => {
    stop(item);
    drawTrays();
  };
  return line(item.file.name, bar([item]), away(say("Remove %(name)s", { name: item.file.name }), remove));
}

/** It is not wanted any more. */
export function stop(item) {
  item.dropped = true;
  if (!item.media) forget(item);
}

const line = (name, about, button) => made("span", { className: "filed-one" }, icon(), made("bdi", { textContent: name || say("File") }), made("span", { className: "size" }, about), button);

function bar(under) {
  const value = under.reduce((sum, { part = 0 }) => sum + part, 0) / under.length;
  return made("progress", { max: 1, value, ariaLabel: say("Uploading") });
}

function away(label, onclick) {
  const button = made("button", { type: "button", className: "button quiet icon-only", title: label, onclick });
  const cross = document.querySelector("#quoting .icon")?.cloneNode(true) ?? "";
  button.append(cross, made("span", { className: "visually-hidden", textContent: label }));
  return button;
}

function made(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

for (const sign of ["inbox:filed", "inbox:drafted", "inbox:opened"]) document.addEventListener(sign, drawTrays);
