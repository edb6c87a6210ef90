/**
 * The page of one draft: what is typed is kept on this device at once, and saved with the service a moment later.
 */

import { Api, Problem } from "../api.js";
import { part, sentence, tell, word } from "../words.js";
import { showAsides, showOffer } from "./asides.js";
import { Cards } from "./cards.js";
import { grow } from "./fields.js";
import { Kept, remove } from "./kept.js";
import { Draft, fingerprint } from "./model.js";
import { Saver } from "./saving.js";

/** @typedef {{etag: string, base: {number: number, digest: string}, text: any, in_force: {number: number, digest: string}, typed: import("./model.js").Typed}} Shown */

const root = part("#draft", HTMLElement);
const api = new Api(root.dataset.api ?? "");
const path = `/drafting/drafts/${root.dataset.draft}`;
const told = part("#told", HTMLElement);
const status = part("#saved", HTMLElement);
const said = part("#said", HTMLElement);
const rationale = part("#rationale", HTMLTextAreaElement);
/** @type {Intl.DateTimeFormatOptions} */
const TIME = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" };
let spoken = "";

/** @param {string} state @param {string} [detail] say how saving stands: always to be seen, read out when it turns */
function say(state, detail = "") {
  const time = new Date().toLocaleTimeString(document.documentElement.lang, TIME);
  status.textContent = [word(`state.${state}`, { time }), detail].filter(Boolean).join(" ");
  status.dataset.state = state;
  const turns = !["typing", "saving"].includes(state) && state !== spoken;
  if (turns) {
    spoken = state;
    said.textContent = status.textContent;
  }
}

/** @returns {Promise<Shown>} the draft, carried to the version in force */
function load() {
  return api.get(`${path}?carried=true`);
}

/** @param {number} number @returns {Promise<any>} the text of a version */
async function version(number) {
  const answer = await fetch(`/${encodeURIComponent(root.dataset.declaration ?? "")}/versions/${number}.json`);
  if (!answer.ok) {
    throw new Problem(answer.status, "version.unknown", answer.statusText, "");
  }
  return answer.json();
}

/**
 * Save words that were typed against an earlier version and never reached the service, before they are carried.
 *
 * @param {Shown} shown
 * @param {Kept} kept
 * @returns {Promise<Shown>}
 */
async function catchUp(shown, kept) {
  for (const { name, copy } of await kept.left()) {
    if (copy.etag === shown.etag && copy.base !== shown.base.digest) {
      const body = JSON.stringify({ base: copy.base, typed: copy.typed });
      const headers = { "Content-Type": "application/json", "If-Match": `"${copy.etag}"` };
      await api.ask(path, { method: "PUT", headers, body });
      remove(name);
      return load();
    }
  }
  return shown;
}

