/**
 * The wall: names as they sign, for a projector.
 *
 * The server has shown the present state; the stream of events goes on from the last entry that it showed. A browser
 * that loses its connection asks again with Last-Event-ID, so that no signature is missed. Everything that is put on
 * the page was on it already, hidden in the roll: nothing that the stream says becomes markup.
 */

/** @typedef {{index: number, kind: string, at: string, subject: string}} Act an entry as the stream tells it */

export const NAMES = 12;

/**
 * Tell what an act does to the wall.
 *
 * @param {Map<string, string>} states by signatory: signed, declined or waiting; changed in place
 * @param {Act} act what happened
 * @returns {"signed" | "declined" | "again" | null} again: the page has to be asked for again
 */
export function take(states, act) {
  if (["instrument.frozen", "instrument.unfrozen", "instrument.sealed", "signatory.invited"].includes(act.kind)) {
    return "again";
  }
  if (!states.has(act.subject)) {
    return null;
  }
  if (act.kind === "signature.affixed" || act.kind === "signature.declined") {
    const state = act.kind === "signature.affixed" ? "signed" : "declined";
    if (states.get(act.subject) === state) {
      return null;
    }
    states.set(act.subject, state);
    return state;
  }
  return null;
}

/**
 * Show the wall of this page, live.
 *
 * @param {HTMLElement} wall
 */
function live(wall) {
  const roll = new Map();
  const states = new Map();
  for (const line of document.querySelectorAll("#roll > li")) {
    const item = /** @type {HTMLElement} */ (line);
    roll.set(item.dataset.who, item);
    states.set(item.dataset.who, item.dataset.state);
  }
  const columns = new Map();
  for (const column of document.querySelectorAll("#colonnade > li")) {
    columns.set(/** @type {HTMLElement} */ (column).dataset.who, column);
  }
  const count = document.getElementById("signed");
  const names = document.getElementById("names");
  const connection = document.getElementById("connection");

  /** @param {Act} act */
  function show(act) {
    const done = take(states, act);
    if (done === "again") {
      location.reload();
      return;
    }
    if (done === null) {
      return;
    }
    const column = columns.get(act.subject);
    if (column) {
      column.className = `${done} fresh`;
    }
    if (done === "signed" && names && count) {
      const item = document.createElement("li");
      item.className = "fresh";
      for (const part of roll.get(act.subject)?.childNodes ?? []) {
        item.append(part.cloneNode(true));
      }
      names.prepend(item);
      while (names.children.length > NAMES) {
        names.lastElementChild?.remove();
      }
      count.textContent = String([...states.values()].filter((state) => state === "signed").length);
    }
  }

  const stream = new EventSource(`${wall.dataset.events}?after=${wall.dataset.after}`);
  stream.addEventListener("entry", (event) => show(JSON.parse(event.data)));
  stream.addEventListener("open", () => {
    if (connection) connection.textContent = "";
  });
  stream.addEventListener("error", () => {
    if (connection) connection.textContent = wall.dataset.gone ?? "";
  });
}

const wall = typeof document === "undefined" ? null : document.getElementById("wall");
if (wall && wall.dataset.phase !== "sealed") {
  live(wall);
}
