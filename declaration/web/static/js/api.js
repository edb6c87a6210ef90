/**
 * Calling the interface: JSON there and back, refusals as errors, and acts that are sent again when an answer is lost.
 *
 * Every act that writes carries an idempotency key of its own, so that sending it again does nothing twice.
 */

/** Pauses before a request is sent again, in milliseconds: a phone in a full hall comes back within seconds. */
export const PAUSES = [400, 1200, 3000, 6000];
/** Refusals that mean: the same request, again. */
const AGAIN = new Set(["idempotency.running", "store.busy"]);

/** A refusal of the service (RFC 9457), or a connection that is gone (`network.lost`). */
export class Problem extends Error {
  /**
   * @param {number} status 0 without an answer
   * @param {string} code
   * @param {string} detail a sentence
   * @param {string} hint what to do
   * @param {number} [seconds] to wait
   */
  constructor(status, code, detail, hint, seconds = 0) {
    super(`${code}: ${detail}`);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.hint = hint;
    this.seconds = seconds;
  }
}

/**
 * The interface of one declaration.
 */
export class Api {
  /** @param {string} base address without a slash at its end */
  constructor(base) {
    this.base = base;
  }

  /** @param {string} path @returns {Promise<any>} */
  get(path) {
    return this.call("GET", path);
  }

  /**
   * Send an act that may be sent again.
   *
   * @param {string} path
   * @param {unknown} [content]
   * @returns {Promise<any>}
   */
  post(path, content = {}) {
    return this.call("POST", path, content, { key: crypto.randomUUID() });
  }

  /**
   * Send a file; it may be sent again.
   *
   * @param {string} path
   * @param {Blob} file
   * @param {string} type its media type
   * @returns {Promise<any>}
   */
  send(path, file, type) {
    return this.again(path, {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": type, "Idempotency-Key": crypto.randomUUID() },
      body: file,
    });
  }

  /**
   * Put something in its place; it arrives even when the page is left meanwhile.
   *
   * @param {string} path
   * @param {unknown} content
   * @returns {Promise<any>}
   */
  put(path, content) {
    return this.call("PUT", path, content, { keepalive: true });
  }

  /** @param {string} path @returns {Promise<any>} */
  delete(path) {
    return this.call("DELETE", path);
  }

  /**
   * Send something that counts once and is not remembered, such as a challenge's answer: it is never sent again.
   *
   * @param {string} path
   * @param {unknown} [content]
   * @returns {Promise<any>}
   */
  once(path, content = {}) {
    return this.call("POST", path, content, { pauses: [] });
  }

  /**
   * Send JSON, again after each pause while no answer comes.
   *
   * @param {string} method
   * @param {string} path
   * @param {unknown} [content]
   * @param {{key?: string, pauses?: number[], keepalive?: boolean}} [how]
   * @returns {Promise<any>}
   */
  call(method, path, content, { key, pauses = PAUSES, keepalive = false } = {}) {
    return this.again(path, { method, headers: headersOf(content, key), body: bodyOf(content), keepalive }, pauses);
  }

  /**
   * Send a request, again after each pause while no answer comes.
   *
   * @param {string} path
   * @param {RequestInit} request
   * @param {number[]} [pauses]
   * @returns {Promise<any>}
   */
  async again(path, request, pauses = PAUSES) {
    for (const pause of pauses) {
      try {
        return await this.ask(path, request);
      } catch (failure) {
        if (!(failure instanceof Problem) || !(failure.status === 0 || AGAIN.has(failure.code))) {
          throw failure;
        }
      }
      await new Promise((resume) => setTimeout(resume, pause));
    }
    return this.ask(path, request);
  }

  /** @param {string} path @param {RequestInit} request @returns {Promise<any>} */
  async ask(path, request) {
    let answer;
    let text;
    try {
      answer = await fetch(this.base + path, { ...request, cache: "no-store" });
      text = await answer.text();
    } catch (failure) {
      throw new Problem(0, "network.lost", String(failure), "");
    }
    if (answer.ok) {
      return text === "" ? null : JSON.parse(text);
    }
    throw problemOf(answer, text);
  }
}

/**
 * Download a file's bytes, again after each pause while no answer comes.
 *
 * @param {string} address
 * @returns {Promise<Uint8Array>}
 */
export async function download(address) {
  for (const pause of [...PAUSES, null]) {
    try {
      const answer = await fetch(address, { cache: "no-cache" });
      if (!answer.ok) {
        throw problemOf(answer, await answer.text());
      }
      return new Uint8Array(await answer.arrayBuffer());
    } catch (failure) {
      if (failure instanceof Problem || pause === null) {
        throw failure instanceof Problem ? failure : new Problem(0, "network.lost", String(failure), "");
      }
      await new Promise((resume) => setTimeout(resume, pause));
    }
  }
  throw new Problem(0, "network.lost", address, "");
}

/** @param {unknown} content @param {string | undefined} key @returns {Record<string, string>} */
function headersOf(content, key) {
  return {
    Accept: "application/json",
    ...(content === undefined ? {} : { "Content-Type": "application/json" }),
    ...(key === undefined ? {} : { "Idempotency-Key": key }),
  };
}

/** @param {unknown} content @returns {string | undefined} */
function bodyOf(content) {
  return content === undefined ? undefined : JSON.stringify(content);
}

/** @param {Response} answer @param {string} text @returns {Problem} */
function problemOf(answer, text) {
  let said;
  try {
    said = JSON.parse(text);
  } catch {
    said = {};
  }
  const seconds = Number(answer.headers.get("retry-after") ?? 0);
  const code = typeof said.code === "string" ? said.code : `http.${answer.status}`;
  return new Problem(answer.status, code, String(said.detail ?? answer.statusText), String(said.hint ?? ""), seconds);
}
