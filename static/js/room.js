// How many characters a reply may still have, once there are few: what WhatsApp takes, less the name
// that goes with it. Fetched with the first letter.

import { many } from "./words.js";

const FEW = 200;
const place = () => document.getElementById("room");

function count(field) {
  // A letter may be two units of a script's string; longer by units is not yet longer.
  const most = Number(field.dataset.room);
  const left = field.value.length < most - FEW ? most : most - [...field.value].length;
  const words = left < 0 ? many("%(num)s character too many", "%(num)s characters too many", -left) : "";
  const few = many("%(num)s character left", "%(num)s characters left", left);
  place().textContent = words || (left <= FEW ? few : "");
  place().classList.toggle("over", left < 0);
}

document.addEventListener("input", ({ target }) => target.matches("#composer [data-room]") && count(target));
document.addEventListener("inbox:opened", () => place()?.replaceChildren());

const begun = document.querySelector("#composer [data-room]");
if (begun) count(begun);
