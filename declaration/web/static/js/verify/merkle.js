/** Inclusion in the Merkle tree of RFC 6962, verified as RFC 9162 section 2.1.3.2 says. */

import { equal, join, sha256 } from "../bytes.js";
import { altered } from "./judgement.js";

/** Hashes in a proof: one for each level of the largest tree, whose size is a whole number of JSON. */
export const MAX_PROOF = 53;
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** @param {Uint8Array} entry @returns {Promise<Uint8Array>} its hash as a leaf */
export function leafHash(entry) {
  return sha256(join(LEAF, entry));
}

/** @param {Uint8Array} left @param {Uint8Array} right @returns {Promise<Uint8Array>} */
function nodeHash(left, right) {
  return sha256(join(NODE, left, right));
}

/**
 * Verify that an entry stands at `index` of the tree of this size and root.
 *
 * @param {Uint8Array} entry
 * @param {number} index
 * @param {Uint8Array[]} proof from the leaf's sibling up to the root's child
 * @param {{size: number, root: Uint8Array}} head
 */
export async function requireIncluded(entry, index, proof, head) {
  const refuted = altered("ledger.inclusion", { index, size: head.size });
  if (index < 0 || index >= head.size) {
    throw refuted;
  }
  let position = index; // numbers have up to 53 bits, so they are halved and not shifted
  let last = head.size - 1;
  let result = await leafHash(entry);
  for (const item of proof) {
    if (last === 0) {
      throw refuted;
    }
    if (position % 2 || position === last) {
      result = await nodeHash(item, result);
      while (position % 2 === 0 && position) {
        position = half(position);
        last = half(last);
      }
    } else {
      result = await nodeHash(result, item);
    }
    position = half(position);
    last = half(last);
  }
  if (last !== 0 || !equal(result, head.root)) {
    throw refuted;
  }
}

/** @param {number} value @returns {number} */
function half(value) {
  return Math.floor(value / 2);
}
