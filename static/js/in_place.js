// Forms that change something without leaving the page: the feed shows what became of it.

import { post, signedOut, unanswered } from "./fetching.js";
import { toast } from "./signs.js";

document.addEventListener("submit", async (event) => {
  const form = event.target.closest?.("form[data-in-place]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button");
  if (button.disabled) return;
  button.disabled = true;
  try {
    await post(form.getAttribute("action"), new FormData(form));
  } catch (error) {
    if (!signedOut(error)) toast(unanswered(error));
  }
  button.disabled = false;
});
