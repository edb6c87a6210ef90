/** What every page of the depositary's desk shares: the interface, the question before an act, leaving. */

import { Api } from "./api.js";
import { part, sentence, tell, word } from "./words.js";

const root = part("#desk", HTMLElement);
/** The page's own values. */
export const given = root.dataset;
/** The interface of this declaration. */
export const api = new Api(given.api ?? "");
const told = part("#told", HTMLElement);

/**
 * Say something at the head of the page, where it is read out.
 *
 * @param {string} text
 * @param {string} [kind]
 */
export function say(text, kind = "good") {
  tell(told, text, kind);
  if (text !== "") {
    told.focus();
    told.scrollIntoView({ block: "nearest" });
  }
}

/**
 * Run an act with its button asleep, and tell what went wrong.
 *
 * @param {HTMLButtonElement | null} button
 * @param {() => Promise<void>} act
 */
export async function trying(button, act) {
  if (button?.getAttribute("aria-busy") === "true") {
    return;
  }
  button?.setAttribute("aria-busy", "true");
  try {
    await act();
  } catch (failure) {
    say(sentence(failure), "bad");
  } finally {
    button?.removeAttribute("aria-busy");
  }
}

/**
 * Let a button run an act, once at a time.
 *
 * @param {string | Element} place
 * @param {(button: HTMLButtonElement) => Promise<void>} act
 */
export function press(place, act) {
  const button = typeof place === "string" ? document.querySelector(place) : place;
  if (button instanceof HTMLButtonElement) {
    button.addEventListener("click", () => void trying(button, () => act(button)));
  }
}

/**
 * Let a form run an act instead of leaving the page.
 *
 * @param {string} place
 * @param {(form: HTMLFormElement) => Promise<void>} act
 */
export function submit(place, act) {
  const form = document.querySelector(place);
  if (form instanceof HTMLFormElement) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = form.querySelector("button[type=submit]");
      void trying(button instanceof HTMLButtonElement ? button : null, () => act(form));
    });
  }
}

/**
 * Ask before an act, with its exact consequence.
 *
 * @param {{title: string, text: string[], yes: string, danger?: boolean, reason?: boolean}} question
 * @returns {Promise<string | null>} the reason (empty where none is asked for), or null for no
 */
export function ask({ title, text, yes, danger = false, reason = false }) {
  const dialog = part("#ask", HTMLDialogElement);
  const agree = part("#ask-yes", HTMLButtonElement);
  const why = part("#ask-why", HTMLTextAreaElement);
  part("#ask-title", HTMLElement).textContent = title;
  part("#ask-text", HTMLElement).replaceChildren(...text.map((line) => made("p", line)));
  agree.textContent = yes;
  agree.className = danger ? "danger" : "main";
  part("#ask-reason", HTMLElement).hidden = !reason;
  why.required = reason;
  why.value = "";
  dialog.returnValue = "no";
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => resolve(dialog.returnValue === "yes" ? why.value.normalize("NFC").trim() : null),
      { once: true },
    );
    dialog.showModal();
    (reason ? why : danger ? part("#ask-no", HTMLButtonElement) : agree).focus();
  });
}

/**
 * Make an element that holds a text.
 *
 * @param {string} name
 * @param {string} [text]
 * @param {string} [kind] its class
 * @returns {HTMLElement}
 */
export function made(name, text = "", kind = "") {
  const element = document.createElement(name);
  element.textContent = text;
  if (kind !== "") {
    element.className = kind;
  }
  return element;
}

/** Load the page again, at its head; what `note` says is told there. @param {string} note */
export function again(note) {
  sessionStorage.setItem("desk-told", note);
  scrollTo(0, 0);
  location.reload();
}

const kept = sessionStorage.getItem("desk-told");
if (kept !== null) {
  sessionStorage.removeItem("desk-told");
  say(kept);
}

press("#leave", async () => {
  await api.delete("/session");
  location.assign(`/${given.declaration}/enter`);
});

/**
 * Return the locale in which to write dates: days before months, as the service writes them.
 *
 * @param {string} language
 * @returns {string}
 */
export function dated(language) {
  return language === "en" ? "en-GB" : language;
}

export { part, word };
