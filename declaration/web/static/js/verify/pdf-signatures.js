/**
 * Where the seal and the archive timestamp stand in an edition, what they cover, and what came between them (step 2;
 * docs/spec/edition.md, section 2). Nothing here is cryptography but a digest.
 */

import { join, sha256 } from "../bytes.js";
import { altered, unverifiable } from "./judgement.js";
import { given, within } from "./pdf.js";
import { unchanged } from "./pdf-compare.js";
import { Real, Ref, Text, alike } from "./pdf-syntax.js";

/** @typedef {import("./pdf.js").File} File */
/** @typedef {import("./pdf.js").Document} Document */
/** @typedef {{cms: Uint8Array, covered: Uint8Array}} Placed a CMS, and SHA-256 of the bytes that it covers */
/**
 * @typedef {object} Signatures
 * @property {Placed} seal
 * @property {Placed[]} archives the first, then that of each renewal
 * @property {Set<number>} fields object numbers
 * @property {Uint8Array[]} certificates
 * @property {Uint8Array[]} revocations
 */

const SEALED = 1;
/** The revision that the document timestamp makes, counted from 0; each renewal makes one more. */
export const ARCHIVED = 2;
const MAX_VALIDATION_DATA = 64;
const FIELD = new Map(
  /** @type {[string, any][]} */ ([["FT", "Sig"], ["Subtype", "Widget"], ["F", 132]]),
);
const FIELD_KEYS = ["Type", "Subtype", "FT", "T", "TU", "F", "Rect", "P", "V", "StructParent"];
const NOWHERE = [0, 0, 0, 0];
/** Where the field of a renewal stands: beside the page. */
const OUTSIDE = [-1, -1, -1, -1];
const LOOK_KEYS = ["Type", "Subtype", "BBox", "Resources", "Length", "Filter"];
/** Units of what the seal shows, along each side. */
const SIDE = 1000;
const ARCHIVE_KEYS = ["Type", "Filter", "SubFilter", "Contents", "ByteRange"];
const SEAL_KEYS = [...ARCHIVE_KEYS, "M", "Reference", "Name", "Location", "Reason"];
/** A certification that permits no changes at all (ISO 32000-2, section 12.8.2.2). */
const NO_CHANGES = [
  new Map(
    /** @type {[string, any][]} */ ([
      ["Type", "SigRef"],
      ["TransformMethod", "DocMDP"],
      ["TransformParams", new Map(/** @type {[string, any][]} */ ([["Type", "TransformParams"], ["V", "1.2"], ["P", 1]]))],
    ]),
  ),
];

/** @param {File} file @returns {Promise<Signatures>} */
export async function findSignatures(file) {
  const last = file.revisions.length - 1;
  if (last < ARCHIVED) {
    throw unverifiable(last < SEALED ? "seal.missing" : "seal.no-archive");
  }
  const document = file.after(ARCHIVED);
  const [seal, archive] = fieldsOf(document);
  for (const [number, name] of /** @type {[number, string][]} */ ([[seal, "seal"], [archive, "archive"]])) {
    if (!isPlain(document, number, name)) {
      throw strange(`the field ${name} is not as we make it`);
    }
  }
  requireSeen(document, seal);
  let data = await requireOnlyArchiveAdded(file, archive);
  const archives = [archive];
  for (let revision = ARCHIVED + 1; revision <= last; revision += 1) {
    const next = renewing(file, revision, archives.length + 1);
    data = await requireOnlyRenewed(file, revision, seal, next);
    archives.push(next);
  }
  return {
    seal: await placed(file, seal, SEALED),
    archives: await Promise.all(archives.map((field, index) => placed(file, field, ARCHIVED + index))),
    fields: new Set([seal, ...archives]),
    ...data,
  };
}

/** @param {string} detail @returns {import("./judgement.js").Refusal} */
function strange(detail) {
  return unverifiable("seal.form", { detail });
}

