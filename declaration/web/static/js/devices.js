/** Going: on this device, or on every one. */

import { Api } from "./api.js";
import { onPress } from "./review.js";
import { part, sentence, tell } from "./words.js";

const root = part("#my", HTMLElement);
const { api: base = "", declaration = "" } = root.dataset;
const api = new Api(base);

/** @param {string} path */
async function leave(path) {
  try {
    await api.delete(path);
    location.replace(`/${declaration}/enter`);
  } catch (failure) {
    tell(part("#told", HTMLElement), sentence(failure), "bad");
  }
}

onPress(part("#leave", HTMLButtonElement), () => leave("/session"));
onPress(part("#leave-all", HTMLButtonElement), () => leave("/sessions"));
