// Changes and effects: the operation, the waits, the kept values, the undo. The parts have the form of the contract.

import { condition, conditions, field } from "./operation.js";
import { Unknown, bound, scalar } from "./value.js";

/** @typedef {import("./value.js").Scalar} Scalar */
/** @typedef {{ tag: string, val?: any }} Probe */
/** @typedef {{ tag: string, val?: any }} Finding */
/** @typedef {{ tag: string }} Operation */

/** Something Usher can look at by itself, without the plugin. */
export const Probe = {
  /** @param {import("./org.js").Lookup} lookup @returns {Probe} */
  records: (lookup) => ({ tag: "records", val: lookup }),
  /** @param {import("./operation.js").ResourcePath} path @returns {Probe} */
  rest: (path) => ({ tag: "rest", val: path }),
  /** @param {string} name @returns {Probe} */
  settings: (name) => ({ tag: "settings", val: name }),
  /** @param {import("./operation.js").ComponentName} name @returns {Probe} */
  component: (name) => ({ tag: "component", val: name }),
  /** @param {string} name @returns {Probe} */
  object: (name) => ({ tag: "object", val: name }),
};

/** The finding that is expected of a probe. */
export const Finding = {
  /** @type {Finding} */
  present: { tag: "present" },
  /** @type {Finding} */
  absent: { tag: "absent" },
  /** @param {string} at @param {Scalar[]} values @returns {Finding} */
  holds: (at, ...values) => ({ tag: "holds", val: [check(at, values)] }),
};

/** Looks until the finding is there: every five seconds, for ten minutes at most. */
export class Wait {
  /** @type {ReturnType<typeof check>[]} */
  failed = [];
  /** @type {string | null} */
  reason = null;
  rhythm = { every: 5_000, atMost: 600_000 };

  /** @param {string} summary @param {Probe} look @param {Finding} until */
  constructor(summary, look, until) {
    this.summary = summary;
    this.look = look;
    this.until = until;
  }

  /** @param {string} summary @param {Probe} look @param {Finding} until */
  static until(summary, look, until) {
    return new Wait(summary, look, until);
  }

  /**
   * The change has failed when one of the values is at `at`.
   * @param {string} at @param {Scalar[]} values
   */
  failsWhen(at, values) {
    this.failed.push(check(at, values));
    return this;
  }

  /** @param {string} at the place of the reason for a failure */
  reasonAt(at) {
    this.reason = at;
    return this;
  }

  /** @param {number} every @param {number} atMost */
  everyMs(every, atMost) {
    this.rhythm = { every, atMost };
    return this;
  }

  parts() {
    const { summary, look, until, failed, reason, rhythm } = this;
    return { summary, look, until, failed, reasonAt: reason, everyMs: rhythm.every, atMostMs: rhythm.atMost };
  }
}

/** The way to undo a change, with its conditions and what remains. */
export class TakeBack {
  /** @type {any} */
  #parts;

  /** @param {{ tag: string, val?: any }} way */
  constructor(way) {
    this.#parts = { way, waits: [], onlyIf: [], stays: null, destroys: null };
  }

  /** Usher restores the values that it read before. */
  static restore() {
    return new TakeBack({ tag: "restore" });
  }

  /** @param {Operation} operation another operation, because Salesforce has no exact inverse */
  static instead(operation) {
    return new TakeBack({ tag: "instead", val: sent(operation) });
  }

  /** @param {Probe} look @param {Finding} finding undone only if this holds at that moment */
  onlyIf(look, finding) {
    this.#parts.onlyIf.push({ look, finding });
    return this;
  }

  /** @param {Wait} wait undone when the wait is over */
  wait(wait) {
    this.#parts.waits.push(wait);
    return this;
  }

  /** @param {string} what the part that stays: "the user stays, inactive" */
  stays(what) {
    this.#parts.stays = what;
    return this;
  }

  /** @param {string} what the data that is lost; Usher asks again */
  destroys(what) {
    this.#parts.destroys = what;
    return this;
  }

  parts() {
    return this.#parts;
  }
}

/** One difference that Usher makes. It is undone by restoring the former state unless `undo` says otherwise. */
export class Change {
  /** @type {any} */
  #parts;

  /**
   * @param {string} address names the change inside the step; made from what the change is about, never a counter
   * @param {string} summary one line in an admin's words
   * @param {Operation} operation
   */
  constructor(address, summary, operation) {
    this.address = address;
    const undo = { tag: "possible", val: TakeBack.restore() };
    this.#parts = { address, summary, operation: sent(operation), after: [], waits: [], results: [], undo };
  }

  /** @param {string} address @param {string} summary @param {Wait} wait sends nothing, only waits */
  static waitOnly(address, summary, wait) {
    return new Change(address, summary, { tag: "wait-only" }).wait(wait).undoNothing();
  }

