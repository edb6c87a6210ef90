/**
 * Pieces of the editor: elements made without markup, fields that grow with their text, differences that follow typing.
 */

import { word } from "../words.js";
import { difference, pause } from "./difference.js";

/**
 * Make an element.
 *
 * @param {string} tag
 * @param {Record<string, string | boolean | ((event: Event) => void)>} [attributes] functions listen to the event named
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElement}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(name, value);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** @param {string} language @returns {string} its own name, as the page gives it */
export function tongue(language) {
  return word(`tongue.${language}`);
}

/** @param {string} language @returns {"rtl" | "ltr"} */
export function direction(language) {
  return document.querySelector(`#words [data-word="tongue.${CSS.escape(language)}"]`)?.getAttribute("data-dir") === "rtl"
    ? "rtl"
    : "ltr";
}

/**
 * Show a difference of words in a paragraph: colour, a line, and words for whoever hears it.
 *
 * @param {Element} place
 * @param {import("./difference.js").Pair[]} pairs
 */
export function showDifference(place, pairs) {
  const ui = document.documentElement.lang;
  place.replaceChildren(
    ...pairs.map(([kind, passage]) => {
      if (kind === "equal") {
        return document.createTextNode(passage);
      }
      const tag = kind === "insert" ? "ins" : "del";
      const before = make("span", { class: "unseen", lang: ui }, ` [${word(`difference.${kind}`)} `);
      return make(tag, {}, before, passage, make("span", { class: "unseen" }, "] "));
    }),
  );
}

/**
 * Make a paragraph that shows how one text differs from another, and can be told to follow.
 *
 * @param {string} language
 * @param {string} [kind] further classes
 * @returns {{element: HTMLElement, follow: (before: string, after: string) => void}}
 */
export function follower(language, kind = "") {
  const element = make("p", { class: `words ${kind}`, lang: language, dir: direction(language) });
  let turn = 0;
  return {
    element,
    async follow(before, after) {
      turn += 1;
      const mine = turn;
      const pairs = await difference(before, after, async () => (await pause()) && mine === turn);
      if (pairs !== null && mine === turn) {
        showDifference(element, pairs);
      }
    },
  };
}

/** @param {HTMLTextAreaElement} area let it be as high as its text */
export function grow(area) {
  if (!CSS.supports("field-sizing", "content")) {
    area.style.blockSize = "auto";
    area.style.blockSize = `${area.scrollHeight + 2}px`;
  }
}

/**
 * Make a field for one text in one language, with the difference from what stands there now beneath.
 *
 * @param {{id: string, label: string, language: string, before: string | null, value: string, rows?: number,
 *   typed: (words: string) => void}} of
 * @returns {HTMLElement}
 */
export function textField({ id, label, language, before, value, rows = 2, typed }) {
  const area = /** @type {HTMLTextAreaElement} */ (
    make("textarea", {
      id,
      lang: language,
      dir: direction(language),
      rows: String(rows),
      class: "typing",
      autocomplete: "off",
      spellcheck: true,
    })
  );
  area.value = value;
  const shown = follower(language, "live");
  const follow = () => {
    const changed = before !== null && area.value !== before;
    shown.element.hidden = !changed;
    if (changed && before !== null) {
      shown.follow(before, area.value);
    }
  };
  area.addEventListener("input", () => {
    typed(area.value);
    grow(area);
    follow();
  });
  requestAnimationFrame(() => grow(area));
  follow();
  return make("div", { class: "field wording" }, make("label", { for: id }, label), area, shown.element);
}

/**
 * Make a button.
 *
 * @param {string} name of the word that it says
 * @param {(event: Event) => void} click
 * @param {Record<string, string>} [more] attributes; `about` is read out after the word
 * @returns {HTMLElement}
 */
export function button(name, click, { about = "", ...more } = {}) {
  return make(
    "button",
    { type: "button", ...more, click },
    word(name),
    about === "" ? null : make("span", { class: "unseen" }, ` ${about}`),
  );
}
