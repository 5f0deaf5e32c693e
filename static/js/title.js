// "(3) Inbox", the dot in the favicon, the number on the rail and on the app's icon.

const icon = document.querySelector("link[rel=icon]");
const plain = icon?.href;
const base = document.title;

document.addEventListener("inbox:counted", ({ detail: unread }) => {
  const text = unread ? `(${unread}) ${base}` : base;
  if (document.title === text) return;
  document.title = text;
  if (icon) icon.href = unread ? icon.dataset.unread : plain;
  const count = document.querySelector("[data-unread-total]");
  if (count) {
    count.textContent = unread || "";
    count.hidden = !unread;
  }
  navigator.setAppBadge?.(unread).catch(() => {});
});
