// What the page says about itself: title, connection pill, status region, toasts.

import { after, route } from "./fragments.js";
import { messages } from "./scroll.js";
import { many, say } from "./words.js";

// "(3) Ada · Inbox", the favicon and the number on the rail; counting.js has the app's icon.
const icon = document.querySelector("link[rel=icon]");
const plain = icon?.href;
const plainTitle = document.title;

const QUIET_MS = 500;
let unread = 0;
let quiet = null;

// The browser's own window draws these: in a flood not with every frame.
document.addEventListener("inbox:counted", ({ detail }) => {
  unread = detail;
  recount();
});

/** Whose conversation it is: of several tabs each says another name. */
function base() {
  if (!document.querySelector(".inbox")) return plainTitle;
  const name = document.querySelector(".thread-header .name")?.textContent.trim();
  return [name, say("Inbox")].filter(Boolean).join(" · ");
}

const recount = () => quiet || count();
document.addEventListener("inbox:opened", recount);
after(recount);

function count() {
  const words = unread < 100 ? String(unread) : "99+";
  const text = unread ? `(${words}) ${base()}` : base();
  quiet = null;
  if (document.title === text) return;
  quiet = setTimeout(count, QUIET_MS);
  document.title = text;
  if (icon) icon.href = unread ? icon.dataset.unread : plain;
  const total = document.querySelector("[data-unread-total]");
  if (total) {
    total.textContent = unread ? words : "";
    total.hidden = !unread;
  }
}

// Whether the page is live, in words. Short hiccups stay unmentioned.
const WORDS = {
  live: "",
  connecting: say("Reconnecting…"),
  offline: say("No connection: messages you send will go out when it is back"),
};
const PATIENCE = 2000;
const OFFLINE_AFTER = 10000;

export function pill(feed) {
  const element = document.getElementById("pill");
  const timers = [];
  let lost = false;

  const after = (ms, work) => timers.push(setTimeout(work, ms));
  const calm = () => timers.splice(0).forEach(clearTimeout);
  function show(state, words = WORDS[state]) {
    element.dataset.state = state;
    element.textContent = words;
    element.hidden = !words;
  }

  function waiting() {
    if (lost) return;
    lost = true;
    calm();
    element.dataset.state = "connecting";
    if (!navigator.onLine) return show("offline");
    after(PATIENCE, () => show(navigator.onLine ? "connecting" : "offline"));
    after(OFFLINE_AFTER, () => show("offline"));
  }

  feed.addEventListener("lost", waiting);
  addEventListener("offline", () => lost && show("offline"));
  feed.addEventListener("live", ({ detail: count }) => {
    calm();
    const noticed = lost && !element.hidden;
    lost = false;
    if (!noticed) return show("live");
    show("recovered", count ? many("Reconnected, %(num)s update", "Reconnected, %(num)s updates", count) : say("Reconnected"));
    after(3000, () => show("live"));
  });
  after(PATIENCE, () => show("connecting"));
}

// The one polite status region: new inbound messages, and how the last own message fared.
const region = () => document.getElementById("status");
let timer = null;
let said = null; // the last that came with this pass

function announce(text) {
  clearTimeout(timer);
  timer = setTimeout(() => (region().textContent = text), 250); // a burst says its last word
}

route("row-", (row) => {
  if (row.dataset.direction !== "incoming" || !row.firstElementChild) return;
  const old = document.getElementById(row.id);
  if (old && Number(old.dataset.inbound) >= Number(row.dataset.inbound)) return;
  said = row;
});

after(() => {
  if (!said) return;
  const row = said.querySelector(".name") ? said : document.getElementById(said.id); // it may have gone to the row that was there
  const [name, preview] = [".name", ".preview"].map((part) => row?.querySelector(part)?.textContent.trim());
  said = null;
  announce(`${name}: ${preview}`);
});

route("tick-", (tick) => {
  const last = messages()?.querySelector(".message[data-mine]:nth-last-child(1 of .message[data-mine])");
  if (`message-${tick.id.slice(5)}` !== last?.id || last.dataset.status === tick.dataset.status) return;
  if (["sent", "failed"].includes(tick.dataset.status)) announce(tick.querySelector(".visually-hidden").textContent);
});

route("data-mentions-of", ({ dataset: { mentionsOf, conversations }, value }) => {
  const total = document.querySelector('.tabs [data-count="mentions"]');
  if (!total) return;
  const more = Number(conversations) > Number(total.textContent) || (Number(value) > 1 && value !== document.getElementById(`row-${mentionsOf}`)?.dataset.mentions);
  total.textContent = Number(conversations) || "";
  total.hidden = !Number(conversations);
  const open = document.querySelector(".inbox").dataset.current === mentionsOf && !document.hidden;
  if (more && !open) toast(say("A note names you: see Mentions."));
});

export function toast(text, ms = 6000) {
  const element = Object.assign(document.createElement("p"), { className: "toast", role: "alert", textContent: text });
  document.getElementById("toasts")?.append(element);
  setTimeout(() => element.remove(), ms);
}

document.addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-dismiss]")) target.closest(".notice, .toast")?.remove();
});