/** @param {Document} document @returns {[number, number]} the fields, all of the form and the last page's only annotations */
function fieldsOf(document) {
  const form = document.entries(document.root.get("AcroForm"), "the form");
  const fields = document.items(form.get("Fields"), "the fields of the form");
  const annotations = document.items(document.pages().at(-1)?.get("Annots"), "the annotations of the last page");
  const [seal, archive] = fields;
  const ours = form.size === 2 && form.get("SigFlags") === 3 && fields.length === 2 && alike(fields, annotations);
  if (!ours || !(seal instanceof Ref) || !(archive instanceof Ref) || seal.number === archive.number) {
    throw strange("the form does not hold exactly our two fields");
  }
  return [seal.number, archive.number];
}

/** @param {File} file @param {number} revision @param {number} number @returns {number} the field that a renewal adds */
function renewing(file, revision, number) {
  const document = file.after(revision);
  const form = document.entries(document.root.get("AcroForm"), "the form");
  const found = document.items(form.get("Fields"), "the fields of the form").at(-1);
  if (!(found instanceof Ref) || !isPlain(document, found.number, `archive-${number}`)) {
    throw altered("seal.changed-after", { detail: "the file was saved again after it was archived, and not renewed" });
  }
  return found.number;
}

/** @param {Document} document @param {number} number @param {string} name @returns {boolean} whether a field is as we make it */
function isPlain(document, number, name) {
  const field = document.entries(new Ref(number), `the field ${name}`);
  const title = field.get("T");
  const [seals, renews] = [name === "seal", name !== "seal" && name !== "archive"];
  const keys = seals ? [...FIELD_KEYS, "AP"] : FIELD_KEYS.filter((key) => !renews || key !== "StructParent");
  const place = seals || alike(renews ? OUTSIDE : NOWHERE, field.get("Rect") ?? null);
  const plain = [...FIELD].every(([key, value]) => alike(value, field.get(key) ?? null)) && within(field, keys);
  return plain && place && title instanceof Text && title.value === name;
}

/** The seal is seen on the last page, whole, and shows lines alone. @param {Document} document @param {number} seal */
function requireSeen(document, seal) {
  const what = "what the seal shows";
  const field = document.entries(new Ref(seal), "the field of the seal");
  const looks = document.entries(field.get("AP"), what);
  const form = document.stream(looks.get("N"), what).entries;
  const lines =
    within(looks, ["N"]) &&
    within(form, LOOK_KEYS) &&
    form.get("Subtype") === "Form" &&
    alike([0, 0, SIDE, SIDE], form.get("BBox") ?? null) &&
    alike(new Map(), form.get("Resources") ?? null);
  if (!lines) {
    throw strange("the seal does not show what it shows in our files");
  }
  const [place, page] = [field.get("Rect"), document.pages().at(-1)?.get("MediaBox")];
  const [x, y, width, height] = Array.isArray(page) && page.length === 4 ? page.map(sizeOf) : [];
  const [left, bottom, right, top] = isPlace(place) ? place : [];
  const square = left >= 0 && bottom >= 0 && left < right && right - left === top - bottom;
  if (!square || x !== 0 || y !== 0 || !(right <= width) || !(top <= height)) {
    throw strange("the seal is not seen on the last page");
  }
}

/** @param {any} value @returns {number} NaN for what is no number */
function sizeOf(value) {
  return value instanceof Real ? Number(value.value) : typeof value === "number" ? value : Number.NaN;
}

/** @param {any} value @returns {value is number[]} whether it is four whole numbers */
function isPlace(value) {
  return Array.isArray(value) && value.length === 4 && value.every((side) => Number.isInteger(side));
}

