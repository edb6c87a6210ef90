/** The ceremony: freezing, the control while answers come in, sealing, unfreezing. */

import { again, api, ask, dated, given, made, part, press, say, submit, word } from "./desk.js";

/** @typedef {{id: string, city: string, native: string, standing: string, at: string | null, reason: string | null}} Place */
/** @typedef {{phase: string, signed: number, declined: number, missing: number, next: string | null, roster: Place[]}} Ceremony */

/** Milliseconds to wait for further entries before looking at the roster: answers come in bursts. */
const REST = 150;
/** Milliseconds until a stream that the service has refused is asked for again. */
const AGAIN = 5000;
/** Names in a question; more are read by nobody. */
const NAMES = 12;
/** @type {Record<string, string>} */
const BADGES = { signed: "good", declined: "bad", ready: "", absent: "warn" };

submit("#freeze", async (form) => {
  const number = given.number ?? "";
  /** @type {Record<string, Record<string, string>>} */
  const occasion = { name: {}, place: {}, date: {} };
  for (const lines of form.querySelectorAll("[data-language]")) {
    const { language = "" } = /** @type {HTMLElement} */ (lines).dataset;
    for (const field of lines.querySelectorAll("input")) {
      const text = field.value.normalize("NFC").trim();
      if (text !== "") {
        occasion[field.name][language] = text;
      }
    }
  }
  const stale = form.querySelector("#with-stale");
  const withStale = stale instanceof HTMLInputElement && stale.checked;
  const text = [word("freeze.text", { roster: given.roster ?? "" })];
  const answer = await ask({
    title: word("freeze.title", { number }),
    text: withStale ? [...text, word("freeze.stale")] : text,
    yes: word("freeze.yes"),
  });
  if (answer !== null) {
    say(word("freeze.running"), "note");
    const layout = form.querySelector("input[name=columns]:checked");
    const columns = layout instanceof HTMLInputElement ? Number(layout.value) : 1;
    await api.post("/desk/freeze", { base: given.base, occasion, with_stale: withStale, columns });
    again("");
  }
});

/** @param {Ceremony} now @returns {string} those who have not answered */
function absent(now) {
  const names = now.roster.filter((place) => place.at === null).map((place) => place.city);
  const rest = names.length - NAMES;
  return names.slice(0, NAMES).join(", ") + (rest > 0 ? ` ${word("seal.and", { count: rest })}` : "");
}

press("#seal", async () => {
  const now = await look();
  const values = {
    total: now.roster.length,
    signed: now.signed,
    declined: now.declined,
    missing: now.missing,
    names: absent(now),
  };
  const answer = await ask({
    title: word("seal.title"),
    text: [word(now.missing === 0 ? "seal.all" : "seal.without", values)],
    yes: word(now.missing === 0 ? "seal.yes" : "seal.yes.without", values),
    danger: now.missing > 0,
  });
  if (answer !== null) {
    say(word("seal.running"), "note");
    await api.post("/desk/seal", { without: now.missing });
    again("");
  }
});

press("#unfreeze", async () => {
  const now = await look();
  const count = now.signed + now.declined;
  const reason = await ask({
    title: word("unfreeze.title"),
    text: [word("unfreeze.text", { count, signed: now.signed, declined: now.declined })],
    yes: word("unfreeze.yes", { count }),
    danger: true,
    reason: true,
  });
  if (reason !== null) {
    await api.post("/desk/unfreeze", { reason, voids: count });
    again("");
  }
});

/** Read how the ceremony stands, and show it. @returns {Promise<Ceremony>} */
async function look() {
  /** @type {Ceremony} */
  const now = await api.call("GET", "/desk/ceremony", undefined, { pauses: [] });
  for (const name of /** @type {const} */ (["signed", "declined", "missing"])) {
    put(part(`#${name}`, HTMLElement), String(now[name]));
  }
  const next = now.roster.find((place) => place.id === now.next);
  put(part("#next", HTMLElement), next ? full(next) : word("control.done"));
  for (const place of now.roster) {
    const row = document.querySelector(`tr[data-who="${CSS.escape(place.id)}"]`);
    if (row instanceof HTMLElement && row.dataset.standing !== place.standing) {
      answered(row, place);
    }
  }
  return now;
}

/** @param {Element} place @param {string} text */
function put(place, text) {
  if (place.textContent?.trim() !== text) {
    place.textContent = text;
  }
}

/** @param {Place} place @returns {string} */
function full(place) {
  return place.native === place.city ? place.city : `${place.city} ${place.native}`;
}

/** @param {HTMLElement} row @param {Place} place */
function answered(row, place) {
  row.dataset.standing = place.standing;
  const answer = part(".answer", HTMLElement, row);
  const badge = made("span", word(`standing.${place.standing}`), `badge ${BADGES[place.standing]}`);
  answer.replaceChildren(badge);
  if (place.reason) {
    const reason = made("q", place.reason);
    reason.dir = "auto";
    answer.append(" ", reason);
  }
  if (place.at !== null) {
    const time = document.createElement("time");
    time.dateTime = place.at;
    const how = /** @type {const} */ ({ dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
    const shown = new Intl.DateTimeFormat(dated(document.documentElement.lang), how).format(new Date(place.at));
    time.textContent = `${shown} UTC`;
    part(".when", HTMLElement, row).replaceChildren(time);
  }
  document.querySelector(`#colonnade [data-who="${CSS.escape(place.id)}"]`)?.setAttribute("class", place.standing);
}

/** Look again; a connection that is gone is told beside the figures, and takes no focus away. */
async function watch() {
  const lost = part("#lost", HTMLElement);
  try {
    const now = await look();
    lost.hidden = true;
    // a question that is open is answered first: what it says may be old, and the service refuses what is
    if (now.phase !== "frozen" && !part("#ask", HTMLDialogElement).open) {
      location.reload();
    }
  } catch {
    lost.hidden = false;
  }
}

/** Follow the ledger while answers come in. */
function follow() {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let resting;
  const soon = () => {
    resting ??= setTimeout(() => {
      resting = undefined;
      void watch();
    }, REST);
  };
  const stream = new EventSource(given.events ?? "");
  stream.addEventListener("entry", soon);
  stream.addEventListener("open", soon);
  stream.addEventListener("error", () => {
    part("#lost", HTMLElement).hidden = false;
    if (stream.readyState === EventSource.CLOSED) {
      setTimeout(follow, AGAIN); // the browser does not try again by itself after an answer that is no stream
    }
  });
}

if (given.phase === "frozen") {
  follow();
}
