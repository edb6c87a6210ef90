/** On the public page of a clause or an amendment: how many threads are open, for those who take part. */

import { Api, Problem } from "./api.js";
import { gone, present } from "./presence.js";
import { part } from "./words.js";

const root = part("#discussed", HTMLElement);
const { api = "", declaration = "", topic = "" } = root.dataset;

if (present(declaration) !== null) {
  try {
    const { unresolved } = await new Api(api).get("/discussion");
    const count = unresolved[topic] ?? 0;
    const badge = part("#open-threads", HTMLElement, root);
    badge.hidden = count === 0;
    badge.textContent = ((count === 1 ? badge.dataset.one : badge.dataset.many) ?? "").replace("{count}", String(count));
  } catch (failure) {
    if (failure instanceof Problem && failure.status === 401) {
      gone(declaration);
    }
  }
}
