// Tells what happens while nobody looks: by a sound, and by a notice where this browser shows them. Of
// what customers say elsewhere than before one's eyes, of notes that name one, of what one is given.
// Fetched once the page is live. Of several tabs one tells; what was seen meanwhile is not told.

import { actions } from "./actions.js";
import { data, unanswered } from "./fetching.js";
import { listen, parse, raw, route } from "./fragments.js";
import { openId } from "./scroll.js";
import { toast } from "./signs.js";
import { play } from "./sounds.js";
import { isOn, keepUp, notify } from "./this_browser.js";
import { say } from "./words.js";
import "./counting.js";

const SETTLED_MS = 1200;
const HELD_MS = 5000;
const OLD_MS = 120000;
const APART_MS = 1000; // of a flood one sound is enough
const { me } = document.body.dataset;
const said = new Map(); // conversation → the message that just came there
const noted = new Map();
const waiting = new Map(); // what is to be told of a conversation, the newest of each kind
let settings = null;
let rang = -Infinity;

route("data-notices", ({ value }) => (settings = Promise.resolve(JSON.parse(value))));

/** Asked for with the first that there may be to tell. */
const chosen = () => (settings ??= data("/api/v1/me/notices", { quiet: true }).catch(() => (settings = null)));

listen(({ head, body, conversation }) => {
  const [type] = head.split(" ");
  if (type === "message:new" && /data-direction="incoming"(?![^>]*data-aside)/.test(body)) keep(said, conversation, body);
  if (type === "note:new") keep(noted, conversation, body);
  if (type === "conversation:updated") updated(conversation, body);
  if (type === "mention:updated" && noted.has(conversation) && !/value="0"/.test(body)) mentioned(conversation);
});

/** What is told again after a long sleep is in the list, and is nothing to be called for. */
function keep(there, conversation, body) {
  const [, id, at] = body.match(/<li id="message-([^"]+)"[^>]*\sdata-at="([^"]+)"/s) ?? [];
  if (id && Date.now() - Date.parse(at) < OLD_MS) there.set(conversation, { id, body });
}

/** What the row says of itself: of hundreds a second the rest need not be parsed. */
const facts = (body) => raw(body.match(/<li [^>]*>/s)[0]).firstElementChild;

const looks = (conversation) => conversation === openId() && !document.hidden && document.hasFocus();

function updated(conversation, body) {
  const item = said.get(conversation);
  const given = body.includes("data-given") && parse(body).querySelector("[data-given]");
  said.delete(conversation);
  const url = `/conversations/${conversation}`;
  const words = () => {
    const row = parse(body).querySelector(".row");
    const [title, text] = [".name", ".preview"].map((part) => row.querySelector(part)?.textContent.trim() ?? "");
    return { title, body: text };
  };
  if (item) tell({ kind: "message", conversation, row: body, id: item.id, words, url: `${url}?message=${item.id}`, bare: say("New message") });
  if (!given || given.value !== me || given.dataset.by === me) return;
  const named = () => {
    const { title, body: text } = words();
    return { title: say("%(name)s was assigned to you", { name: title }), body: text };
  };
  tell({ kind: "assignment", conversation, row: body, id: given.dataset.at, words: named, url });
}

function mentioned(conversation) {
  const { id, body } = noted.get(conversation);
  noted.delete(conversation);
  const words = () => {
    const item = parse(body);
    const who = item.querySelector(".label bdi, .sender")?.textContent.trim() ?? "";
    return { title: say("%(who)s names you in a note", { who }), body: item.querySelector(".words")?.textContent ?? "" };
  };
  tell({ kind: "mention", conversation, id, words, url: `/conversations/${conversation}?message=${id}` });
}

/** Who looks has nothing to be told. Else a moment later: by the newest of what came until then. */
async function tell(news) {
  const { kind, conversation } = news;
  if (looks(conversation)) return alone(news);
  const key = `${kind}:${conversation}`;
  const waits = waiting.has(key);
  waiting.set(key, news);
  if (waits) return;
  await wait(SETTLED_MS);
  const newest = waiting.get(key);
  waiting.delete(key);
  const wishes = await chosen();
  if (!wishes || looks(conversation) || !(rings(wishes) || isOn())) return;
  const row = newest.row && facts(newest.row);
  if (seen(newest, row) || !wants(wishes, kind, row)) return;
  const sound = rings(wishes) ? wishes.sound : "none";
  if (sound !== "none") rang = Date.now();
  alone(newest, () => call(newest, wishes, sound));
}

/** One tab tells: the one that is looked at, or else whoever comes first. */
function alone({ kind, id }, work = () => {}) {
  navigator.locks.request(`told:${kind}:${id}`, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    await work();
    await wait(HELD_MS);
  });
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** In another tab, on another device: its list says so. */
function seen({ kind, conversation }, row) {
  if (kind !== "message") return false;
  const known = document.getElementById(`row-${conversation}`)?.dataset.seen ?? read.get(conversation) ?? 0;
  return Number(known) >= Number(row.dataset.inbound);
}

const read = new Map();
route("data-seen-of", ({ dataset, value }) => read.set(dataset.seenOf, value));

const rings = ({ sound }) => sound !== "none" && Date.now() - rang > APART_MS;

function call({ kind, conversation, url, words, bare }, wishes, sound) {
  play(sound);
  if (!isOn()) return;
  const { title, body } = words();
  const { lang, dir } = document.documentElement;
  notify({ title, body: wishes.preview ? body : bare ?? "", url, tag: `${kind}:${conversation}`, at: Date.now(), lang, dir: dir || "auto" });
}

function wants(wishes, kind, row) {
  if (isAway(wishes) || isQuiet(wishes)) return false;
  if (kind === "mention") return wishes.mentions;
  if (kind === "assignment") return wishes.assignments;
  const { channel, assignee } = row.dataset;
  if (wishes.muted_channels.includes(channel)) return false;
  const mine = assignee === me;
  return { all: true, mine, mine_and_unassigned: mine || !assignee }[wishes.messages] ?? false;
}

const isAway = ({ away, away_until: until }) => away && (!until || Date.now() < Date.parse(until));

function isQuiet({ quiet_hours: quiet }) {
  if (!quiet) return false;
  const now = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: quiet.time_zone }).format();
  return quiet.start < quiet.end ? quiet.start <= now && now < quiet.end : now >= quiet.start || now < quiet.end;
}

actions({ id: "away", does: say("Say that I am away, or back"), run: goOrCome, when: () => true });

async function goOrCome() {
  const away = !isAway((await chosen()) ?? {});
  const asked = { method: "PATCH", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ away }) };
  try {
    settings = Promise.resolve(await data("/api/v1/me/notices", asked));
    toast(away ? say("You are away, and told nothing until you are back.") : say("You are back."));
  } catch (error) {
    toast(unanswered(error));
  }
}

keepUp().catch(() => {});
