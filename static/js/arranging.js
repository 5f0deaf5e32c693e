// Conversations are assigned, put off, labelled and resolved: one or many, each undone by a click.

import { data, signedOut, text, unanswered } from "./fetching.js";
import { parse } from "./fragments.js";
import { among, menu } from "./menu.js";
import { close, open } from "./navigate.js";
import { uuid } from "./outbox.js";
import { openId } from "./scroll.js";
import { toast } from "./signs.js";
import { locale, many, say } from "./words.js";

const UNDO_MS = 12000;
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const sent = (url, body) => data(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** In the server's own words, where it has some. */
function why(error) {
  try {
    return JSON.parse(error.html).detail ?? unanswered(error);
  } catch {
    return unanswered(error);
  }
}

function failed(error) {
  if (!signedOut(error)) toast(why(error));
}

/** `words`: what was done, of one; `otherwise`: where nothing was. How many are others now; null: it
 *  failed. */
function put(these, set, words, otherwise = say("It is so already.")) {
  const undo = uuid();
  const done = change(undo, these, set, words, otherwise);
  document.dispatchEvent(new CustomEvent("inbox:arranging", { detail: { undo, done } }));
  return done;
}

async function change(undo, these, set, words, otherwise) {
  try {
    const { changed, left_out: left, left_out_count: count } = await sent("/api/v1/conversations/bulk", { ...these, set, undo_id: undo });
    const several = many("%(num)s conversation", "%(num)s conversations", changed);
    const why = count ? many("%(num)s was left out: %(why)s", "%(num)s were left out: %(why)s", count, { why: left[0].why }) : "";
    if (changed) offerUndo([changed > 1 ? `${words} · ${several}` : words, why].filter(Boolean).join(". "), undo);
    else toast(why || otherwise);
    return changed;
  } catch (error) {
    failed(error);
    return null;
  }
}

/** It stays while somebody points at it or is in it. */
function offerUndo(words, id) {
  document.querySelector(".undo-toast")?.remove();
  const element = Object.assign(document.createElement("div"), { className: "toast undo-toast", role: "alert" });
  const button = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: say("Undo") });
  element.append(Object.assign(document.createElement("bdi"), { textContent: words }), button);
  document.getElementById("toasts").append(element);
  const end = () => (element.matches(":hover, :focus-within") ? setTimeout(end, UNDO_MS) : element.remove());
  setTimeout(end, UNDO_MS);
  button.addEventListener("click", async () => {
    element.remove();
    try {
      await sent(`/api/v1/undo/${id}`, {});
      toast(say("Undone"));
    } catch (error) {
      failed(error);
    }
  });
}

/** What there is to choose from is asked each time: somebody may have added to it. */
async function offered() {
  const page = parse(await text("/desk/choices", { holds: "#choices" }));
  const of = (kind) => [...page.querySelectorAll(`[data-kind=${kind}] > li`)];
  return { of, mayLabel: Boolean(page.querySelector("#choices[data-may-label]")) };
}

/** How the only one stands now; of several that is not told. */
const standing = ({ ids }) => (ids?.length === 1 && document.getElementById(`standing-${ids[0]}`)?.dataset) || {};

function entry(id, name, kind = "") {
  const item = document.createElement("li");
  item.append(Object.assign(document.createElement("span"), { textContent: name }));
  Object.assign(item.dataset, { id, name, kind });
  return item;
}

function marked(items, ...now) {
  for (const item of items) if (now.includes(item.dataset.id)) item.dataset.on = "";
  return items;
}

const kindOf = (items, kind) => items.map((item) => (Object.assign(item.dataset, { kind }), item));

async function choose(title, anchor, items, chosen) {
  const all = await items;
  await menu({ title, anchor, find: (words) => among(all, words), choose: ({ dataset }) => chosen(dataset) });
}

async function assign(these, anchor) {
  const [{ of }, now] = [await offered(), standing(these)];
  const items = [...marked(kindOf(of("people"), "person"), now.assignee), ...marked(kindOf(of("teams"), "team"), now.team)];
  if (now.assignee !== "") items.push(entry("", say("Nobody"), "person"));
  items.push(entry("", say("Pass on with a note…"), "transfer"));
  await choose(say("Assign to"), anchor, items, ({ id, name, kind }) => {
    if (kind === "transfer") return transfer(these);
    if (kind === "team") return put(these, { team_id: id }, say("Passed to %(name)s", { name }));
    return put(these, { assignee_id: id || null }, id ? say("Assigned to %(name)s", { name }) : say("Assigned to nobody"));
  });
}

async function team(these, anchor) {
  const [{ of }, now] = [await offered(), standing(these)];
  const items = [...marked(of("teams"), now.team), ...(now.team === "" ? [] : [entry("", say("No team"))])];
  await choose(say("Team"), anchor, items, ({ id, name }) => put(these, { team_id: id || null }, id ? say("Passed to %(name)s", { name }) : say("With no team")));
}

/** Of several: which labels all of them have, and which only some. */
async function labelled(these, all) {
  const { labels: known } = standing(these);
  if (known) return marked(all, ...JSON.parse(known));
  const { count, labels: found } = await sent("/api/v1/conversations/bulk/preview", these);
  for (const { dataset } of all) {
    if (found[dataset.id] === count) dataset.on = "";
    else if (found[dataset.id]) dataset.some = "";
  }
  return all;
}

