/**
 * People: inviting, cards to hand over, a device that was lost.
 *
 * Links hold secrets. They stand in this page alone, are never put into its address or kept, and go when it is left.
 */

import { again, api, ask, dated, given, part, press, say, submit, word } from "./desk.js";
import { Problem } from "./api.js";

/** @typedef {{role: string, subject: string, name: string, expires: string, link: string, code: {size: number, path: string}}} Made */
/** @typedef {{id: string, office: string, city: string, native: string, country: string}} Person */

const SVG = "http://www.w3.org/2000/svg";
/** @type {Record<string, string>} */
const spoken = JSON.parse(given.spoken ?? "{}");
/** @type {Map<string, Person>} */
const known = new Map();
/** @type {Made[]} */
let shown = [];

/** Learn who the signatories are, for the words on their cards. */
async function learn() {
  let after = "";
  do {
    const page = await api.get(`/desk/people?role=signatory&limit=500&after=${encodeURIComponent(after)}`);
    for (const person of page.items) {
      known.set(person.id, person);
      spoken[person.country] ??= "en";
    }
    after = page.next ?? "";
  } while (after !== "");
}

/**
 * Draw a QR code into a card.
 *
 * @param {SVGElement} svg
 * @param {{size: number, path: string}} code
 */
function draw(svg, code) {
  svg.setAttribute("viewBox", `0 0 ${code.size} ${code.size}`);
  const ground = document.createElementNS(SVG, "rect");
  ground.setAttribute("width", String(code.size));
  ground.setAttribute("height", String(code.size));
  ground.setAttribute("class", "ground");
  const path = /** @type {SVGPathElement} */ (svg.querySelector("path"));
  path.setAttribute("d", code.path);
  path.setAttribute("shape-rendering", "crispEdges");
  svg.prepend(ground);
}

/**
 * Make the card of one invitation, in the language of whoever gets it.
 *
 * @param {Made} invitation
 * @param {string} wanted a language, or empty for theirs
 * @returns {Element}
 */
function card(invitation, wanted) {
  const person = invitation.role === "signatory" ? known.get(invitation.subject) : undefined;
  const language = wanted || (person ? (spoken[person.country] ?? "en") : document.documentElement.lang);
  const template = part(`template.card-of[data-language="${CSS.escape(language)}"]`, HTMLTemplateElement);
  const made = /** @type {Element} */ (/** @type {Element} */ (template.content.firstElementChild).cloneNode(true));
  /** @param {string} name @returns {HTMLElement} */
  const place = (name) => part(`[data-part="${name}"]`, HTMLElement, made);
  place("name").textContent = invitation.name;
  place("office").textContent = person
    ? [person.office, person.native === person.city ? person.city : `${person.city} ${person.native}`].join(" · ")
    : "";
  for (const line of made.querySelectorAll("[data-for]")) {
    if (/** @type {HTMLElement} */ (line).dataset.for !== invitation.role) {
      line.remove();
    }
  }
  const until = new Intl.DateTimeFormat(dated(language), { dateStyle: "long", timeZone: "UTC" }).format(
    new Date(invitation.expires),
  );
  place("once").textContent = (place("once").dataset.words ?? "").replace("{date}", until);
  place("link").textContent = invitation.link;
  draw(part("svg", SVGElement, made), invitation.code);
  return made;
}

function lay() {
  const wanted = part("#card-language", HTMLSelectElement).value;
  part("#invitations", HTMLElement).replaceChildren(...shown.map((invitation) => card(invitation, wanted)));
}

/** @param {Made[]} made */
async function show(made) {
  if (known.size === 0) {
    await learn();
  }
  shown = made;
  lay();
  part("#sheet", HTMLElement).hidden = false;
  say(word("people.made"));
  const title = part("#sheet-title", HTMLElement);
  title.focus();
  title.scrollIntoView();
}

/** @param {boolean} anew @returns {Promise<Made[]>} */
async function everybody(anew) {
  const made = [];
  let after = "";
  do {
    const page = await api.once("/desk/invitations/waiting", { role: "signatory", again: anew, after });
    made.push(...page.items);
    after = page.next ?? "";
  } while (after !== "");
  return made;
}

press("#invite-waiting", async () => {
  let made = await everybody(false);
  if (made.length === 0) {
    const answer = await ask({
      title: word("people.again.title"),
      text: [word("people.again.text")],
      yes: word("people.again.yes"),
      danger: true,
    });
    if (answer === null) {
      return;
    }
    made = await everybody(true);
  }
  if (made.length === 0) {
    say(word("people.none"), "note");
    return;
  }
  await show(made);
});

