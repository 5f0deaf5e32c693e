// Parts of pages over HTTP, put together with what the feed said meanwhile.

import { record } from "./fragments.js";

export class Refused extends Error {
  constructor(status, html) {
    super(`HTTP ${status}`);
    Object.assign(this, { status, html });
  }
}

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

export async function text(url, { whole = false, ...options } = {}) {
  const headers = whole ? {} : { "HX-Request": "true" };
  const response = await fetch(url, { headers, credentials: "same-origin", ...options });
  const signedOut = response.status === 401 || (response.redirected && new URL(response.url).pathname === "/sign-in");
  const html = await response.text();
  if (signedOut) signIn();
  if (signedOut || !response.ok) throw new Refused(signedOut ? 401 : response.status, html);
  return html;
}

export function signIn() {
  location.assign("/sign-in");
}

export const post = (url, fields, options = {}) =>
  text(url, { method: "POST", body: new URLSearchParams(fields), ...options });
