// Sound: play, seek, time, speed. The browser's own audio element does the work, one at a time.

import { clock } from "./lengths.js";
import { number, say } from "../words.js";

const WIDE = 192; // of the drawing of how loud it is
const SPEEDS = [1, 1.5, 2];
let speed = Number(localStorage.getItem("speed")) || 1;

const playerOf = (node) => node.closest?.("[data-player]");
const audioIn = (player) => player.querySelector("audio");

/** Some recordings do not tell how long they are until they were played; the server may know. */
function length(player) {
  const { duration } = audioIn(player);
  return Number.isFinite(duration) ? duration : Number(player.dataset.seconds) || 0;
}

function draw(player) {
  const audio = audioIn(player);
  const seek = player.querySelector(".seek");
  const [at, end] = [audio.currentTime, length(player)];
  player.toggleAttribute("data-playing", !audio.paused);
  player.querySelector(".play").ariaLabel = audio.paused ? say("Play") : say("Pause");
  if (end) seek.max = end;
  seek.value = at;
  player.querySelector(".played")?.setAttribute("width", end ? (WIDE * at) / end : 0);
  seek.ariaValueText = say("%(at)s of %(end)s", { at: clock(at), end: clock(end) });
  player.querySelector(".clock").textContent = clock(at > 0 ? at : end);
}

function toggle(player) {
  const audio = audioIn(player);
  if (!audio.paused) return audio.pause();
  for (const other of document.querySelectorAll("[data-playing] audio")) if (other !== audio) other.pause();
  pace(player);
  audio.play().catch(() => {});
}

function pace(player) {
  audioIn(player).playbackRate = speed;
  const button = player.querySelector(".speed");
  button.textContent = `${number(speed)}×`;
  button.ariaLabel = say("Speed: %(speed)s", { speed: number(speed) });
}

document.addEventListener("click", ({ target }) => {
  const player = playerOf(target);
  if (!player) return;
  if (target.closest(".play")) toggle(player);
  if (target.closest(".speed")) {
    speed = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length];
    localStorage.setItem("speed", speed);
    pace(player);
  }
});

document.addEventListener("input", ({ target }) => {
  if (!target.matches?.("[data-player] > .seek")) return;
  const player = playerOf(target);
  const audio = audioIn(player);
  const to = Number(target.value);
  if (audio.readyState) audio.currentTime = to;
  else {
    audio.addEventListener("loadedmetadata", () => (audio.currentTime = to), { once: true });
    audio.preload = "metadata";
    audio.load();
  }
});

// These do not bubble: they are caught on their way down.
for (const sign of ["play", "pause", "timeupdate", "durationchange", "seeked", "ended"]) {
  document.addEventListener(sign, ({ target, type }) => {
    const player = playerOf(target);
    if (!player) return;
    if (type === "ended") target.currentTime = 0;
    draw(player);
  }, { capture: true });
}

for (const audio of document.querySelectorAll("[data-player] > audio")) if (audio.readyState) draw(playerOf(audio));

document.addEventListener("error", ({ target }) => {
  const player = target.matches?.("[data-player] > audio") && playerOf(target);
  if (!player) return;
  player.classList.add("broken");
  player.querySelector(".clock").textContent = say("Cannot be played here");
}, { capture: true });
