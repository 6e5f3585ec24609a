// Compares two values. Would SOQL find the one by the other (`foundBy`)? Is there nothing left to change (`isAsWanted`)?
// Both look at values as Salesforce stores them: blanks and tabs at the ends of a text are removed, and an empty text is
// null. Usher compares in the same way.

import { Day, Instant, Unknown } from "./value.js";

/** @typedef {import("./value.js").Scalar} Scalar */

const CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/**
 * SOQL would find one of the two by the other in `field`: text is compared without case, and ids in 15 or 18 characters
 * where the field holds ids.
 * @param {string} field @param {Scalar} a @param {Scalar} b
 */
export const foundBy = (field, a, b) => same(field, a, b, (one, other) => lower(one) === lower(other));

/**
 * Nothing is left to change where `field` holds `there` and should hold `wanted`: the case of a text counts. Make a date
 * of `wanted` with `date` or `dateTime`: they are compared by day and by instant.
 * @param {string} field @param {Scalar} there @param {Scalar} wanted
 */
export function isAsWanted(field, there, wanted) {
  // Salesforce stores the name of a user in lower case.
  if (lower(last(field)) === "username") return foundBy(field, there, wanted);
  return same(field, there, wanted, (one, other) => one === other);
}

/**
 * Both are the id of the same record, in 15 or 18 characters.
 * @param {Scalar} a @param {Scalar} b
 */
export const isSameId = (a, b) => foundBy("Id", a, b);

/** @param {string} field @param {Scalar} a @param {Scalar} b @param {(a: string, b: string) => boolean} texts */
function same(field, a, b, texts) {
  const [one, other] = [stored(a), stored(b)];
  if (one instanceof Unknown || other instanceof Unknown) {
    return one instanceof Unknown && other instanceof Unknown && one.token === other.token;
  }
  for (const [kind, read] of /** @type {const} */ ([[Day, day], [Instant, instant]])) {
    if (one instanceof kind || other instanceof kind) return sameTime(kind, read, one, other);
  }
  if (typeof one === "string" && typeof other === "string") return sameId(field, one, other) ?? texts(one, other);
  const numbers = ["number", "bigint"];
  if (numbers.includes(typeof one) && numbers.includes(typeof other)) return one == other;
  return one === other;
}

/** @param {typeof Day} kind @param {(text: string) => number | null} read @param {unknown} a @param {unknown} b */
function sameTime(kind, read, a, b) {
  const [one, other] = [a, b].map((value) => (value instanceof kind ? value.text : value));
  if (typeof one !== "string" || typeof other !== "string") return false;
  return one === other || (read(one) !== null && read(one) === read(other));
}

/** @param {string} text */
const day = (text) => (/^\d{4}-\d\d-\d\d$/.test(text) ? time(`${text}T00:00:00Z`, text) : null);

/** @param {string} text */
function instant(text) {
  const parts = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)$/.exec(text);
  if (parts === null) return null;
  const zone = parts[4].replace(/(\d\d):?(\d\d)$/, "$1:$2");
  return time(`${parts[1]}${parts[2]}.${(parts[3] ?? "0").padEnd(3, "0").slice(0, 3)}${zone}`, parts[1]);
}

/** Milliseconds from 1970; null when the day is not one of the calendar. @param {string} text @param {string} date */
function time(text, date) {
  const ms = Date.parse(text);
  const there = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(ms) || Number.isNaN(there) || !new Date(there).toISOString().startsWith(date) ? null : ms;
}

/** @param {unknown} value */
function stored(value) {
  if (typeof value !== "string") return value;
  const text = value.replace(/^[ \t]+|[ \t]+$/g, "");
  return text === "" ? null : text;
}

/** Compares two ids; null when these are words. @param {string} field @param {string} a @param {string} b */
function sameId(field, a, b) {
  const name = last(field);
  const holdsIds = lower(name) === "id" || name.endsWith("Id");
  if (!holdsIds && !(name.endsWith("__c") && (a.length === 18 || b.length === 18))) return null;
  const [one, other] = [canonicalId(a), canonicalId(b)];
  return one === null || other === null ? null : one === other;
}

/** The id in 18 characters; null when the text is not an id. @param {string} text */
export function canonicalId(text) {
  const short = text.slice(0, 15);
  if (!/^[0-9A-Za-z]{15}([0-9A-Za-z]{3})?$/.test(text) || !/\d/.test(short)) return null;
  const blocks = [0, 5, 10].map((from) => [...short.slice(from, from + 5)]);
  const bits = blocks.map((block) => block.reduce((sum, one, place) => sum | (/[A-Z]/.test(one) ? 1 << place : 0), 0));
  const checksum = bits.map((bit) => CHECK[bit]).join("");
  return text.length === 15 || lower(text.slice(15)) === lower(checksum) ? short + checksum : null;
}

/** @param {string} text */
const lower = (text) => text.toLowerCase();

/** The field at the end of a path of fields, or of a JSON Pointer. @param {string} field */
const last = (field) => field.slice(Math.max(field.lastIndexOf("."), field.lastIndexOf("/")) + 1);
