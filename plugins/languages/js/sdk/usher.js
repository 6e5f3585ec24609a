// The SDK for step plugins in JavaScript. A plugin exports one function, `plan(input, org)`, which answers with a
// `StepPlan` or throws a `Failure`:
//
//     import { Change, Diagnostic, Failure, Lookup, StepPlan, UpdateRecord } from "./sdk/usher.js";
//
//     export function plan(input, org) {
//       const [user] = org.find(Lookup.of("User").read("Username", "Title").whose("Id", input.user));
//       if (!user) throw Failure.invalid(Diagnostic.error("unknown-user", "/user", "There is no such user"));
//       const plan = new StepPlan();
//       …
//       return plan.answer({ user_id: user.id() });
//     }
//
// Written by Usher: `usher plugin sdk` writes it again.

import { complete, mended } from "./complete.js";
import { Failure } from "./failure.js";
import { Org } from "./org.js";
import { StepPlan } from "./plan.js";
import { parsed } from "./value.js";

export { Change, Consequence, Effect, Finding, Probe, TakeBack, Wait } from "./change.js";
export { Diagnostic } from "./diagnostic.js";
export { Failure, Problems, ReadError } from "./failure.js";
export {
  ComponentName,
  ConfigureSettings,
  CreateRecord,
  DeleteRecord,
  DeployComponents,
  ResourcePath,
  RestRequest,
  UpdateRecord,
} from "./operation.js";
export { Lookup, Org, Record } from "./org.js";
export { StepPlan } from "./plan.js";
export { foundBy, isAsWanted, isSameId } from "./same.js";
export { Bound, Unknown, bound, date, dateTime, integer, isUnknown, joined, text, truth } from "./value.js";

/** @typedef {import("./value.js").Value} Value */
/** @typedef {import("./value.js").Scalar} Scalar */
/** @typedef {import("./org.js").Identity} Identity */

// Usher cuts a line of the log at 4 kB, and shows a failure on one line.
const LOG_CHARACTERS = 1_300;
const TRACE_LINES = 20;

/**
 * The exports of the component. Called by the module that the build writes.
 * @template Input
 * @param {import("./org.js").Host} host
 * @param {string} manifest
 * @param {(input: Input, org: Org) => StepPlan} plan
 */
export function component(host, manifest, plan) {
  return {
    describe: () => manifest,
    /** @param {string} input */
    plan(input) {
      setUp(host);
      try {
        return planned(plan, parsed(input), new Org(host));
      } catch (error) {
        throw failure(host, error);
      }
    },
  };
}

/** @param {any} plan @param {any} input @param {Org} org */
function planned(plan, input, org) {
  if (typeof plan !== "function") throw Failure.broken("plugin.js does not export a function `plan`");
  const answer = plan(input, org);
  if (answer instanceof Promise) throw Failure.broken("`plan` is asynchronous: leave out `async`, every read answers at once");
  if (!(answer instanceof StepPlan)) throw Failure.broken("`plan` did not answer with a StepPlan: return `plan.answer({…})`");
  return answer.lowered();
}

/**
 * The failure that is thrown to Usher. An error that is not a `Failure` is a mistake of the plugin; the log gets its
 * traceback, without the frames of the SDK.
 * @param {import("./org.js").Host} host @param {unknown} error
 */
function failure(host, error) {
  if (error instanceof Failure && error.tag !== "broken") {
    try {
      return complete("failure", error, error.tag);
    } catch (mistake) {
      return failure(host, mistake);
    }
  }
  const thrown = /** @type {any} */ (error);
  const stack = String(thrown?.stack ?? "").split("\n").map((line) => line.trim()).filter((line) => line.startsWith("at ") && !line.includes("(/sdk/"));
  const words = error instanceof Error ? (error instanceof Failure ? "" : `${error.name}: `) + error.message : `thrown: ${shown(error)}`;
  log(host, "error", words);
  stack.slice(0, TRACE_LINES).forEach((line) => log(host, "error", `    ${line}`));
  return { tag: "broken", val: mended(words.slice(0, LOG_CHARACTERS) + (stack.length > 0 ? ` (${stack[0]})` : "")) };
}

/**
 * The global functions that would differ from call to call, or go nowhere.
 * @param {import("./org.js").Host} host
 */
function setUp(host) {
  const now = Date.parse(host.context.now());
  const levels = /** @type {const} */ ({ debug: "debug", error: "error", info: "info", log: "info", trace: "trace", warn: "warn" });
  const entries = Object.entries(levels).map(([name, level]) => [name, (/** @type {unknown[]} */ ...args) => log(host, level, args.map(shown).join(" "))]);
  globalThis.console = Object.fromEntries(entries);
  // @ts-expect-error a Date that is called without `new` is a text, which no plugin needs
  globalThis.Date = class extends SystemDate {
    /** @param {any[]} args */
    constructor(...args) {
      // @ts-expect-error a Date takes its arguments as they are
      super(...(args.length === 0 ? [now] : args));
    }

    static now() {
      return now;
    }
  };
  Math.random = () => {
    throw Failure.broken("a plugin has no randomness: the same input and the same answers must give the same plan");
  };
}

const SystemDate = Date;

/** @param {import("./org.js").Host} host @param {"trace" | "debug" | "info" | "warn" | "error"} level @param {string} message */
function log(host, level, message) {
  host.log.emit(level, mended(message.slice(0, LOG_CHARACTERS)));
}

/** @param {unknown} value */
function shown(value) {
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
