/** The audit: run it, and say what it found. */

import { api, made, part, press, say, word } from "./desk.js";

/** @param {[string, string][]} facts */
function show(facts) {
  part("#facts", HTMLElement).replaceChildren(
    ...facts.flatMap(([name, value]) => {
      const shown = document.createElement("dd");
      shown.append(made("code", value, "digest"));
      return [made("dt", name), shown];
    }),
  );
}

press("#audit", async () => {
  say(word("audit.running"), "note");
  const found = await api.once("/desk/audit");
  const rows = Object.values(/** @type {Record<string, number>} */ (found.rows)).reduce((sum, count) => sum + count, 0);
  const place = part("#result", HTMLElement);
  place.hidden = false;
  place.classList.toggle("wrong", !found.agrees);
  part("#verdict", HTMLElement).textContent = word(found.agrees ? "audit.agrees" : "audit.differs");
  part("#finding", HTMLElement).textContent = found.agrees
    ? word("audit.agrees.text", { size: found.size, rows, checkpoints: found.checkpoints })
    : word("audit.differs.text");
  if (found.agrees) {
    show([
      [word("audit.root"), found.root],
      [word("audit.rows"), Object.entries(found.rows).map(([name, count]) => `${name} ${count}`).join(" · ")],
    ]);
  } else {
    const finding = made("p", found.finding);
    finding.lang = "en";
    part("#finding", HTMLElement).append(finding);
    show([[word("audit.table"), found.table]]);
  }
  say("");
  place.focus();
});
