// Pages of history, fetched when their edge comes near. Without scripts the same link is a page.

import { messagesIn, raise } from "./arrange.js";
import { after, change, parse } from "./fragments.js";
import { part } from "./fetching.js";
import { insert } from "./thread.js";
import { atEnd, messages, openId, thread } from "./scroll.js";
import { say } from "./words.js";

const CAP = 400;
let watcher = null;

export function watchEdges() {
  watcher?.disconnect();
  if (!thread()) return;
  watcher = new IntersectionObserver(near, { root: thread(), rootMargin: "800px 0px" });
  for (const edge of ["older", "newer"]) watcher.observe(document.getElementById(edge));
}

function near(entries) {
  for (const { isIntersecting, target } of entries) if (isIntersecting) load(target);
}

async function load(edge) {
  const link = edge.querySelector("a");
  const conversation = openId();
  if (!link || link.ariaBusy === "true") return;
  link.ariaBusy = "true";
  try {
    await part(link.dataset.href, (html) => openId() === conversation && add(edge, html), { holds: "#messages" });
  } catch {
    link.ariaBusy = null;
    return;
  }
  if (!edge.isConnected) return;
  watcher.unobserve(edge); // a page that did not fill the view asks for the next
  watcher.observe(edge);
}

function add(edge, html) {
  const page = parse(html);
  change(() => {
    for (const item of page.querySelectorAll(".message")) {
      if (!document.getElementById(item.id)) insert(item);
    }
    if (edge.id === "older") raise(messages());
    edge.replaceChildren(...(page.getElementById(edge.id)?.childNodes ?? []));
  });
}

/** Who stays at the end all day needs no thousand messages above. */
after(() => {
  const items = messages() && atEnd() && messages().children.length > CAP ? messagesIn(messages()) : [];
  if (items.length <= CAP / 2) return;
  const first = items.at(-CAP / 2).id.replace("message-", "");
  const path = `/conversations/${openId()}`;
  change(() => {
    items.slice(0, -CAP / 2).forEach((item) => item.remove());
    document.getElementById("older").innerHTML =
      `<a class="button small" href="${path}?message=${first}" data-href="${path}/messages?before=${first}"></a>`;
    document.querySelector("#older > a").textContent = say("Earlier messages");
  });
  watchEdges();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".edge > a");
  if (!link || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  load(link.parentElement);
});
