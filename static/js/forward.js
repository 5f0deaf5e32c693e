// A message is forwarded: to whom is looked for while one types, and who is chosen stays chosen.

import { text, signedOut, unanswered } from "./fetching.js";
import { parse } from "./fragments.js";
import { toast } from "./signs.js";

const TYPED_MS = 180;
const dialog = () => document.getElementById("forward");
const form = () => dialog()?.querySelector("form[method=post]");
const boxes = () => [...dialog().querySelectorAll("[name=to]")];
let waits = null;
let newest = 0;

document.addEventListener("click", ({ target }) => {
  const tool = target.closest?.("[data-forward]");
  if (tool && !dialog()) open(tool);
});

async function open(tool) {
  const from = `/messages/${tool.closest(".message").id.replace("message-", "")}/forward`;
  try {
    const html = await text(from, { holds: "#forward" });
    if (dialog()) return;
    document.body.append(parse(html).querySelector("#forward"));
  } catch (error) {
    if (!signedOut(error)) toast(unanswered(error));
    return;
  }
  show(() => tool.isConnected && tool.focus());
  form()?.elements.q?.focus();
}

function show(afterwards) {
  const shown = dialog();
  shown.addEventListener("close", () => {
    clearTimeout(waits);
    newest += 1;
    shown.remove();
    afterwards();
  });
  shown.addEventListener("input", ({ target }) => {
    if (target.name !== "q") return;
    clearTimeout(waits);
    waits = setTimeout(find, TYPED_MS);
  });
  shown.addEventListener("change", bound);
  shown.addEventListener("keydown", step);
  shown.addEventListener("submit", submitted);
  shown.showModal();
  bound();
}

/** Arrows lead from the search into the list and through it. */
function step(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by || event.isComposing) return;
  const ways = [form()?.elements.q, ...boxes().filter(({ disabled }) => !disabled)].filter(Boolean);
  const at = ways.indexOf(event.target);
  if (at < 0) return;
  event.preventDefault();
  ways[at + by]?.focus();
}

/** No more than may be sent at once. */
function bound() {
  const list = document.getElementById("forward-list");
  if (!list) return;
  const chosen = boxes().filter(({ checked }) => checked).length;
  for (const box of boxes()) if (!box.closest(".shut")) box.disabled = !box.checked && chosen >= Number(list.dataset.most);
  form().querySelector("[type=submit]:not([formmethod])").disabled = !chosen;
}

async function find() {
  const [turn, shown] = [(newest += 1), dialog()];
  const asked = new FormData(form());
  asked.delete("form_id");
  try {
    const html = await text(`${form().getAttribute("action")}?${new URLSearchParams(asked)}`, { holds: "#forward-list" });
    if (turn !== newest || shown !== dialog()) return;
    document.getElementById("forward-list").replaceWith(parse(html).getElementById("forward-list"));
    bound();
  } catch (error) {
    if (turn === newest && !signedOut(error)) toast(unanswered(error));
  }
}

async function submitted(event) {
  if (event.target !== form()) return;
  event.preventDefault();
  const [shown, button] = [dialog(), form().querySelector("[type=submit]:not([formmethod])")];
  if (!boxes().some(({ checked }) => checked) || button.disabled) return;
  button.disabled = true;
  button.ariaBusy = "true";
  shown.querySelector(".going").hidden = false;
  const body = new URLSearchParams(new FormData(form()));
  try {
    const html = await text(form().getAttribute("action"), { method: "POST", body, holds: "#forward" });
    fill(shown, parse(html));
  } catch (error) {
    const refused = error.status === 422 && parse(error.html ?? "");
    if (refused && refused.querySelector("#forward")) fill(shown, refused);
    else if (!signedOut(error)) toast(unanswered(error));
    if (button.isConnected) {
      shown.querySelector(".going").hidden = true;
      button.ariaBusy = null;
      bound();
    }
  }
}

function fill(shown, fresh) {
  shown.replaceChildren(...fresh.querySelector("#forward").childNodes);
  (shown.querySelector(".went a") ?? shown.querySelector("button")).focus();
  bound();
}
