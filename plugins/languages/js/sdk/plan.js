// The answer of a plugin.

import { complete, json } from "./complete.js";
import { Lookup } from "./org.js";
import { Failure } from "./failure.js";

/** @typedef {import("./change.js").Change} Change */
/** @typedef {import("./change.js").Effect} Effect */
/** @typedef {import("./diagnostic.js").Diagnostic} Diagnostic */

/** Changes, effects and notes are added one by one; `answer` ends it with the outputs. */
export class StepPlan {
  /** @type {Change[]} */
  #changes = [];
  /** @type {Effect[]} */
  #effects = [];
  /** @type {Diagnostic[]} */
  #notes = [];
  /** @type {string | undefined} */
  #outputs;

  /** @param {Change} change */
  change(change) {
    this.#changes.push(change);
  }

  /** @param {Effect} effect */
  effect(effect) {
    this.#effects.push(effect);
  }

  /** @param {Diagnostic} note a note for people */
  note(note) {
    this.#notes.push(note);
  }

  /** @param {string} address says whether a change or effect with this address is in the plan */
  has(address) {
    return [...this.#changes, ...this.#effects].some((one) => one.address === address);
  }

  /**
   * The id of the record that a change creates. When a record with the key of the change is there already, that is its
   * id, and the change is left out.
   * @param {import("./org.js").Org} org
   * @param {Change} change
   * @returns {import("./value.js").Value | import("./value.js").Bound}
   */
  ensure(org, change) {
    const { tag, val: create } = change.parts().operation;
    if (tag !== "create" || !create.key) throw Failure.broken(`\`${change.address}\` creates no record by a key`);
    const lookup = Lookup.of(create.object);
    lookup.conditions = create.key.conditions;
    const [there] = org.find(lookup);
    if (there) return there.id();
    this.change(change);
    return change.id();
  }

  /**
   * The plan with its outputs: an object in which any value may be one that is not known yet. Complete also when there
   * is no change, because later steps use it.
   * @param {object} outputs
   */
  answer(outputs) {
    if (outputs === null || typeof outputs !== "object" || Array.isArray(outputs)) {
      throw Failure.broken(`the outputs are not an object: ${json(outputs, "the outputs")}`);
    }
    this.#outputs = json(outputs, "the outputs");
    return this;
  }

  /** The plan in the form of the contract. */
  lowered() {
    if (this.#outputs === undefined) throw Failure.broken("the plan has no outputs: end it with `plan.answer({…})`");
    const [changes, effects, notes] = [this.#changes, this.#effects, this.#notes];
    return complete("step-plan", { changes, effects, outputs: this.#outputs, notes }, "plan");
  }
}
