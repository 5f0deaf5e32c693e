// A button, a row or a wish of ours is answered, as a phone does it.

import { post } from "./post.js";
import { say } from "../words.js";

export async function answer(form, { kind, id = "", title = "", description = "", wamid = "" }, trouble) {
  const { wa_id, name } = Object.fromEntries(new FormData(form));
  try {
    await post(form.getAttribute("action").replace(/messages$/, "answers"), { kind, id, title, description, wamid, wa_id, name });
    trouble("");
  } catch (error) {
    trouble(say("Not sent. %(reason)s", { reason: error.message }));
  }
}
