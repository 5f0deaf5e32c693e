// Files of messages: Retry without leaving the page, and the player and the viewer, which are
// fetched only where there is something to play or to view.

import { after } from "./fragments.js";
import { post, signedOut, unanswered } from "./fetching.js";
import { toast } from "./signs.js";

const script = document.body.dataset.viewer;
let fetched = !script;

export function fetchViewer() {
  if (fetched || !document.querySelector("#messages :is([data-view], [data-player])")) return;
  fetched = true;
  document.head.append(Object.assign(document.createElement("script"), { type: "module", src: script }));
}

after(fetchViewer);

document.addEventListener("submit", async (event) => {
  const form = event.target.closest?.(".fetch-again");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button");
  if (button.disabled) return;
  button.disabled = true;
  try {
    await post(form.getAttribute("action"), {});
  } catch (error) {
    if (!signedOut(error)) toast(unanswered(error));
  }
  button.disabled = false;
});
