// What is heard: made of a few tones, so that nothing is fetched for it. A browser lets a page be heard
// once somebody has pressed something in it.

const TONES = {
  chime: [[880, 0, 0.35], [1318.5, 0.12, 0.5]],
  drop: [[1046.5, 0, 0.12], [698.5, 0.09, 0.3]],
  knock: [[196, 0, 0.09], [174.6, 0.14, 0.12]],
};
const LOUD = 0.18;
let context = null;
let asleep = null;

function awake() {
  context ??= new AudioContext();
  if (context.state === "suspended") asleep ??= context.resume().catch(() => {}).finally(() => (asleep = null));
  return context;
}

for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, awake, { once: true, passive: true });

/** What cannot be heard yet would be heard later, all at once. */
export function play(name) {
  if (!TONES[name] || !globalThis.AudioContext) return;
  const heard = awake().state === "running" || navigator.userActivation?.isActive; // it is just waking
  if (heard) for (const [pitch, after, lasts] of TONES[name]) tone(pitch, context.currentTime + after, lasts);
}

function tone(pitch, at, lasts) {
  const [sound, loudness] = [context.createOscillator(), context.createGain()];
  sound.frequency.value = pitch;
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(LOUD, at + 0.01);
  loudness.gain.exponentialRampToValueAtTime(0.0001, at + lasts);
  sound.connect(loudness).connect(context.destination);
  sound.start(at);
  sound.stop(at + lasts);
}
