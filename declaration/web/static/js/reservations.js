/**
 * Reservations of others and one's own: the passkey confirms an objection or a withdrawal, about exactly the words shown.
 */

import { Api, Problem } from "./api.js";
import { identify } from "./device.js";
import { onPress, review } from "./review.js";
import { authorise, compare } from "./statement.js";
import { Refusal, part, sentence, tell, word } from "./words.js";

const FLASH = "declaration.flash";
/** Answers after which the page no longer shows what stands. */
const OUTDATED = ["reservation.changed", "reservation.unknown", "reservation.stale", "objection.given", "objection.none"];

const root = part("#my", HTMLElement);
const { api: base = "", declaration = "" } = root.dataset;
const api = new Api(base);
const told = part("#told", HTMLElement);

/**
 * What a button stands for, as the statement must say it.
 *
 * @param {HTMLButtonElement} button
 * @returns {{act: string, details: Record<string, string>, lines: string[]} | null} null where the reason is missing
 */
function wanted(button) {
  const { act = "", author = "", city = "", clause = "", number = "", reservation = "", words = "" } = button.dataset;
  const line = word(`line.${act}`, { city, number: number || clause, words });
  if (act === "withdraw-reservation") {
    return { act, details: { clause, reservation }, lines: [line] };
  }
  const details = { author, clause, reservation };
  if (act !== "object") {
    return { act, details, lines: [line] };
  }
  const field = part(`#${button.dataset.field}`, HTMLTextAreaElement);
  const reason = field.value.replaceAll("\r\n", "\n").normalize("NFC").trim();
  if (reason === "") {
    tell(told, word("act.reason"), "warn");
    field.focus();
    return null;
  }
  return { act, details: { ...details, reason }, lines: [line, word("line.reason", { words: reason })] };
}

/** @param {HTMLButtonElement} button confirm with the passkey what it stands for */
async function confirm(button) {
  const asked = wanted(button);
  if (asked === null) {
    return;
  }
  const { act, details, lines } = asked;
  try {
    tell(told, word("act.asking"));
    const known = identify(await api.get("/my/signing"), declaration);
    const { statement } = await api.post("/my/reservations/statement", { act, ...details });
    compare(statement, act, known, details);
    tell(told, word("act.review"));
    if (!(await review(part("#review", HTMLDialogElement), lines))) {
      throw new Refusal("passkey.cancelled");
    }
    tell(told, word("act.passkey"));
    const assertion = await authorise(statement, known.rpId, known.credential);
    tell(told, word("act.recording"));
    await api.post("/my/reservations", { statement, assertion });
    again(word(`done.${act}`));
  } catch (failure) {
    tell(told, sentence(failure), "bad");
    if (failure instanceof Problem && OUTDATED.includes(failure.code)) {
      again(sentence(failure));
    }
  }
}

/** @param {string} text said once, after the page was loaded again */
function again(text) {
  try {
    sessionStorage.setItem(FLASH, text);
  } catch {
    // it is seen in the reservations themselves
  }
  location.reload();
}

/** Say what was left to be said before the page was loaded again. */
function sayFlash() {
  try {
    const text = sessionStorage.getItem(FLASH);
    sessionStorage.removeItem(FLASH);
    if (text !== null) {
      tell(told, text, "good");
      told.focus();
    }
  } catch {
    // nothing was left
  }
}

for (const button of document.querySelectorAll("button[data-act]")) {
  if (button instanceof HTMLButtonElement) {
    onPress(button, () => confirm(button));
  }
}
sayFlash();
