/**
 * Deciding on amendments: choose or write, preview, adopt; reject; undo.
 *
 * What is typed is kept on this device under the version that it is for, and goes when that version is superseded here.
 */

import { again, api, ask, given, made, part, press, say, submit, word } from "./desk.js";
import { sentence } from "./words.js";

/** @typedef {[string, string]} Pair */
/** @typedef {{clause: string | null, section: string | null, number: string, fate: string, words: Record<string, Pair[]>}} Passage */
/** @typedef {{amendment: string, result: string, reasons: string[], codes: string[]}} Fate */
/** @typedef {{version: {number: number, digest: string}, passages: Passage[], to_confirm: string[], carried: Fate[], notes: string[]}} Preview */

const base = given.base ?? "";
const KEPT = `desk-words:${given.declaration}:`;
/** @type {{choice: any, preview: Preview} | null} */
let current = null;

// What is chosen

/**
 * What is chosen on other pages of this view; it goes with the version, like everything that is kept.
 *
 * @type {{adopted: string[], groups: {key: string, modified: string[], words: any[]}[]}}
 */
let elsewhere = { adopted: [], groups: [] };

/** @returns {{base: string, adopted: string[], modified: string[], words: any[], keep: string[]}} */
function chosen() {
  const adopted = [...elsewhere.adopted, ...values("input.adopt:checked, input.only:checked")];
  const modified = elsewhere.groups.flatMap((group) => group.modified);
  const words = elsewhere.groups.flatMap((group) => group.words);
  for (const group of document.querySelectorAll(".group")) {
    if (group.querySelector("input.write:checked")) {
      modified.push(...values("input.modified:checked", group));
      words.push(...written(group));
    }
  }
  words.push(...written(part("#own-words", HTMLElement)));
  return { base, adopted, modified, words, keep: [] };
}

/** @param {string} selector @param {ParentNode} [within] @returns {string[]} */
function values(selector, within = document) {
  return [...within.querySelectorAll(selector)].map((box) => /** @type {HTMLInputElement} */ (box).value);
}

/** @param {ParentNode} within @returns {any[]} */
function written(within) {
  return [...within.querySelectorAll(".place")].map((place) => {
    const { clause, section, language } = /** @type {HTMLElement} */ (place).dataset;
    const text = part("textarea", HTMLTextAreaElement, place).value;
    return { clause: clause || null, section: section || null, language, text };
  });
}

function count() {
  const { adopted, modified, words } = chosen();
  const any = adopted.length + modified.length + words.length > 0;
  const away = elsewhere.adopted.length + elsewhere.groups.length;
  const told = any
    ? word("decide.chosen", { adopted: adopted.length, modified: modified.length, words: words.length })
    : word("decide.nothing");
  part("#chosen", HTMLElement).textContent = away > 0 ? `${told} (${word("decide.elsewhere", { count: away })})` : told;
  part("#clear", HTMLElement).hidden = !any;
}

/** Show the words of a group where they are to be written. */
function unfold() {
  for (const group of document.querySelectorAll(".group")) {
    const writing = group.querySelector(".writing");
    if (writing instanceof HTMLElement) {
      writing.hidden = group.querySelector("input.write:checked") === null;
    }
  }
}

// What is chosen and typed is kept, through every page of the view

function keep() {
  const typed = [...document.querySelectorAll(".place")].map((place) => {
    const area = part("textarea", HTMLTextAreaElement, place);
    const { clause, section, language } = /** @type {HTMLElement} */ (place).dataset;
    return { clause, section, language, text: area.value, own: place.closest("#own-words") !== null, changed: area.value !== area.defaultValue };
  });
  const here = [...document.querySelectorAll(".group")].flatMap((group) => {
    const key = /** @type {HTMLElement} */ (group).dataset.group ?? "";
    const written_ = group.querySelector("input.write:checked") !== null;
    return written_ ? [{ key, modified: values("input.modified:checked", group), words: written(group) }] : [];
  });
  const kept = {
    typed: typed.filter((item) => item.changed || item.own),
    adopted: [...elsewhere.adopted, ...values("input.adopt:checked, input.only:checked")],
    groups: [...elsewhere.groups, ...here],
  };
  try {
    localStorage.setItem(KEPT + base, JSON.stringify(kept));
  } catch {
    // a device without storage keeps nothing, and everything else works
  }
}

