// The webhook log: filters without a reload, each with its address, and word of what came since.
// htmx fetches and swaps; without this script the form is a page of its own.

import { say } from "./words.js";

const PAUSE = 5000;
const form = document.querySelector(".filters");
const list = () => document.getElementById("webhooks");
const pill = () => list().querySelector(".fresh > button");
let timer = null;

const announce = (words) => (document.getElementById("status").textContent = words);

/** Only what is asked for stands in the address. */
form.addEventListener("htmx:configRequest", ({ detail }) => {
  for (const [name, value] of [...new FormData(form)]) if (!value) delete detail.parameters[name];
});

// Somebody who was signed out meanwhile, or a page that is no list: the browser shows what it is.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (!requestConfig.path.startsWith(form.getAttribute("action"))) return;
  if (xhr.status < 400 && new URL(xhr.responseURL).pathname === location.pathname) return;
  event.preventDefault();
  location.reload();
});

for (const trouble of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(trouble, () => {
    const words = say("The list could not be fetched and is as it was. Try again in a moment.");
    const toast = Object.assign(document.createElement("p"), { className: "toast", role: "alert", textContent: words });
    document.getElementById("toasts").append(toast);
    setTimeout(() => toast.remove(), 6000);
  });
}

form.addEventListener("htmx:beforeOnLoad", ({ detail }) => {
  const address = detail.pathInfo.finalRequestPath;
  if (detail.xhr.status < 300 && address !== location.pathname + location.search) history.pushState(null, "", address);
});

/** What is in the address, in the form and as a list. */
async function show() {
  const asked = new URLSearchParams(location.search);
  for (const field of form.elements) if (field.name) field.value = asked.get(field.name) ?? "";
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

// What came since is told at the top, and nothing moves until somebody asks for it.
async function look() {
  const { news } = list().dataset;
  if (document.hidden || !news) return;
  const response = await fetch(news, { headers: { "HX-Request": "true" } }).catch(() => null);
  const words = response?.ok && !response.redirected ? (await response.text()).trim() : "";
  if (news === list().dataset.news && words) {
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