async function labels(these, anchor) {
  const { of, mayLabel } = await offered();
  const all = await labelled(these, of("labels"));
  const less = all.filter(({ dataset }) => "some" in dataset).map(({ dataset: { id } }) => entry(id, say("Take off %(name)s", { name: id }), "less"));
  const find = (words) => {
    const found = [...among(all, words), ...(words ? among(less, words) : less)];
    const there = all.some(({ dataset: { name } }) => name.toLowerCase() === words.toLowerCase());
    if (words && mayLabel && !there) found.push(entry(words, say("Make the label %(name)s", { name: words }), "new"));
    return found;
  };
  await menu({ title: say("Label"), anchor, find, choose: ({ dataset }) => label(these, dataset) });
}

async function label(these, { id: name, kind, on }) {
  if (kind === "less" || on !== undefined) return put(these, { remove_labels: [name] }, say("Label %(name)s taken off", { name }));
  try {
    if (kind === "new") await sent("/api/v1/labels", { name });
  } catch (error) {
    return failed(error);
  }
  return put(these, { add_labels: [name] }, say("Labelled %(name)s", { name }));
}

async function priority(these, anchor) {
  const { of } = await offered();
  await choose(say("Priority"), anchor, marked(of("priorities"), standing(these).priority), ({ id, name }) => put(these, { priority: id }, say("Priority: %(name)s", { name })));
}

const WORDS = { open: say("Open again"), pending: say("Put on hold"), resolved: say("Resolved") };
const become = (status) => (these) => put(these, { status }, WORDS[status]);

async function status(these, anchor) {
  const { of } = await offered();
  const items = [...marked(of("statuses"), standing(these).status), entry("snooze", say("Snooze…")), entry("unread", say("Mark unread"))];
  const others = { snooze: () => snooze(these, anchor), unread: () => unread(these) };
  await choose(say("Status"), anchor, items, ({ id }) => (others[id] ?? (() => become(id)(these)))());
}

async function snooze(these, anchor) {
  const wake = standing(these).status === "snoozed" ? [entry("wake", say("Wake it now"))] : [];
  const find = async (words) => {
    const page = parse(await text(`/desk/times?${new URLSearchParams({ words, zone })}`, { holds: "#times" }));
    for (const time of page.querySelectorAll("time")) time.textContent = moment.format(new Date(time.dateTime));
    return [...page.querySelectorAll("#times > li"), ...(words ? [] : wake)];
  };
  await menu({ title: say("Until when: tomorrow 9, in 3 hours, fri…"), anchor, find, choose: ({ dataset: { id } }) => sleep(these, id) });
}

const moment = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });

function sleep(these, until) {
  if (until === "wake") return become("open")(these);
  if (until === "date") return pickDate(these);
  if (until === "reply") return put(these, { status: "snoozed" }, say("Snoozed until they write"));
  return put(these, { status: "snoozed", snoozed_until: until }, say("Snoozed until %(time)s", { time: moment.format(new Date(until)) }));
}

/** A dialog of the server's, whose form says what it was answered. */
async function ask(path, answered) {
  try {
    const dialog = parse(await text(path, { holds: "dialog" })).querySelector("dialog");
    document.body.append(dialog);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.querySelector("form[data-answers]").addEventListener("submit", async (event) => {
      event.preventDefault();
      if ((await answered(event.target.elements)) !== null) dialog.close();
    });
    dialog.showModal();
    dialog.querySelector("[data-answers] :is(select, input)").focus();
    return dialog;
  } catch (error) {
    failed(error);
    return null;
  }
}

async function pickDate(these) {
  await ask("/desk/date", ({ at }) => sleep(these, new Date(at.value).toISOString()));
}

async function transfer(these) {
  await ask("/desk/transfer", ({ to, note }) => {
    const [kind, id] = to.value.split(":");
    const [name, words] = [to.selectedOptions[0].textContent.trim(), note.value.trim()];
    const whose = kind === "team" ? { team_id: id, assignee_id: null } : { assignee_id: id };
    return put(these, { ...whose, note: words }, say("Passed to %(name)s", { name }));
  });
}

/** It is left as well: whoever comes to it again has read it. */
async function unread(these) {
  const nothing = say("Unread already, or they have not written yet.");
  if ((await put(these, { unread: true }, say("Marked unread"), nothing)) && these.ids?.includes(openId())) close();
}

async function resolveNext(these) {
  const row = document.getElementById(`row-${openId()}`);
  const following = row?.nextElementSibling ?? row?.previousElementSibling;
  if ((await put(these, { status: "resolved" }, WORDS.resolved)) === null) return;
  const path = following?.querySelector("a")?.getAttribute("href");
  if (path) open(path);
  else close();
}

const DOES = {
  assign,
  team,
  transfer,
  labels,
  priority,
  snooze,
  status,
  unread,
  read: (these) => put(these, { unread: false }, say("Marked read")),
  mine: (these) => put(these, { assignee_id: document.body.dataset.me }, say("Assigned to you")),
  resolve: become("resolved"),
  reopen: become("open"),
  "resolve-next": resolveNext,
};

/** The button for it, where there is one: of the rows that are chosen, or above the thread. */
const standsFor = (what) => ["#chosen", ".standing"].map((place) => document.querySelector(`${place} [data-arrange="${what}"]`)).find(Boolean);

document.addEventListener("inbox:arrange", async ({ detail: { what, these, anchor } }) => {
  try {
    await DOES[what](these, anchor ?? standsFor(what));
  } catch (error) {
    failed(error);
  }
});
