// The feed as any program reads it: JSON frames, resumed by `since`.

import { signInPath } from "../signed_out.js";

const TYPES = ["message:new", "message:status", "message:updated", "contact:new", "contact:updated"];
const SIGNED_OUT = 4401;
const SILENCE_MS = 40000; // a heartbeat comes every 15 s

/** `hear` gets (type, payload) of every event; `live` whether the feed is there. */
export function listen(since, hear, live) {
  let socket;
  let timer;
  let tries = 0;
  let heard = Date.now();

  const connect = () => {
    clearTimeout(timer);
    heard = Date.now();
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const opening = (socket = new WebSocket(`${scheme}://${location.host}/ws?format=json&since=${since}`));
    opening.onopen = () => opening.send(JSON.stringify({ type: "subscribe", payload: { topics: ["all"], types: TYPES } }));
    opening.onmessage = ({ data }) => opening === socket && receive(JSON.parse(data));
    opening.onclose = ({ code }) => opening === socket && lost(code);
  };

  const receive = ({ type, seq, payload }) => {
    heard = Date.now();
    if (type === "feed:resync") return location.reload();
    if (type === "feed:caught_up") {
      tries = 0;
      live(true);
    }
    // A heartbeat tells how far the feed is, not how far we are.
    if (seq && (type === "feed:caught_up" || !type.startsWith("feed:"))) since = Math.max(since, seq);
    if (TYPES.includes(type)) hear(type, payload);
  };

  const lost = (code) => {
    socket = null;
    if (code === SIGNED_OUT) return location.assign(signInPath());
    live(false);
    const ceiling = Math.min(30000, 500 * 2 ** tries++);
    timer = setTimeout(connect, ceiling * (0.5 + Math.random() / 2));
  };

  const again = () => {
    const dead = socket;
    socket = null;
    dead?.close();
    connect();
  };

  setInterval(() => socket && Date.now() - heard > SILENCE_MS && again(), 5000);
  for (const sign of ["online", "offline"]) addEventListener(sign, again);
  document.addEventListener("visibilitychange", () => document.hidden || socket || connect());
  addEventListener("pageshow", ({ persisted }) => persisted && again());
  connect();
}
