// What a customer sends besides words: one of every kind that WhatsApp has.

import { post } from "./post.js";
import { say } from "../words.js";

export function samples(menu, form, trouble) {
  menu.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-samples]");
    if (!button) return;
    menu.hidePopover();
    const { wa_id, name } = Object.fromEntries(new FormData(form));
    try {
      for (const kind of button.dataset.samples.split(" ")) {
        await post(form.getAttribute("action").replace(/messages$/, "samples"), { kind, wa_id, name });
      }
      trouble("");
    } catch (error) {
      trouble(say("Not sent. %(reason)s", { reason: error.message }));
    }
  });
}
