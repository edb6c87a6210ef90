/**
 * What a person is about to authorise, shown before the gesture: the button that agrees is the one that wakes the passkey.
 */

import { part } from "./words.js";

/**
 * Show lines in a dialogue and wait for yes or no.
 *
 * @param {HTMLDialogElement} dialog with a list, a button `.yes` and a button `.no`
 * @param {string[]} lines
 * @returns {Promise<boolean>} whether the person agreed
 */
export function review(dialog, lines) {
  const list = part("[data-lines]", HTMLElement, dialog);
  list.replaceChildren(
    ...lines.map((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      return item;
    }),
  );
  return new Promise((resolve) => {
    const yes = part(".yes", HTMLButtonElement, dialog);
    const no = part(".no", HTMLButtonElement, dialog);
    let agreed = false;
    yes.onclick = () => {
      agreed = true;
      dialog.close();
    };
    no.onclick = () => dialog.close();
    dialog.addEventListener("close", () => resolve(agreed), { once: true });
    dialog.showModal();
    yes.focus();
  });
}

/**
 * Let an act run once at a time, with its button asleep meanwhile.
 *
 * @param {HTMLButtonElement} button
 * @param {() => Promise<void>} act
 */
export function onPress(button, act) {
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-busy") === "true") {
      return;
    }
    button.setAttribute("aria-busy", "true");
    try {
      await act();
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
}
