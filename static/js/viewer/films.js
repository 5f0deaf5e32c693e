// Films in the thread: the browser shows their first frame and says how long they are, once they
// are near. One that it cannot play says so, and is offered for download.

import { after, change } from "../fragments.js";
import { clock } from "./lengths.js";
import { say } from "../words.js";

const WIDEST = 280;
const TALLEST = 320;

const films = () => document.querySelectorAll("#messages a[data-view] > video");
const near = new IntersectionObserver(look, { rootMargin: "600px 0px" });

function look(entries) {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    target.preload = "metadata";
  }
}

function watch() {
  for (const film of films()) if (film.preload === "none") near.observe(film);
}

/** Sound whose pictures the browser cannot read comes as a film of no size. */
function measured(film) {
  const { videoWidth: width, videoHeight: height, duration } = film;
  if (!width || !height) return unplayable(film);
  const by = Math.min(1, WIDEST / width, TALLEST / height);
  const length = film.parentElement.querySelector(".length");
  change(() => {
    film.width = Math.max(1, Math.round(width * by));
    film.height = Math.max(1, Math.round(height * by));
    film.parentElement.classList.add("measured");
    length.hidden = !Number.isFinite(duration);
    if (!length.hidden) length.textContent = clock(duration);
  });
}

function unplayable(film) {
  const link = film.parentElement;
  link.classList.add("unplayable");
  link.removeAttribute("data-view");
  link.download = link.dataset.name ?? "";
  link.append(element("span", "missing", element("span", "title", say("This browser cannot play this film.")), element("span", "link", say("Download"))));
}

function element(name, className, ...inside) {
  const made = Object.assign(document.createElement(name), { className });
  made.append(...inside);
  return made;
}

for (const [sign, act] of [["loadedmetadata", measured], ["error", unplayable]]) {
  document.addEventListener(sign, ({ target }) => target.matches?.("#messages a[data-view] > video") && act(target), { capture: true });
}

after(watch);
watch();
