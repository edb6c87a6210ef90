/**
 * My clauses: one thumb chooses, what is chosen is saved at once, and the passkey confirms what the page has compared.
 */

import { Api, Problem } from "./api.js";
import { object } from "./canonical.js";
import { identify } from "./device.js";
import { onPress, review } from "./review.js";
import { authorise, compare } from "./statement.js";
import { Refusal, part, sentence, tell, word } from "./words.js";

/** @typedef {{clause: string, digest: string, stance: string, reservation: string | null}} Choice */

/** Milliseconds after the last letter, when words are saved. */
const REST = 700;
/** Stances that carry words; the first one needs them. */
const WORDED = ["accept-with-reservation", "object"];
const FLASH = "declaration.flash";

const root = part("#my", HTMLElement);
const { api: base = "", declaration = "", version = "", lang: language = "" } = root.dataset;
const api = new Api(base);
const told = part("#told", HTMLElement);

/** One clause on the page. */
class Card {
  /** @param {HTMLElement} place @param {() => void} changed */
  constructor(place, changed) {
    this.place = place;
    this.changed = changed;
    this.clause = place.dataset.clause ?? "";
    this.number = place.dataset.number ?? "";
    this.digest = place.dataset.digest ?? "";
    this.radios = [...place.querySelectorAll("input[type=radio]")].map((item) => /** @type {HTMLInputElement} */ (item));
    this.field = part(".wording", HTMLElement, place);
    this.words = part("textarea", HTMLTextAreaElement, place);
    this.status = part(".saved", HTMLElement, place);
    this.back = part(".back", HTMLButtonElement, place);
    this.chosen = place.dataset.prepared === "yes";
    /** What stood there as confirmed. */
    this.before = { stance: place.dataset.taken ?? "", reservation: place.dataset.reservation ?? "" };
    /** @type {Promise<void>} */
    this.saving = Promise.resolve();
    this.timer = 0;
    this.radios.forEach((radio) => radio.addEventListener("change", () => this.choose()));
    this.words.addEventListener("input", () => this.type());
    this.words.addEventListener("blur", () => this.flush());
    this.back.addEventListener("click", () => void this.takeBack());
    this.show();
  }

  /** @returns {string} the stance that is chosen, or "" */
  get stance() {
    return this.radios.find((radio) => radio.checked)?.value ?? "";
  }

  /** @returns {boolean} whether nobody has chosen here, nor confirmed anything on these words */
  get isOpen() {
    return this.place.dataset.open === "yes" && !this.chosen;
  }

  /** @returns {boolean} whether that is so, and no change is to be read first */
  get isFresh() {
    return this.isOpen && this.place.dataset.stale !== "yes";
  }

  /** @returns {boolean} whether words are needed and missing */
  get lacksWords() {
    return this.chosen && this.stance === WORDED[0] && this.reservation === null;
  }

  /** @returns {string | null} the words as they are recorded: without space around them, in one spelling (NFC) */
  get reservation() {
    const words = this.words.value.replaceAll("\r\n", "\n").normalize("NFC").trim();
    return WORDED.includes(this.stance) && words !== "" ? words : null;
  }

  /** @returns {Choice} */
  get choice() {
    return { clause: this.clause, digest: this.digest, stance: this.stance, reservation: this.reservation };
  }

  show() {
    const worded = WORDED.includes(this.stance);
    this.field.hidden = !worded;
    this.words.required = this.stance === WORDED[0];
    for (const [stance, selector] of /** @type {const} */ ([[WORDED[0], ".reserve"], [WORDED[1], ".reason"]])) {
      part(selector, HTMLElement, this.field).hidden = this.stance !== stance;
    }
    this.back.hidden = !this.chosen;
    this.place.classList.toggle("chosen", this.chosen);
  }

  /** @param {string} [stance] */
  choose(stance) {
    for (const radio of this.radios) {
      radio.checked = stance === undefined ? radio.checked : radio.value === stance;
    }
    this.chosen = true;
    this.show();
    if (this.lacksWords) {
      this.status.textContent = word("card.words");
      this.words.focus();
    } else {
      this.save();
    }
    this.changed();
  }

  type() {
    this.chosen = true;
    this.show();
    window.clearTimeout(this.timer);
    this.status.textContent = word(this.lacksWords ? "card.words" : "card.saving");
    this.timer = window.setTimeout(() => this.flush(), REST);
    this.changed();
  }

  /** Save what was typed and has not been saved yet. */
  flush() {
    if (this.timer !== 0) {
      window.clearTimeout(this.timer);
      this.timer = 0;
      if (!this.lacksWords) {
        this.save();
      }
    }
  }

  /** Keep the choice on the service, one call after the other. */
  save() {
    const { clause, ...choice } = this.choice;
    this.status.textContent = word("card.saving");
    this.saving = this.saving.then(async () => {
      try {
        await api.put(`/my/prepared/${clause}`, choice);
        this.status.textContent = word("card.saved");
      } catch (failure) {
        this.status.textContent = sentence(failure);
      }
    });
  }

