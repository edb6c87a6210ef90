/**
 * Signing on this device (docs/spec/statement.md, section 2.1).
 *
 * The instrument is downloaded and hashed here; the key is made here, for this one signature, and cannot leave; every
 * statement, certificate and attribute of the service is compared with what this page computed itself, before anything
 * is signed. Nothing is kept: a page that was loaded again begins again.
 */

import { Api } from "./api.js";
import { b64u, digest } from "./bytes.js";
import { identify } from "./device.js";
import { Pad } from "./drawing.js";
import { fetchInstrument, requireOnRoster, show } from "./instrument.js";
import { readGiven, requireOurs } from "./issued.js";
import { onPress, review } from "./review.js";
import { authorise, compare } from "./statement.js";
import { Refusal, part, sentence, tell, word } from "./words.js";

/** @typedef {import("./device.js").Kept} Kept */
/** @typedef {import("./instrument.js").Instrument} Instrument */

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };
/** Bytes of r and s. */
const RAW = 64;

const root = part("#my", HTMLElement);
const { api: base = "", declaration = "", receipt = "" } = root.dataset;
const api = new Api(base);
const told = part("#told", HTMLElement);
const dialog = part("#review", HTMLDialogElement);

/** Progress in words: each step is said when it begins, and stays to be read. */
class Progress {
  constructor() {
    this.list = part("#steps", HTMLElement);
    this.list.replaceChildren();
    this.list.hidden = false;
    /** When the gesture was done, in milliseconds of the page. */
    this.gesture = 0;
  }

  /** @param {string} name */
  begin(name) {
    this.list.querySelector("[aria-current]")?.removeAttribute("aria-current");
    const item = document.createElement("li");
    item.textContent = word(`step.${name}`);
    item.setAttribute("aria-current", "step");
    this.list.append(item);
  }

  /** Nothing goes on any more. */
  stop() {
    this.list.querySelector("[aria-current]")?.removeAttribute("aria-current");
  }
}

/**
 * Sign.
 *
 * @param {Instrument} instrument
 * @param {Kept} known
 * @param {Uint8Array | null} drawn
 * @param {Progress} progress
 */
async function sign(instrument, known, drawn, progress) {
  progress.begin("key");
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  const parts = { key: b64u(spki), drawn: drawn === null ? null : b64u(drawn) };
  progress.begin("statement");
  const { statement } = await api.post("/my/signing/statement", parts);
  progress.begin("compare");
  compare(statement, "sign", known, {
    version: instrument.version,
    instrument: instrument.instrument,
    document: instrument.document,
    key: await digest(spki),
    drawn: drawn === null ? null : await digest(drawn),
  });
  const { office, name, city } = known.signatory;
  progress.begin("review");
  const lines = [
    word("sign.line.who", { office, name, city }),
    word("sign.line.what", { digest: instrument.instrument }),
    word(drawn === null ? "sign.line.plain" : "sign.line.drawn"),
  ];
  if (!(await review(dialog, lines))) {
    throw new Refusal("passkey.cancelled");
  }
  progress.begin("passkey");
  const assertion = await authorise(statement, known.rpId, known.credential);
  progress.gesture = performance.now();
  progress.begin("certificate");
  const given = await api.post("/my/signing/authorisation", { statement, assertion, ...parts });
  const { certificate, attributes } = readGiven(given);
  await requireOurs(certificate, attributes, { spki, signatory: known.signatory, instrument: instrument.hash });
  progress.begin("sign");
  const under = /** @type {BufferSource} */ (attributes);
  const signature = new Uint8Array(await crypto.subtle.sign(SIGNATURE, pair.privateKey, under));
  if (signature.length !== RAW) {
    throw new Refusal("signature.size");
  }
  progress.begin("record");
  const content = {
    statement,
    assertion,
    certificate: given.certificate,
    attributes: given.attributes,
    drawn: parts.drawn,
    signature: b64u(signature),
  };
  await api.post("/my/signing", content);
  progress.begin("done");
}

/**
 * Decline.
 *
 * @param {Instrument} instrument
 * @param {Kept} known
 * @param {string} reason
 */
