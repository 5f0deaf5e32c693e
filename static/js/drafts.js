// What is being written, with its files, goes to the server as well, so that the agent's other devices go on with it.
// The tab has its own copy: without a connection nothing typed is lost, and it is saved afterwards.
// The last to save wins, but what somebody typed here stays until it is saved or sent.

import { keep as keepQuote, quoted } from "./answer.js";
import { now } from "./clock.js";
import { data, Refused } from "./fetching.js";
import { route } from "./fragments.js";

const PAUSE_MS = 1000;
const LONGEST_MS = 5000;
const AGAIN_MS = 15000;
/** So long what was saved may come late; the same words after that are another device's. */
const LATE_MS = 30000;
const LATE_MOST = 8;
/** A tab may be used by one after another: what one began is not the other's to see. */
const OWN = `draft:${document.body.dataset.me}:`;
const TOLD = `told:${document.body.dataset.me}:`;
const FILES = `files:${document.body.dataset.me}:`;
/** What was saved here and not answered yet, maybe to a page before this one; and what the server
 *  has of what was sent, until it takes that. Either may be met, and is no other device's. */
const LATE = `late:${document.body.dataset.me}:`;
const SENT = `sent:${document.body.dataset.me}:`;
/** How new that is which this tab knows the server to have: the `seq` of an event, when it was
 *  written (`at`, of the newest), and when that was heard. */
const KNOWN = `known:${document.body.dataset.me}:`;
const NOTHING = JSON.stringify(["", "", []]);
const seqs = new Map(); // of KNOWN, for as long as this page is open
const waiting = new Map();
const saving = new Map(); // what is on its way to the server
const gone = new Set(); // what became part of another

/** `id`: of a conversation, or `note:` and it. */
export const draft = (id) => sessionStorage.getItem(OWN + id) ?? "";
/** As the API tells of them: each with its `media`, `kind` and `caption`. */
export const files = (id) => JSON.parse(sessionStorage.getItem(FILES + id) ?? "[]");
const brief = ({ media, kind, caption }) => [media.id, kind, caption];
const state = (id) => JSON.stringify([draft(id), quoted(id)?.id ?? "", files(id).map(brief)]);
const told = (id) => sessionStorage.getItem(TOLD + id) ?? NOTHING;

function store(key, value) {
  if (value) sessionStorage.setItem(key, value);
  else sessionStorage.removeItem(key);
}

const tell = (id, said) => store(TOLD + id, said === NOTHING ? "" : said);
const late = (id) => JSON.parse(sessionStorage.getItem(LATE + id) ?? "[]").filter(({ at }) => at > now() - LATE_MS);
const keepLate = (id, list) => store(LATE + id, list.length && JSON.stringify(list.slice(-LATE_MOST)));
const isLate = (id, said) => late(id).some((one) => one.said === said);
const known = (id) => ({ seq: 0, at: 0, heard: 0, ...JSON.parse(sessionStorage.getItem(KNOWN + id)) });

/** A page may be older than what the one before it was answered: for a moment, that counts. */
function seqOf(id) {
  const { seq, heard } = known(id);
  return seqs.get(id) ?? (heard > now() - LATE_MS ? seq : 0);
}

function learn(id, seq, at) {
  seqs.set(id, Math.max(seq, seqOf(id)));
  store(KNOWN + id, JSON.stringify({ seq: seqs.get(id), at: Math.max(at, known(id).at), heard: now() }));
}

/** Numbers may begin anew, as after a restore. */
document.addEventListener("inbox:resync", () => seqs.clear());

/** When the newest was written that the server has, as far as this tab knows: what is sent ends that. */
export const knownAt = (id) => new Date(Math.max(known(id).at, ...late(id).map(({ at }) => at))).toISOString();

/** The text that stands in the composer of this conversation now. */
export function keep(id, text) {
  store(OWN + id, text);
  show(id);
  later(id);
}

export function keepFiles(id, list) {
  store(FILES + id, list.length && JSON.stringify(list));
  show(id);
  later(id);
  document.dispatchEvent(new Event("inbox:filed"));
}

document.addEventListener("inbox:quoted", ({ detail }) => later(detail));

/** It was sent: what stores the message ends the draft as well. */
export function sent(id) {
  clearTimeout(waiting.get(id)?.timer);
  waiting.delete(id);
  if (told(id) !== NOTHING) store(SENT + id, told(id));
  tell(id, JSON.stringify(["", "", JSON.parse(told(id))[2]])); // files go by themselves
  later(id);
}

/** It was refused: the server has what it had. */
export function unsent(id) {
  const before = sessionStorage.getItem(SENT + id);
  if (before) tell(id, before);
  store(SENT + id, "");
}

/** It became part of another, to which the server has moved what was written there. */
export function moved(id, into) {
  const [text, list] = [both(draft(into), draft(id)), [...files(into), ...files(id)]];
  gone.add(id);
  clearTimeout(waiting.get(id)?.timer);
  waiting.delete(id);
  const { at } = known(id);
  for (const sign of [OWN, FILES, TOLD, LATE, SENT, KNOWN]) store(sign + id, "");
  learn(into, 0, at);
  keepFiles(into, list);
  keep(into, text);
}

