// Values: those that Usher hands in, and those that a plan hands out. A value that is known is a JavaScript value; one
// that is not known yet is an `Unknown`.

import { Failure } from "./failure.js";

/**
 * A value from the input or from a record.
 * @typedef {null | boolean | number | string | Unknown} Value
 */

/**
 * A value that a plan hands out: a `Value`, or one that is made here.
 * @typedef {Value | bigint | Bound | Day | Instant | Joined} Scalar
 */

/** Stands for a value that is not known yet. Pass it on as it is. */
export class Unknown {
  /**
   * @param {string} token passed on as it is, never taken apart
   * @param {string | null} object the object, when the value is the id of a record
   */
  constructor(token, object = null) {
    this.token = token;
    this.object = object;
    Object.freeze(this);
  }

  toJSON() {
    return { $ref: this.token };
  }

  /** Looking into a value that is not known by mistake is an error, not the text `[object Object]`. */
  toString() {
    throw Failure.deferred(this.token, "it depends on a value that is not known yet");
  }
}

/** A value that a change or effect of this plan binds. */
export class Bound {
  /** @param {string} address @param {string} name */
  constructor(address, name) {
    this.address = address;
    this.name = name;
  }

  toJSON() {
    return { $bound: [this.address, this.name] };
  }
}

class Written {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }

  toJSON() {
    return this.text;
  }
}

/** A day. */
export class Day extends Written {}

/** An instant. */
export class Instant extends Written {}

/** A text made of parts, some of which may not be known yet. */
export class Joined {
  /** @param {(string | Unknown | Bound)[]} parts */
  constructor(parts) {
    this.parts = parts;
  }

  toJSON() {
    return { $join: this.parts };
  }
}

/**
 * The value that the change or effect at `address` binds: `id`, or a name from the change's results.
 * @param {string} address
 * @param {string} [name]
 */
export const bound = (address, name = "id") => new Bound(address, name);

/**
 * A day: `2026-11-22`. A condition on a date field needs it; a text in this form is not a date.
 * @param {string} day
 */
export const date = (day) => new Day(day);

/**
 * An instant: `2026-11-22T10:00:00Z`, or with an offset instead of the `Z`.
 * @param {string} instant
 */
export const dateTime = (instant) => new Instant(instant);

/**
 * A text made of parts, some of which may not be known yet.
 * @param {Scalar[]} parts
 */
export function joined(...parts) {
  const pieces = parts.flatMap((part) => {
    if (part instanceof Joined) return part.parts;
    if (part instanceof Unknown || part instanceof Bound) return [part];
    if (part instanceof Written) return [part.text];
    return part === null ? [] : [String(part)];
  });
  return new Joined(pieces);
}

/**
 * The text; an empty one for null, because Salesforce does not distinguish the two. Defers the step when the value is
 * not known yet.
 * @param {unknown} value
 * @returns {string}
 */
export const text = (value) => looked(value, "string", "a text", "");

/**
 * True or false; null is false.
 * @param {unknown} value
 * @returns {boolean}
 */
export const truth = (value) => looked(value, "boolean", "true or false", false);

/**
 * The whole number; null for null.
 * @param {unknown} value
 * @returns {number | null}
 */
export function integer(value) {
  const number = looked(value, "number", "a whole number", null);
  if (number !== null && !Number.isSafeInteger(number)) throw Failure.broken(`expected a whole number, found ${number}`);
  return number;
}

/**
 * Says whether a value is not known yet.
 * @param {unknown} value
 * @returns {value is Unknown}
 */
export const isUnknown = (value) => value instanceof Unknown;

/**
 * @param {unknown} value
 * @param {string} kind
 * @param {string} expected
 * @param {any} empty
 */
function looked(value, kind, expected, empty) {
  if (value === null) return empty;
  if (value instanceof Unknown) return value.toString();
  if (typeof value === kind) return value;
  throw Failure.broken(`expected ${expected}, found ${value === undefined ? "undefined" : JSON.stringify(value)}`);
}

/**
 * JSON from Usher, with an `Unknown` in the place of each `{"$ref": …}`.
 * @param {string} json
 * @returns {any}
 */
export function parsed(json) {
  return JSON.parse(json, (_, value) => {
    const token = value !== null && typeof value === "object" ? value.$ref : undefined;
    return typeof token === "string" ? new Unknown(token, value.$object ?? null) : value;
  });
}

/**
 * A value in the form of the contract.
 * @param {unknown} value
 * @returns {{ tag: string, val?: unknown }}
 */
export function scalar(value) {
  if (value === null) return { tag: "nothing" };
  if (value instanceof Unknown) return { tag: "reference", val: { tag: "given", val: value.token } };
  if (value instanceof Bound) return { tag: "reference", val: { tag: "bound", val: { ...value } } };
  if (value instanceof Day) return { tag: "date", val: value.text };
  if (value instanceof Instant) return { tag: "date-time", val: value.text };
  if (value instanceof Joined) return { tag: "joined", val: value.parts.map(piece) };
  switch (typeof value) {
    case "string": return { tag: "text", val: value };
    case "boolean": return { tag: "truth", val: value };
    case "bigint": return { tag: "number", val: String(value) };
    case "number": return { tag: "number", val: decimal(value) };
    default: throw new TypeError(`${value === undefined ? "undefined" : JSON.stringify(value)} is not a single value`);
  }
}

/** @param {string | Unknown | Bound} part */
function piece(part) {
  return typeof part === "string" ? { tag: "text", val: part } : { tag: "reference", val: scalar(part).val };
}

/**
 * The number without an exponent.
 * @param {number} number
 */
function decimal(number) {
  if (!Number.isFinite(number)) throw new TypeError(`${number} is not a number that Salesforce can hold`);
  const text = String(number);
  if (!text.includes("e")) return text;
  return Number.isInteger(number) ? String(BigInt(number)) : number.toFixed(20).replace(/0+$/, "");
}
