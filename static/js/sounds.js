// What is heard: made of a few tones, so that nothing is fetched for it. A browser lets a page be heard
// once somebody has pressed something in it.

const TONES = {
  chime: [[880, 0, 0.35], [1318.5, 0.12, 0.5]],
  drop: [[1046.5, 0, 0.12], [698.5, 0.09, 0.3]],
  knock: [[196, 0, 0.09], [174.6, 0.14, 0.12]],
};
const LOUD = 0.18;
let context = null;

function awake() {
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume().catch(() => {});
  return context;
}

for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, awake, { once: true, passive: true });

/** Whether there was anything to hear. */
export function play(name) {
  if (!TONES[name] || !globalThis.AudioContext) return false;
  const at = awake().currentTime;
  for (const [pitch, after, lasts] of TONES[name]) tone(pitch, at + after, lasts);
  return context.state === "running";
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
