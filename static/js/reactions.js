// One emoji for a message. Pressed again it is taken back; what became of it the feed tells.

import { post, signedOut, unanswered } from "./fetching.js";
import { parse } from "./fragments.js";
import { openId } from "./scroll.js";
import { toast } from "./signs.js";

const menu = () => document.getElementById("reacting");
const faces = () => [...menu().querySelectorAll("[data-emoji]")];

document.addEventListener("click", ({ target }) => {
  const tool = target.closest?.("[data-react]");
  if (tool) open(tool);
  const face = target.closest?.("#reacting [data-emoji]");
  if (face) set(face.ariaPressed === "true" ? "" : face.textContent);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("#reacting > form")) return;
  event.preventDefault();
  const written = event.target.elements.emoji.value.trim();
  if (written) set(written);
});

document.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const at = step ? faces().indexOf(event.target) : -1;
  if (at < 0) return;
  event.preventDefault();
  const forward = getComputedStyle(menu()).direction === "rtl" ? -step : step;
  faces()[(at + forward + faces().length) % faces().length].focus();
});

function open(tool) {
  const message = tool.closest(".message");
  const ours = message.querySelector(".reaction.ours .emoji")?.textContent;
  menu().querySelector("[name=message_id]").value = message.id.replace("message-", "");
  menu().querySelector("[name=emoji]").value = "";
  for (const face of faces()) face.ariaPressed = String(face.textContent === ours);
  menu().showPopover();
  place(tool.getBoundingClientRect(), menu().getBoundingClientRect());
  (faces().find((face) => face.ariaPressed === "true") ?? faces()[0]).focus();
}

/** Over the button, or under it where there is no room; never out of the window. */
function place(button, { width, height }) {
  const over = button.top - height - 6;
  const left = Math.min(Math.max(16, button.left + button.width / 2 - width / 2), innerWidth - width - 16);
  Object.assign(menu().style, { left: `${left}px`, top: `${over > 16 ? over : button.bottom + 6}px` });
}

async function set(emoji) {
  const form = menu().querySelector("form");
  const fields = new FormData(form);
  const at = form.action;
  fields.set("emoji", emoji);
  menu().hidePopover();
  if (fields.get("conversation_id") !== openId()) return;
  try {
    await post(at, fields, { holds: ".message" });
  } catch (error) {
    const notice = parse(error.html ?? "").querySelector(".notice");
    if (notice) document.getElementById("refusal").replaceChildren(notice);
    else if (!signedOut(error)) toast(unanswered(error));
  }
}
