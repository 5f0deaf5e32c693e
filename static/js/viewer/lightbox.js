// Pictures and films, large. Arrows go through the thread, Esc closes, the focus returns.

import { number, say } from "../words.js";

const dialog = document.createElement("dialog");
dialog.id = "lightbox";
dialog.className = "lightbox";
dialog.setAttribute("aria-label", say("Photos and videos"));
dialog.tabIndex = -1;
document.body.append(dialog);

let shown = null;

const all = () => [...document.querySelectorAll("#messages a[data-view]")];
const words = (link) => link.querySelector("img")?.alt ?? link.textContent.trim();

function button(label, name, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: `button ${name}`, textContent: label });
  made.addEventListener("click", act);
  return made;
}

const previous = button(say("Previous"), "earlier", () => step(-1));
const next = button(say("Next"), "later", () => step(1));
const save = Object.assign(document.createElement("a"), { className: "button", textContent: say("Download") });
const close = button(say("Close"), "close", () => dialog.close());
const caption = document.createElement("p");
const stage = document.createElement("div");
const bar = document.createElement("div");
bar.className = "bar";
stage.className = "stage";
caption.dir = "auto";
caption.setAttribute("aria-live", "polite");
bar.append(previous, next, caption, save, close);
dialog.append(bar, stage);

function show(link) {
  shown = link;
  const film = link.dataset.view === "video";
  const large = document.createElement(film ? "video" : "img");
  large.src = link.href;
  if (film) large.addEventListener("error", () => stage.replaceChildren(sorry()));
  if (film) Object.assign(large, { controls: true, autoplay: true, playsInline: true, ariaLabel: words(link) });
  else large.alt = words(link);
  stage.replaceChildren(large);
  const links = all();
  const at = links.indexOf(link);
  previous.disabled = at <= 0;
  next.disabled = at === links.length - 1;
  caption.textContent = say("%(what)s (%(at)s of %(all)s)", { what: words(link), at: number(at + 1), all: number(links.length) });
  save.href = link.href;
  save.download = link.dataset.name ?? "";
  if (!dialog.open) dialog.showModal();
  dialog.focus();
}

/** The way out is in the bar: Download. */
function sorry() {
  return Object.assign(document.createElement("p"), { role: "alert", textContent: say("This browser cannot play this film. Download it and open it with another program.") });
}

function step(by) {
  const links = all();
  const to = links[links.indexOf(shown) + by];
  if (to) show(to);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#messages a[data-view]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  show(link);
});

dialog.addEventListener("keydown", (event) => {
  if (event.target.localName === "video") return; // there the arrows seek
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!by) return;
  event.preventDefault();
  step(document.documentElement.dir === "rtl" ? -by : by);
});

dialog.addEventListener("click", ({ target }) => [dialog, stage].includes(target) && dialog.close());

dialog.addEventListener("close", () => {
  stage.replaceChildren(); // a film does not go on unseen
  // The message may have been drawn anew meanwhile: its link is found again by its address.
  const back = shown?.isConnected ? shown : all().find(({ href }) => href === shown?.href);
  back?.scrollIntoView({ block: "nearest" });
  back?.focus({ preventScroll: true });
  shown = null;
});
