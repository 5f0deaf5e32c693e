// The time by the server's clock, whatever this computer's shows: the page brings it, and so does
// each new socket. What counts on from there stands still while some computers sleep, and what was
// told is old when it arrives, so that the latest of all that this may be is the nearest.

const brought = Date.parse(document.body?.dataset.now);
let zero = (Number.isNaN(brought) ? Date.now() : brought) - performance.now();

export const now = () => zero + performance.now();

export function told(at) {
  zero = Math.max(zero, Date.parse(at) - performance.now() || zero);
}
