// The one polite status region: new inbound messages, and how the last own message fared.

import { route } from "./fragments.js";
import { messages } from "./scroll.js";

const region = () => document.getElementById("status");
let timer = null;

function say(text) {
  clearTimeout(timer);
  timer = setTimeout(() => (region().textContent = text), 250); // a burst says its last word
}

route("row-", (row) => {
  if (row.dataset.direction !== "incoming") return;
  const old = document.getElementById(row.id);
  if (old && Number(old.dataset.inbound) >= Number(row.dataset.inbound)) return;
  const [name, preview] = [".name", ".preview"].map((part) => row.querySelector(part)?.textContent.trim());
  say(`${name}: ${preview}`);
});

route("tick-", (tick) => {
  const last = messages()?.querySelector(".message[data-mine]:nth-last-child(1 of .message[data-mine])");
  if (`message-${tick.id.slice(5)}` !== last?.id || last.dataset.status === tick.dataset.status) return;
  if (["sent", "failed"].includes(tick.dataset.status)) say(tick.querySelector(".visually-hidden").textContent);
});
