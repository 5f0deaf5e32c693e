// Keyboards of other scripts: where a key bears no Latin letter, its place says which is meant.

const LATIN = /^[ -~\p{Script=Latin}]$/u;
let latin = true;

/** Which of these keys is meant: what is written on it, else what a Latin one has there. */
export function meant({ key, code, shiftKey, ctrlKey, metaKey }, known) {
  if (/^Key/.test(code) && /^\p{L}+$/u.test(key)) latin = LATIN.test(key);
  const mod = ctrlKey || metaKey ? "Mod+" : "";
  const written = mod + (mod ? key.toLowerCase() : key);
  if (known.has(written) || (latin && LATIN.test(key))) return written;
  if (code === "Slash") return mod + (shiftKey ? "?" : "/");
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  return letter && mod + (shiftKey && !mod ? letter : letter.toLowerCase());
}