/**
 * Ask where to send an invitation, and in which language; null for nowhere.
 *
 * @param {string} name
 * @param {string} country
 * @returns {Promise<{address: string, language: string} | null>}
 */
function askAddress(name, country) {
  const dialog = part("#letter", HTMLDialogElement);
  const address = part("#letter-to", HTMLInputElement);
  const language = part("#letter-in", HTMLSelectElement);
  part("#letter-title", HTMLElement).textContent = word("people.letter.title", { name });
  address.value = "";
  language.value = spoken[country] ?? document.documentElement.lang;
  dialog.returnValue = "no";
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => resolve(dialog.returnValue === "yes" ? { address: address.value.trim(), language: language.value } : null),
      { once: true },
    );
    dialog.showModal();
    address.focus();
  });
}

for (const place of document.querySelectorAll(".acts")) {
  const { role = "", subject = "", name = "", country = "" } = /** @type {HTMLElement} */ (place).dataset;
  const who = { role, subject };
  for (const button of place.querySelectorAll("button.invite")) {
    press(button, async () => show([await api.once("/desk/invitations", who)]));
  }
  for (const button of place.querySelectorAll("button.letter")) {
    press(button, async () => {
      const to = await askAddress(name, country);
      if (to !== null) {
        await api.once("/desk/invitations/letter", { ...who, ...to });
        again(word("people.letter.sent", { name, address: to.address }));
      }
    });
  }
  for (const button of place.querySelectorAll("button.recall")) {
    press(button, async () => {
      const question = { title: word("people.recall.title", { name }), text: [word("people.recall.text")] };
      if ((await ask({ ...question, yes: word("people.recall.yes") })) !== null) {
        await api.once("/desk/invitations/recall", who);
        again(word("people.recalled"));
      }
    });
  }
  for (const button of place.querySelectorAll("button.lost")) {
    press(button, async () => {
      const reason = await ask({
        title: word("people.lost.title", { name }),
        text: [word("people.lost.text")],
        yes: word("people.lost.yes"),
        danger: true,
        reason: true,
      });
      if (reason !== null) {
        await show([await api.once("/desk/devices/replace", { ...who, reason })]);
      }
    });
  }
}

press("#print", async () => print());
press("#put-away", async () => {
  shown = [];
  part("#invitations", HTMLElement).replaceChildren();
  again("");
});
part("#card-language", HTMLSelectElement).addEventListener("change", lay);

/** @param {string} name @returns {string} */
function value(name) {
  return part(`#${name}`, HTMLInputElement).value.normalize("NFC").trim();
}

/** @param {any} roster */
async function invite(roster) {
  const people = Array.isArray(roster.signatories) ? roster.signatories : [];
  const names = people.slice(0, 12).map((/** @type {any} */ person) => String(person.city));
  const more = people.length > names.length ? " …" : "";
  const answer = await ask({
    title: word("people.add.title", { count: people.length }),
    text: [word("people.add.text", { names: names.join(", ") + more })],
    yes: word("people.add.yes"),
  });
  if (answer === null) {
    return;
  }
  const done = await api.post("/desk/signatories", roster);
  again(done.notes.length === 0 ? "" : word("people.cleaned", { notes: done.notes.join("; ") }));
}

submit("#one", async () => {
  const optional = { name: value("who"), office: value("office") };
  const filled = Object.fromEntries(Object.entries(optional).filter(([, text]) => text !== ""));
  const [id, city, country] = [value("id"), value("city"), value("country").toUpperCase()];
  await invite({ signatories: [{ id, city, native: value("native") || city, country, ...filled }] });
});

submit("#many", async () => {
  const file = part("#roster", HTMLInputElement).files?.[0];
  if (file === undefined) {
    return;
  }
  let roster;
  try {
    roster = JSON.parse(await file.text());
  } catch {
    throw new Problem(400, "people.file", word("people.file"), "");
  }
  await invite(roster);
});

submit("#admit", async () => {
  await api.post("/desk/drafters", { drafter: value("drafter-id"), name: value("drafter-name") });
  again("");
});

/**
 * Propose a short name: letters of other scripts are left out, accents are dropped.
 *
 * @param {string} from
 * @param {string} to
 */
function propose(from, to) {
  const source = document.querySelector(`#${from}`);
  const target = document.querySelector(`#${to}`);
  if (source instanceof HTMLInputElement && target instanceof HTMLInputElement) {
    let own = false;
    target.addEventListener("input", () => {
      own = target.value !== "";
    });
    source.addEventListener("input", () => {
      if (!own) {
        const plain = source.value.replace(/ß/g, "ss").normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
        target.value = plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 64);
      }
    });
  }
}
propose("city", "id");
propose("drafter-name", "drafter-id");
