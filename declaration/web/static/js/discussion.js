/**
 * The discussion: forms are sent without leaving the page, words that are typed stay on this device until they are
 * sent, whoever can be mentioned is offered, and the page says when there is something new.
 */

import { Api } from "./api.js";
import { part, sentence, tell, word } from "./words.js";

const root = part("#discussion", HTMLElement);
const told = part("#told", HTMLElement);
const base = root.dataset.api ?? "";
/** Milliseconds between two looks for something new, while the page is seen. */
const PAUSE = 20_000;

/** @param {HTMLTextAreaElement} area @returns {string} where its words are kept */
const place = (area) => `discussion:${location.pathname}#${area.id}`;

for (const form of document.querySelectorAll("form.talk")) {
  if (form instanceof HTMLFormElement) {
    prepare(form);
  }
}

/** @param {HTMLFormElement} form */
function prepare(form) {
  const area = form.querySelector("textarea");
  if (area !== null) {
    remember(area);
    offer(area);
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") {
      return;
    }
    form.setAttribute("aria-busy", "true");
    try {
      const headers = { Accept: "application/json" };
      const body = new URLSearchParams(/** @type {any} */ (new FormData(form)));
      const answer = await new Api("").again(form.getAttribute("action") ?? "", { method: "POST", headers, body });
      if (area !== null) {
        sessionStorage.removeItem(place(area));
      }
      go(answer.place);
    } catch (failure) {
      tell(told, sentence(failure), "bad");
      told.focus();
      form.removeAttribute("aria-busy");
    }
  });
}

/** @param {string} address */
function go(address) {
  const to = new URL(address, location.href);
  if (to.origin !== location.origin) {
    return;
  }
  const here = to.pathname === location.pathname && location.search === "";
  location.assign(to);
  if (here) {
    location.reload();
  }
}

/** @param {HTMLTextAreaElement} area keeps its words while the page is left or sent in vain */
function remember(area) {
  const kept = sessionStorage.getItem(place(area));
  if (kept !== null && kept !== area.defaultValue) {
    area.value = kept;
    const folded = area.closest("details");
    if (folded !== null) {
      folded.open = true;
    }
  }
  area.addEventListener("input", () => sessionStorage.setItem(place(area), area.value));
}

/** @param {HTMLTextAreaElement} area gets a list of those who can be mentioned when it is first used */
function offer(area) {
  area.addEventListener(
    "focus",
    () => {
      const choice = document.createElement("select");
      choice.setAttribute("aria-label", word("discussion.mention"));
      choice.append(new Option(word("discussion.mention"), ""));
      for (const person of document.querySelectorAll("#people [data-id]")) {
        const { id = "", name = "" } = /** @type {HTMLElement} */ (person).dataset;
        choice.append(new Option(`@${id} – ${name}`, id));
      }
      choice.addEventListener("change", () => {
        const before = area.value.slice(0, area.selectionStart);
        const gap = before === "" || /\s$/.test(before) ? "" : " ";
        area.setRangeText(`${gap}@${choice.value} `, area.selectionStart, area.selectionEnd, "end");
        area.dispatchEvent(new Event("input"));
        choice.value = "";
        area.focus();
      });
      area.after(choice);
    },
    { once: true },
  );
}

const wish = document.querySelector("#tell-me");
if (wish instanceof HTMLFormElement) {
  wish.hidden = false;
  wish.addEventListener("submit", async (event) => {
    event.preventDefault();
    const address = part("#address", HTMLInputElement, wish).value.trim();
    try {
      await new Api(base).once("/discussion/following", { address, language: document.documentElement.lang });
      tell(told, word("following.asked", { address }), "good");
      wish.hidden = true;
    } catch (failure) {
      tell(told, sentence(failure), "bad");
    }
    told.focus();
  });
}

/** Look whether anything was written since this page was made; what is being typed is not disturbed. */
async function look() {
  if (document.visibilityState !== "visible") {
    return;
  }
  try {
    const { head } = await new Api(base).get("/discussion");
    if ((head ?? "") !== root.dataset.head) {
      clearInterval(watching);
      tell(told, `${word("discussion.new")} `);
      const link = document.createElement("a");
      link.href = location.pathname + location.search;
      link.textContent = word("discussion.load");
      told.append(link);
    }
  } catch {
    // the next look may find the service
  }
}

const watching = setInterval(look, PAUSE);
