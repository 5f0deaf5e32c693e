// The page of notices: this browser is turned on and off, and a sound is heard before it is chosen.

import { play } from "./sounds.js";
import { hindrance, isOn, turnOff, turnOn } from "./this_browser.js";
import { say } from "./words.js";

const WHY = {
  insecure: say("Browsers show notices of https pages only."),
  "home-screen": say("On an iPhone or iPad, put the inbox on the home screen first: Share, then Add to Home Screen. Open it from there and turn it on."),
  unable: say("This browser cannot show notices."),
  denied: say("This browser was told to show none of this page. Allow notices in its settings for this page, then reload."),
};
const frame = document.getElementById("this-browser");
const find = (selector) => frame.querySelector(selector);
const here = document.querySelector("[data-device][data-current]");

function show(words = "") {
  const why = hindrance();
  const on = isOn() && here && here.dataset.state !== "ended";
  find("[data-says]").textContent = words || WHY[why] || (on ? say("Notices are on in this browser.") : say("Notices are off in this browser."));
  find("[data-on]").hidden = Boolean(why || on);
  find("[data-off]").hidden = Boolean(!on);
}

async function press(work) {
  show(say("One moment…"));
  try {
    if ((await work()) === false) return show();
    location.reload(); // the list below knows it now
  } catch {
    show(say("It could not be changed. Try again in a moment."));
  }
}

find("[data-on]").addEventListener("click", () => press(() => turnOn(frame.dataset.key)));
find("[data-off]").addEventListener("click", () => press(async () => {
  await turnOff();
  await fetch(`/api/v1/me/devices/${here.dataset.device}`, { method: "DELETE" });
}));

const hear = document.querySelector("[data-hear]");
const sound = document.querySelector("[name=sound]");
hear.hidden = false;
hear.addEventListener("click", () => play(sound.value));

// Who never chose a time zone has the browser's.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const field of document.querySelectorAll("[data-own-zone]")) {
  const option = [...(field.options ?? [])].find(({ value }) => value === zone);
  if (option) option.selected = option.defaultSelected = true;
  else if (!field.options) field.value = zone;
}

show();
