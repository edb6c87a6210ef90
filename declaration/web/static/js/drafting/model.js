/**
 * A draft while it is edited: the text of the version, and what its author has typed against it.
 */

/** @typedef {Record<string, string>} Texts a text a language */
/** @typedef {{id: string, section: string, after: string | null, texts: Texts}} NewClause */
/** @typedef {{clause: string, section: string, after: string | null}} Moved */
/**
 * @typedef {{kind: string, clause: string | null, section: string | null, language: string | null, after: string | null,
 *   version: number, was: Texts, mine: Texts, why: string}} Aside
 */
/**
 * @typedef {{texts: Record<string, Texts>, title: Texts, titles: Record<string, Texts>, inserted: NewClause[],
 *   deleted: string[], moved: Moved[], rationale: string, aside: Aside[]}} Typed
 */
/** @typedef {{id: string, number: string, texts: Texts}} Clause */
/** @typedef {{id: string, number: string, title: Texts, clauses: Clause[]}} Section */
/** @typedef {{place: string, clause: string | null, section: string | null, language: string, one: string, other: string}} Differing */

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** @param {number} position from 1 @returns {string} a, b, …, z, aa, … */
function letter(position) {
  let result = "";
  for (let left = position; left > 0; left = Math.floor((left - 1) / 26)) {
    result = LETTERS[(left - 1) % 26] + result;
  }
  return result;
}

/** @param {Record<string, {text: string}>} named @returns {Texts} */
function textsOf(named) {
  return Object.fromEntries(Object.entries(named).map(([language, { text }]) => [language, text]));
}

/**
 * Return the sections of a version's document with the numbers that readers see.
 *
 * @param {any} document a version (docs/spec/text.md)
 * @returns {Section[]}
 */
export function sectionsOf(document) {
  let chapters = 0;
  let recitals = 0;
  return document.sections.map((/** @type {any} */ section) => {
    const preamble = section.kind === "preamble";
    chapters += preamble ? 0 : 1;
    return {
      id: section.id,
      number: preamble ? "" : String(chapters),
      title: textsOf(section.title),
      clauses: section.clauses.map((/** @type {any} */ clause, /** @type {number} */ at) => {
        recitals += preamble ? 1 : 0;
        return {
          id: clause.id,
          number: preamble ? `(${letter(recitals)})` : `${chapters}.${at + 1}`,
          texts: textsOf(clause.texts),
        };
      }),
    };
  });
}

