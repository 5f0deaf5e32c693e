// Times in the reader's own zone and words: every <time datetime data-format>.

import { now as current } from "./clock.js";
import { locale, number, say } from "./words.js";

/** As its reader has chosen; undefined: as this browser does. */
export const hourCycle = { "24h": "h23", "12h": "h12" }[document.documentElement.dataset.times];
const shape = (options) => new Intl.DateTimeFormat(locale, { hourCycle, ...options });
const clock = shape({ timeStyle: "short" });
const weekday = shape({ weekday: "short" });
const longWeekday = shape({ weekday: "long" });
const date = shape({ day: "numeric", month: "short" });
const dated = shape({ day: "numeric", month: "short", year: "numeric" });
const longDate = shape({ day: "numeric", month: "long", year: "numeric" });
const exact = shape({ timeStyle: "medium" });
const full = shape({ dateStyle: "full", timeStyle: "short" });

const DAY = 86400000;
const today = () => new Date(current());
const midnight = (at) => new Date(at.getFullYear(), at.getMonth(), at.getDate());
const daysAgo = (at, now) => Math.round((midnight(now) - midnight(at)) / DAY);

const formats = {
  time: (at) => clock.format(at),
  full: (at) => full.format(at),
  weekday: (at) => longWeekday.format(at),
  day: (at, now) => dayName(at, now),
  moment: (at, now) => (daysAgo(at, now) === 0 ? clock.format(at) : `${date.format(at)}, ${clock.format(at)}`),
  exact: (at, now) => (daysAgo(at, now) === 0 ? exact.format(at) : `${date.format(at)}, ${exact.format(at)}`),
  list(at, now) {
    const ago = daysAgo(at, now);
    if (Math.abs(now - at) < 60000) return say("Just now");
    if (ago === 0) return clock.format(at);
    if (ago === 1) return say("Yesterday");
    if (Math.abs(ago) < 7) return weekday.format(at);
    return (at.getFullYear() === now.getFullYear() ? date : dated).format(at);
  },
};

export function dayName(at, now = today()) {
  const ago = daysAgo(at, now);
  if (ago === 0) return say("Today");
  if (ago === 1) return say("Yesterday");
  return ago > 1 && ago < 7 ? longWeekday.format(at) : longDate.format(at);
}

export const clockTime = (at) => clock.format(at);

export const dayKey = (at) => `${at.getFullYear()}-${at.getMonth() + 1}-${at.getDate()}`;

export function localise(root) {
  const now = today();
  for (const time of root.querySelectorAll("time[data-format]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.valueOf())) continue;
    const text = (formats[time.dataset.format] ?? formats.full)(at, now);
    if (time.textContent !== text) time.textContent = text;
    if (time.dataset.format !== "full") time.title = fully(at);
  }
  for (const late of root.querySelectorAll(".late[data-came]")) came(late, now);
}

const whole = new Map();

/** Of a flood nearly all is of the same minute. */
function fully(at) {
  const minute = Math.floor(at / 60000);
  if (!whole.has(minute)) {
    if (whole.size > 999) whole.clear();
    whole.set(minute, full.format(at));
  }
  return whole.get(minute);
}

/** Written then, but come later: also for whom a pointer shows nothing. */
function came(late, now) {
  const at = new Date(late.dataset.came);
  late.title = say("It came %(time)s", { time: full.format(at) });
  late.lastElementChild.textContent = `: ${formats.moment(at, now)}`;
}

/** "3 h 12 m", "12 m": how long something lasts. */
export function span(ms) {
  const minutes = Math.max(1, Math.ceil(ms / 60000));
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const spans = [hours && say("%(number)s h", { number: number(hours) }), rest && say("%(number)s m", { number: number(rest) })];
  return spans.filter(Boolean).join(" ");
}

/** Words that depend on now ("Just now", "Yesterday") are looked at again twice a minute. */
export function everyHalfMinute(work) {
  setInterval(work, 30000);
  document.addEventListener("visibilitychange", () => document.hidden || work());
}
