/**
 * The page on which anybody verifies: files are read here, judged here, and sent nowhere.
 *
 * Everything that judging needs is loaded with the page (modules, sentences, trust), so it goes on without a network.
 */

import { examineFiles, kindOf } from "./verify/choosing.js";
import { MAX_FILE } from "./verify/examination.js";
import { Refusal, detailOf } from "./verify/judgement.js";
import { FILES, readTrust } from "./verify/trust.js";
import { say } from "./verify/words.js";
import { hasWord, word } from "./words.js";

/** @typedef {import("./verify/report.js").Report} Report */
/** @typedef {import("./verify/choosing.js").Dropped} Dropped */

/** @template {HTMLElement} T @param {string} id @returns {T} */
function part(id) {
  return /** @type {T} */ (document.getElementById(id));
}

/** @param {string} tag @param {string} [text] @param {string} [look] class names @returns {HTMLElement} */
function made(tag, text = "", look = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  if (look) {
    element.className = look;
  }
  return element;
}

const sentences = JSON.parse(part("sentences").textContent ?? "{}");
const status = part("status");
/** Files of a trust folder that the person has given, by name. @type {Record<string, Uint8Array>} */
const own = {};
/** @type {Promise<Record<string, Uint8Array>>} */
const served = fetchTrust(part("verifier").dataset.trust ?? "");
/** The examination that was asked for last: the answers to earlier ones are not shown any more. */
let asked = 0;

/** @param {string} place @returns {Promise<Record<string, Uint8Array>>} the trust files of this service */
async function fetchTrust(place) {
  if (place === "") {
    return {}; // the page that people keep brings no trust along
  }
  const files = await Promise.all(
    FILES.map(async (name) => {
      const answer = await fetch(`${place}${name}`);
      return answer.ok ? [name, new Uint8Array(await answer.arrayBuffer())] : null;
    }),
  );
  return Object.fromEntries(files.filter((item) => item !== null));
}

/** @returns {Promise<import("./verify/trust.js").Trust>} the person's own trust, if they gave some, else the service's */
async function trusted() {
  return readTrust(Object.keys(own).length ? own : await served.catch(() => ({})));
}

/** Show whose trust is used, and its fingerprints. */
async function showTrust() {
  const list = part("fingerprints");
  const theirs = Object.keys(own).length > 0;
  part("forget").hidden = !theirs;
  part("whose").textContent = word(theirs ? "trust.own" : "trust.served");
  try {
    const { fingerprints } = await trusted();
    list.replaceChildren(...Object.entries(fingerprints).flatMap(([name, value]) => fact(name, value)));
  } catch (error) {
    const told = error instanceof Refusal ? sentence(error.code, error.values) : { says: detailOf(error), do: "" };
    list.replaceChildren(made("dt", word("trust.none")), made("dd", `${told.says} ${told.do}`));
  }
}

/** @param {string} name @param {string} value a digest @returns {HTMLElement[]} */
function fact(name, value) {
  const shown = made("dd");
  shown.append(made("code", value, "digest"));
  return [made("dt", name), shown];
}

/** @param {string} code @param {import("./verify/judgement.js").Values} values @returns {{says: string, do: string}} */
function sentence(code, values) {
  // what only a browser meets is said by this page, everything else as by every verifier of ours
  return hasWord(`says.${code}`)
    ? { says: word(`says.${code}`, values), do: word(`do.${code}`, values) }
    : say(sentences, code, values);
}

/** @param {FileList | File[]} list @returns {Promise<{files: Dropped[], unread: string[]}>} */
async function readAll(list) {
  const [files, unread] = [/** @type {Dropped[]} */ ([]), /** @type {string[]} */ ([])];
  for (const file of list) {
    try {
      if (file.size > MAX_FILE) {
        throw new RangeError(file.name);
      }
      files.push({ name: file.name, data: new Uint8Array(await file.arrayBuffer()) });
    } catch {
      unread.push(file.name); // a folder, a file that is gone, or one larger than a browser should hold
    }
  }
  return { files, unread };
}

/** @param {FileList | File[]} list what the person gave */
async function take(list) {
  if (list.length === 0) {
    return;
  }
  asked += 1;
  const turn = asked;
  status.classList.remove("unseen");
  status.textContent = word("step.0");
  part("result").hidden = true;
  const { files, unread } = await readAll(list);
  const trust = files.filter((file) => kindOf(file) === "trust");
  trust.forEach(({ name, data }) => {
    own[name] = data;
  });
  await showTrust();
  if (trust.length && trust.length === files.length && unread.length === 0) {
    status.textContent = word("trust.taken");
    return;
  }
  const judged = files.filter((file) => !trust.includes(file));
  const outcome = await examine(judged, turn);
  if (turn === asked) {
    show(outcome, judged, unread);
  }
}

