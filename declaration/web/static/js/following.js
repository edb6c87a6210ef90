/** Following by e-mail: asking from a public page, and answering on the page to which the letter leads. */

import { Api } from "./api.js";
import { part, sentence, tell, word } from "./words.js";

/**
 * Let a form call the interface; it is shown only where this script runs, and never sends an address by itself.
 *
 * @param {string} place
 * @param {(form: HTMLFormElement, api: Api) => Promise<string>} act returns what to tell
 */
function submit(place, act) {
  const form = document.querySelector(place);
  if (!(form instanceof HTMLFormElement)) {
    return;
  }
  const api = new Api(form.dataset.api ?? "");
  const told = part("#told", HTMLElement);
  const button = part("button[type=submit]", HTMLButtonElement, form);
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-busy") === "true") {
      return;
    }
    button.setAttribute("aria-busy", "true");
    try {
      tell(told, await act(form, api), "good");
    } catch (failure) {
      tell(told, sentence(failure), "bad");
    } finally {
      button.removeAttribute("aria-busy");
    }
    told.focus();
  });
}

submit("#wish", async (form, api) => {
  const address = part("#address", HTMLInputElement, form);
  const language = document.documentElement.lang;
  await api.once("/following", { address: address.value.trim(), topic: form.dataset.topic, language });
  const said = word("following.asked", { address: address.value.trim() });
  form.hidden = true;
  return said;
});

submit("#choice", async (form, api) => {
  const pace = part("input[name=pace]:checked", HTMLInputElement, form).value;
  const language = part("#in", HTMLSelectElement, form).value;
  await api.put(`/following/${form.dataset.name}`, { pace, language });
  form.hidden = true;
  return word("following.confirmed");
});