  /** Take the choice back: what was confirmed before stands. */
  async takeBack() {
    window.clearTimeout(this.timer);
    this.timer = 0;
    await this.saving;
    try {
      await api.delete(`/my/prepared/${this.clause}`);
    } catch (failure) {
      this.status.textContent = sentence(failure);
      return;
    }
    this.chosen = false;
    this.radios.forEach((radio) => {
      radio.checked = radio.value === this.before.stance;
    });
    this.words.value = this.before.reservation;
    this.status.textContent = word("card.back");
    this.show();
    this.changed();
    (this.radios.find((radio) => radio.checked) ?? this.radios[0]).focus();
  }

  /** @returns {string} the choice in words, for reading it over */
  inWords() {
    const name = word(`stance.${this.stance}`);
    const { number } = this;
    return this.reservation === null
      ? word("review.line", { number, stance: name })
      : word("review.words", { number, stance: name, words: this.reservation });
  }
}

const cards = [...document.querySelectorAll("article[data-clause]")].map(
  (place) => new Card(/** @type {HTMLElement} */ (place), () => count()),
);

/** Say how much is chosen. */
function count() {
  const chosen = cards.filter((card) => card.chosen).length;
  const open = cards.filter((card) => card.isOpen).length;
  const bar = document.querySelector("#bar");
  if (bar instanceof HTMLElement) {
    bar.hidden = chosen === 0 && open === 0;
    part("#chosen", HTMLElement, bar).textContent = word("bar.chosen", { chosen, open });
    const rest = bar.querySelector("#rest");
    if (rest instanceof HTMLButtonElement) {
      rest.hidden = !cards.some((card) => card.isFresh);
    }
    const confirm = bar.querySelector("#confirm");
    if (confirm instanceof HTMLButtonElement) {
      confirm.hidden = chosen === 0;
    }
  }
}

/** Accept every clause on which nothing is chosen yet, but those that changed; each is read over before it counts. */
function acceptRest() {
  cards.filter((card) => card.isFresh).forEach((card) => card.choose("accept"));
  document.querySelector("#confirm")?.scrollIntoView({ block: "nearest" });
}

/** Confirm what is chosen, with the passkey. */
async function confirm() {
  const chosen = cards.filter((card) => card.chosen);
  const lacking = chosen.find((card) => card.lacksWords);
  if (lacking !== undefined) {
    tell(told, word("confirm.words", { number: lacking.number }), "warn");
    lacking.words.focus();
    return;
  }
  try {
    tell(told, word("confirm.asking"));
    chosen.forEach((card) => card.flush());
    await Promise.all(chosen.map((card) => card.saving));
    const known = identify(await api.get("/my/signing"), declaration);
    const { statements } = await api.post("/my/positions/statements", { choices: chosen.map((card) => card.choice), language });
    const parts = divide(statements, chosen, known);
    for (const [statement, mine] of parts) {
      await confirmOne(statement, mine, known);
    }
    flash(word("confirm.done", { count: chosen.length }));
    location.reload();
  } catch (failure) {
    tell(told, sentence(failure), "bad");
    if (failure instanceof Problem && ["clause.changed", "positions.version", "positions.stale"].includes(failure.code)) {
      flash(sentence(failure));
      location.reload();
    }
  }
}

/**
 * Hold the statements against what was chosen: together they say all of it, in its order, and nothing else.
 *
 * @param {string[]} statements
 * @param {Card[]} chosen
 * @param {import("./device.js").Kept} known
 * @returns {[string, Card[]][]}
 */
function divide(statements, chosen, known) {
  /** @type {[string, Card[]][]} */
  const parts = [];
  let at = 0;
  for (const statement of statements) {
    const size = countIn(statement);
    const mine = chosen.slice(at, at + size);
    compare(statement, "positions", known, { version, language, positions: mine.map((card) => object(card.choice)) });
    parts.push([statement, mine]);
    at += size;
  }
  if (at !== chosen.length) {
    throw new Refusal("statement.positions");
  }
  return parts;
}

/** @param {string} statement @returns {number} how many positions it names; whether rightly, is compared afterwards */
function countIn(statement) {
  try {
    return JSON.parse(statement).positions.length;
  } catch {
    throw new Refusal("statement.form");
  }
}

/** @param {string} statement @param {Card[]} mine @param {import("./device.js").Kept} known */
async function confirmOne(statement, mine, known) {
  tell(told, word("confirm.review"));
  const dialog = part("#review", HTMLDialogElement);
  if (!(await review(dialog, mine.map((card) => card.inWords())))) {
    throw new Refusal("passkey.cancelled");
  }
  tell(told, word("confirm.passkey"));
  const assertion = await authorise(statement, known.rpId, known.credential);
  tell(told, word("confirm.recording"));
  await api.post("/my/positions", { statement, assertion });
}

/** @param {string} text said once, after the page was loaded again */
function flash(text) {
  try {
    sessionStorage.setItem(FLASH, text);
  } catch {
    // it is seen in the clauses themselves
  }
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

const button = document.querySelector("#confirm");
if (button instanceof HTMLButtonElement) {
  onPress(button, confirm);
}
document.querySelector("#rest")?.addEventListener("click", acceptRest);
window.addEventListener("pagehide", () => cards.forEach((card) => card.flush()));
sayFlash();
count();
