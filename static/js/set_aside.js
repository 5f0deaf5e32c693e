// A message of more than words that was not taken, as a place or buttons, is no draft: it is kept as it
// is, at once, as the page may be on its way to the sign-in page. What shows it is fetched: stopped.js.

import { parse } from "./fragments.js";
import { signedOut } from "./fetching.js";
import { later } from "./later.js";
import { openId } from "./scroll.js";
import { toast } from "./signs.js";
import { say } from "./words.js";

const OWN = `stopped:${document.body.dataset.me}:`;
export const fetchStopped = later((again) => import(`./stopped.js${again}`));

export const aside = (conversation) => JSON.parse(sessionStorage.getItem(OWN + conversation) ?? "[]");

export function keepAside(conversation, list) {
  if (list.length) sessionStorage.setItem(OWN + conversation, JSON.stringify(list));
  else sessionStorage.removeItem(OWN + conversation);
}

/** `error`: why it was not taken; null: it was taken back. */
export async function setAside({ id, conversation, text, message, quote, when }, error) {
  keepAside(conversation, [...aside(conversation), { id, text, message, quote, when, why: reason(error) }]);
  if (error && signedOut(error)) return;
  if (conversation !== openId()) toast(say("A message was not sent. It is kept in its conversation."));
  else if (await fetchStopped()) document.dispatchEvent(new Event("inbox:set-aside"));
}

function reason(error) {
  if (!error) return say("You have taken it back.");
  if (signedOut(error)) return say("You were signed out.");
  return parse(error.html).querySelector(".notice span")?.textContent ?? say("The server answered with error %(code)s", { code: error.status });
}