  /** The id of the record that this change creates, for other changes and the outputs. */
  id() {
    return bound(this.address, "id");
  }

  /** @param {string} address only after the change at this address */
  after(address) {
    this.#parts.after.push({ tag: "change", val: address });
    return this;
  }

  /** @param {import("./value.js").Value} value only when the thing that it stands for really exists */
  afterValue(value) {
    if (value instanceof Unknown) this.#parts.after.push({ tag: "given", val: value.token });
    return this;
  }

  /** @param {Wait} wait done when the wait is over. The last wait decides */
  wait(wait) {
    this.#parts.waits.push(wait);
    return this;
  }

  /** @param {string} name @param {string} pointer keeps a value of the answer under a name, for `bound` */
  bindReply(name, pointer) {
    this.#parts.results.push({ name, source: { tag: "reply", val: pointer }, secret: false });
    return this;
  }

  /** @param {string} name @param {Probe} look @param {string} at keeps a value that is found after all waits */
  bindFound(name, look, at) {
    this.#parts.results.push({ name, source: { tag: "found", val: { look, at } }, secret: false });
    return this;
  }

  /** @param {TakeBack} back undone in this way */
  undo(back) {
    this.#parts.undo = { tag: "possible", val: back };
    return this;
  }

  /** There is nothing to undo. */
  undoNothing() {
    this.#parts.undo = { tag: "nothing" };
    return this;
  }

  /** @param {string} why the change cannot be undone, for this reason */
  undoImpossible(why) {
    this.#parts.undo = { tag: "impossible", val: why };
    return this;
  }

  parts() {
    return this.#parts;
  }
}

/** Things that Salesforce does by itself because of a change. */
export const Consequence = {
  /** @param {string} object @param {{ [field: string]: Scalar }} set @param {string[]} foundBy fields that find it */
  appears: (object, set, foundBy, /** @type {Scalar} */ id = null) => {
    const fields = fieldsOf(set);
    return { tag: "appears", val: { object, fields, key: conditions(fields, foundBy), id: scalar(id) } };
  },
  /** @param {string} object @param {Scalar} id @param {{ [field: string]: Scalar }} set */
  alters: (object, id, set) => ({ tag: "alters", val: { object, id: scalar(id), fields: fieldsOf(set) } }),
  /** @param {string} object @param {Scalar} id */
  disappears: (object, id) => ({ tag: "disappears", val: { object, id: scalar(id) } }),
  /** @param {string} settings @param {{ [field: string]: Scalar }} set */
  configures: (settings, set) => ({ tag: "configures", val: { settings, fields: fieldsOf(set) } }),
  /** @param {string} object a license object @param {Scalar} id one seat of it */
  takesSeat: (object, id) => {
    const seat = { object, id: scalar(id), total: "TotalLicenses", used: "UsedLicenses", amount: 1 };
    return { tag: "takes", val: seat };
  },
  /** @param {number | null} recipients @param {Scalar[]} to */
  mails: (recipients, to = []) => ({ tag: "mails", val: { recipients, to: to.map(scalar) } }),
  /** Text only: shown, not verified. */
  other: { tag: "other" },
};

/** One difference that Salesforce makes by itself because of changes of this plan. */
export class Effect {
  /** @type {any} */
  #parts;

  /**
   * @param {string} address @param {string} summary
   * @param {"certain" | "likely" | "possible"} certainty
   * @param {{ tag: string, val?: any }} consequence
   */
  constructor(address, summary, certainty, consequence) {
    this.address = address;
    this.#parts = { address, causes: [], summary, certainty, consequence, withinMs: 0, remains: null };
  }

  /** @param {string} address caused by the change at this address */
  becauseOf(address) {
    this.#parts.causes.push(address);
    return this;
  }

  /** @param {number} ms Salesforce may take so long; without, it comes with the answer */
  withinMs(ms) {
    this.#parts.withinMs = ms;
    return this;
  }

  /** @param {string} what the part of it that stays when its causes have been undone */
  remains(what) {
    this.#parts.remains = what;
    return this;
  }

  /** The id of the record that appears. */
  id() {
    return bound(this.address, "id");
  }

  parts() {
    return this.#parts;
  }
}

/** @param {string} at @param {Scalar[]} values */
function check(at, values) {
  return { at, anyOf: condition(at, values).anyOf };
}

/** @param {{ [field: string]: Scalar }} set */
const fieldsOf = (set) => Object.entries(set).map(([name, value]) => field(name, value));

/** @param {Operation} operation */
const sent = (operation) => (operation.tag === "wait-only" ? operation : { tag: operation.tag, val: operation });
