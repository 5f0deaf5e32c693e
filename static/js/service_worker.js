// Hears pushes while no page is open, and leads from a notice to its message. It answers no request
// and keeps nothing: every page and every form is the server's alone.

const windows = () => clients.matchAll({ type: "window", includeUncontrolled: true });

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

// A browser of Apple's takes the permission away where a push shows nothing.
const shows = /AppleWebKit/.test(navigator.userAgent) && !/Chrom/.test(navigator.userAgent);

addEventListener("push", (event) => event.waitUntil(pushed(event.data.json())));

/** Before a page that somebody looks at the page itself tells. */
async function pushed(told) {
  const pages = await windows();
  if (!pages.length) navigator.setAppBadge?.().catch(() => {}); // a dot: the next page knows how many
  const looked = pages.some((page) => page.visibilityState === "visible");
  if (shows || told.tag === "test" || !looked) await show(told);
}

/** A page and a push tell the same: a browser shows one, and is heard once. */
async function show({ title, body, tag, url, at, lang, dir }) {
  const there = await registration.getNotifications({ tag });
  if (there.some(({ data }) => data.url === url) && tag !== "test") return;
  const icon = new URL("/apple-touch-icon.png", location).href;
  await registration.showNotification(title, { body, tag, lang, dir, icon, timestamp: at ?? undefined, renotify: true, data: { url } });
}

addEventListener("message", (event) => event.waitUntil(show(event.data)));

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.url));
});

async function open(url) {
  const pages = await windows();
  const page = pages.find(({ visibilityState }) => visibilityState === "visible") ?? pages[0];
  if (!page) return clients.openWindow(url);
  await page.focus();
  page.postMessage({ open: url });
}

// The browser has another address now: whoever tells it must know.
addEventListener("pushsubscriptionchange", (event) => event.waitUntil(again(event)));

async function again({ oldSubscription: old, newSubscription }) {
  const fresh = newSubscription ?? (old && (await registration.pushManager.subscribe(old.options)));
  if (!fresh) return;
  const body = JSON.stringify({ ...fresh.toJSON(), replaces: old?.endpoint ?? "" });
  await fetch("/api/v1/me/devices", { method: "POST", headers: { "Content-Type": "application/json" }, body });
}
