/**
 * A drawn line made into a picture (PNG, ISO/IEC 15948), by arithmetic alone.
 *
 * Browsers that guard against being recognised give random points out of a canvas, or refuse it: none is used here.
 */

import { join, utf8 } from "./bytes.js";

/** @typedef {{x: number, y: number}} Point of a line, in pixels of the picture */

const MAGIC = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Longest stored block of DEFLATE (RFC 1951 section 3.2.4). */
const BLOCK = 0xffff;
const CRC = Uint32Array.from({ length: 256 }, (_, octet) => {
  let value = octet;
  for (let bit = 0; bit < 8; bit += 1) {
    value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  }
  return value >>> 0;
});

/**
 * Draw lines in black on white, with soft edges.
 *
 * @param {Point[][]} lines
 * @param {number} width
 * @param {number} height
 * @param {number} radius of the pen
 * @returns {Uint8Array} one octet a pixel, row by row
 */
export function rasterise(lines, width, height, radius) {
  const pixels = new Uint8Array(width * height).fill(0xff);
  for (const line of lines) {
    for (let at = 0; at < line.length; at += 1) {
      stroke(pixels, width, height, radius, line[Math.max(0, at - 1)], line[at]);
    }
  }
  return pixels;
}

/**
 * Draw one piece of a line: each pixel by its distance from it.
 *
 * @param {Uint8Array} pixels
 * @param {number} width
 * @param {number} height
 * @param {number} radius
 * @param {Point} from
 * @param {Point} to
 */
function stroke(pixels, width, height, radius, from, to) {
  const reach = radius + 1;
  const [left, right] = [Math.min(from.x, to.x) - reach, Math.max(from.x, to.x) + reach];
  const [top, bottom] = [Math.min(from.y, to.y) - reach, Math.max(from.y, to.y) + reach];
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  for (let y = Math.max(0, Math.floor(top)); y <= Math.min(height - 1, Math.ceil(bottom)); y += 1) {
    for (let x = Math.max(0, Math.floor(left)); x <= Math.min(width - 1, Math.ceil(right)); x += 1) {
      const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - from.x) * dx + (y - from.y) * dy) / length));
      const away = Math.hypot(x - from.x - along * dx, y - from.y - along * dy);
      const shade = Math.max(0, Math.min(255, Math.round((away - radius + 0.5) * 255)));
      const place = y * width + x;
      pixels[place] = Math.min(pixels[place], shade);
    }
  }
}

/**
 * Write a grey picture.
 *
 * @param {Uint8Array} pixels one octet a pixel, row by row
 * @param {number} width
 * @param {number} height
 * @returns {Promise<Uint8Array>}
 */
export async function encode(pixels, width, height) {
  const rows = new Uint8Array((width + 1) * height); // each row begins with its filter, none
  for (let y = 0; y < height; y += 1) {
    rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  }
  const header = join(number(width), number(height), Uint8Array.of(8, 0, 0, 0, 0));
  const data = await deflate(rows);
  return join(MAGIC, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", new Uint8Array()));
}

/** @param {number} value @returns {Uint8Array} four octets */
function number(value) {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

/** @param {string} kind @param {Uint8Array} data @returns {Uint8Array} */
function chunk(kind, data) {
  const body = join(utf8(kind), data);
  let check = 0xffffffff;
  for (const octet of body) {
    check = CRC[(check ^ octet) & 0xff] ^ (check >>> 8);
  }
  return join(number(data.length), body, number(~check >>> 0));
}

/** @param {Uint8Array} data @returns {Promise<Uint8Array>} in the zlib format (RFC 1950) */
async function deflate(data) {
  if (typeof CompressionStream === "function") {
    const packed = new Blob([/** @type {BlobPart} */ (data)]).stream().pipeThrough(new CompressionStream("deflate"));
    return new Uint8Array(await new Response(packed).arrayBuffer());
  }
  return stored(data);
}

/** @param {Uint8Array} data @returns {Uint8Array} the zlib format without compression, where the browser has none */
export function stored(data) {
  const parts = [Uint8Array.of(0x78, 0x01)];
  for (let at = 0; at < data.length || at === 0; at += BLOCK) {
    const piece = data.subarray(at, at + BLOCK);
    const size = piece.length;
    const last = at + BLOCK >= data.length ? 1 : 0;
    parts.push(Uint8Array.of(last, size & 0xff, size >> 8, ~size & 0xff, (~size >> 8) & 0xff), piece);
  }
  let [a, b] = [1, 0];
  for (const octet of data) {
    a = (a + octet) % 65521;
    b = (b + a) % 65521;
  }
  return join(...parts, number(((b << 16) | a) >>> 0));
}