function forget() {
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(KEPT)) {
        localStorage.removeItem(name);
      }
    }
  } catch {
    // nothing was kept
  }
}

async function restore() {
  let kept;
  try {
    kept = JSON.parse(localStorage.getItem(KEPT + base) ?? "{}");
  } catch {
    return;
  }
  let back = 0;
  const open = new Set(kept.adopted ?? []);
  for (const box of document.querySelectorAll("input.adopt, input.only")) {
    const input = /** @type {HTMLInputElement} */ (box);
    if (open.delete(input.value)) {
      input.checked = true;
    }
  }
  elsewhere.adopted = [...open];
  for (const group of kept.groups ?? []) {
    const here = document.querySelector(`.group[data-group="${CSS.escape(group.key)}"]`);
    const write = here?.querySelector("input.write");
    if (here === null || !(write instanceof HTMLInputElement)) {
      elsewhere.groups.push(group);
      continue;
    }
    write.checked = true;
    for (const box of here.querySelectorAll("input.modified")) {
      const input = /** @type {HTMLInputElement} */ (box);
      input.checked = group.modified.includes(input.value);
    }
    back += group.words.filter((/** @type {any} */ item) => put(item, here)).length;
  }
  for (const item of kept.typed ?? []) {
    if (item.own && (await own(item.clause, item.language)) !== null) {
      back += put(item, part("#own-words", HTMLElement)) ? 1 : 0;
    } else if (!item.own) {
      put(item, document.querySelector("#decision") ?? document);
    }
  }
  if (back > 0) {
    say(word("decide.kept"), "note");
  }
}

/**
 * Put kept words where they were typed.
 *
 * @param {any} item @param {ParentNode} within
 * @returns {boolean}
 */
function put(item, within) {
  const same = `.place[data-clause="${CSS.escape(item.clause ?? "")}"][data-section="${CSS.escape(item.section ?? "")}"][data-language="${CSS.escape(item.language)}"]`;
  const area = within.querySelector(`${same} textarea`);
  if (!(area instanceof HTMLTextAreaElement)) {
    return false;
  }
  area.value = item.text;
  return true;
}

// Words of one's own

/** @type {Promise<any> | null} */
let text = null;

/**
 * Lay out a clause to be written.
 *
 * @param {string} clause
 * @param {string} language
 * @returns {Promise<Element | null>}
 */
async function own(clause, language) {
  const here = part("#own-words", HTMLElement);
  const known = here.querySelector(`[data-clause="${CSS.escape(clause)}"][data-language="${CSS.escape(language)}"]`);
  if (known !== null) {
    return known;
  }
  const option = document.querySelector(`#own-clause option[value="${CSS.escape(clause)}"]`);
  const tongue = document.querySelector(`#own-language option[value="${CSS.escape(language)}"]`);
  if (!(option instanceof HTMLOptionElement) || !(tongue instanceof HTMLOptionElement)) {
    return null;
  }
  text ??= fetch(`/${given.declaration}/versions/${given.number}.json`).then((answer) => answer.json());
  const version = await text;
  const found = version.sections.flatMap((/** @type {any} */ section) => section.clauses).find((/** @type {any} */ item) => item.id === clause);
  const place = made("div", "", "field place");
  Object.assign(place.dataset, { clause, section: "", language });
  const label = made("label", `${word("preview.clause", { number: option.dataset.number ?? "" })}, ${tongue.textContent}`);
  const area = document.createElement("textarea");
  area.id = `own-${clause}-${language}`;
  area.rows = 4;
  area.lang = language;
  area.dir = tongue.dataset.direction ?? "auto";
  area.className = "words";
  area.defaultValue = found?.texts[language]?.text ?? "";
  /** @type {HTMLLabelElement} */ (label).htmlFor = area.id;
  place.append(label, area);
  here.append(place);
  part("#own", HTMLDetailsElement).open = true;
  return place;
}

press("#own-add", async () => {
  const place = await own(part("#own-clause", HTMLSelectElement).value, part("#own-language", HTMLSelectElement).value);
  if (place !== null) {
    part("textarea", HTMLTextAreaElement, place).focus();
    count();
  }
});

