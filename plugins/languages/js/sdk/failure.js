// The reasons why there is no plan. They are thrown, and the SDK makes the answer of them.

import { Diagnostic } from "./diagnostic.js";

/** A reason why there is no plan: `throw Failure.invalid(Diagnostic.error(…))`. */
export class Failure extends Error {
  /**
   * @param {"invalid" | "unmet" | "deferred" | "transient" | "broken"} tag
   * @param {any} val
   * @param {string} message
   */
  constructor(tag, val, message) {
    super(message);
    this.name = `Failure.${tag}`;
    this.tag = tag;
    this.val = val;
  }

  /**
   * The input is wrong.
   * @param {Diagnostic[]} what
   */
  static invalid(...what) {
    return new Failure("invalid", what, summaries(what));
  }

  /**
   * The org is not ready.
   * @param {Diagnostic[]} what
   */
  static unmet(...what) {
    return new Failure("unmet", what, summaries(what));
  }

  /**
   * The step cannot be planned before the value of `token` is known. The last resort.
   * @param {string} token
   * @param {string} reason
   * @param {string[]} [likely] the changes that the step will probably make then
   */
  static deferred(token, reason, likely = []) {
    return new Failure("deferred", { waitingFor: [token], reason, likely }, reason);
  }

  /**
   * Another try later may help.
   * @param {string} why
   */
  static transient(why) {
    return new Failure("transient", why, why);
  }

  /**
   * The plugin is at fault.
   * @param {string} why
   */
  static broken(why) {
    return new Failure("broken", why, why);
  }
}

/** A read without an answer. When the plugin does not catch it, the SDK makes the right answer of it. */
export class ReadError extends Failure {
  /**
   * @param {"denied" | "pending" | "refused" | "too-much" | "unavailable"} why
   * @param {any} detail the text, or the parts of a refusal or a hindrance
   */
  constructor(why, detail) {
    const { tag, val, message } = failureOf(why, detail);
    super(tag, val, message);
    this.name = `ReadError.${why}`;
    this.why = why;
    this.detail = detail;
  }
}

/** All problems of a plan, so that they are reported at once. */
export class Problems {
  /** @type {Diagnostic[]} */
  #found = [];
  #invalid = false;

  /**
   * Something is wrong with the input.
   * @param {Diagnostic} what
   */
  invalid(what) {
    this.#invalid = true;
    this.#found.push(what);
  }

  /**
   * The org is not ready.
   * @param {Diagnostic} what
   */
  unmet(what) {
    this.#found.push(what);
  }

  /** Goes on when there is no problem; else throws all of them. */
  none() {
    if (this.#found.length === 0) return;
    throw this.#invalid ? Failure.invalid(...this.#found) : Failure.unmet(...this.#found);
  }
}

/** @param {Diagnostic[]} what */
const summaries = (what) => what.map((one) => one.summary).join("; ");

/**
 * @param {string} why
 * @param {any} detail
 * @returns {Failure}
 */
function failureOf(why, detail) {
  switch (why) {
    case "pending": return Failure.deferred(detail.token, detail.reason);
    case "refused": {
      const words = `The org refuses to be read: ${detail.code} ${detail.message}`;
      return Failure.unmet(Diagnostic.error("read-refused", "", words));
    }
    case "unavailable": return Failure.transient(detail);
    default: return Failure.broken(String(detail));
  }
}