async function start() {
  const kept = new Kept(root.dataset.declaration ?? "", root.dataset.draft ?? "");
  const shown = await catchUp(await load(), kept);
  const draft = new Draft(shown.text ?? (await version(shown.base.number)), shown.typed);
  const known = { etag: shown.etag, base: shown.base.digest, typed: structuredClone(shown.typed) };
  const saver = new Saver(api, path, kept, known, (state, failure) => react(state, failure));
  const cards = new Cards(part("#text", HTMLElement), draft, root.dataset.language ?? "", () => saver.touched());

  function showAll() {
    saver.typed = draft.typed;
    rationale.value = draft.typed.rationale;
    grow(rationale);
    cards.show();
    showAsides(part("#asides", HTMLElement), draft, (clause) => {
      saver.touched();
      if (clause !== null) {
        cards.open.add(clause);
      }
      showAll();
    });
  }

  /** @param {import("./saving.js").State} state @param {unknown} [failure] */
  async function react(state, failure) {
    say(saver.keeps || state !== "lost" ? state : "lost-here", state === "refused" ? sentence(failure) : "");
    if (state === "clash") {
      try {
        choose(await load(), "tab");
      } catch (problem) {
        tell(told, sentence(problem), "bad");
      }
    }
  }

  /** @param {Shown} theirs what the service has now @param {string} name */
  function choose(theirs, name) {
    const take = () => {
      draft.typed = theirs.typed;
      settle(theirs);
    };
    const place = part("#offer", HTMLElement);
    showOffer(place, draft, { name, typed: theirs.typed, keep: () => settle(theirs), take });
    place.focus();
  }

  /** @param {Shown} theirs go on from here: what stands in the editor follows what the service has */
  function settle(theirs) {
    saver.know({ etag: theirs.etag, base: theirs.base.digest, typed: structuredClone(theirs.typed) });
    saver.stopped = false;
    showOffer(part("#offer", HTMLElement), draft, null);
    showAll();
    say("typing");
    if (saver.isDirty) {
      saver.touched();
    } else {
      kept.clear();
      say("saved");
    }
  }

  /** Offer what an earlier visit left on this device: nothing is dropped that its author has not seen. */
  async function restore() {
    if (!part("#offer", HTMLElement).hidden) {
      return; // one after the other
    }
    for (const { name, copy } of await kept.left()) {
      const words = { ...draft.typed, ...copy.typed };
      if (fingerprint(words) === fingerprint(draft.typed)) {
        remove(name);
        continue;
      }
      const before = draft.typed;
      const same = copy.etag === shown.etag && !saver.isDirty;
      if (same) {
        draft.typed = words;
        showAll();
        saver.touched();
        if (saver.keeps) {
          remove(name); // the same words are kept under this page's own name now
        }
        tell(told, word("restored"), "good");
      }
      const done = () => {
        remove(name);
        showOffer(part("#offer", HTMLElement), draft, null);
        tell(told, "");
        showAll();
        saver.touched();
        restore();
      };
      const take = () => {
        draft.typed = same ? before : words;
        done();
      };
      showOffer(part("#offer", HTMLElement), draft, {
        name: same ? "earlier" : "device",
        typed: same ? before : words,
        keep: done,
        take,
      });
      return;
    }
  }

  rationale.addEventListener("input", () => {
    draft.typed.rationale = rationale.value.isWellFormed?.() === false ? rationale.value.toWellFormed() : rationale.value;
    grow(rationale);
    saver.touched();
  });
  for (const link of document.querySelectorAll(".tabs a[hreflang]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      cards.language = link.getAttribute("hreflang") ?? cards.language;
      for (const other of document.querySelectorAll(".tabs a[hreflang]")) {
        other.removeAttribute("aria-current");
      }
      link.setAttribute("aria-current", "true");
      history.replaceState(null, "", /** @type {HTMLAnchorElement} */ (link).href);
      cards.show();
    });
  }
  part("#look", HTMLAnchorElement).addEventListener("click", async (event) => {
    event.preventDefault();
    if (root.dataset.carried === "yes") {
      saver.saved = ""; // what was carried is read now, and saved against the version in force
    }
    saver.soon(0);
    await saver.flush();
    if (!saver.isDirty) {
      location.assign(/** @type {HTMLAnchorElement} */ (event.target).href);
    }
  });
  part("#discard", HTMLButtonElement).addEventListener("click", () => {
    part("#sure", HTMLDialogElement).showModal();
    part('#sure [value="no"]', HTMLButtonElement).focus();
  });
  part("#sure", HTMLDialogElement).addEventListener("close", async (event) => {
    if (/** @type {HTMLDialogElement} */ (event.target).returnValue === "yes") {
      saver.stopped = true;
      try {
        await saver.running;
        await api.ask(path, { method: "DELETE", headers: { "If-Match": `"${saver.etag}"` } });
        kept.clear();
        location.assign(root.dataset.home ?? "/");
      } catch (failure) {
        saver.stopped = false;
        tell(told, sentence(failure), "bad");
      }
    }
  });
  addEventListener("beforeunload", (event) => {
    if (saver.isDirty && !saver.keeps) {
      event.preventDefault(); // this device keeps nothing, and the service does not have it yet
    }
  });
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  rationale.readOnly = false;
  showAll();
  for (const hidden of document.querySelectorAll(".scripted")) {
    /** @type {HTMLElement} */ (hidden).hidden = false;
  }
  say(root.dataset.carried === "yes" ? "carried" : "saved-before");
  await restore();
  void kept.watch(restore);
}

try {
  await start();
} catch (failure) {
  tell(told, sentence(failure), "bad");
}
