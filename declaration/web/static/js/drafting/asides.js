/**
 * What needs its author: wishes that no longer fit the text, and two states of one draft. Both texts are always shown.
 */

import { word } from "../words.js";
import { button, direction, follower, make, tongue } from "./fields.js";
import { differing } from "./model.js";

/** @typedef {import("./model.js").Draft} Draft */
/** @typedef {import("./model.js").Typed} Typed */
/** @typedef {import("./model.js").Aside} Aside */

/**
 * Show what was put aside, with how the text read, what its author wanted, and how it reads now.
 *
 * @param {HTMLElement} place
 * @param {Draft} draft
 * @param {(clause: string | null) => void} settled
 */
export function showAsides(place, draft, settled) {
  place.hidden = draft.typed.aside.length === 0;
  const list = draft.typed.aside.map((aside) => {
    const forget = () => {
      draft.typed.aside = draft.typed.aside.filter((one) => one !== aside);
    };
    const take = () => (takeUp(draft, aside), forget(), settled(aside.clause));
    const leave = () => (forget(), settled(null));
    const about = nameOf(draft, aside);
    return make(
      "li",
      { class: "card aside" },
      make("h3", {}, about),
      make("p", { class: "small" }, word(`aside.${aside.kind}.${aside.why}`) === `aside.${aside.kind}.${aside.why}` ? word("aside.why") : word(`aside.${aside.kind}.${aside.why}`)),
      ...textsOf(draft, aside),
      make(
        "p",
        { class: "row" },
        canTake(draft, aside) ? button("aside.take", take, { about }) : null,
        button("aside.leave", leave, { about, class: "quietly" }),
      ),
    );
  });
  place.querySelector("ul")?.replaceChildren(...list);
}

/** @param {Draft} draft @param {Aside} aside @returns {string} */
function nameOf(draft, aside) {
  if (aside.kind === "title") {
    return word("about.title", { title: draft.headingText(aside.section, aside.language ?? "") });
  }
  const number = draft.numberOf(aside.clause ?? "");
  const name = number === "" ? word("about.gone", { clause: aside.clause ?? "" }) : word("about.clause", { number });
  const what = aside.kind === "text" ? tongue(aside.language ?? "") : word(`aside.kind.${aside.kind}`);
  return `${aside.kind === "insert" ? word("state.new") : name} · ${what}`;
}

/** @param {Draft} draft @param {Aside} aside @returns {HTMLElement[]} */
function textsOf(draft, aside) {
  const now = aside.kind === "title" ? draft.heading(aside.section) : draft.present(aside.clause ?? "");
  const languages = new Set([...Object.keys(aside.was), ...Object.keys(aside.mine)]);
  return [...languages].map((language) => {
    const was = aside.was[language] ?? "";
    const shown = (/** @type {string} */ title, /** @type {string} */ text) => {
      const { element, follow } = follower(language);
      follow(was, text);
      return make("div", {}, make("p", { class: "eyebrow" }, title), element);
    };
    return make(
      "div",
      { class: "both" },
      aside.mine[language] === undefined ? null : shown(word("aside.mine"), aside.mine[language]),
      was === "" && now[language] === undefined
        ? null
        : now[language] === undefined
          ? make("div", {}, make("p", { class: "eyebrow" }, word("aside.now")), make("p", {}, word("aside.now.gone")), make("p", { class: "words", lang: language, dir: direction(language) }, was))
          : shown(word("aside.now"), now[language]),
    );
  });
}

/** @param {Draft} draft @param {Aside} aside @returns {boolean} whether there is a place for it still */
function canTake(draft, aside) {
  return aside.kind === "title" || aside.kind === "insert" || aside.why !== "deleted" || draft.clauses.has(aside.clause ?? "");
}

/** @param {Draft} draft @param {Aside} aside want it again, of the text as it reads now */
function takeUp(draft, aside) {
  const { kind, clause, section, language, after, mine } = aside;
  if (kind === "text" && clause !== null && language !== null) {
    draft.setText(clause, language, mine[language]);
  } else if (kind === "title" && language !== null) {
    draft.setHeading(section, language, mine[language]);
  } else if (kind === "delete" && clause !== null) {
    draft.setDeleted(clause, true);
  } else if (kind === "move" && clause !== null && section !== null) {
    draft.setMoved(clause, { section, after: placeFor(draft, after) });
  } else if (kind === "insert" && section !== null) {
    draft.insert(section, placeFor(draft, after)).texts = { ...mine };
  }
}

/** @param {Draft} draft @param {string | null} after @returns {string | null} the anchor, or the head where it is gone */
function placeFor(draft, after) {
  return after !== null && draft.clauses.has(after) ? after : null;
}

/** @typedef {{name: string, typed: Typed, keep: () => void, take: () => void}} Offer another state of the draft */

/**
 * Show another state of the draft beside what stands in the editor, and let its author choose.
 *
 * @param {HTMLElement} place
 * @param {Draft} draft
 * @param {Offer | null} offer null hides it
 */
export function showOffer(place, draft, offer) {
  place.hidden = offer === null;
  const list = /** @type {HTMLElement} */ (place.querySelector("ul"));
  list.replaceChildren();
  if (offer === null) {
    return;
  }
  /** @type {HTMLElement} */ (place.querySelector(".which")).textContent = word(`offer.${offer.name}`);
  for (const one of differing(draft.typed, offer.typed)) {
    const language = one.language === "" ? document.documentElement.lang : one.language;
    const there = follower(language);
    there.follow(one.one, one.other);
    const here = make("p", { class: "words", lang: language, dir: direction(language) }, one.one === "" ? "—" : one.one);
    list.append(
      make(
        "li",
        { class: "card" },
        make("h3", {}, placeName(draft, one)),
        one.place === "order"
          ? make("p", {}, word("offer.order"))
          : make(
              "div",
              { class: "both" },
              make("div", {}, make("p", { class: "eyebrow" }, word("offer.here")), here),
              make("div", {}, make("p", { class: "eyebrow" }, word("offer.there")), there.element),
            ),
      ),
    );
  }
  const tools = /** @type {HTMLElement} */ (place.querySelector(".row"));
  tools.replaceChildren(button("offer.keep", offer.keep, { class: "main" }), button("offer.take", offer.take));
}

/** @param {Draft} draft @param {import("./model.js").Differing} one @returns {string} */
function placeName(draft, one) {
  if (one.place === "rationale" || one.place === "order") {
    return word(`place.${one.place}`);
  }
  const number = draft.numberOf(one.clause ?? "");
  const name =
    one.place === "title"
      ? word("about.title", { title: draft.headingText(one.section, one.language) })
      : number === ""
        ? word("state.new")
        : word("about.clause", { number });
  return `${name} · ${tongue(one.language)}`;
}
