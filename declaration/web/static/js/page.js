/**
 * What every page gains from script; each works without it.
 *
 * Times are shown with their zone, UTC. Here each also says in its title what the reader's own clock showed.
 */

/**
 * Say a moment in the reader's language and zone.
 *
 * @param {Date} at the moment
 * @param {string} language of the page
 * @returns {string} for example "23 November 2026 at 03:19:10 CET"
 */
export function localTime(at, language) {
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "long" }).format(at);
}

for (const time of document.querySelectorAll("time[datetime]")) {
  const at = new Date(/** @type {HTMLTimeElement} */ (time).dateTime);
  if (!Number.isNaN(at.getTime())) {
    time.setAttribute("title", localTime(at, document.documentElement.lang));
  }
}

// Forms that only choose what is shown need no button once their choice is made.
for (const field of document.querySelectorAll("form.choose select")) {
  field.addEventListener("change", () => /** @type {HTMLSelectElement} */ (field).form?.requestSubmit());
}