async function decline(instrument, known, reason) {
  tell(told, word("decline.asking"));
  const { statement } = await api.post("/my/signing/refusal/statement", { reason });
  compare(statement, "decline", known, {
    version: instrument.version,
    instrument: instrument.instrument,
    reason,
  });
  const { office, name, city } = known.signatory;
  const lines = [
    word("decline.line.who", { office, name, city }),
    word("sign.line.what", { digest: instrument.instrument }),
    word("decline.line.reason", { reason }),
  ];
  if (!(await review(dialog, lines))) {
    throw new Refusal("passkey.cancelled");
  }
  tell(told, word("step.passkey"));
  const assertion = await authorise(statement, known.rpId, known.credential);
  tell(told, word("step.record"));
  await api.post("/my/signing/refusal", { statement, assertion });
}

/**
 * Show the instrument as it was downloaded: its text to read, its file to open and keep, its hash.
 *
 * @param {Instrument} instrument
 */
function present(instrument) {
  part("#hash", HTMLElement).textContent = instrument.instrument;
  const link = part("#file", HTMLAnchorElement);
  // the very bytes that were hashed, not the address from which others could come the next time
  link.href = URL.createObjectURL(new Blob([/** @type {BlobPart} */ (instrument.pdf)], { type: "application/pdf" }));
  link.hidden = false;
  const place = part("#reading", HTMLElement);
  const choice = part("#language", HTMLSelectElement);
  const read = () => {
    const option = choice.selectedOptions[0];
    const direction = option?.dataset.direction ?? "ltr";
    show(instrument, place, { language: choice.value, direction, missing: word("sign.missing") });
  };
  choice.addEventListener("change", read);
  read();
}

/** Download, show, and let the signatory answer. */
async function begin() {
  tell(told, word("sign.loading"));
  const [state, instrument] = await Promise.all([
    api.get("/my/signing"),
    fetchInstrument(`/${declaration}`, declaration),
  ]);
  if (state.state !== "waiting") {
    location.replace(receipt);
    return;
  }
  const known = identify(state, declaration);
  requireOnRoster(instrument, known.signatory);
  present(instrument);
  const { version, document: file, instrument: hash } = state.instrument;
  if (hash !== instrument.instrument || file !== instrument.document || version !== instrument.version) {
    throw new Refusal("statement.instrument");
  }
  tell(told, word("sign.ready"), "good");
  part("#answer", HTMLElement).hidden = false;
  prepareSigning(instrument, known);
  prepareDeclining(instrument, known);
}

/** @param {Instrument} instrument @param {Kept} known */
function prepareSigning(instrument, known) {
  const wipe = part("#wipe", HTMLButtonElement);
  const button = part("#sign", HTMLButtonElement);
  const pad = new Pad(part("#pad", SVGSVGElement), () => {
    wipe.hidden = pad.isEmpty;
    button.textContent = word(pad.isEmpty ? "sign.plain" : "sign.drawn");
  });
  wipe.addEventListener("click", () => {
    pad.clear();
    button.focus();
  });
  onPress(button, async () => {
    tell(told, "");
    const progress = new Progress();
    try {
      await sign(instrument, known, pad.picture(), progress);
      told.dataset.milliseconds = String(Math.round(performance.now() - progress.gesture));
      tell(told, word("step.done"), "good");
      location.assign(receipt);
    } catch (failure) {
      progress.stop();
      tell(told, sentence(failure), "bad");
      told.focus();
    }
  });
}

/** @param {Instrument} instrument @param {Kept} known */
function prepareDeclining(instrument, known) {
  const field = part("#reason", HTMLTextAreaElement);
  onPress(part("#decline", HTMLButtonElement), async () => {
    const reason = field.value.replaceAll("\r\n", "\n").normalize("NFC").trim();
    if (reason === "") {
      tell(told, word("decline.reason"), "warn");
      field.focus();
      return;
    }
    try {
      await decline(instrument, known, reason);
      location.assign(receipt);
    } catch (failure) {
      tell(told, sentence(failure), "bad");
      told.focus();
    }
  });
}

// a page that comes back out of the browser's memory has lost its connection to what happened since: it begins again
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    location.reload();
  }
});
begin().catch((failure) => {
  tell(told, sentence(failure), "bad");
  told.focus();
});
