/** The form of a signature bundle: one answer to the instrument in one file (step 1; docs/spec/bundle.md, section 1). */

import { digest, unb64u, unhex, utf8 } from "../bytes.js";
import { encode, object, parseCanonical } from "../canonical.js";
import { MAX_DRAWN, readDrawn } from "../drawn.js";
import { MAX_CMS } from "./cms.js";
import { ASSERTION, MAX_ENTRY, MAX_STATEMENT } from "./entries.js";
import * as forms from "./forms.js";
import { reading } from "./judgement.js";
import { MAX_PROOF } from "./merkle.js";
import { MAX_NOTE } from "./note.js";

const MAX_BUNDLE = 1024 * 1024;

/** @typedef {{index: number, entry: Uint8Array, proof: Uint8Array[]}} Proven */
/**
 * @typedef {object} Bundle well formed, and not yet verified
 * @property {"sign" | "decline"} act
 * @property {Uint8Array} statement
 * @property {Map<string, string>} assertion
 * @property {Uint8Array | null} cms
 * @property {Uint8Array | null} drawn
 * @property {Record<"opened" | "enrolled" | "frozen" | "recorded", Proven>} entries
 * @property {Uint8Array} checkpoint
 * @property {() => Promise<string>} evidence digest that the entry `signature.affixed` binds
 */

/** @param {number} longest characters @returns {forms.Form} */
function text(longest) {
  return (value, place) => {
    if (typeof value !== "string" || value === "" || (value.length > longest && [...value].length > longest)) {
      forms.refuse(place, `a text of 1 to ${longest} characters belongs here`);
    }
  };
}

/** @type {forms.Form} */
function proof(value, place) {
  if (!Array.isArray(value) || value.length > MAX_PROOF) {
    forms.refuse(place, `a list of at most ${MAX_PROOF} hashes belongs here`);
  }
  forms.listed(forms.digest)(value, place);
}

/** @type {forms.Form} */
function entry(value, place) {
  if (typeof value !== "string" || utf8(value).length > MAX_ENTRY) {
    forms.refuse(place, `a text of at most ${MAX_ENTRY} bytes belongs here`);
  }
}

const proven = forms.members({ index: forms.whole(0, Number.MAX_SAFE_INTEGER - 1), entry, proof });
const BUNDLE = forms.members({
  format: forms.oneOf("declaration-bundle/1"),
  act: forms.oneOf("sign", "decline"),
  statement: text(MAX_STATEMENT),
  assertion: ASSERTION,
  cms: forms.nullable(forms.binary(1, MAX_CMS)),
  drawn: forms.nullable(forms.binary(1, MAX_DRAWN)),
  entries: forms.members({ opened: proven, enrolled: proven, frozen: proven, recorded: proven }),
  checkpoint: text(MAX_NOTE),
});

/** @param {Map<string, any>} value @returns {Proven} */
function readProven(value) {
  return { index: value.get("index"), entry: utf8(value.get("entry")), proof: value.get("proof").map(unhex) };
}

/** @param {Uint8Array} data @returns {Bundle} */
export function readBundle(data) {
  return reading("bundle.malformed", () => {
    const value = /** @type {Map<string, any>} */ (parseCanonical(data, MAX_BUNDLE));
    BUNDLE(value, "bundle");
    const [act, cms, drawn] = ["act", "cms", "drawn"].map((name) => value.get(name));
    if ((act === "sign") !== (cms !== null) || (drawn !== null && act !== "sign")) {
      forms.refuse("bundle", `its parts do not belong to the act ${act}`);
    }
    const picture = drawn === null ? null : unb64u(drawn);
    if (picture !== null) {
      readDrawn(picture);
    }
    const [opened, enrolled, frozen, recorded] = ["opened", "enrolled", "frozen", "recorded"].map((name) =>
      readProven(value.get("entries").get(name)),
    );
    const [statement, assertion] = [value.get("statement"), value.get("assertion")];
    return {
      act,
      statement: utf8(statement),
      assertion,
      cms: cms === null ? null : unb64u(cms),
      drawn: picture,
      entries: { opened, enrolled, frozen, recorded },
      checkpoint: utf8(value.get("checkpoint")),
      evidence: () => digest(encode(object({ statement, assertion, cms, drawn }))),
    };
  });
}
