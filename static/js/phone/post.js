// A form to the server; what it refuses comes back as an error in its own words.

import { signInPath } from "../signed_out.js";
import { say } from "../words.js";

class Refusal extends Error {
  constructor(words, lasting) {
    super(words);
    this.lasting = lasting; // trying again would end the same way
  }
}

export async function post(url, fields) {
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(fields),
    });
  } catch {
    throw new Refusal(say("Inbox does not answer. Is it running?"), false);
  }
  if (response.status === 401) location.assign(signInPath());
  if (response.status !== 204) throw new Refusal(await words(response), response.status < 500 && response.status !== 429);
}

async function words(response) {
  const text = await response.text();
  try {
    const { detail, title } = JSON.parse(text);
    return detail || title;
  } catch {
    return text && text.length < 300 && !text.startsWith("<") ? text : say("The server answered %(code)s.", { code: response.status });
  }
}
