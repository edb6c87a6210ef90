/** Findings in plain words: the same sentences as every other verifier of ours speaks, filled with the finding's values. */

/** @typedef {Record<string, {says: string, do: string}>} Words by code */

/**
 * Return what a code says, and what to do next.
 *
 * @param {Words} words of one language
 * @param {string} code one without sentences says just the code
 * @param {import("./judgement.js").Values} values one that is missing shows as an ellipsis
 * @returns {{says: string, do: string}}
 */
export function say(words, code, values) {
  const template = Object.hasOwn(words, code) ? words[code] : words.unknown;
  const known = new Map(Object.entries({ code, ...values }));
  const fill = (/** @type {string} */ text) =>
    text.replace(/\{([a-z_]+)\}/g, (_, name) => String(known.get(name) ?? "…"));
  return { says: fill(template.says), do: fill(template.do) };
}
