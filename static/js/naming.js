// Who can be named in a note. Fetched with the first @ that begins a word of one.

import { finds } from "./completing.js";
import { parse } from "./fragments.js";
import { text } from "./fetching.js";

const SHOWN = 8;
let people = null;

const plain = (words) => words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** Any word of a name may be the one that is meant. */
function fits(name, begin) {
  const words = plain(name);
  return words.startsWith(begin) || words.split(/\s+/).some((word) => begin && word.startsWith(begin));
}

async function everybody() {
  const list = parse(await text("/people", { holds: "#people" }));
  return [...list.querySelectorAll("li")].map(({ textContent }) => textContent);
}

finds("mentions", async (words) => {
  people ??= await everybody();
  const begin = plain(words);
  if (people.some((name) => begin.startsWith(`${plain(name)} `))) return { items: [] }; // named already
  const found = people.filter((name) => fits(name, begin)).slice(0, SHOWN);
  return { items: found.map((name) => ({ title: name, lead: "@", insert: `@${name} ` })) };
});