/** @param {File} file @param {number} field @param {number} revision that it stands in, and all of which it covers @returns {Promise<Placed>} */
async function placed(file, field, revision) {
  const [document, earlier] = [file.after(revision), file.after(revision - 1)];
  const reference = document.entries(new Ref(field), "a signature field").get("V");
  const filled = earlier.regions.has(field) && earlier.entries(new Ref(field), "a signature field").has("V");
  const { regions, end } = file.revisions[revision];
  if (!(reference instanceof Ref) || !regions.has(reference.number) || filled) {
    throw strange("a signature field is filled in the wrong revision");
  }
  const entries = document.entries(reference, "a signature");
  requireOurKind(document, entries, reference, revision);
  const contents = entries.get("Contents");
  if (!(contents instanceof Text) || !isWritten(file.text.slice(contents.start, contents.end))) {
    throw altered("seal.padding");
  }
  const range = [0, contents.start, contents.end, end - contents.end];
  if (!alike(range, entries.get("ByteRange") ?? null)) {
    throw altered("seal.coverage");
  }
  const covered = join(file.bytes.subarray(0, contents.start), file.bytes.subarray(contents.end, end));
  return { cms: withoutPadding(contents.bytes), covered: await sha256(covered) };
}

/** @param {string} token @returns {boolean} whether it is capital hexadecimal digits in angle brackets, in pairs */
function isWritten(token) {
  return token.length % 2 === 0 && /^<[0-9A-F]*>$/.test(token);
}

/** @param {Document} document @param {Map<string, any>} entries @param {Ref} own @param {number} revision */
function requireOurKind(document, entries, own, revision) {
  const seals = revision === SEALED;
  let certifies = true;
  if (seals) {
    const permissions = document.entries(document.root.get("Perms"), "the permissions");
    certifies =
      alike(NO_CHANGES, entries.get("Reference") ?? null) && alike(permissions, new Map([["DocMDP", own]]));
  }
  const [type, filter] = seals ? ["Sig", "ETSI.CAdES.detached"] : ["DocTimeStamp", "ETSI.RFC3161"];
  const kind = entries.get("Type") === type && entries.get("SubFilter") === filter && certifies;
  if (!kind || entries.get("Filter") !== "Adobe.PPKLite" || !within(entries, seals ? SEAL_KEYS : ARCHIVE_KEYS)) {
    throw strange("a signature is not of the kind that we make");
  }
}

/** @param {Uint8Array} contents @returns {Uint8Array} the DER element at its beginning; only zero bytes may follow */
function withoutPadding(contents) {
  const [, size = 0] = contents;
  const octets = size & 0x80 ? size & 0x7f : 0;
  const length = octets ? contents.subarray(2, 2 + octets).reduce((value, octet) => value * 256 + octet, 0) : size;
  const end = 2 + octets + length;
  if (octets > 4 || end <= 2 || end > contents.length || contents.subarray(end).some((byte) => byte !== 0)) {
    throw altered("seal.padding");
  }
  return contents.subarray(0, end);
}

/** @param {File} file @param {number} archive field @returns {Promise<{certificates: Uint8Array[], revocations: Uint8Array[]}>} */
async function requireOnlyArchiveAdded(file, archive) {
  const [sealed, archived] = [file.after(SEALED), file.after(ARCHIVED)];
  const changed = (/** @type {string} */ detail) => altered("seal.changed-after", { detail });
  const root = file.revisions[0].trailer.get("Root");
  const added = new Set(file.revisions[ARCHIVED].regions.keys());
  for (const [number, key] of /** @type {[number, string][]} */ ([[root.number, "DSS"], [archive, "V"]])) {
    if (!added.has(number) || !unchanged(sealed.object(number), archived.object(number), key)) {
      throw changed(`object ${number} was changed, or not as the archive changes it`);
    }
    added.delete(number);
  }
  const what = "the archive's validation data";
  const data = archived.entries(archived.root.get("DSS"), what);
  const [certificates, revocations] = ["Certs", "CRLs"].map((key) => archived.items(given(data, key, []), what));
  if (!within(data, ["Type", "Certs", "CRLs"]) || Math.max(certificates.length, revocations.length) > MAX_VALIDATION_DATA) {
    throw changed("the validation data holds something unknown");
  }
  const value = archived.entries(new Ref(archive), "the archive's field").get("V");
  const needed = [archived.root.get("DSS"), value, ...certificates, ...revocations].map((each) =>
    each instanceof Ref ? each.number : 0,
  );
  const exactly = needed.length === added.size && new Set(needed).size === needed.length;
  if (!exactly || needed.some((number) => !added.has(number) || sealed.regions.has(number))) {
    throw changed("an object was added or replaced that the archive does not need");
  }
  return {
    certificates: await Promise.all(certificates.map((item) => bareStream(archived, item))),
    revocations: await Promise.all(revocations.map((item) => bareStream(archived, item))),
  };
}

