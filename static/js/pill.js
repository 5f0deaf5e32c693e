// Says in words whether the page is live. Short hiccups stay unmentioned.

const WORDS = {
  live: "",
  connecting: "Reconnecting…",
  offline: "No connection: messages you send will go out when it is back",
};
const PATIENCE = 2000;
const OFFLINE_AFTER = 10000;

export function pill(feed) {
  const element = document.getElementById("pill");
  let timers = [];
  let lost = false;

  const after = (ms, work) => timers.push(setTimeout(work, ms));
  function show(state, words = WORDS[state]) {
    element.dataset.state = state;
    element.textContent = words;
    element.hidden = !words;
  }

  function waiting() {
    if (lost) return;
    lost = true;
    timers.forEach(clearTimeout);
    timers = [];
    element.dataset.state = "connecting";
    after(PATIENCE, () => show(navigator.onLine ? "connecting" : "offline"));
    after(OFFLINE_AFTER, () => show("offline"));
  }

  feed.addEventListener("lost", waiting);
  addEventListener("offline", () => lost && show("offline"));
  feed.addEventListener("live", ({ detail: count }) => {
    timers.forEach(clearTimeout);
    timers = [];
    const noticed = lost && !element.hidden;
    lost = false;
    if (!noticed) return show("live");
    show("recovered", count ? `Reconnected, ${count} update${count === 1 ? "" : "s"}` : "Reconnected");
    after(3000, () => show("live"));
  });
  after(PATIENCE, () => show("connecting"));
}
