// The feed cannot say what was missed: the page is fetched anew and put in place, except for
// what the reader is writing: of forms only what the server has of a draft. Who reads old messages gets the page around
// them, and who is far down the list the page there.

import { messagesIn } from "./arrange.js";
import { become, change, route } from "./fragments.js";
import { part, Refused, signedOut } from "./fetching.js";
import { isStuck, messages, thread } from "./scroll.js";
import { reading } from "./span.js";
import { localise } from "./times.js";

const AGAIN_MS = 3000;
const LIVE_IN_SETTINGS = '#channels, [id^="channel-status-"]';

export function resync() {
  const [place, from] = [reading(), location.href];
  return part(address(place), (html) => {
    if (location.href !== from) return setTimeout(resync); // somebody went on meanwhile
    const page = new DOMParser().parseFromString(html, "text/html");
    localise(page);
    place?.keep(page);
    change(() => fill(page));
    document.dispatchEvent(new Event("inbox:refilled"));
  }, { whole: true, holds: "#main" }).catch((error) => {
    // A reload would lose what is being typed: only where the page itself says what is wrong.
    if (error instanceof Refused && [403, 404].includes(error.status) && error.told) location.reload();
    else if (!signedOut(error)) setTimeout(resync, AGAIN_MS);
  });
}

function address(place) {
  const url = new URL(location.href);
  if (place) url.searchParams.set("cursor", place.cursor);
  if (thread() && !isStuck()) {
    const top = thread().getBoundingClientRect().top;
    const first = messagesIn(messages()).find((item) => item.getBoundingClientRect().bottom > top);
    if (first && !("pending" in first.dataset)) url.searchParams.set("message", first.id.replace("message-", ""));
  }
  return url;
}

function fill(page) {
  for (const id of ["list-body", "thread", "contact"]) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (!old || !fresh) continue;
    fresh.removeAttribute("data-highlight");
    become(old, document.adoptNode(fresh), ["class"]);
  }
  for (const id of ["composer", "noting"]) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (old && fresh?.dataset.begun) old.dataset.begun = fresh.dataset.begun; // of another device, maybe
  }
  for (const selector of [".thread-header .who", ".window", ".standing"]) {
    const [old, fresh] = [document.querySelector(selector), page.querySelector(selector)];
    if (old && fresh) become(old, document.adoptNode(fresh));
  }
  for (const old of document.querySelectorAll(LIVE_IN_SETTINGS)) {
    const fresh = page.getElementById(old.id);
    if (fresh) become(old, document.adoptNode(fresh));
  }
}

route("data-anew", () => setTimeout(resync));
