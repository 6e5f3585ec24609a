// Reading the org: its records and lookups. Every read may fail; the error that it throws becomes the right answer.

import { complete } from "./complete.js";
import { Failure, ReadError } from "./failure.js";
import { condition, field } from "./operation.js";
import { integer, isUnknown, parsed, text, truth } from "./value.js";
import { isSameId } from "./same.js";

/** @typedef {import("./value.js").Value} Value */
/** @typedef {import("./value.js").Scalar} Scalar */

/** One record, or one settings component: the fields that were asked for, under the names they were asked by. */
export class Record {
  /** @type {{ [field: string]: any }} */
  #fields;

  /** @param {{ [field: string]: any }} fields */
  constructor(fields) {
    this.#fields = fields;
  }

  /** The id of the record; unknown for one that is only planned. */
  id() {
    return this.value("Id");
  }

  /**
   * Says whether the field was asked for, or is one of these settings.
   * @param {string} name
   */
  has(name) {
    return Object.hasOwn(this.#fields, name);
  }

  /**
   * The field, to pass it on.
   * @param {string} name
   * @returns {Value}
   */
  value(name) {
    const value = this.json(name);
    if (value !== null && typeof value === "object" && !isUnknown(value)) {
      throw Failure.broken(`the field \`${name}\` is not a single value`);
    }
    return value;
  }

  /**
   * The text in a field; empty for null. Defers the step when the value is not known yet.
   * @param {string} name
   */
  text(name) {
    return text(this.value(name));
  }

  /**
   * Says whether a field is true; null is not.
   * @param {string} name
   */
  truth(name) {
    return truth(this.value(name));
  }

  /**
   * The whole number in a field; null for null.
   * @param {string} name
   */
  integer(name) {
    return integer(this.value(name));
  }

  /**
   * The field as it came, for the few that are not a single value.
   * @param {string} name
   * @returns {any}
   */
  json(name) {
    if (!this.has(name)) throw Failure.broken(`the field \`${name}\` was not asked for`);
    return this.#fields[name];
  }

  toJSON() {
    return this.#fields;
  }

  /**
   * The one of `records` that has this id.
   * @param {Record[]} records
   * @param {Value} id
   */
  static withId(records, id) {
    return records.find((record) => isSameId(record.id(), id));
  }
}

/** Records of one object: `Lookup.of("User").read("Username").whose("Email", "ada@example.com")`. */
export class Lookup {
  /** @param {string} object */
  constructor(object) {
    this.object = object;
    /** @type {string[]} */
    this.fields = [];
    /** @type {ReturnType<typeof condition>[]} */
    this.conditions = [];
  }

  /** @param {string} object API name, e.g. `User` */
  static of(object) {
    return new Lookup(object);
  }

  /**
   * Reads these fields too; `Id` always comes along.
   * @param {string[]} fields names, or parent paths
   */
  read(...fields) {
    this.fields.push(...fields);
    return this;
  }

  /**
   * Only records whose field (or parent path) equals the value.
   * @param {string} name @param {Scalar} value
   */
  whose(name, value) {
    return this.whoseAny(name, [value]);
  }

  /**
   * Only records whose field (or parent path) equals one of the values; none when there are none.
   * @param {string} name @param {Scalar[]} values
   */
  whoseAny(name, values) {
    this.conditions.push(condition(name, values));
    return this;
  }

  /** SOQL has no word for a condition without values, so the org is not asked. */
  findsNothing() {
    return this.conditions.some((one) => one.anyOf.length === 0);
  }
}

/** The org as it will be when everything planned so far is done, with the user and the time. */
export class Org {
  #host;

  /** @param {Host} host the functions of Usher */
  constructor(host) {
    this.#host = host;
  }

  /** The org, and the user in whose name Usher works. */
  who() {
    return this.#host.context.who();
  }

  /** UTC, `2026-11-22T10:00:00Z`; the same for the whole run. */
  now() {
    return this.#host.context.now();
  }

  /**
   * The records that a lookup finds, ordered by id, planned ones last.
   * @param {Lookup} lookup
   * @returns {Record[]}
   */
  find(lookup) {
    return this.findAll(lookup)[0];
  }

  /**
   * The records of several lookups that do not need each other's answers, in fewer requests: `const [users, roles] =
   * org.findAll(…)`.
   * @param {Lookup[]} lookups
   * @returns {Record[][]}
   */
  findAll(...lookups) {
    const asked = lookups.filter((lookup) => !lookup.findsNothing());
    const answers = asked.length === 0 ? [] : this.#findAsked(asked);
    return lookups.map((lookup) => (lookup.findsNothing() ? [] : records(answers.shift() ?? "[]")));
  }