// The preview

/** @param {Pair[]} pairs @param {string} language @returns {HTMLElement} */
function difference(pairs, language) {
  const line = made("p", "", "words");
  line.lang = language;
  line.dir = document.querySelector(`#own-language option[value="${CSS.escape(language)}"]`)?.getAttribute("data-direction") ?? "auto";
  for (const [kind, passage] of pairs) {
    if (kind === "equal") {
      line.append(passage);
      continue;
    }
    const inserted = kind === "insert";
    const change = document.createElement(inserted ? "ins" : "del");
    const heard = made("span", ` [${word(inserted ? "preview.ins" : "preview.del")} `, "unseen");
    heard.lang = document.documentElement.lang;
    change.append(heard, passage, made("span", "] ", "unseen"));
    line.append(change);
  }
  return line;
}

/** @param {Passage} passage @param {string[]} read @returns {HTMLElement} */
function show(passage, read) {
  const place = made("article", "", "difference");
  const name = passage.clause
    ? word("preview.clause", { number: passage.number })
    : passage.section
      ? word("preview.title-of", { section: passage.section })
      : word("preview.title-all");
  const heading = made("h3", name);
  if (passage.fate !== "reworded") {
    heading.append(" ", made("span", word(`preview.${passage.fate}`), "badge"));
  }
  place.append(heading);
  const order = [...document.querySelectorAll("#own-language option")].map((option) => option.getAttribute("value") ?? "");
  const found = Object.entries(passage.words).sort(([one], [other]) => order.indexOf(one) - order.indexOf(other));
  for (const [language, pairs] of found) {
    const tongue = document.querySelector(`#own-language option[value="${CSS.escape(language)}"]`)?.textContent ?? language;
    place.append(made("p", tongue, "eyebrow"), difference(pairs, language));
  }
  if (passage.clause && read.includes(passage.clause)) {
    const near = document.querySelector(`.merged[data-clause="${CSS.escape(passage.clause)}"] .near`);
    if (near !== null) {
      place.append(near.cloneNode(true));
    }
    const label = made("label", "", "option read");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.className = "confirmed";
    box.value = passage.clause;
    label.append(box, ` ${word("preview.read")}`);
    place.append(label);
  }
  return place;
}

/** @param {Fate[]} fates @param {string} result @returns {HTMLElement[]} */
function told(fates, result) {
  const names = fates.filter((fate) => fate.result === result).map((fate) => fate.amendment);
  return names.length === 0 ? [] : [made("li", word(`preview.${result}`, { names: names.join(", ") }))];
}

submit("#decision", async () => {
  const choice = chosen();
  if (choice.adopted.length + choice.modified.length + choice.words.length === 0) {
    say(word("decide.nothing"), "note");
    return;
  }
  await foresee(choice);
  const title = part("#preview-title", HTMLElement);
  title.focus();
  title.scrollIntoView();
});

/**
 * Ask what a choice comes to, and show it; clauses that were read and still read the same stay read.
 *
 * @param {any} choice
 */
async function foresee(choice) {
  /** @type {Preview} */
  const preview = await api.once("/desk/preview", choice);
  const same = current?.preview.version.digest === preview.version.digest;
  const confirmed = new Set(same ? values("input.confirmed:checked") : []);
  current = { choice, preview };
  const number = preview.version.number;
  part("#preview-title", HTMLElement).textContent = word("preview.title", { number });
  part("#preview-notes", HTMLElement).replaceChildren(
    ...(preview.notes.length === 0 ? [] : [made("p", word("preview.cleaned", { notes: preview.notes.join("; ") }), "notice note")]),
  );
  part("#preview-passages", HTMLElement).replaceChildren(
    ...preview.passages.map((passage) => show(passage, preview.to_confirm)),
  );
  const list = made("ul", "", "small");
  list.append(...["done", "clean", "conflict"].flatMap((result) => told(preview.carried, result)));
  part("#preview-fates", HTMLElement).replaceChildren(list, ...preview.carried.flatMap((fate) => alternative(fate, choice)));
  part("#adopt", HTMLButtonElement).textContent = word("adopt.do", { number });
  for (const box of document.querySelectorAll("input.confirmed")) {
    const input = /** @type {HTMLInputElement} */ (box);
    input.checked = confirmed.has(input.value);
  }
  part("#preview", HTMLElement).hidden = false;
  say("");
}

