// A recording on its way: its file first, then the message that has it. Either may be tried again
// without sending anything twice: the message has its id from the beginning, the file its own.

import { post, Refused, signedOut } from "../fetching.js";
import { leaveToSignIn } from "../signed_out.js";
import { say } from "../words.js";

/** What a server says no to, in its own words. */
class Declined extends Error {}

/** `item`: `recording`, `id`, `conversation`, `written`, `quote`, `when` it goes, `seen`, and `force` once it is known that a colleague has answered. */
export async function deliver(item) {
  item.media ??= await brought(item.recording.blob);
  const message = JSON.stringify({ type: "voice", media_id: item.media });
  const fields = { message, client_id: item.id, quoted_id: item.quote?.id ?? "", conversation_id: item.written, ...item.when };
  if (item.seen) fields.seen = item.seen;
  if (item.force) fields.force = "1";
  await post(`/conversations/${item.conversation}/messages`, fields, { holds: ".message" });
}

async function brought(blob) {
  const form = new FormData();
  form.append("kind", "voice");
  form.append("file", blob);
  const answer = await fetch("/api/v1/media", { method: "POST", body: form, credentials: "same-origin" });
  if (answer.status === 401) leaveToSignIn();
  const told = await answer.json().catch(() => ({}));
  if (answer.ok && told.id) return told.id;
  if (answer.status < 500 && told.detail) throw new Declined(told.detail);
  throw new Refused(answer.status);
}

const notice = ({ html = "" }) => new DOMParser().parseFromString(html, "text/html").querySelector(".notice");

/** What a colleague has answered meanwhile, if that has stopped it. */
export const answers = (error) => (error instanceof Refused && notice(error)?.matches(".answered") ? notice(error).querySelector("ol") : null);

/** Why it was not sent, in words; the recording stays. */
export function failure(error) {
  if (error instanceof Declined) return error.message;
  if (!(error instanceof Refused)) return say("There is no connection. The recording is kept: send it again in a moment.");
  if (signedOut(error)) return say("You were signed out. The recording is kept while this page is open.");
  const said = answers(error)?.textContent.trim().replace(/\s+/g, " ");
  if (said) return say("A colleague has answered meanwhile: %(said)s. Send it again to send it all the same.", { said });
  return notice(error)?.textContent.trim() || say("The server answered with error %(code)s. The recording is kept: send it again in a moment.", { code: error.status });
}
