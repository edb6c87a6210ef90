/** On an amendment's public page, for drafters who are logged in: begin an alternative to it, or an amendment of it. */

import { Api } from "./api.js";
import { drafter } from "./presence.js";
import { part, sentence, tell } from "./words.js";

const root = document.querySelector("#family");

/** @param {HTMLElement} place */
async function offer(place) {
  const { api: base = "", declaration = "", amendment = "", home = "" } = place.dataset;
  const api = new Api(base);
  if ((await drafter(api, declaration)) === null) {
    return;
  }
  for (const [name, kin] of Object.entries({ "alternative-to-it": "alternative", "amend-it": "amends" })) {
    const button = place.querySelector(`#${name}`);
    if (!(button instanceof HTMLButtonElement)) {
      continue;
    }
    place.hidden = false;
    button.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        const { draft } = await api.post("/drafting/drafts", { [kin]: amendment });
        location.assign(`${home}/${draft}`);
      } catch (failure) {
        tell(part("#family-told", HTMLElement), sentence(failure), "bad");
        button.disabled = false;
      }
    });
  }
}

if (root instanceof HTMLElement) {
  await offer(root);
}
