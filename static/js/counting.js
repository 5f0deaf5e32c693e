// What is unread on a page without the list, for its title and its icon; and the number in the icon.

import { data } from "./fetching.js";
import { listen, parse } from "./fragments.js";

const MOST = 100;
const AGAIN_MS = 2000;
const icon = document.querySelector("link[rel=icon]");
const elsewhere = !document.querySelector(".inbox");
const came = new Set(); // conversations in which a customer just said something
let unread = null;
let asked = null;

const sign = (number) => `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 26 26"><rect width="26" height="26" rx="7" fill="#14766a"/><text x="13" y="19.500" fill="#fff" font-family="sans-serif" font-weight="700" font-size="${number.length > 2 ? 13 : 18}" text-anchor="middle">${number}</text></svg>`)}`;

const total = document.querySelector("[data-unread-total]");
let badge = null;

/** On the icon of the installed page, where a push may have left a dot. */
function mark(number) {
  if (badge === number) return;
  badge = number;
  navigator.setAppBadge?.(number).catch(() => {});
}

if (!elsewhere) mark(Number.parseInt(total?.textContent, 10) || 0);

document.addEventListener("inbox:counted", ({ detail }) => {
  mark(detail);
  if (!icon || !detail) return;
  const words = detail < MOST ? String(detail) : "99+";
  if (icon.dataset.says === words) return;
  icon.dataset.says = words;
  icon.dataset.unread = sign(words);
  icon.href = icon.dataset.unread;
});

function ask() {
  clearTimeout(asked);
  asked = setTimeout(async () => {
    const found = await data("/api/v1/me/unread", { quiet: true }).catch(() => null);
    if (found) unread = new Map(Object.entries(found.conversations));
    count();
  }, unread ? AGAIN_MS : 0);
}

const count = () => unread && document.dispatchEvent(new CustomEvent("inbox:counted", { detail: Math.min(unread.size, MOST) }));

if (elsewhere) {
  listen(({ head, body, conversation }) => {
    const [type] = head.split(" ");
    if (!unread) return;
    if (type === "message:new" && body.includes('data-direction="incoming"')) came.add(conversation);
    if (type === "conversation:updated" && came.delete(conversation)) unread.set(conversation, Number(parse(body).querySelector(".row").dataset.inbound));
    if (type === "conversation:read") read(conversation, Number(parse(body).querySelector("[data-seen-of]").value));
    if (type === "conversation:merged") ask();
    count();
  });
  ask();
}

function read(conversation, seen) {
  if (seen >= (unread.get(conversation) ?? Infinity)) unread.delete(conversation);
  else ask(); // left unread again, or more than is known here
  if (unread.size >= MOST - 1) ask();
}
