// Makes the exact form of the contract of what a plugin hands to Usher. The engine traps without a word on a part that is
// missing or a text that is no Unicode; so each is filled in or refused by name before.

import { TYPES } from "./contract.js";
import { Failure } from "./failure.js";

const HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const BITS = /** @type {{ [type: string]: number }} */ ({ u16: 16, u32: 32 });

/**
 * `value` in the form of the type, with empty lists and options filled in.
 * @param {string} type as in contract.js
 * @param {any} value
 * @param {string} at its place, for the message
 * @returns {any}
 */
export function complete(type, value, at) {
  if (typeof value?.parts === "function") value = value.parts();
  if (type.endsWith("*")) return list(type.slice(0, -1), value ?? [], at);
  if (type.endsWith("?")) return value === undefined || value === null ? null : complete(type.slice(0, -1), value, at);
  if (type in TYPES) return composed(type, value, at);
  return single(type, value, at);
}

/**
 * A text without halves of surrogate pairs, for a message.
 * @param {string} text
 */
export const mended = (text) => text.replace(new RegExp(HALF, "g"), "\ufffd");

/**
 * JSON of a value. What JSON cannot hold is refused by name; without this, it would be left out or become null.
 * @param {unknown} value
 * @param {string} at
 */
export function json(value, at) {
  return JSON.stringify(value, (name, one) => {
    const place = name === "" ? at : `${at}: ${mended(name)}`;
    if (one === undefined || typeof one === "function") throw mistake(place, "a value of JSON", one);
    if (typeof one === "number" && !Number.isFinite(one)) throw mistake(place, "a number", one);
    if (HALF.test(name)) throw mistake(place, "a Unicode text as a name", name);
    return typeof one === "string" ? single("string", one, place) : one;
  });
}

/** @param {string} type @param {any} value @param {string} at */
function list(type, value, at) {
  if (!Array.isArray(value)) throw mistake(at, "a list", value);
  return value.map((one, index) => complete(type, one, `${at}[${index}]`));
}

/** @param {string} type @param {any} value @param {string} at */
function composed(type, value, at) {
  const [kind, parts] = TYPES[type];
  if (kind === "enum") {
    if (!parts.includes(value)) throw mistake(at, `one of \`${parts.join("`, `")}\``, value);
    return value;
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw mistake(at, `a ${type}`, value);
  if (kind === "variant") {
    if (!Object.hasOwn(parts, value.tag)) throw mistake(at, `a ${type}, of \`${Object.keys(parts).join("`, `")}\``, value.tag);
    const part = parts[value.tag];
    return part === "" ? { tag: value.tag } : { tag: value.tag, val: complete(part, value.val, at) };
  }
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, complete(part, value[name], `${at}.${name}`)]));
}

/** @param {string} type @param {any} value @param {string} at */
function single(type, value, at) {
  if (type === "string") {
    if (typeof value !== "string") throw mistake(at, "a text", value);
    if (HALF.test(value)) throw Failure.broken(`${at} is no Unicode text: it has half of a surrogate pair in "${mended(value)}"`);
    return value;
  }
  if (type === "bool") {
    if (typeof value !== "boolean") throw mistake(at, "true or false", value);
    return value;
  }
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** BITS[type]) throw mistake(at, "a whole number", value);
  return value;
}

/** @param {string} at @param {string} expected @param {any} found */
function mistake(at, expected, found) {
  if (found === undefined) return Failure.broken(`${at} is missing: expected ${expected}`);
  const text = typeof found === "object" ? JSON.stringify(found) : String(found);
  return Failure.broken(`${at}: expected ${expected}, found ${mended(text.slice(0, 100))}`);
}
