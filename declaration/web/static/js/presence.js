import { Problem } from "./api.js";

/**
 * Who has come in with this browser, by role: public pages are the same for everybody, and ask the service who reads
 * them only where this says that it may be worth it. It opens nothing: the session does.
 */

/** @param {string} declaration @returns {string} */
const place = (declaration) => `present:${declaration}`;

/** @param {string} declaration @param {string} role */
export function come(declaration, role) {
  try {
    localStorage.setItem(place(declaration), role);
  } catch {
    // a browser that keeps nothing: public pages offer to log in
  }
}

/** @param {string} declaration */
export function gone(declaration) {
  try {
    localStorage.removeItem(place(declaration));
  } catch {
    // nothing was kept
  }
}

/** @param {string} declaration @returns {string | null} the role in which somebody came in last */
export function present(declaration) {
  try {
    return localStorage.getItem(place(declaration));
  } catch {
    return null;
  }
}

/**
 * Return the drafter who is logged in with this browser; the service is asked only where somebody came in.
 *
 * @param {import("./api.js").Api} api
 * @param {string} declaration
 * @returns {Promise<string | null>}
 */
export async function drafter(api, declaration) {
  if (present(declaration) !== "drafter") {
    return null;
  }
  try {
    const who = await api.get("/session");
    return who.role === "drafter" ? who.subject : null;
  } catch (failure) {
    if (failure instanceof Problem && failure.status === 401) {
      gone(declaration);
    }
    return null;
  }
}
