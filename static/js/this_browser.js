// Whether this browser shows notices, for whom, and its subscription: what it is told by with no page
// open. It is of one user: who signs in here next has to turn it on for themselves.

const WHOSE = "notices";
const ADDRESS = "/api/v1/me/devices";
const me = () => document.body.dataset.me;

/** Why it cannot; empty: it can. */
export function hindrance() {
  if (!isSecureContext) return "insecure";
  if (/iP(hone|ad|od)/.test(navigator.userAgent) && !navigator.standalone) return "home-screen";
  if (!navigator.serviceWorker || !globalThis.Notification || !globalThis.PushManager) return "unable";
  return Notification.permission === "denied" ? "denied" : "";
}

/** What is known here comes first: to say what is permitted, the browser is asked and waited for. */
export const isOn = () => localStorage.getItem(WHOSE) === me() && !hindrance() && Notification.permission === "granted";

async function registered() {
  await navigator.serviceWorker.register("/service-worker.js", { scope: "/", updateViaCache: "none" });
  return navigator.serviceWorker.ready;
}

/** By a press only: else some browsers do not even ask. `key`: the server's public one. */
export async function turnOn(key) {
  if ((await Notification.requestPermission()) !== "granted") return false;
  const { pushManager } = await registered();
  const old = await pushManager.getSubscription();
  if (old && !same(old, key)) await old.unsubscribe();
  await tell(await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  localStorage.setItem(WHOSE, me());
  return true;
}

function same({ options }, key) {
  const bytes = new Uint8Array(options.applicationServerKey ?? []);
  const text = btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
  return text.replaceAll("=", "") === key;
}

export async function turnOff() {
  localStorage.removeItem(WHOSE);
  const registration = await navigator.serviceWorker.getRegistration();
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
}

async function tell(subscription) {
  const body = JSON.stringify(subscription);
  const answer = await fetch(ADDRESS, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
}

/** Who signed in here anew, or whose browser has subscribed anew, is told here again. */
export async function keepUp() {
  if (!isOn()) return;
  const answer = await fetch(ADDRESS);
  if (!answer.ok) return;
  const { data, public_key: key } = await answer.json();
  const { pushManager } = await registered();
  const subscription = await pushManager.getSubscription();
  const known = data.some(({ current, state }) => current && state !== "ended");
  if (subscription && known) return;
  await tell(subscription ?? (await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })));
}

/** The service worker shows it, as it does a push of the same: a browser shows one of both. */
export async function notify(told) {
  const registration = await navigator.serviceWorker.getRegistration();
  registration?.active?.postMessage(told);
}