/** @param {unknown} value @returns {string} the same for equal values, whatever the order of their members */
export function fingerprint(value) {
  return JSON.stringify(value, (_, inner) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}

export class Draft {
  /** @param {any} document of the version @param {Typed} typed */
  constructor(document, typed) {
    /** @type {string[]} */
    this.languages = document.languages;
    this.title = textsOf(document.title);
    this.sections = sectionsOf(document);
    this.clauses = new Map(this.sections.flatMap((section) => section.clauses).map((clause) => [clause.id, clause]));
    this.typed = typed;
  }

  /** @param {string} clause @returns {Texts} how it reads in the version */
  present(clause) {
    return this.clauses.get(clause)?.texts ?? {};
  }

  /** @param {string | null} section @returns {Texts} */
  heading(section) {
    return section === null ? this.title : (this.sections.find((one) => one.id === section)?.title ?? {});
  }

  /** @param {string} clause @param {string} language @returns {string} how it shall read */
  text(clause, language) {
    return this.typed.texts[clause]?.[language] ?? this.present(clause)[language] ?? "";
  }

  /** @param {string | null} section @param {string} language @returns {string} */
  headingText(section, language) {
    const typed = section === null ? this.typed.title : this.typed.titles[section];
    return typed?.[language] ?? this.heading(section)[language] ?? "";
  }

  /** @param {string} clause @param {string} language @param {string} words */
  setText(clause, language, words) {
    this.typed.texts[clause] = put(this.typed.texts[clause], language, words, this.present(clause)[language]);
    drop(this.typed.texts, clause);
  }

  /** @param {string | null} section @param {string} language @param {string} words */
  setHeading(section, language, words) {
    const present = this.heading(section)[language];
    if (section === null) {
      this.typed.title = put(this.typed.title, language, words, present);
    } else {
      this.typed.titles[section] = put(this.typed.titles[section], language, words, present);
      drop(this.typed.titles, section);
    }
  }

  /** @param {string} clause @returns {boolean} */
  isReworded(clause) {
    return clause in this.typed.texts;
  }

  /** @param {string} section @param {string | null} after @returns {NewClause} */
  insert(section, after) {
    const random = Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => (byte % 36).toString(36)).join("");
    const made = { id: `${section.slice(0, 48)}-${random}`, section, after, texts: {} };
    // the newest stands first after its clause: where its author pressed the button
    const at = this.typed.inserted.findIndex((one) => one.section === section && one.after === after);
    this.typed.inserted.splice(at < 0 ? this.typed.inserted.length : at, 0, made);
    return made;
  }

  /** @param {NewClause} made @param {string} language @param {string} words */
  setInserted(made, language, words) {
    made.texts = put(made.texts, language, words, undefined);
  }

  /** @param {string} id take a new clause away; what followed it follows what it followed */
  uninsert(id) {
    const gone = this.typed.inserted.find((one) => one.id === id);
    this.typed.inserted = this.typed.inserted.filter((one) => one.id !== id);
    for (const one of [...this.typed.inserted, ...this.typed.moved]) {
      if (gone !== undefined && one.after === id) {
        one.after = gone.after;
      }
    }
  }

  /** @param {string} section @param {string | null} after @returns {NewClause[]} in order, with what follows each */
  insertedAfter(section, after) {
    return this.typed.inserted
      .filter((one) => one.section === section && one.after === after)
      .flatMap((one) => [one, ...this.insertedAfter(section, one.id)]);
  }

  /** @param {string} clause @param {boolean} gone */
  setDeleted(clause, gone) {
    this.typed.deleted = this.typed.deleted.filter((one) => one !== clause);
    if (gone) {
      this.typed.deleted.push(clause);
    }
  }

  /** @param {string} clause @returns {Moved | undefined} */
  moveOf(clause) {
    return this.typed.moved.find((one) => one.clause === clause);
  }

  /** @param {string} clause @param {{section: string, after: string | null} | null} place null leaves it where it is */
  setMoved(clause, place) {
    this.typed.moved = this.typed.moved.filter((one) => one.clause !== clause);
    if (place !== null) {
      this.typed.moved.push({ clause, ...place });
    }
  }

  /** @param {string} clause @returns {string} how readers call it */
  numberOf(clause) {
    return this.clauses.get(clause)?.number ?? "";
  }

  /** @param {string} clause @returns {string | undefined} the section in which it stands */
  sectionOf(clause) {
    return this.sections.find((section) => section.clauses.some((one) => one.id === clause))?.id;
  }
}

/**
 * @param {Texts | undefined} texts @param {string} language @param {string} words @param {string | undefined} present
 * @returns {Texts} with these words, or without any where they are what stands there already
 */
function put(texts, language, words, present) {
  const rest = { ...(texts ?? {}) };
  delete rest[language];
  const whole = words.isWellFormed?.() === false ? words.toWellFormed() : words;
  return whole === (present ?? "") ? rest : { ...rest, [language]: whole };
}

/** @param {Record<string, Texts>} all @param {string} key */
function drop(all, key) {
  if (Object.keys(all[key]).length === 0) {
    delete all[key];
  }
}

/**
 * Return where two states of a draft differ, with both texts; what is no text is told in one line.
 *
 * @param {Typed} one @param {Typed} other
 * @returns {Differing[]}
 */
export function differing(one, other) {
  /** @type {Differing[]} */
  const found = [];
  const compare = (/** @type {string} */ place, /** @type {string | null} */ clause, /** @type {string | null} */ section, /** @type {Texts} */ a = {}, /** @type {Texts} */ b = {}) => {
    for (const language of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (a[language] !== b[language]) {
        found.push({ place, clause, section, language, one: a[language] ?? "", other: b[language] ?? "" });
      }
    }
  };
  for (const clause of new Set([...Object.keys(one.texts), ...Object.keys(other.texts)])) {
    compare("text", clause, null, one.texts[clause], other.texts[clause]);
  }
  compare("title", null, null, one.title, other.title);
  for (const section of new Set([...Object.keys(one.titles), ...Object.keys(other.titles)])) {
    compare("title", null, section, one.titles[section], other.titles[section]);
  }
  const ids = new Set([...one.inserted, ...other.inserted].map((made) => made.id));
  for (const id of ids) {
    const [a, b] = [one, other].map((typed) => typed.inserted.find((made) => made.id === id));
    compare("insert", id, null, a?.texts, b?.texts);
  }
  compare("rationale", null, null, { "": one.rationale }, { "": other.rationale });
  const rest = (/** @type {Typed} */ typed) =>
    fingerprint([typed.deleted, typed.moved, typed.inserted.map(({ id, section, after }) => [id, section, after])]);
  if (found.length === 0 && rest(one) !== rest(other)) {
    found.push({ place: "order", clause: null, section: null, language: "", one: "", other: "" });
  }
  return found;
}
