/**
 * Words of a page in its language: they stand in the page itself (`#words`), made from the catalogues on the server.
 */

/** @typedef {Record<string, string | number>} Values */

/**
 * Return a sentence by its name, with its values put in; the name itself where the page has no such sentence.
 *
 * @param {string} name
 * @param {Values} [values] for the places written {name}
 * @returns {string}
 */
export function word(name, values = {}) {
  const found = find(name);
  return found === null ? name : fill(found, values);
}

/** @param {string} name @returns {boolean} whether the page has this sentence */
export function hasWord(name) {
  return find(name) !== null;
}

/** @param {string} name @returns {string | null} */
function find(name) {
  const place = document.querySelector(`#words [data-word="${CSS.escape(name)}"]`);
  return place === null ? null : (place.textContent ?? "").trim();
}

/** @param {string} text @param {Values} values @returns {string} */
function fill(text, values) {
  return text.replace(/\{([a-z]+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
}

/**
 * Something on this device is not as it must be; the page says so in a sentence of its own.
 *
 * `code` names the sentence: `refusal.<code>` among the page's words.
 */
export class Refusal extends Error {
  /** @param {string} code @param {Values} [values] */
  constructor(code, values = {}) {
    super(code);
    this.name = "Refusal";
    this.code = code;
    this.values = values;
  }
}

/**
 * Return what to tell a person about a failure, in the page's language wherever it has words for it.
 *
 * @param {unknown} failure
 * @returns {string}
 */
export function sentence(failure) {
  if (failure instanceof Refusal) {
    return word(`refusal.${failure.code}`, failure.values);
  }
  const { code, detail, hint, seconds } = /** @type {Record<string, any>} */ (failure ?? {});
  if (typeof code === "string" && hasWord(`problem.${code}`)) {
    return word(`problem.${code}`, { seconds: seconds ?? "" });
  }
  if (typeof detail === "string") {
    return [detail, hint].filter(Boolean).join(" ");
  }
  return word("problem.other", { detail: String(failure) });
}

/**
 * Return an element of the page that has to be there.
 *
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} kind
 * @param {ParentNode} [within]
 * @returns {T}
 */
export function part(selector, kind, within = document) {
  const found = within.querySelector(selector);
  if (!(found instanceof kind)) {
    throw new Error(`The page has no ${selector}.`);
  }
  return found;
}

/**
 * Put a text into a place that is read out when it changes.
 *
 * @param {Element} place
 * @param {string} text
 * @param {string} [kind] note, good, warn or bad
 */
export function tell(place, text, kind = "note") {
  place.textContent = text;
  place.className = text === "" ? "" : `notice ${kind}`;
}
