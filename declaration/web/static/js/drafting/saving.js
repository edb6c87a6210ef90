/**
 * Saving as one types: on this device at once, with the service a moment later, and never over somebody else's words.
 */

import { Problem } from "../api.js";
import { fingerprint } from "./model.js";

/** Milliseconds without a key pressed, after which is saved. */
export const QUIET = 900;
/** Milliseconds after which an attempt that failed is made again. */
export const AGAIN = 8000;

/** @typedef {"saved" | "typing" | "saving" | "lost" | "clash" | "closed" | "out" | "refused"} State */

export class Saver {
  /**
   * @param {import("../api.js").Api} api
   * @param {string} path of the draft
   * @param {import("./kept.js").Kept} kept
   * @param {{etag: string, base: string, typed: import("./model.js").Typed}} known what the service has
   * @param {(state: State, failure?: unknown) => void} tell
   */
  constructor(api, path, kept, known, tell) {
    this.api = api;
    this.path = path;
    this.kept = kept;
    this.tell = tell;
    this.typed = known.typed;
    this.know(known);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** @type {Promise<void> | null} */
    this.running = null;
    this.stopped = false;
    this.keeps = true;
    addEventListener("online", () => this.soon(0));
    addEventListener("pagehide", () => this.keep());
    document.addEventListener("visibilitychange", () => document.hidden && this.soon(0));
  }

  /** @param {{etag: string, base: string, typed: import("./model.js").Typed}} known what the service has now */
  know({ etag, base, typed }) {
    this.etag = etag;
    this.base = base;
    this.saved = fingerprint(typed);
  }

  /** @returns {boolean} whether something is not saved yet */
  get isDirty() {
    return fingerprint(this.typed) !== this.saved;
  }

  /** Something was typed. */
  touched() {
    this.keep();
    if (!this.isDirty && this.running === null) {
      this.kept.clear();
      this.tell("saved");
    } else if (!this.stopped) {
      this.tell("typing");
      this.soon(QUIET);
    }
  }

  /** Write what is not saved to this device. */
  keep() {
    if (this.isDirty) {
      this.keeps = this.kept.write({
        typed: this.typed,
        base: this.base,
        etag: this.etag,
        at: new Date().toISOString(),
      });
    }
  }

  /** @param {number} wait milliseconds */
  soon(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), wait);
  }

  /** Save now, if there is anything to save. */
  async flush() {
    clearTimeout(this.timer);
    while (this.running !== null) {
      await this.running;
    }
    if (this.stopped || !this.isDirty) {
      return;
    }
    this.running = this.send().finally(() => {
      this.running = null;
    });
    await this.running;
  }

  async send() {
    const content = JSON.stringify({ base: this.base, typed: this.typed });
    const sent = fingerprint(this.typed);
    this.tell("saving");
    try {
      const answer = await this.api.ask(this.path, {
        method: "PUT",
        headers: { "Content-Type": "application/json", "If-Match": `"${this.etag}"` },
        body: content,
      });
      this.etag = answer.etag;
      this.saved = sent;
    } catch (failure) {
      this.fail(failure);
      return;
    }
    if (this.isDirty) {
      this.soon(QUIET);
    } else {
      this.kept.clear();
      this.tell("saved");
    }
  }

  /** @param {unknown} failure */
  fail(failure) {
    const { status = -1, code = "", seconds = 0 } = failure instanceof Problem ? failure : {};
    const again = status === 0 || status === 429 || status >= 500;
    if (again || code === "idempotency.running" || code === "store.busy") {
      this.tell("lost", failure);
      this.soon(Math.max(AGAIN, 1000 * seconds));
      return;
    }
    this.stopped = true;
    if (status === 412) {
      this.tell("clash", failure);
    } else if (status === 401) {
      this.tell("out", failure);
    } else {
      this.tell(status === 409 ? "closed" : "refused", failure);
      this.stopped = status === 409; // what is refused for its form can be mended by typing on
    }
  }
}
