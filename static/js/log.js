// The webhook log: filters without a reload, each with its address, and word of what came since.
// htmx fetches and swaps; without this script the form is a page of its own.

import { say } from "./words.js";

const PAUSE = 5000;
const MOST = 300;
const SIGNED_OUT = 401;
const form = document.querySelector(".filters");
const list = () => document.getElementById("webhooks");
const pill = () => list().querySelector(".fresh > button");
let timer = null;

const announce = (words) => (document.getElementById("status").textContent = words);

// Rows are told in the reader's zone, and so is what is asked for. In an address it is UTC.
const moments = [...form.querySelectorAll("[type=datetime-local]")];
const MINUTE = 60000;
const utc = (value) => value && `${new Date(value).toISOString().slice(0, 16)}Z`;

function here(value) {
  const at = new Date(`${value.replace(/Z$/, "")}Z`);
  return Number.isNaN(at.valueOf()) ? "" : new Date(at - at.getTimezoneOffset() * MINUTE).toISOString().slice(0, 16);
}

function inOwnZone() {
  const asked = new URLSearchParams(location.search);
  for (const field of moments) field.value = here(asked.get(field.name) ?? "");
}

for (const [at, field] of moments.entries()) field.ariaLabel = [say("From (your time)"), say("To (your time)")][at];
form.querySelector("[data-zone]").textContent = say("your time");
inOwnZone();

/** Only what is asked for stands in the address. */
form.addEventListener("htmx:configRequest", ({ detail }) => {
  for (const { name, value } of moments) detail.parameters[name] = utc(value);
  for (const [name, value] of [...new FormData(form)]) if (!value) delete detail.parameters[name];
});

// Of an answer that may take the place of the list (swaps.js).
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const address = detail.pathInfo.finalRequestPath;
  if (detail.requestConfig.elt === form && address !== location.pathname + location.search) history.pushState(null, "", address);
});

/** What is in the address, in the form and as a list. */
async function show() {
  const asked = new URLSearchParams(location.search);
  for (const field of form.elements) if (field.name) field.value = asked.get(field.name) ?? "";
  inOwnZone();
  const how = { source: "#webhooks", target: "#webhooks", select: "#webhooks", swap: "outerHTML" };
  await globalThis.htmx.ajax("GET", location.pathname + location.search, how);
}

addEventListener("popstate", show);

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id !== "webhooks") return;
  announce(list().dataset.said);
  wait();
});

// Older ones take the place of the link to them: whoever pressed it goes on at the first of these.
let above = null;
document.addEventListener("htmx:beforeRequest", ({ target }) => (above = target.closest("#older")?.previousElementSibling));
document.addEventListener("htmx:afterSwap", () => {
  if (above?.isConnected && document.activeElement === document.body) above.nextElementSibling?.querySelector("a")?.focus();
  above = null;
});

// A page holds so many; those that are older still are a page of their own, and Back leads here.
document.addEventListener("click", (event) => {
  const full = document.querySelectorAll("#entries .log-row").length > MOST;
  if (full && event.target.closest?.("#older > a")) event.stopPropagation(); // past htmx
}, true);

// What came since is told at the top, and nothing moves until somebody asks for it.
async function look() {
  const { news } = list().dataset;
  if (document.hidden || !news) return;
  const response = await fetch(news, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (response?.status === SIGNED_OUT) return; // the page's own socket says so
  const words = response?.ok && !response.redirected ? (await response.text()).trim() : "";
  if (news === list().dataset.news && words && !words.startsWith("<")) {
    if (pill().hidden) announce(words);
    Object.assign(pill(), { textContent: words, hidden: false });
  }
  wait();
}

function wait() {
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE);
}

document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : look()));
document.addEventListener("click", async ({ target }) => {
  if (!target.closest?.(".fresh > button")) return;
  await show();
  list().querySelector("#entries a")?.focus();
});
wait();
