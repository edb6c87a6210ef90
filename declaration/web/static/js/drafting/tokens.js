/**
 * The tokeniser of the record (docs/spec/text.md), for showing differences while somebody types: words for scripts that
 * space them, single graphemes for those that do not, and never half a grapheme.
 */

const WORD = /^[\p{L}\p{N}\p{M}_]/u;
const SPACE = /^\s/u;
const ALONE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Letters, figures, signs and spaces that are each a grapheme: most texts hold nothing else. */
const PLAIN =
  /^(?:(?=[\p{L}\p{N}\p{P}\p{Zs}])(?![\uff9e\uff9f])[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Han}\u3041-\u3096\u30a1-\u30ff\uac00-\ud7a3\p{Script=Common}])*$/u;
/** Where a text can be cut into pieces that are split by themselves: after spaces, before what stands on its own. */
const PIECES = /(?<=\s)(?=[^\s\p{M}\p{Cf}\uff9e\uff9f])/u;
/** Pieces of which the tokens are remembered: whoever types changes one word of a text. */
const KNOWN = 20_000;
/** @type {Map<string, string[]>} */
const known = new Map();

/** @param {string} grapheme @returns {"word" | "space" | "alone"} */
function kindOf(grapheme) {
  if (WORD.test(grapheme)) {
    return ALONE.test(grapheme) ? "alone" : "word";
  }
  return SPACE.test(grapheme) ? "space" : "alone";
}

/**
 * Split a text into tokens; joined again they give the text.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function tokens(text) {
  return text.split(PIECES).flatMap(remembered);
}

/** @param {string} piece @returns {string[]} */
function remembered(piece) {
  let found = known.get(piece);
  if (found === undefined) {
    if (known.size >= KNOWN) {
      known.clear();
    }
    found = split(piece);
    known.set(piece, found);
  }
  return found;
}

/** @param {string} piece @returns {string[]} */
function split(piece) {
  const clusters = PLAIN.test(piece) ? piece : Array.from(graphemes.segment(piece), ({ segment }) => segment);
  const found = [];
  let run = "";
  let running = "alone";
  for (const cluster of clusters) {
    const kind = kindOf(cluster);
    if (kind === running && kind !== "alone") {
      run += cluster;
      continue;
    }
    if (run !== "") {
      found.push(run);
    }
    run = cluster;
    running = kind;
  }
  if (run !== "") {
    found.push(run);
  }
  return found;
}

/** @param {string} token @returns {boolean} whether it is a word */
export function isWord(token) {
  return WORD.test(token);
}

/** @param {string} token @returns {boolean} whether it is white space */
export function isSpace(token) {
  return SPACE.test(token);
}
