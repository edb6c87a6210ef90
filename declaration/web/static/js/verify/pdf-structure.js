/**
 * What two PDF files say to those who have them read aloud, compared (step 3): structure, languages, alternative texts.
 *
 * The structure tree of an edition begins with that of its instrument, and nothing that the edition adds lays hold of the
 * instrument's pages.
 */

import { altered } from "./judgement.js";
import { given, within } from "./pdf.js";
import { same } from "./pdf-compare.js";
import { Ref, refused } from "./pdf-syntax.js";

/** @typedef {import("./pdf.js").Document} Document */
/** @typedef {import("./pdf-syntax.js").Value} Value */

const TREE = ["Type", "K", "ParentTree", "ParentTreeNextKey"];
const SAID = ["Lang", "MarkInfo", "ViewerPreferences"];

/** @param {Document} edition whose first pages are known to look like the instrument @param {Document} instrument */
export async function requireSameStructure(edition, instrument) {
  const present = [instrument, edition].map(({ root }) => root.has("StructTreeRoot"));
  if (!present[0] && !present[1]) {
    return;
  }
  if (!present[0] || !present[1]) {
    throw altered("instrument.structure");
  }
  const [ours, theirs] = [instrument, edition].map(tree);
  const [top, other] = [first(instrument, ours), first(edition, theirs)];
  const shown = edition.pages();
  /** @type {[any, any][]} */
  const pages = instrument.pages().map((page, index) => [page, shown[index]]);
  /** @type {[any, any][]} */
  const known = [...pages, [ours, theirs], [top, other]];
  const [kids, others] = [parts(instrument, top), parts(edition, other)];
  const [numbers, otherNumbers] = [flat(instrument, ours), flat(edition, theirs)];
  const said = [instrument, edition].map(({ root }) => SAID.map((key) => given(root, key, null)));
  const pairs = [
    said,
    [without(top, "K"), without(other, "K")],
    [kids, others.slice(0, kids.length)],
    [numbers, otherNumbers.slice(0, numbers.length)],
  ];
  for (const [left, right] of pairs) {
    if (!(await same(instrument, left, edition, right, known))) {
      throw altered("instrument.structure");
    }
  }
  requireApart(edition, others.slice(kids.length), new Set(pages.map(([, page]) => page)));
}

/** @param {Document} document @returns {Map<string, any>} */
function tree(document) {
  const found = document.entries(document.root.get("StructTreeRoot"), "the structure tree");
  if (!within(found, TREE)) {
    throw refused("structure", "the structure tree holds entries that ours never have");
  }
  return found;
}

/** @param {Document} document @param {Map<string, any>} root @returns {Map<string, any>} of which all others are parts */
function first(document, root) {
  const found = document.resolve(root.get("K"));
  if (!Array.isArray(found) || found.length !== 1 || !(found[0] instanceof Ref)) {
    throw refused("structure", "the structure tree does not have exactly one first element");
  }
  return document.entries(found[0], "the first element of the structure");
}

/** @param {Document} document @param {Map<string, any>} element @returns {any[]} */
function parts(document, element) {
  return document.items(given(element, "K", []), "the parts of the document's structure");
}

/** @param {Document} document @param {Map<string, any>} root @returns {any[]} what leads from a page to the elements on it */
function flat(document, root) {
  const parents = document.entries(root.get("ParentTree"), "the parent tree of the structure");
  if (parents.size !== 1 || !parents.has("Nums")) {
    throw refused("structure", "the parent tree of the structure is not flat");
  }
  return document.items(parents.get("Nums"), "the parent tree of the structure");
}

/** @param {Map<string, any>} entries @param {string} key @returns {Map<string, any>} */
function without(entries, key) {
  return new Map([...entries].filter(([name]) => name !== key));
}

/** @param {Document} edition @param {any[]} added @param {Set<any>} signed pages of the instrument, which added elements leave alone */
function requireApart(edition, added, signed) {
  const found = new Set();
  const waiting = [...added];
  while (waiting.length) {
    const value = edition.resolve(waiting.pop());
    if (Array.isArray(value)) {
      value.forEach((item) => waiting.push(item));
    } else if (value instanceof Map && !found.has(value)) {
      found.add(value);
      if (signed.has(edition.resolve(value.get("Pg"))) || value.has("Stm")) {
        throw altered("instrument.structure");
      }
      waiting.push(given(value, "K", null));
    }
  }
}
