// The file above a template's words: chosen here and brought, in place of an address of it.

import { say } from "./words.js";
import { announce, bring, forget } from "./uploads.js";

const TYPES = {
  image: "image/jpeg,image/png",
  video: "video/mp4,video/3gpp",
  document: ".pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.txt,.csv",
};
const coming = new WeakMap();
const parts = (field) => {
  const link = field.querySelector("input");
  return { link, id: link.form.elements[`${link.name}.media_id`], told: field.querySelector(".told"), off: field.querySelector("[data-unbring]") };
};

/** Whether one is still on its way. */
export const bringing = (form) => [...form.querySelectorAll("[data-brings]")].some((field) => coming.has(field));

/** Of a form that has just been drawn. */
export function offerFiles(place) {
  for (const field of place.querySelectorAll("[data-brings]")) {
    field.querySelector(".brought").hidden = false;
    parts(field).link.disabled = Boolean(parts(field).id.value);
  }
}

document.addEventListener("click", ({ target }) => {
  const field = target.closest?.("[data-brings]");
  if (target.closest?.("[data-bring]")) choose(field);
  if (target.closest?.("[data-unbring]")) take(field);
});

function choose(field) {
  const input = Object.assign(document.createElement("input"), { type: "file", accept: TYPES[field.dataset.brings] });
  input.addEventListener("change", () => input.files[0] && come(field, input.files[0]));
  input.click();
}

/** Back to the address. */
function take(field) {
  const { link, id, told, off } = parts(field);
  const item = coming.get(field);
  if (item) forget(item);
  coming.delete(field);
  link.disabled = false;
  id.value = "";
  told.replaceChildren();
  off.hidden = true;
  changed(link);
  link.focus();
}

async function come(field, file) {
  take(field);
  const { link, id, told, off } = parts(field);
  const item = { file, blob: file, kind: field.dataset.brings };
  coming.set(field, item);
  link.disabled = true;
  link.value = "";
  off.hidden = false;
  off.focus();
  const mine = () => coming.get(field) === item && field.isConnected;
  try {
    tell(told, file.name, say("Being brought"));
    await announce(item);
    const found = await bring(item, { wanted: mine, told: (share) => tell(told, file.name, percent(share)) });
    if (!mine()) return;
    id.value = found;
    tell(told, file.name, "");
    changed(link);
  } catch (error) {
    if (!mine()) return;
    take(field);
    const words = error.html ? new DOMParser().parseFromString(error.html, "text/html").body.textContent : error.message;
    told.append(Object.assign(document.createElement("span"), { className: "error", textContent: words }));
  }
  if (coming.get(field) === item) coming.delete(field);
}

const percent = (share) => new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(share);

function tell(told, name, state) {
  told.replaceChildren(Object.assign(document.createElement("bdi"), { textContent: name }), state && ` ${state}`);
}

/** The preview hears of it as of a letter. */
const changed = (link) => link.dispatchEvent(new Event("input", { bubbles: true }));
