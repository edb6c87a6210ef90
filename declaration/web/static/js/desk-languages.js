/** The languages beside each other: confirm what says the same, mend what does not. */

import { again, api, ask, given, part, press, say, word } from "./desk.js";

const { base = "", language = "" } = given;
const boxes = [...document.querySelectorAll("input.same")].map((box) => /** @type {HTMLInputElement} */ (box));
const fields = [...document.querySelectorAll("textarea.words-field")].map(
  (field) => /** @type {HTMLTextAreaElement} */ (field),
);
const confirmOnes = part("#confirm", HTMLButtonElement);
const correct = part("#correct", HTMLButtonElement);

/** @param {HTMLTextAreaElement} field @returns {string} */
function typed(field) {
  return field.value.normalize("NFC").trim();
}

/** @returns {HTMLTextAreaElement[]} fields in which other words stand than were given out */
function mended() {
  return fields.filter((field) => typed(field) !== "" && typed(field) !== field.defaultValue.trim());
}

/** Offer what can be done with what is chosen and written. */
function offer() {
  const [chosen, written] = [boxes.filter((box) => box.checked).length, mended().length];
  confirmOnes.hidden = chosen === 0;
  confirmOnes.textContent = word(chosen === 1 ? "confirm.one" : "confirm.some", { count: chosen });
  correct.hidden = written === 0;
  correct.textContent = word(written === 1 ? "correct.one" : "correct.some", { count: written });
}

/** @param {string[] | null} passages by name; null for all */
async function confirm(passages) {
  const { left } = await api.post("/desk/languages/confirmations", { base, language, passages });
  again(word("confirm.done", { left }));
}

/** @returns {Promise<{reason: string, ask: boolean} | null>} why, and whether positions are asked again; null for no */
function why() {
  const dialog = part("#mending", HTMLDialogElement);
  const reason = part("#reason", HTMLTextAreaElement);
  dialog.returnValue = "no";
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        const answer = { reason: reason.value.normalize("NFC").trim(), ask: part("#again", HTMLInputElement).checked };
        resolve(dialog.returnValue === "yes" ? answer : null);
      },
      { once: true },
    );
    dialog.showModal();
    reason.focus();
  });
}

press(confirmOnes, () => confirm(boxes.filter((box) => box.checked).map((box) => box.value)));

press("#confirm-all", async (button) => {
  const answer = await ask({
    title: word("confirm.all.title"),
    text: [word("confirm.all.text", { count: button.dataset.count ?? "" })],
    yes: word("confirm.all.yes"),
  });
  if (answer !== null) {
    await confirm(null);
  }
});

press(correct, async () => {
  const answer = await why();
  if (answer === null) {
    return;
  }
  const words = mended().map((field) => ({
    clause: field.dataset.clause || null,
    section: field.dataset.section || null,
    language,
    text: typed(field),
  }));
  say("");
  const { version } = await api.post("/desk/languages/corrections", { base, words, ...answer });
  again(word("correct.done", { number: version.number }));
});

for (const field of [...boxes, ...fields]) {
  field.addEventListener("input", offer);
}
offer();
