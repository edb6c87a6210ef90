/**
 * What was typed and not saved yet, on this device: written before anything is sent, so that nothing can take it away.
 *
 * Each page keeps its own copy and holds a lock of the same name while it lives. A copy whose lock nobody holds was
 * left behind: by a swipe back, a closed tab, a lost connection, an empty battery.
 */

/** @typedef {{typed: import("./model.js").Typed, base: string, etag: string, at: string}} Copy */

export class Kept {
  /** @param {string} declaration @param {string} draft */
  constructor(declaration, draft) {
    this.prefix = `declaration-draft:${declaration}:${draft}:`;
    this.name = this.prefix + crypto.randomUUID();
    /** Pages of which it is waited that they end. @type {Set<string>} */
    this.awaited = new Set();
    navigator.locks?.request(this.name, () => new Promise(() => {}));
  }

  /** @param {Copy} copy @returns {boolean} whether this device keeps it */
  write(copy) {
    try {
      localStorage.setItem(this.name, JSON.stringify(copy));
      return true;
    } catch {
      return false; // private windows and full disks: the service is all there is
    }
  }

  /** Everything is saved: no copy is needed. */
  clear() {
    remove(this.name);
  }

  /** @returns {Promise<{name: string, copy: Copy}[]>} what was left behind, the newest first */
  async left() {
    const held = new Set((await navigator.locks?.query())?.held?.map((lock) => lock.name) ?? []);
    const found = [];
    for (const name of names()) {
      if (name.startsWith(this.prefix) && name !== this.name && !held.has(name)) {
        const copy = read(name);
        if (copy === null) {
          remove(name);
        } else {
          found.push({ name, copy });
        }
      }
    }
    return found.sort((one, other) => (one.copy.at < other.copy.at ? 1 : -1));
  }

  /**
   * Tell when a page ends that is open now: a browser may let go of one a moment after the next has begun.
   *
   * @param {() => void} then what to do about the copy that it may have left behind
   */
  async watch(then) {
    for (const { name = "" } of (await navigator.locks?.query())?.held ?? []) {
      if (name.startsWith(this.prefix) && name !== this.name && !this.awaited.has(name)) {
        this.awaited.add(name);
        navigator.locks.request(name, () => {}).then(then, () => {});
      }
    }
  }
}

/** @param {string} name forget a copy */
export function remove(name) {
  try {
    localStorage.removeItem(name);
  } catch {
    // nothing was kept
  }
}

/** @returns {string[]} */
function names() {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}

/** @param {string} name @returns {Copy | null} */
function read(name) {
  try {
    const copy = JSON.parse(localStorage.getItem(name) ?? "");
    return typeof copy.base === "string" && typeof copy.etag === "string" && typeof copy.typed?.texts === "object"
      ? copy
      : null;
  } catch {
    return null;
  }
}
