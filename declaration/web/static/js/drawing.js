/**
 * A pad to draw a signature on, with a finger, a pen or a mouse. Signing never depends on it.
 */

import { encode, rasterise } from "./png.js";

/** @typedef {import("./png.js").Point} Point */

/** Pixels of the picture. */
export const WIDTH = 720;
export const HEIGHT = 240;
const PEN = 2.4;
/** Points of all lines together: minutes of drawing. */
const MAX_POINTS = 20_000;
const SVG = "http://www.w3.org/2000/svg";

/** Lines drawn on an SVG. */
export class Pad {
  /**
   * @param {SVGSVGElement} place with the view box of the picture
   * @param {() => void} changed is called when something was drawn, or wiped away
   */
  constructor(place, changed) {
    this.place = place;
    this.changed = changed;
    /** @type {Point[][]} */
    this.lines = [];
    /** @type {number | null} */
    this.pointer = null;
    place.addEventListener("pointerdown", (event) => this.begin(event));
    place.addEventListener("pointermove", (event) => this.go(event));
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
      place.addEventListener(end, () => this.end());
    }
  }

  /** Whether nothing is drawn. */
  get isEmpty() {
    return this.lines.length === 0;
  }

  /** @param {PointerEvent} event */
  begin(event) {
    if (this.pointer !== null || (event.pointerType === "mouse" && event.button !== 0)) {
      return;
    }
    event.preventDefault();
    this.pointer = event.pointerId;
    this.place.setPointerCapture(event.pointerId);
    this.lines.push([]);
    const path = document.createElementNS(SVG, "path");
    this.place.append(path);
    this.add(event);
  }

  /** @param {PointerEvent} event */
  go(event) {
    if (event.pointerId !== this.pointer) {
      return;
    }
    event.preventDefault();
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const each of passed.length > 0 ? passed : [event]) {
      this.add(each);
    }
  }

  /** @param {PointerEvent} event */
  add(event) {
    const box = this.place.getBoundingClientRect();
    const points = this.lines.reduce((sum, line) => sum + line.length, 0);
    if (box.width === 0 || points >= MAX_POINTS) {
      return;
    }
    const line = this.lines[this.lines.length - 1];
    const x = Math.max(0, Math.min(WIDTH, ((event.clientX - box.left) / box.width) * WIDTH));
    const y = Math.max(0, Math.min(HEIGHT, ((event.clientY - box.top) / box.height) * HEIGHT));
    line.push({ x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10 });
    const way = line.map((point) => `${point.x} ${point.y}`).join("L");
    this.place.lastElementChild?.setAttribute("d", line.length === 1 ? `M${way}l0.1 0` : `M${way}`);
  }

  /** Lift the pen. */
  end() {
    if (this.pointer !== null) {
      this.pointer = null;
      this.changed();
    }
  }

  /** Wipe everything away. */
  clear() {
    this.lines = [];
    this.pointer = null;
    this.place.querySelectorAll("path").forEach((path) => path.remove());
    this.changed();
  }

  /** @returns {Promise<Uint8Array | null>} the picture (PNG), or null when nothing is drawn */
  async picture() {
    if (this.isEmpty) {
      return null;
    }
    return encode(rasterise(this.lines, WIDTH, HEIGHT, PEN), WIDTH, HEIGHT);
  }
}