/**
 * A renewal lengthens the form and the last page's annotations by its field, and the lists of the validation data.
 *
 * @param {File} file
 * @param {number} revision
 * @param {number} seal
 * @param {number} archive
 * @returns {Promise<{certificates: Uint8Array[], revocations: Uint8Array[]}>} all until then
 */
async function requireOnlyRenewed(file, revision, seal, archive) {
  const [before, after] = [file.after(revision - 1), file.after(revision)];
  const changed = (/** @type {string} */ detail) => altered("seal.changed-after", { detail });
  const [form, data] = [before.root.get("AcroForm"), before.root.get("DSS")];
  const page = before.entries(new Ref(seal), "the field of the seal").get("P");
  if (!(form instanceof Ref) || !(page instanceof Ref) || !(data instanceof Ref)) {
    throw changed("what a renewal changes is not an object by itself");
  }
  if (before.resolve(page) !== before.pages().at(-1)) {
    throw changed("the seal's field is not on the last page");
  }
  const added = new Set(file.revisions[revision].regions.keys());
  for (const [place, key] of /** @type {[Ref, string][]} */ ([[form, "Fields"], [page, "Annots"]])) {
    if (!lengthened(before, after, place.number, new Map([[key, [new Ref(archive)]]]))) {
      throw changed(`object ${place.number} was changed otherwise than by a renewal`);
    }
    added.delete(place.number);
  }
  const what = "the archive's validation data";
  const listsOf = (/** @type {Document} */ document) =>
    ["Certs", "CRLs"].map((key) => document.items(given(document.entries(data, what), key, []), what));
  const [old, lists] = [listsOf(before), listsOf(after)];
  const more = lists.map((items, index) => items.slice(old[index].length));
  if (!lengthened(before, after, data.number, new Map([["Certs", more[0]], ["CRLs", more[1]]]))) {
    throw changed("the validation data was changed otherwise than by a renewal");
  }
  if (Math.max(...lists.map((items) => items.length)) > MAX_VALIDATION_DATA) {
    throw changed("the validation data holds too much");
  }
  added.delete(data.number);
  const value = after.entries(new Ref(archive), "the archive's field").get("V");
  const needed = [new Ref(archive), value, ...more[0], ...more[1]].map((each) => (each instanceof Ref ? each.number : 0));
  const exactly = needed.length === added.size && new Set(needed).size === needed.length;
  if (!exactly || needed.some((number) => !added.has(number) || before.regions.has(number))) {
    throw changed("an object was added or replaced that the renewal does not need");
  }
  const [certificates, revocations] = await Promise.all(
    lists.map((items) => Promise.all(items.map((item) => bareStream(after, item)))),
  );
  return { certificates, revocations };
}

/**
 * @param {Document} before
 * @param {Document} after
 * @param {number} number
 * @param {Map<string, any[]>} added items at the end of its lists
 * @returns {boolean} whether an object is as it was, but for these
 */
function lengthened(before, after, number, added) {
  const [old, now] = [before.object(number), after.object(number)];
  if (!(old instanceof Map) || !(now instanceof Map)) {
    return false;
  }
  const expected = new Map(old);
  for (const [key, items] of added) {
    const known = given(old, key, []);
    if (!Array.isArray(known)) {
      return false;
    }
    if (items.length) {
      expected.set(key, [...known, ...items]);
    }
  }
  return alike(expected, now);
}

/** @param {Document} document @param {any} reference @returns {Promise<Uint8Array>} */
async function bareStream(document, reference) {
  const what = "an item of the archive's validation data";
  const stream = document.stream(reference, what);
  if (!within(stream.entries, ["Length", "Filter"])) {
    throw altered("seal.changed-after", { detail: "an item of the validation data is more than its bytes" });
  }
  return document.decoded(stream, what);
}
