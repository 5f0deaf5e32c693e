// What a phone tells WhatsApp: delivered as soon as it has a reply, read once somebody looks.

import { post } from "./post.js";
import { say } from "../words.js";

const PAUSE_MS = { delivered: 400, failed: 400, read: 500 };
const RETRY_MS = 3000;
const LADDER = ["queued", "sent", "delivered", "read", "played"];

export class Receipts {
  /** `state()` → {on, reading, refusing}; `told(reply, status)` after the server has taken one. */
  constructor({ url, waId, state, told, trouble }) {
    Object.assign(this, { url, waId, state, told, trouble, replies: new Map() });
  }

  /** A reply as the page or the feed tells it. What is known never goes back. */
  know({ id, provider_message_id: pmid, status }) {
    const reply = this.replies.get(id) ?? { id, status: "queued", pmid: "" };
    this.replies.set(id, reply);
    reply.pmid = pmid || reply.pmid;
    if (status === "failed" ? !received(reply) : rank(status) > rank(reply.status)) reply.status = status;
    this.follow(reply);
    return reply;
  }

  /** A switch moved: some may be due now. */
  look() {
    for (const reply of this.replies.values()) this.follow(reply);
  }

  unread() {
    return [...this.replies.values()].filter(({ status }) => status === "delivered").length;
  }

  due(reply) {
    const { on, reading, refusing } = this.state();
    if (!on || !reply.pmid || reply.hopeless) return null;
    if (reply.status === "sent") return refusing ? "failed" : "delivered";
    return reply.status === "delivered" && reading ? "read" : null;
  }

  async follow(reply) {
    if (reply.busy) return;
    reply.busy = true;
    let status;
    while ((status = this.due(reply))) {
      await pause(PAUSE_MS[status]);
      if (this.due(reply) === status) await this.report(reply, status);
    }
    reply.busy = false;
  }

  async report(reply, status) {
    const fields = { provider_message_id: reply.pmid, wa_id: this.waId, status };
    // Before the answer: the next reply must not be refused as well.
    if (status === "failed") this.told(reply, status);
    try {
      await post(this.url, fields);
    } catch (error) {
      this.trouble(say("The phone could not say “%(status)s”. %(reason)s", { status, reason: error.message }));
      if (error.lasting) reply.hopeless = true;
      else await pause(RETRY_MS);
      return;
    }
    if (rank(status) > rank(reply.status) || status === "failed") reply.status = status;
    if (status !== "failed") this.told(reply, status);
  }
}

export const received = ({ status }) => rank(status) >= rank("delivered");
const rank = (status) => LADDER.indexOf(status);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