/**
 * Let an alternative of what is adopted be kept open: which of them a decision settles, only a person can tell.
 *
 * @param {Fate} fate @param {any} choice
 * @returns {HTMLElement[]}
 */
function alternative(fate, choice) {
  const kept = choice.keep.includes(fate.amendment);
  if (!kept && !fate.codes.includes("alternatives")) {
    return [];
  }
  const label = made("label", "", "option");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.className = "kept-open";
  box.value = fate.amendment;
  box.checked = kept;
  box.addEventListener("change", () => {
    box.disabled = true;
    const others = choice.keep.filter((/** @type {string} */ name) => name !== fate.amendment);
    foresee({ ...choice, keep: box.checked ? [...others, fate.amendment] : others }).then(
      () => part(`input.kept-open[value="${CSS.escape(fate.amendment)}"]`, HTMLInputElement).focus(),
      (failure) => say(sentence(failure), "bad"),
    );
  });
  label.append(box, ` ${word("preview.keep", { name: fate.amendment })}`);
  return [label];
}

function fold() {
  current = null;
  part("#preview", HTMLElement).hidden = true;
}

press("#close-preview", async () => {
  fold();
  part("#decision", HTMLElement).scrollIntoView();
});

press("#adopt", async () => {
  if (current === null) {
    return;
  }
  const { choice, preview } = current;
  const number = preview.version.number;
  const confirmed = values("input.confirmed:checked");
  if (confirmed.length < preview.to_confirm.length) {
    say(word("preview.unread"), "warn");
    return;
  }
  const answer = await ask({
    title: word("adopt.title", { number }),
    text: [word("adopt.text")],
    yes: word("adopt.do", { number }),
  });
  if (answer !== null) {
    await api.post("/desk/versions", { ...choice, confirmed, result: preview.version.digest });
    forget();
    again(word("adopt.done", { number }));
  }
});

// Other decisions

for (const button of document.querySelectorAll("button.reject")) {
  const { amendment = "" } = /** @type {HTMLElement} */ (button).dataset;
  press(button, async () => {
    const reason = await ask({
      title: word("reject.title", { name: amendment }),
      text: [word("reject.text")],
      yes: word("reject.yes"),
      danger: true,
      reason: true,
    });
    if (reason !== null) {
      await api.post("/desk/rejections", { amendment, reason });
      again("");
    }
  });
}

press("#undo", async (button) => {
  const { base: undone = "", undone: number = "", back = "", decided = "" } = button.dataset;
  const text = [word("undo.text", { back })];
  const answer = await ask({
    title: word("undo.title", { undone: number }),
    text: decided === "" ? text : [...text, word("undo.decided", { names: decided })],
    yes: word("undo.yes"),
  });
  if (answer !== null) {
    const done = await api.post("/desk/undo", { base: undone });
    again(word("undo.done", { back, number: done.version.number }));
  }
});

press("#every", async (button) => {
  const wanted = new Set((button.dataset.ids ?? "").split(" ").filter((id) => id !== ""));
  for (const box of document.querySelectorAll("input.adopt")) {
    const input = /** @type {HTMLInputElement} */ (box);
    input.checked = wanted.delete(input.value) || input.checked;
  }
  elsewhere.adopted = [...new Set([...elsewhere.adopted, ...wanted])];
  changed();
});

press("#clear", async () => {
  elsewhere = { adopted: [], groups: [] };
  part("#own-words", HTMLElement).replaceChildren();
  part("#decision", HTMLFormElement).reset();
  changed();
});

for (const button of document.querySelectorAll("button.fill")) {
  press(button, async () => {
    const place = /** @type {Element} */ (button.closest(".place"));
    const area = part("textarea", HTMLTextAreaElement, place);
    area.value = /** @type {HTMLElement} */ (button).dataset.text ?? "";
    area.focus();
    changed();
  });
}

function changed() {
  unfold();
  count();
  keep();
  fold();
}

const form = document.querySelector("#decision");
if (form !== null && document.querySelector("#preview-it") !== null) {
  form.addEventListener("input", changed);
  await restore();
  unfold();
  count();
}
