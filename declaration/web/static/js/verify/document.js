/** declaration.json: canonical, its texts those that its digests name (step 4; docs/spec/document.md). */

import { digest, utf8 } from "../bytes.js";
import { encode, isObject, parseCanonical, without } from "../canonical.js";
import { MAX_LANGUAGES, MAX_REASON, MAX_ROSTER, PARTY } from "./entries.js";
import * as forms from "./forms.js";
import { altered, reading } from "./judgement.js";

const MAX_DOCUMENT = 1 << 26;

/**
 * @typedef {import("./statement.js").Signatory & {native: string}} Party somebody on the roster
 */
/**
 * @typedef {object} FrozenDocument
 * @property {string} declaration
 * @property {string} title in the drafting language
 * @property {string} version digest
 * @property {number} number
 * @property {Map<string, Party>} parties by id, in the order of the roster
 * @property {string} digest of the file
 */

/** @type {forms.Form} */
function text(value, place) {
  if (typeof value !== "string") {
    forms.refuse(place, "a text belongs here");
  }
}

const words = forms.members({ sha256: forms.digest, text });

/** @type {forms.Form} */
function texts(value, place) {
  if (!isObject(value)) {
    forms.refuse(place, "texts by language belong here");
  }
  for (const [language, item] of value) {
    forms.language(language, place);
    words(item, `${place}.${language}`);
  }
}

const reason = forms.text(MAX_REASON, { lines: true });

const DOCUMENT = forms.members({
  format: forms.oneOf("declaration/1"),
  version: forms.members({
    format: forms.oneOf("declaration-version/1"),
    declaration: forms.identifier,
    number: forms.whole(1, Number.MAX_SAFE_INTEGER),
    parent: forms.nullable(forms.digest),
    languages: forms.distinct(forms.language, MAX_LANGUAGES),
    title: texts,
    sections: forms.listed(
      forms.members({
        id: forms.identifier,
        kind: forms.oneOf("preamble", "chapter", "closing"),
        title: texts,
        clauses: forms.listed(forms.members({ id: forms.identifier, texts })),
      }),
    ),
  }),
  roster: forms.listed(PARTY),
  reservations: forms.listed(
    forms.members(
      {
        signatory: forms.identifier,
        clause: forms.identifier,
        digest: forms.digest,
        reservation: reason,
        objections: forms.apart(forms.members({ signatory: forms.identifier, reason }), "signatory", MAX_ROSTER),
      },
      ["objections"],
    ),
  ),
});

/** @param {Uint8Array} data @returns {Promise<FrozenDocument>} */
export async function readDocument(data) {
  const value = reading("document.malformed", () => {
    const found = /** @type {Map<string, any>} */ (parseCanonical(data, MAX_DOCUMENT));
    DOCUMENT(found, "declaration.json");
    return found;
  });
  const version = value.get("version");
  await requireTexts(version, "version");
  /** @type {Map<string, any>[]} */
  const sections = version.get("sections");
  requireDistinct(sections.map((section) => section.get("id")));
  requireDistinct(sections.flatMap((section) => section.get("clauses").map((/** @type {any} */ item) => item.get("id"))));
  /** @type {Party[]} */
  const roster = value.get("roster").map((/** @type {Map<string, string>} */ item) => Object.fromEntries(item));
  requireDistinct(roster.map((party) => party.id));
  const parties = new Map(roster.map((party) => [party.id, party]));
  requireReservations(value.get("reservations"), parties);
  return {
    declaration: version.get("declaration"),
    title: version.get("title").get(version.get("languages")[0])?.get("text") ?? version.get("declaration"),
    version: await digest(encode(without(version, "text"))),
    number: version.get("number"),
    parties,
    digest: await digest(data),
  };
}

/** @param {any} value @param {string} place hold every text against the digest beside it, wherever it stands */
async function requireTexts(value, place) {
  if (Array.isArray(value)) {
    for (const item of value) {
      await requireTexts(item, place);
    }
  } else if (isObject(value)) {
    const [id, words] = [value.get("id"), value.get("text")];
    const here = typeof id === "string" ? id : place;
    if (typeof words === "string" && value.get("sha256") !== (await digest(utf8(words)))) {
      throw altered("document.text", { place: here });
    }
    for (const item of value.values()) {
      await requireTexts(item, here);
    }
  }
}

/** @param {string[]} ids also when written in lower case */
function requireDistinct(ids) {
  const seen = new Set();
  for (const id of ids) {
    if (seen.has(id.toLowerCase())) {
      throw altered("document.doubled", { id });
    }
    seen.add(id.toLowerCase());
  }
}

/** @param {Map<string, any>[]} reservations @param {Map<string, Party>} parties */
function requireReservations(reservations, parties) {
  const seen = new Set();
  for (const each of reservations) {
    const [signatory, clause] = [each.get("signatory") ?? "", each.get("clause") ?? ""];
    if (!parties.has(signatory) || seen.has(`${signatory} ${clause}`)) {
      throw altered("document.reservation", { signatory, clause });
    }
    seen.add(`${signatory} ${clause}`);
    /** @type {string[]} */
    const objecting = (each.get("objections") ?? []).map((/** @type {any} */ item) => item.get("signatory"));
    const sorted = objecting.every((who, at) => at === 0 || objecting[at - 1] < who);
    if (!sorted || objecting.some((who) => who === signatory || !parties.has(who))) {
      throw altered("document.objection", { signatory, clause });
    }
  }
}