/** @param {Dropped[]} files @param {number} turn @returns {Promise<Report | Refusal | Error>} */
async function examine(files, turn) {
  try {
    const trust = await trusted();
    return await examineFiles(files, trust, ({ step, subject }) => {
      if (turn === asked) {
        status.textContent = word(`step.${step}`, { subject });
      }
    });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** @param {Report | Refusal | Error} outcome @param {Dropped[]} files @param {string[]} unread */
function show(outcome, files, unread) {
  const failed = outcome instanceof Error;
  const refused = failed || unread.length > 0;
  const worst = !failed && outcome.verdict === "altered" ? "altered" : "cannot-be-verified";
  const verdict = failed ? "cannot-be-verified" : unread.length ? worst : outcome.verdict;
  const told = failed || refused ? say(sentences, `verdict.${verdict}`, {}) : sayVerdict(outcome);
  const looks = { valid: "good", incomplete: "warn", altered: "bad", "cannot-be-verified": "bad" };
  const notice = part("verdict");
  notice.className = `notice ${looks[verdict]}`;
  notice.dataset.verdict = verdict;
  const given = !failed && outcome.sentence.code === "verdict.given";
  notice.replaceChildren(
    made("h2", word(given && !refused ? "verdict.given" : `verdict.${verdict}`), "verdict"),
    made("p", told.says),
    made("p", told.do),
    made("p", files.map((file) => file.name).join(", "), "small files"),
  );
  const findings = failed ? [ofError(outcome)] : [...outcome.findings];
  unread.forEach((name) => findings.push(finding("container.unreadable", name)));
  showFindings(findings);
  showSignatories(failed ? [] : outcome.signatories);
  showAbout(failed ? {} : outcome.about);
  status.textContent = told.says;
  status.classList.add("unseen"); // the verdict stands below, large; this is for who listens
  part("result").hidden = false;
  part("result").focus();
}

/** @param {Report} report @returns {{says: string, do: string}} */
function sayVerdict(report) {
  return say(sentences, report.sentence.code, report.sentence.values);
}

/** @param {string} code @param {string} name @returns {import("./verify/trial.js").Finding} */
function finding(code, name) {
  return { step: 1, code, severity: "cannot-be-verified", subject: name, values: { name } };
}

/** @param {Error} error @returns {import("./verify/trial.js").Finding} */
function ofError(error) {
  const known = error instanceof Refusal;
  const values = known ? error.values : { name: "", detail: detailOf(error) };
  const code = known ? error.code : "container.failure";
  return { step: 1, code, severity: "cannot-be-verified", subject: "", values };
}

/** @param {import("./verify/trial.js").Finding[]} findings */
function showFindings(findings) {
  part("no-findings").hidden = findings.length > 0;
  const items = findings.map(({ step, code, severity, subject, values }) => {
    const told = sentence(code, values);
    const item = made("li", "", `finding ${severity}`);
    item.append(made("p", told.says, "says"), made("p", told.do));
    const parts = [word("finding.step", { step }), subject, code, String(values.detail ?? "")];
    item.append(made("p", parts.filter((each) => each !== "").join(" · "), "small quiet detail"));
    return item;
  });
  part("findings").replaceChildren(...items);
  part("findings").hidden = findings.length === 0;
}

/** @param {import("./verify/report.js").Line[]} lines */
function showSignatories(lines) {
  part("answers").hidden = lines.length === 0;
  const rows = lines.map(({ name, office, city, native, answer, at }) => {
    const row = made("tr");
    const place = made("th");
    place.setAttribute("scope", "row");
    place.append(bidi(city), ...(native === city ? [] : [" ", bidi(native, "native")]));
    const who = made("td");
    who.append(bidi(name), ", ", bidi(office));
    const state = made("td");
    const looks = { signed: "good", declined: "warn", missing: "", refused: "bad" };
    state.append(made("span", word(`answer.${answer}`), `badge ${looks[answer]}`));
    const time = made("td");
    time.append(at === null ? "" : moment(at));
    row.append(place, who, state, time);
    return row;
  });
  part("signatories").replaceChildren(...rows);
}

/** @param {string} text @param {string} [look] @returns {HTMLElement} text whose direction is its own */
function bidi(text, look = "") {
  return made("bdi", text, look);
}

/** @param {string} at as reports write moments @returns {HTMLElement} */
function moment(at) {
  const time = made("time", `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`);
  time.setAttribute("datetime", at);
  return time;
}

/** @param {import("./verify/report.js").About} about */
function showAbout(about) {
  const names = ["title", "number", "sealed_by", "sealed_at", "archived_at", "renewed_at", "ledger", "edition", "instrument", "document"];
  const known = [...names, "version"].filter((name) => name in about && hasWord(`about.${name}`));
  part("about").replaceChildren(
    ...known.flatMap((name) => {
      const value = String(about[name]);
      const shown = /^\d{4}-\d\d-\d\dT/.test(value) ? moment(value) : bidi(value);
      const place = made("dd");
      place.append(/^[0-9a-f]{64}$/.test(value) ? made("code", value, "digest") : shown);
      return [made("dt", word(`about.${name}`)), place];
    }),
  );
}

const picker = part("files");
const drop = part("drop");
picker.addEventListener("change", () => {
  const files = [...(/** @type {HTMLInputElement} */ (picker).files ?? [])];
  /** @type {HTMLInputElement} */ (picker).value = ""; // the same file may be chosen again
  take(files);
});
for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
for (const kind of ["dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.remove("over");
  });
}
document.addEventListener("drop", (event) => {
  take([...(event.dataTransfer?.files ?? [])]);
});
part("forget").addEventListener("click", () => {
  FILES.forEach((name) => delete own[name]);
  showTrust();
});
part("verifier").hidden = false;
showTrust().then(() => {
  document.documentElement.dataset.ready = "yes";
});
