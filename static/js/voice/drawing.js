// How loud a recording is, as bars side by side: the same that templates draw of one that is stored.

const BARS = 64;
const HIGH = 24;
const APART = 3;
const LEAST = 2;
/** Speech beside the microphone; what is louder is drawn no higher. */
const LOUD = 0.35;

/** While it is recorded the newest are seen, afterwards all of it. */
export const newest = (levels) => path([...Array(Math.max(0, BARS - levels.length)).fill(0), ...levels.slice(-BARS)].map((level) => Math.min(1, level / LOUD)));

export function whole(levels) {
  const most = Math.max(...levels, 0.05);
  const cut = (bar) => Math.floor((levels.length * bar) / BARS);
  const loudest = (bar) => Math.max(...levels.slice(cut(bar), Math.max(cut(bar) + 1, cut(bar + 1))), 0);
  return path(Array.from({ length: BARS }, (_, bar) => loudest(bar) / most));
}

function path(parts) {
  return parts.map((part, at) => {
    const high = Math.max(LEAST, Math.round(part * HIGH));
    return `M${at * APART + 1.5} ${(HIGH - high) / 2}v${high}`;
  }).join("");
}
