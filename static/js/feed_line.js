// The feed as a program hears it: one JSON object a frame, and on by `since` after every break.

const SIGNED_OUT = 4401;
const LONGEST_MS = 15000;
const CONNECT_MS = 10000;

export class FeedLine extends EventTarget {
  constructor(since) {
    super();
    Object.assign(this, { since, tries: 0, quiet: CONNECT_MS, interest: {} });
    addEventListener("pagehide", () => this.drop());
    addEventListener("pageshow", () => this.socket || this.connect());
    addEventListener("online", () => this.socket || this.connect());
  }

  connect() {
    clearTimeout(this.timer);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws?since=${this.since}`);
    this.socket = socket;
    this.listen();
    socket.onopen = () => this.subscribe(this.interest);
    socket.onmessage = ({ data }) => socket === this.socket && this.hear(JSON.parse(data));
    socket.onclose = ({ code }) => socket === this.socket && this.lost(code);
  }

  /** `interest`: topics and types as the feed takes them; none stands for all. */
  subscribe(interest) {
    this.interest = interest;
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.send(JSON.stringify({ type: "subscribe", payload: interest }));
  }

  hear(frame) {
    const { type, seq, payload } = frame;
    if (type === "feed:hello") this.quiet = (payload.heartbeat_s ?? 15) * 2000;
    this.listen();
    if (type === "feed:caught_up" || type === "feed:resync") {
      this.tries = 0;
      this.dispatchEvent(new Event("live"));
    }
    if ("at" in frame) this.dispatchEvent(new CustomEvent("event", { detail: frame }));
    if ("at" in frame || type === "feed:caught_up" || type === "feed:resync") this.since = Math.max(this.since, seq);
    if (type === "feed:heartbeat") this.since = Math.max(this.since, payload.cursor ?? 0);
    if (seq !== undefined) this.dispatchEvent(new CustomEvent("head", { detail: seq }));
  }

  /** A socket that is silent for two heartbeats is dead, however open. */
  listen() {
    clearTimeout(this.watch);
    this.watch = setTimeout(() => this.lost(), this.quiet);
  }

  lost(code) {
    this.drop();
    this.dispatchEvent(new CustomEvent("lost", { detail: code === SIGNED_OUT }));
    if (code === SIGNED_OUT) return; // the page's own socket leads to signing in
    const wait = Math.min(LONGEST_MS, 500 * 2 ** this.tries) * (0.5 + Math.random() / 2);
    this.tries += 1;
    this.timer = setTimeout(() => this.connect(), wait);
  }

  drop() {
    const { socket } = this;
    this.socket = null;
    clearTimeout(this.timer);
    clearTimeout(this.watch);
    socket?.close();
  }
}
