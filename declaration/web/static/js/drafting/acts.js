/**
 * A drafter's acts on pages that only show: begin, take up again, withdraw, table. Each is sent once, however often.
 */

import { Api } from "../api.js";
import { gone } from "../presence.js";
import { part, sentence, tell, word } from "../words.js";

const root = part("#drafting", HTMLElement);
const api = new Api(root.dataset.api ?? "");
const told = part("#told", HTMLElement);
const home = root.dataset.home ?? "/";

/** @param {HTMLButtonElement} pressed @param {() => Promise<void>} act */
async function once(pressed, act) {
  pressed.disabled = true;
  try {
    await act();
  } catch (failure) {
    tell(told, sentence(failure), "bad");
    told.focus();
    pressed.disabled = false;
  }
}

/** @param {string} question @returns {Promise<boolean>} whether it is meant */
function sure(question) {
  const dialog = part("#sure", HTMLDialogElement);
  part(".question", HTMLElement, dialog).textContent = question;
  dialog.returnValue = "no";
  dialog.showModal();
  part('[value="no"]', HTMLButtonElement, dialog).focus();
  return new Promise((resume) => {
    dialog.addEventListener("close", () => resume(dialog.returnValue === "yes"), { once: true });
  });
}

/** @type {Record<string, (pressed: HTMLButtonElement) => Promise<void>>} */
const ACTS = {
  async begin() {
    const { draft } = await api.post("/drafting/drafts");
    location.assign(`${home}/${draft}`);
  },
  async revise({ dataset }) {
    const { draft } = await api.post(`/drafting/amendments/${dataset.amendment}/draft`);
    location.assign(`${home}/${draft}`);
  },
  async withdraw(pressed) {
    const { amendment = "" } = pressed.dataset;
    if (await sure(word("sure.withdraw", { amendment }))) {
      await api.post(`/drafting/amendments/${amendment}/withdraw`);
      location.reload();
    } else {
      pressed.disabled = false;
    }
  },
  async ask({ dataset }) {
    const { value } = part("#ask-whom", HTMLSelectElement);
    await api.put(`/drafting/drafts/${dataset.draft}/sponsors/${value}`, {});
    location.reload();
  },
  async "stop-asking"({ dataset }) {
    await api.delete(`/drafting/drafts/${dataset.draft}/sponsors/${dataset.drafter}`);
    location.reload();
  },
  async give({ dataset }) {
    await api.put(`/drafting/requests/${dataset.draft}`, { content: dataset.content });
    location.reload();
  },
  async decline({ dataset }) {
    await api.delete(`/drafting/requests/${dataset.draft}`);
    location.reload();
  },
  async table({ dataset }) {
    const key = crypto.randomUUID();
    const headers = { "If-Match": `"${dataset.etag}"`, "Idempotency-Key": key };
    const { amendment } = await patiently(`/drafting/drafts/${dataset.draft}/table`, { method: "POST", headers });
    location.assign(`${home}?tabled=${encodeURIComponent(amendment)}#amendment-${encodeURIComponent(amendment)}`);
  },
};

/** @param {string} path @param {RequestInit} request @returns {Promise<any>} sent again while no answer comes */
async function patiently(path, request) {
  for (const wait of [500, 1500, 4000]) {
    try {
      return await api.ask(path, request);
    } catch (failure) {
      const { status, code } = /** @type {import("../api.js").Problem} */ (failure);
      if (status !== 0 && code !== "idempotency.running") {
        throw failure;
      }
    }
    await new Promise((resume) => setTimeout(resume, wait));
  }
  return api.ask(path, request);
}

const leave = part("#leave", HTMLButtonElement);
leave.hidden = false;
leave.addEventListener("click", () =>
  once(leave, async () => {
    await api.delete("/session");
    gone(root.dataset.declaration ?? "");
    location.assign(home.replace(/drafting$/, "enter"));
  }),
);

for (const pressed of document.querySelectorAll("button[data-act]")) {
  const act = ACTS[pressed.getAttribute("data-act") ?? ""];
  if (pressed instanceof HTMLButtonElement && act !== undefined) {
    pressed.hidden = false;
    pressed.closest(".asking")?.removeAttribute("hidden");
    pressed.addEventListener("click", () => once(pressed, () => act(pressed)));
  }
}
