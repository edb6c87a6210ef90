/** Supporting an amendment on its public page: one tap for drafters who are logged in, which names what they read. */

import { Api } from "./api.js";
import { drafter } from "./presence.js";
import { part, sentence, tell, word } from "./words.js";

const root = part("#support", HTMLElement);
const { api: base = "", declaration = "", amendment = "", author = "", content = "", supporters = "" } = root.dataset;
const api = new Api(base);
const told = part("#support-told", HTMLElement);
const path = `/drafting/amendments/${encodeURIComponent(amendment)}/support`;
const note = `support-told:${declaration}/${amendment}`;

/**
 * Let a button act once, then show the page as the record is now.
 *
 * @param {HTMLButtonElement} button
 * @param {() => Promise<unknown>} act
 */
function offer(button, act) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-busy") === "true") {
      return;
    }
    button.setAttribute("aria-busy", "true");
    try {
      await act();
      sessionStorage.setItem(note, button.dataset.done ?? "");
      location.reload();
    } catch (failure) {
      tell(told, sentence(failure), "bad");
      told.focus();
      button.removeAttribute("aria-busy");
    }
  });
}

const mine = await drafter(api, declaration);
if (mine !== null) {
  part("#support-door", HTMLElement).hidden = true;
  if (supporters.split(" ").includes(mine)) {
    offer(part("#unsupport-it", HTMLButtonElement), () => api.delete(path));
  } else if (mine !== author) {
    const again = (root.dataset.former ?? "").split(" ").includes(mine);
    part("#support-again", HTMLElement).hidden = !again;
    offer(part("#support-it", HTMLButtonElement), () => api.put(path, { content }));
  }
}
const done = sessionStorage.getItem(note);
if (done !== null) {
  sessionStorage.removeItem(note);
  tell(told, word(`support.${done}`), "good");
  told.focus();
}
