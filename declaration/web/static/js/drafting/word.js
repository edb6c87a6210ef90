/**
 * A document edited in a word processor, or an amendment in Akoma Ntoso: the file is read by the service, what comes of
 * it is shown, then it is taken over into a draft. Nothing is saved before that.
 */

import { Api } from "../api.js";
import { hasWord, part, sentence, tell, word } from "../words.js";
import { direction, make, showDifference, tongue } from "./fields.js";

/** @typedef {import("./difference.js").Pair} Pair */
/** @typedef {{op: string, clause: string | null, section: string | null, number: string, after: string,
 *   words: Record<string, Pair[]>}} Wish */
/** @typedef {{code: string, clause: string | null, section: string | null, number: string, others: string[],
 *   language: string | null, words: string, by: string, detail: string, ignored: boolean}} Refused */
/** @typedef {{base: {number: number}, in_force: {number: number}, languages: string[], wishes: Wish[],
 *   understood: {by: string[], tracked: boolean}[], refused: Refused[]}} Found */

const WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const AKOMA = "application/akn+xml";
const QUOTED = 300;

const root = part("#drafting", HTMLElement);
const api = new Api(root.dataset.api ?? "");
const told = part("#told", HTMLElement);
const chooser = part("#document", HTMLInputElement);
const take = part("#take", HTMLButtonElement);
const found = part("#found", HTMLElement);

for (const scripted of document.querySelectorAll(".scripted[hidden]")) {
  scripted.removeAttribute("hidden");
}
chooser.disabled = false;
chooser.addEventListener("change", () => void read());
take.addEventListener("click", () => void takeOver());

/** Read the chosen file, and show what comes of it. */
async function read() {
  const file = chooser.files?.[0];
  found.hidden = true;
  if (file === undefined) {
    return;
  }
  tell(told, word("word.reading"));
  try {
    show(await api.send("/drafting/word", file, typeOf(file)));
    tell(told, "");
    found.hidden = false;
    part("#found-title", HTMLElement).focus();
  } catch (failure) {
    refuse(failure);
  }
}

/** Make a draft of the chosen file, and open it. */
async function takeOver() {
  const file = chooser.files?.[0];
  if (file === undefined) {
    return;
  }
  take.disabled = true;
  try {
    const { draft } = await api.send("/drafting/word/draft", file, typeOf(file));
    location.assign(`${root.dataset.home ?? ""}/${draft}`);
  } catch (failure) {
    refuse(failure);
    take.disabled = false;
  }
}

/** @param {File} file */
function typeOf(file) {
  return file.name.toLowerCase().endsWith(".xml") ? AKOMA : WORD;
}

/** @param {unknown} failure */
function refuse(failure) {
  tell(told, sentence(failure), "bad");
  told.focus();
}

/** @param {Found} read */
function show(read) {
  const by = [...new Set(read.understood.flatMap((one) => one.by))];
  const untracked = read.understood.some((one) => !one.tracked);
  const notes = [
    word("word.base", { number: read.base.number, languages: read.languages.map(tongue).join(", ") }),
    read.base.number === read.in_force.number ? "" : word("word.carried", { number: read.in_force.number }),
    by.length === 0 ? "" : word("word.by", { names: by.join(", ") }),
    untracked ? word("word.untracked") : "",
  ];
  part(".notes", HTMLElement, found).replaceChildren(
    ...notes.filter((note) => note !== "").map((note) => make("li", {}, note)),
  );
  part(".nothing", HTMLElement, found).hidden = read.wishes.length > 0;
  part(".differences", HTMLElement, found).replaceChildren(...read.wishes.map(wish));
  take.disabled = read.wishes.length === 0;
  list("left", read.refused.filter((one) => !one.ignored));
  list("ignored", read.refused.filter((one) => one.ignored));
}

/** @param {Wish} one @returns {HTMLElement} */
function wish(one) {
  const languages = Object.keys(one.words);
  return make(
    "article",
    { class: "difference" },
    make("h3", {}, nameOf(one)),
    ...languages.flatMap((tag) => {
      const words = make("p", { class: "words", lang: tag, dir: direction(tag) });
      showDifference(words, one.words[tag]);
      return [languages.length > 1 ? make("p", { class: "eyebrow", lang: tag }, tongue(tag)) : null, words];
    }).filter((element) => element !== null),
  );
}

/** @param {Wish} one @returns {string} what it wants, and where */
function nameOf(one) {
  const title = word(`section.${one.section ?? ""}`);
  const values = { number: one.number, after: one.after, title };
  const placed = one.op === "insert" || one.op === "move";
  return word(`wish.${one.op}${placed ? (one.after === "" ? ".first" : ".after") : ""}`, values);
}

/** @param {string} name @param {Refused[]} refused */
function list(name, refused) {
  const place = part(`.${name}`, HTMLElement, found);
  place.hidden = refused.length === 0;
  part("ul", HTMLElement, place).replaceChildren(...refused.map(line));
}

/** @param {Refused} one @returns {HTMLElement} */
function line(one) {
  const known = hasWord(`left.${one.code}`);
  const tag = one.language ?? "";
  const quoted = known && one.words !== "" && one.words.length <= QUOTED ? one.words : "";
  return make(
    "li",
    {},
    make("strong", {}, placeOf(one)),
    " ",
    make("span", known ? {} : { lang: "en" }, known ? word(`left.${one.code}`) : one.detail),
    quoted === "" ? null : make("p", { class: "small quiet", dir: one.code === "comment" ? "auto" : direction(tag) }, quoted),
    one.by === "" ? null : make("p", { class: "small quiet" }, one.by),
  );
}

/** @param {Refused} one @returns {string} where it stands */
function placeOf(one) {
  const numbers = [one.number, ...one.others].filter((number) => number !== "");
  const language = one.language === null ? "" : tongue(one.language);
  let place = word("place.document");
  if (numbers.length > 0) {
    place = word(numbers.length > 1 ? "place.clauses" : "place.clause", { numbers: numbers.join(", ") });
  } else if (one.section !== null) {
    place = word("place.title", { title: word(`section.${one.section}`) });
  }
  return language === "" ? `${place}:` : `${place} · ${language}:`;
}
