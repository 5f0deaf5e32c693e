// Owns the WebSocket: resumes by `since`, notices a dead one by its heartbeat, and comes back.

import { told } from "./clock.js";
import { leaveToSignIn } from "./signed_out.js";

const SIGNED_OUT = 4401;
const PONG_MS = 3000;
const GRACE_MS = 3000;
const CONNECT_MS = 10000;
const DOUBT_MS = 1500;

let line = null;

/** Said where there is a line, and else not at all: what is true for a moment is said again. */
export const tellServer = (frame) => line?.readyState === WebSocket.OPEN && line.send(JSON.stringify(frame));

export class Feed extends EventTarget {
  constructor(since) {
    super();
    Object.assign(this, { since, tries: 0, missed: 0, heartbeat: 15000, heard: 0 });
    for (const sign of ["online", "pageshow", "focus"]) addEventListener(sign, () => this.wake(sign));
    document.addEventListener("visibilitychange", () => document.hidden || this.wake("visible"));
    addEventListener("offline", () => this.doubt());
    addEventListener("pagehide", () => this.drop());
    setInterval(() => this.watch(), 1000);
    this.connect();
  }

  connect() {
    clearTimeout(this.timer);
    this.timer = null;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const asked = `format=html&language=${document.documentElement.lang}&since=${this.since}`;
    const socket = new WebSocket(`${scheme}://${location.host}/ws?${asked}`);
    this.socket = line = socket;
    this.started = Date.now();
    this.caughtUp = false;
    socket.onmessage = ({ data }) => socket === this.socket && this.hear(JSON.parse(data));
    socket.onclose = ({ code }) => socket === this.socket && this.lost(code);
  }

  hear({ type, seq, payload = {} }) {
    this.heard = Date.now();
    clearTimeout(this.pong);
    this.pong = null;
    if (type === "feed:fragments") this.tell("fragments", payload.html);
    if (type === "feed:hello") this.greeted(payload);
    if (type === "feed:resync") this.tell("resync", payload.reason);
    if (type === "feed:heartbeat") return this.compare(seq, payload.cursor);
    if (["feed:fragments", "feed:caught_up", "feed:resync"].includes(type)) this.since = Math.max(this.since, seq);
    if (type === "feed:caught_up" || type === "feed:resync") this.live(payload.count ?? 0);
  }

  greeted({ heartbeat_s, at }) {
    this.heartbeat = (heartbeat_s ?? 15) * 1000;
    told(at);
  }

  live(count) {
    Object.assign(this, { tries: 0, missed: 0, caughtUp: true });
    this.tell("live", count);
  }

  /** The heartbeat says how far the feed is, and how far we were served, counting what no page
   *  shows. Behind it twice: this socket is dead, however open. */
  compare(head, cursor = 0) {
    this.since = Math.max(this.since, cursor);
    this.missed = head > this.since ? this.missed + 1 : 0;
    if (this.missed >= 2) this.again();
  }

  lost(code) {
    this.socket = null;
    if (code === SIGNED_OUT) return leaveToSignIn();
    this.tell("lost");
    if (document.visibilityState === "hidden" && this.tries > 6) return; // wakes when looked at
    const ceiling = Math.min(30000, 500 * 2 ** this.tries);
    this.tries += 1;
    this.timer = setTimeout(() => this.connect(), ceiling * (0.5 + Math.random() / 2));
  }

  drop() {
    const { socket } = this;
    this.socket = null;
    clearTimeout(this.timer);
    socket?.close();
  }

  again() {
    this.drop();
    this.missed = 0;
    this.tell("lost");
    this.connect();
  }

  watch() {
    if (!this.socket) return;
    const quiet = Date.now() - Math.max(this.heard, this.started);
    if (quiet > (this.caughtUp ? this.heartbeat + GRACE_MS : CONNECT_MS)) this.again();
  }

  /** Back from sleep or another network: a socket may look open and be dead, so ask it. */
  wake(sign) {
    if (!this.socket) {
      this.tries = 0;
      return this.connect();
    }
    if (sign === "online") return this.again();
    if (this.socket.readyState !== WebSocket.OPEN || this.pong) return;
    this.socket.send('{"type":"ping"}');
    this.pong = setTimeout(() => this.again(), PONG_MS);
  }

  /** The browser says that there is no network. Of a server on this very machine that means nothing,
   *  so it is asked; else it would be the next heartbeat that tells. */
  async doubt() {
    const icon = document.querySelector("link[rel=icon]").href;
    const there = await fetch(icon, { cache: "no-store", signal: AbortSignal.timeout(DOUBT_MS) }).catch(() => null);
    if (!there) this.again();
  }

  tell(type, detail) {
    document.dispatchEvent(new Event(`inbox:${type}`));
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
