// What the customer writes: shown at once, sent one after the other, given back if refused.

import { post } from "./post.js";
import { say } from "../words.js";

export function composer(form, talk, trouble) {
  let sending = Promise.resolve();
  const field = form.elements.text;
  const memory = `phone draft ${form.getAttribute("action")}`;
  const keep = () => sessionStorage.setItem(memory, field.value);
  field.value ||= sessionStorage.getItem(memory) ?? "";
  field.addEventListener("input", keep);

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form));
    fields.text = fields.text.trim();
    if (!fields.text) return;
    const said = talk.say(fields.text);
    field.value = "";
    keep();
    sending = sending.then(() => send(said, fields));
  });

  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });

  async function send(said, fields) {
    try {
      await post(form.getAttribute("action"), fields);
      if (said.dataset.status === "sending") said.dataset.status = "sent";
      trouble("");
    } catch (error) {
      said.remove();
      field.value = [fields.text, field.value].filter(Boolean).join("\n");
      keep();
      trouble(say("Not sent. %(reason)s", { reason: error.message }));
    }
  }
}