/** What the server has, as a page or the feed says: of what is older than this tab knows, nothing. */
export function met(id, { seq, at, text, quote, files: list }) {
  if (seq < seqOf(id) || gone.has(id)) return;
  learn(id, seq, Date.parse(at) || 0);
  const [before, here, mine] = [told(id), state(id), files(id)];
  const known = JSON.parse(before)[2].map(([each]) => each);
  const has = (some) => (one) => some.some(({ media }) => media.id === one.media.id);
  const theirs = JSON.stringify([text, quote?.id ?? "", list.map(brief)]);
  if (sessionStorage.getItem(SENT + id) === theirs) return later(id);
  store(SENT + id, "");
  tell(id, theirs);
  if (isLate(id, theirs) || [saving.get(id), before, here].includes(theirs)) return later(id);
  store(OWN + id, here === before ? text : both(text, draft(id)));
  // Of theirs what is new to this tab, of its own what they have not taken away.
  const stay = mine.filter((one) => has(list)(one) || !known.includes(one.media.id));
  const come = list.filter((one) => !known.includes(one.media.id) && !has(mine)(one));
  keepFiles(id, here === before ? list : [...stay, ...come]);
  if (here === before || !quoted(id)) keepQuote(id, quote);
  show(id);
  later(id);
  document.dispatchEvent(new CustomEvent("inbox:drafted", { detail: id }));
}

/** Both, each line once: the one may be how the other began. */
export function both(one, other) {
  if (other.startsWith(one)) return other;
  const lines = other.split("\n");
  return [...one.split("\n").filter((line) => !lines.includes(line)), ...lines].filter(Boolean).join("\n");
}

/** Soon after the last letter, and now and then while somebody goes on and on. */
function later(id, pause = PAUSE_MS) {
  clearTimeout(waiting.get(id)?.timer);
  if (state(id) === told(id)) return waiting.delete(id);
  const since = waiting.get(id)?.since ?? Date.now();
  const left = Math.max(0, Math.min(pause, since + LONGEST_MS - Date.now()));
  waiting.set(id, { since, timer: setTimeout(save, pause === PAUSE_MS ? left : pause, id) });
}

async function save(id, options = {}) {
  const said = state(id);
  const leaves = options.keepalive && saving.get(id) !== said; // what is on its way may be cut off
  if ((saving.has(id) && !leaves) || said === told(id) || gone.has(id)) return;
  waiting.delete(id);
  saving.set(id, said);
  const at = Math.floor(now());
  if (said !== NOTHING) keepLate(id, [...late(id), { said, at }]);
  const answer = await offer(id, said, at, options);
  if (saving.get(id) === said) saving.delete(id);
  if (gone.has(id)) return;
  if (answer) taken(id, said, at, answer);
  later(id, answer ? PAUSE_MS : AGAIN_MS);
}

/** What the server says of it; null: it is to be tried again. */
function offer(id, said, at, options) {
  const [text, quoted_id, list] = JSON.parse(said);
  const place = id.startsWith("note:") ? `${id.slice(5)}/note-draft` : `${id}/draft`;
  const body = new URLSearchParams({ text, quoted_id, files: JSON.stringify(list), written_at: new Date(at).toISOString() });
  return data(`/conversations/${place}`, { method: "POST", body, quiet: true, ...options }).catch(refused);
}

/** Another device may have saved since, and be heard of already. */
function taken(id, said, at, { seq }) {
  if (!seq || seq >= seqOf(id)) tell(id, said);
  if (seq) learn(id, seq, at);
  store(SENT + id, "");
  keepLate(id, late(id).filter((one) => one.at !== at));
}

/** What the server will not have is not offered again, until it is another text. */
const refused = (error) => (error instanceof Refused && error.status < 500 && error.status !== 401 ? {} : null);

/** The connection is back, or the page goes. */
export function saveAll(options) {
  for (const id of new Set([...mine(), ...waiting.keys()])) save(id, options);
}

const mine = () =>
  Object.keys(sessionStorage).flatMap((key) => [OWN, FILES].filter((sign) => key.startsWith(sign)).map((sign) => key.slice(sign.length)));

/** A list that was fetched anew knows only what was saved by then. */
document.addEventListener("inbox:refilled", () => mine().forEach(show));

document.addEventListener("visibilitychange", () => document.hidden && saveAll({ keepalive: true }));

/** In the list, for nobody else: list.js draws what its row says. */
function show(id) {
  const row = document.getElementById(`row-${id}`);
  if (!row) return;
  if (state(id) === NOTHING) delete row.dataset.draft;
  else row.dataset.draft = (draft(id) || files(id).map(({ media, kind }) => media.filename || kind).join(", ")).slice(0, 200);
  document.dispatchEvent(new Event("inbox:seen"));
}

route("data-draft-of", ({ dataset: { draftOf }, value }) => met(draftOf, JSON.parse(value)));
