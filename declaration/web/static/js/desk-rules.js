/** The rules of the negotiation: how many stand behind an amendment, and until when one is tabled. */

import { again, api, ask, part, submit, word } from "./desk.js";

const form = document.querySelector("#rules");

if (form instanceof HTMLFormElement) {
  const limited = part("#limited", HTMLInputElement);
  const local = part("#local", HTMLInputElement);
  const zone = part("#zone", HTMLSelectElement);

  /** A deadline is asked for only where there shall be one. */
  const follow = () => {
    part("#until", HTMLElement).hidden = !limited.checked;
    local.required = limited.checked;
  };

  if (zone.dataset.chosen === "") {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if ([...zone.options].some((option) => option.value === here)) {
      zone.value = here;
    }
  }
  for (const choice of form.querySelectorAll("input[name=until]")) {
    choice.addEventListener("change", follow);
  }
  follow();

  submit("#rules", async () => {
    const sponsors = Number(part("#sponsors", HTMLInputElement).value);
    const at = local.value.slice(0, 16);
    const deadline = limited.checked ? { local: at, zone: zone.value } : null;
    const answer = await ask({
      title: word("rules.title"),
      text: [
        sponsors > 1 ? word("rules.sponsors", { count: sponsors }) : word("rules.alone"),
        deadline === null ? word("rules.endless") : word("rules.until", { time: at.replace("T", " "), zone: zone.value }),
        word("rules.kept"),
      ],
      yes: word("rules.yes"),
    });
    if (answer !== null) {
      await api.put("/desk/rules", { sponsors, deadline });
      again(word("rules.set"));
    }
  });
}
