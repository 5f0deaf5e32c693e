// Keyboards of other scripts: where a key bears no Latin letter, its place says which is meant.

const LATIN = /^[ -~\p{Script=Latin}]$/u;
let latin = true;

/** The key of a registry that is meant: what is written on it, else what a Latin one has there. */
export function meant({ key, code, shiftKey }, keys) {
  if (/^Key/.test(code) && /^\p{L}+$/u.test(key)) latin = LATIN.test(key);
  if (keys.some((one) => one.key === key) || (latin && LATIN.test(key))) return key;
  if (code === "Slash") return shiftKey ? "?" : "/";
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  return shiftKey ? letter : letter?.toLowerCase();
}
