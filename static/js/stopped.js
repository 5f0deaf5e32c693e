// What is more than words and came too late, as a colleague had answered meanwhile: it is kept as it
// is, also by a reload, until somebody sends it all the same or changes it.

import { keep as keepQuote, quoted } from "./answer.js";
import { files, keepFiles } from "./drafts.js";
import { fetched as fetchFiles } from "./dropped.js";
import { parse, route } from "./fragments.js";
import { later } from "./later.js";
import { send } from "./outbox.js";
import { messages, openId } from "./scroll.js";
import { aside as kept, keepAside as keep } from "./set_aside.js";
import { toast } from "./signs.js";
import { saw } from "./thread.js";
import { say } from "./words.js";

const fetchOffers = later((again) => import(`./offers.js${again}`));
const shows = new Map(); // what draws a file while it waits is of this page alone

const drop = (conversation, id) => keep(conversation, kept(conversation).filter((one) => one.id !== id));

document.addEventListener("inbox:stopped", (event) => {
  const { item: { id, conversation, text, message, quote, when, file }, error } = event.detail;
  const notice = parse(error.html).querySelector(".answered");
  if (!notice) return; // it was refused for another reason
  event.preventDefault();
  shows.set(id, file?.show);
  keep(conversation, [...kept(conversation), { id, text, message, quote, when, file: file?.kept, notice: notice.outerHTML }]);
  if (conversation === openId()) show();
  else toast(say("A message was not sent, as a colleague has answered meanwhile. It is kept in its conversation."));
});

const place = () => document.getElementById("refusal");

/** The newest says what the colleague said; all that waits is named. */
function show() {
  const waits = openId() ? kept(openId()) : [];
  place()?.querySelector("[data-stopped]")?.remove();
  if (!place() || !waits.length || place().childElementCount) return; // what is refused there is dealt with first
  const { notice, why } = waits.at(-1);
  const card = notice ? parse(notice).querySelector(".answered") : refusal(why);
  card.dataset.stopped = "";
  const named = Object.assign(document.createElement("ul"), { className: "stopped" });
  for (const one of waits) named.append(Object.assign(document.createElement("li"), { dir: "auto", textContent: called(one) }));
  const said = Object.assign(document.createElement("p"), { className: "kept", textContent: say("Kept, and not sent") });
  card.querySelector(".acts").before(said, named);
  place().append(card);
  if (messages() && notice) saw(card);
}

/** Of what nobody has answered meanwhile. */
function refusal(why) {
  const card = document.getElementById("set-aside").content.firstElementChild.cloneNode(true);
  card.querySelector(".why").textContent = why;
  return card;
}

const called = ({ text, file }) => [file?.media.filename, text].filter(Boolean).join(": ") || say("File");

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#refusal .answered :is([name=force], [data-dismiss])");
  if (!button) return;
  if (!button.closest("[data-stopped]")) return setTimeout(show);
  event.preventDefault();
  event.stopPropagation();
  button.closest(".answered").remove();
  if (button.name === "force") force(openId());
  else edit(openId());
}, true);

function force(conversation) {
  const waits = kept(conversation);
  keep(conversation, []);
  for (const { id, text, message, quote, when, file, notice } of waits) {
    send(conversation, text, quote, message, Boolean(notice), file && { kept: file, show: shows.get(id) }, when);
  }
  document.querySelector("#composer textarea")?.focus();
}

/** Files are a draft again. Of all else the first is there to be changed; it waits until that is sent. */
async function edit(conversation) {
  const waits = kept(conversation);
  const filed = waits.filter(({ file }) => file);
  const [quote] = waits.map((one) => one.quote).filter(Boolean);
  if (quote && !quoted(conversation)) keepQuote(conversation, quote);
  keep(conversation, waits.filter(({ file }) => !file));
  keepFiles(conversation, [...filed.map(({ file }) => file), ...files(conversation)]);
  if (filed.length) {
    if (await fetchFiles()) document.dispatchEvent(new Event("inbox:open-files"));
    return show();
  }
  const [first] = waits;
  const dealt = { message: first.message, done: () => drop(conversation, first.id), closed: show };
  if (await fetchOffers()) document.dispatchEvent(new CustomEvent("inbox:edit-offer", { detail: dealt }));
  else show();
}

route("data-merged", ({ dataset: { merged }, value }) => {
  keep(value, [...kept(value), ...kept(merged)]);
  keep(merged, []);
});

for (const sign of ["inbox:opened", "inbox:set-aside"]) document.addEventListener(sign, show);
document.addEventListener("submit", ({ target }) => target.id === "composer" && setTimeout(show));
show();
