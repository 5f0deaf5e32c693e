// What was typed into a form that nobody took: where its answer is the sign-in page, an error or a
// stranger's, it is there again on its page. Kept in the tab, for its writer, and never a secret.

import { say } from "./words.js";

const STORE = "typed";
const FORGOTTEN_MS = 3600000;
const UNKEPT = "[type=hidden], [type=password], [type=file], [data-secret], :not([name])";
const { me } = document.body.dataset;
const page = location.pathname + location.search;
const chosen = ({ type }) => ["checkbox", "radio"].includes(type);
const fields = (form) => [...form.elements].filter((one) => one.matches("input, textarea, select") && !one.matches(UNKEPT));
const kept = () => JSON.parse(sessionStorage.getItem(STORE) ?? "null");
const keep = (typed) => (typed ? sessionStorage.setItem(STORE, JSON.stringify(typed)) : sessionStorage.removeItem(STORE));

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!me || event.defaultPrevented || form.method !== "post") return;
  const said = fields(form).map((one) => [one.name, one.value, chosen(one) && one.checked]);
  if (said.length) keep({ me, page, action: form.getAttribute("action"), said, at: Date.now(), refused: false });
});

/** Whether this page is the answer to what was sent, and not one that somebody came to afterwards. */
function answers(typed) {
  const [{ type }] = performance.getEntriesByType("navigation");
  const from = document.referrer && new URL(document.referrer);
  return type === "navigate" && Boolean(from) && from.pathname + from.search === typed.page;
}

const refusal = () => document.querySelector(".error-page, form[action='/sign-in']");

function meet() {
  const typed = kept();
  if (!typed) return;
  if (Date.now() - typed.at > FORGOTTEN_MS || (me && me !== typed.me)) return keep(null);
  if (refusal()) return keep({ ...typed, refused: true });
  if (!typed.refused && answers(typed)) return keep(null); // it was taken, or came back with all of it
  if (me && typed.page === page) giveBack({ ...typed, refused: true });
}

function giveBack(typed) {
  const form = [...document.forms].find((one) => one.getAttribute("action") === typed.action);
  if (!form) return;
  keep(typed); // until it is taken: who looks elsewhere first finds it again
  const left = fields(form);
  for (const [name, value, on] of typed.said) {
    const at = left.findIndex((one) => one.name === name && (!chosen(one) || one.value === value));
    if (at < 0) continue;
    const [field] = left.splice(at, 1);
    if (chosen(field)) field.checked = on;
    else field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const said = notice();
  (form.querySelector(":scope > .body") ?? form).prepend(said);
  requestAnimationFrame(() => said.scrollIntoView({ block: "center" }));
}

function notice() {
  const words = say("What you typed here was not saved. It is here again, but for passwords and secrets.");
  const said = Object.assign(document.createElement("div"), { textContent: words });
  const made = Object.assign(document.createElement("div"), { className: "notice typed", role: "status" });
  made.append(said);
  return made;
}

meet();
