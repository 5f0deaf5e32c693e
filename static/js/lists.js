// htmx brings the lists of views and of what is searched for. It comes once somebody turns to what
// asks by it: the first page need not wait for it. Who is faster than it is, is heard all the same.

import { later } from "./later.js";
import { body } from "./span.js";

const ASKS = ".list-pane [hx-get]";
const asking = later((again) => import(`./asking.js${again}`));
const library = later((again) => {
  const script = document.createElement("script");
  script.src = `${document.getElementById("search").dataset.htmx}${again}`;
  const came = new Promise((resolve, reject) => Object.assign(script, { onload: resolve, onerror: reject }));
  document.head.append(script);
  return came;
});
let here = false;

/** Whether both came: of one that did, there is never a second. */
export async function fetched() {
  const came = await Promise.all([asking(), library()]);
  if (!came.every(Boolean)) return false;
  if (!here) begin();
  return true;
}

/** It looks at a page when that has just been read or is complete, and not in between. */
function begin() {
  const { htmx } = globalThis;
  Object.assign(htmx.config, JSON.parse(document.querySelector("meta[name=htmx-config]").content));
  htmx.process(document.body);
  here = true;
  const field = document.querySelector("#search [name=q]");
  if (field.value.trim() !== body().dataset.q) htmx.trigger(field, "search");
}

for (const sign of ["pointerover", "focusin"]) {
  document.addEventListener(sign, ({ target }) => here || (target.closest?.(ASKS) && fetched()));
}

document.addEventListener("click", async (event) => {
  const tab = event.target.closest?.(`${ASKS}[href]`);
  if (here || !tab || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  if (await fetched()) tab.click();
  else location.assign(tab.href);
});
