// Tells what happens while nobody looks: by a sound, and by a notice where this browser shows them. Of
// what customers say elsewhere than before one's eyes, of notes that name one, of what one is given.
// Fetched once the page is live. Of several tabs one tells; what was seen meanwhile is not told.

import { actions } from "./actions.js";
import { data, unanswered } from "./fetching.js";
import { listen, parse, route } from "./fragments.js";
import { openId } from "./scroll.js";
import { toast } from "./signs.js";
import { play } from "./sounds.js";
import { isOn, keepUp, notify } from "./this_browser.js";
import { say } from "./words.js";
import "./counting.js";

const SETTLED_MS = 1200;
const HELD_MS = 5000;
const OLD_MS = 120000;
const { me } = document.body.dataset;
const said = new Map(); // conversation → the message that just came there
const noted = new Map();
let settings = null;

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
  const item = parse(body).querySelector(".message");
  if (item && Date.now() - Date.parse(item.dataset.at) < OLD_MS) there.set(conversation, item);
}

const idOf = (item) => item.id.replace("message-", "");
const looks = (conversation) => conversation === openId() && !document.hidden && document.hasFocus();

function updated(conversation, body) {
  const item = said.get(conversation);
  const given = body.includes("data-given");
  if (!item && !given) return;
  said.delete(conversation);
  const page = parse(body);
  const row = page.querySelector(".row");
  const [name, text] = [".name", ".preview"].map((part) => row.querySelector(part)?.textContent.trim() ?? "");
  const url = `/conversations/${conversation}`;
  if (item) tell({ kind: "message", conversation, row, id: idOf(item), title: name, body: text, url: `${url}?message=${idOf(item)}`, bare: say("New message") });
  const mine = given && page.querySelector("[data-given]");
  if (mine && mine.value === me && mine.dataset.by !== me) {
    tell({ kind: "assignment", conversation, row, id: `${mine.dataset.at}`, title: say("%(name)s was assigned to you", { name }), body: text, url });
  }
}

function mentioned(conversation) {
  const item = noted.get(conversation);
  noted.delete(conversation);
  const who = item.querySelector(".label bdi, .sender")?.textContent.trim() ?? "";
  tell({ kind: "mention", conversation, id: idOf(item), title: say("%(who)s names you in a note", { who }), body: item.querySelector(".words")?.textContent ?? "", url: `/conversations/${conversation}?message=${idOf(item)}` });
}

/** One tab tells: the one that is looked at, which has nothing to tell, or else whoever comes first. */
async function tell(news) {
  const looking = looks(news.conversation);
  if (!looking) await wait(SETTLED_MS);
  if (looks(news.conversation) !== looking || (!looking && seen(news))) return;
  navigator.locks.request(`told:${news.kind}:${news.id}`, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    if (!looking) await call(news);
    await wait(HELD_MS);
  });
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** In another tab, on another device: its list says so. */
function seen({ kind, conversation, row }) {
  if (kind !== "message") return false;
  const known = document.getElementById(`row-${conversation}`)?.dataset.seen ?? read.get(conversation) ?? 0;
  return Number(known) >= Number(row.dataset.inbound);
}

const read = new Map();
route("data-seen-of", ({ dataset, value }) => read.set(dataset.seenOf, value));

async function call(news) {
  const wishes = await chosen();
  if (!wishes || !wants(wishes, news)) return;
  play(wishes.sound);
  if (!isOn()) return;
  const { kind, conversation, title, url } = news;
  const body = wishes.preview ? news.body : news.bare ?? "";
  const { lang, dir } = document.documentElement;
  notify({ title, body, url, tag: `${kind}:${conversation}`, at: Date.now(), lang, dir: dir || "auto" });
}

function wants(wishes, { kind, row }) {
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
