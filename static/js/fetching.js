// Every request of our own scripts. Nothing is taken for success but the answer that was asked for:
// a proxy's page is none, whatever its status says, and neither is the way to the sign-in page.

import { raw, record } from "./fragments.js";
import { leaveToSignIn } from "./signed_out.js";
import { say } from "./words.js";

/** The server, or what stands before it, said no; `told`: with a page of ours that says why. */
export class Refused extends Error {
  constructor(status, html = "", after = 0) {
    super(`HTTP ${status}`);
    Object.assign(this, { status, html, after });
    this.told = Boolean(raw(html).querySelector(".error-page"));
  }
}

/** A status of its own for what came with 200 and is not what was asked for. */
const FOREIGN = 502;
const SIGNED_OUT = 401;

export const signedOut = (error) => error.status === SIGNED_OUT;

/** In words for whoever pressed something. */
export const unanswered = (error) =>
  error instanceof Refused
    ? say("The server answered with error %(code)s; nothing was changed. Try again in a moment.", { code: error.status })
    : say("No connection; nothing was changed. Try again in a moment.");

/** Fetch HTML and hand it to `use`; then apply again what the feed sent in between. */
export async function part(url, use, options = {}) {
  const recording = record();
  try {
    const html = await text(url, options);
    use(html);
    recording.replay();
  } finally {
    recording.release();
  }
}

/** `holds`: a selector of what the right answer has in it; without one it is an empty 204.
 * `quiet`: nobody asked for it, so it leads nobody away. */
export async function text(url, { whole = false, holds = "", ...options } = {}) {
  const headers = whole ? {} : { "HX-Request": "true" };
  const [response, html] = await said(url, { headers, ...options });
  if (holds ? !raw(html).querySelector(holds) : response.status !== 204) throw new Refused(FOREIGN);
  return html;
}

/** From the API, which people may ask as well. */
export async function data(url, options) {
  const [response, json] = await said(url, options);
  if (!response.headers.get("Content-Type")?.startsWith("application/json")) throw new Refused(FOREIGN);
  return JSON.parse(json);
}

async function said(url, { quiet = false, ...options } = {}) {
  const response = await fetch(url, { credentials: "same-origin", ...options });
  const html = await response.text();
  if (toSignIn(response)) {
    if (!quiet) leaveToSignIn();
    throw new Refused(SIGNED_OUT);
  }
  if (!response.ok) throw new Refused(response.status, html, Number(response.headers.get("Retry-After")) || 0);
  return [response, html];
}

function toSignIn({ status, redirected, url, headers }) {
  return status === SIGNED_OUT || headers.has("HX-Redirect") || (redirected && new URL(url).pathname === "/sign-in");
}

export const post = (url, fields, options = {}) =>
  text(url, { method: "POST", body: new URLSearchParams(fields), ...options });
