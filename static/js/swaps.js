// What htmx fetches, by the same rule as our own requests: nothing takes the place of what stands
// here but the answer that was asked for.

import { leaveToSignIn } from "./signed_out.js";
import { toast } from "./signs.js";
import { say } from "./words.js";

const SIGNED_OUT = 401;

/** The last word before htmx does anything with an answer. */
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr, target, select, elt } = event.detail;
  const signedOut = xhr.status === SIGNED_OUT || xhr.getResponseHeader("HX-Redirect") || new URL(xhr.responseURL).pathname === "/sign-in";
  if (!signedOut && fits(xhr, target, select ?? elt)) return;
  event.preventDefault();
  if (signedOut) leaveToSignIn();
  else toast(say("The server answered with error %(code)s; what you see is as it was. Try again in a moment.", { code: xhr.status < 400 ? 502 : xhr.status }));
});

/** It holds what is to be put in place, or says with a 422 what is wrong with the form. */
function fits({ status, responseText }, target, asker) {
  if (status >= 400 && status !== 422) return false;
  const chosen = typeof asker === "string" ? asker : asker.closest("[hx-select]")?.getAttribute("hx-select");
  const page = new DOMParser().parseFromString(responseText, "text/html");
  return Boolean(page.querySelector(chosen ?? `#${target.id}`));
}

for (const trouble of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(trouble, () => toast(say("No connection: what you see is as it was. Try again in a moment.")));
}