  /**
   * The number of records that meet all conditions of a lookup.
   * @param {Lookup} lookup
   */
  count(lookup) {
    if (lookup.findsNothing()) return 0;
    const conditions = complete("condition*", lookup.conditions, "conditions");
    return Number(asking(() => this.#host.org.count(lookup.object, conditions)));
  }

  /**
   * SOQL for what `find` cannot express; `:name` stands for a value in `binds`. It does not see planned changes.
   * @param {string} soql
   * @param {{ [name: string]: Scalar }} [binds]
   * @returns {any[]}
   */
  query(soql, binds = {}) {
    const fields = complete("field*", Object.entries(binds).map(([name, value]) => field(name, value)), "binds");
    return parsed(asking(() => this.#host.org.query(complete("string", soql, "soql"), fields)));
  }

  /**
   * Field name → its description as Salesforce gives it; fields that do not exist are left out. Without fields, the
   * object's own part: `requiredFields`, `referenceFields`, `recordTypeInfos` and its simple values.
   * @param {string} object
   * @param {string[]} fields
   * @returns {{ [field: string]: any }}
   */
  describeObject(object, fields = []) {
    return parsed(asking(() => this.#host.org.describeObject(object, complete("string*", fields, "fields"))));
  }

  /**
   * The fields of one settings component; `has` says whether this org has one.
   * @param {string} name
   */
  getSettings(name) {
    return new Record(parsed(asking(() => this.#host.org.getSettings(name))));
  }

  /**
   * The components of one metadata type.
   * @param {string} kind
   * @returns {{ fullName: string, id: Value }[]}
   */
  listComponents(kind) {
    return parsed(asking(() => this.#host.org.listComponents(kind)));
  }

  /**
   * The content of a component, with its parts that belong to `companions`; null when it does not exist.
   * @param {import("./operation.js").ComponentName} name
   * @param {import("./operation.js").ComponentName[]} [companions]
   * @returns {any}
   */
  readComponent(name, companions = []) {
    const [one, others] = [complete("component-name", name, "name"), complete("component-name*", companions, "companions")];
    return parsed(asking(() => this.#host.org.readComponent(one, others)));
  }

  /**
   * The JSON that a resource answers.
   * @param {import("./operation.js").ResourcePath} path
   * @returns {any}
   */
  get(path) {
    return parsed(asking(() => this.#host.org.get(complete("resource-path", path, "path"))));
  }

  /**
   * @param {Lookup[]} lookups
   * @returns {string[]}
   */
  #findAsked(lookups) {
    const what = complete("lookup*", lookups, "lookups");
    if (what.length === 1) return [asking(() => this.#host.org.find(what[0]))];
    return this.#host.org.findAll(what).map((answer) => {
      if (answer.tag === "err") throw new ReadError(answer.val.tag, answer.val.val);
      return answer.val;
    });
  }
}

/** @param {string} json */
const records = (json) => parsed(json).map((/** @type {any} */ fields) => new Record(fields));

/**
 * The answer of a read. A read without one throws an error that has the reason as its payload.
 * @template T
 * @param {() => T} read
 * @returns {T}
 */
function asking(read) {
  try {
    return read();
  } catch (error) {
    const payload = /** @type {any} */ (error)?.payload;
    throw payload ? new ReadError(payload.tag, payload.val) : error;
  }
}

/**
 * The functions of Usher, as the engine hands them to a component.
 * @typedef {object} Host
 * @property {{ who(): Identity, now(): string }} context
 * @property {{ emit(level: "trace" | "debug" | "info" | "warn" | "error", message: string): void }} log
 * @property {{
 *   find(what: any): string,
 *   findAll(what: any[]): any[],
 *   count(object: string, conditions: any[]): bigint | number,
 *   query(soql: string, binds: any[]): string,
 *   describeObject(object: string, fields: string[]): string,
 *   getSettings(name: string): string,
 *   listComponents(kind: string): string,
 *   readComponent(name: any, companions: any[]): string,
 *   get(path: any): string,
 * }} org
 */

/**
 * @typedef {object} Identity
 * @property {string} orgId 18 characters
 * @property {"production" | "sandbox" | "scratch" | "trial" | "practice"} orgKind
 * @property {string} userId owner of what Usher creates
 * @property {string} username
 * @property {string} apiVersion e.g. `66.0`
 */
