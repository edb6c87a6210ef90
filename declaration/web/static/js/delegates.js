/** Delegates: named and invited; the link is shown once and leaves this page only by the mayor's own hand. */

import { Api } from "./api.js";
import { onPress } from "./review.js";
import { part, sentence, tell, word } from "./words.js";

const root = part("#my", HTMLElement);
const { api: base = "", declaration = "" } = root.dataset;
const api = new Api(base);
const told = part("#told", HTMLElement);
const shown = part("#invitation", HTMLElement);

/** @param {any} invited show its link, and nothing else that could be mistaken for it */
function show(invited) {
  const link = `${location.origin}/${declaration}/welcome#${invited.secret}`;
  part("#invited-name", HTMLElement).textContent = invited.name;
  const field = part("#link", HTMLInputElement);
  field.value = link;
  shown.hidden = false;
  tell(told, word("delegate.invited", { name: invited.name }), "good");
  const share = part("#share", HTMLButtonElement);
  share.hidden = typeof navigator.share !== "function";
  share.onclick = () => void navigator.share({ url: link }).catch(() => undefined);
  part("#copy", HTMLButtonElement).onclick = async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(link);
      tell(told, word("delegate.copied"), "good");
    } catch {
      tell(told, word("delegate.select"), "note");
    }
  };
  field.focus();
  field.select();
}

/** @param {() => Promise<void>} act */
async function trying(act) {
  try {
    await act();
  } catch (failure) {
    tell(told, sentence(failure), "bad");
  }
}

const form = document.querySelector("#name");
if (form instanceof HTMLFormElement) {
  let busy = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const field = part("#called", HTMLInputElement);
    const name = field.value.normalize("NFC").trim();
    if (busy || name === "") {
      return;
    }
    busy = true;
    void trying(async () => {
      show(await api.once("/my/delegates", { name }));
      field.value = "";
    }).finally(() => {
      busy = false;
    });
  });
}
for (const item of document.querySelectorAll("[data-delegate]")) {
  const place = /** @type {HTMLElement} */ (item);
  const { delegate = "" } = place.dataset;
  onPress(part(".again", HTMLButtonElement, place), () =>
    trying(async () => show(await api.once(`/my/delegates/${delegate}/invitation`))),
  );
  onPress(part(".end", HTMLButtonElement, place), () =>
    trying(async () => {
      await api.delete(`/my/delegates/${delegate}`);
      place.remove();
      tell(told, word("delegate.ended"), "good");
      told.focus();
    }),
  );
}
