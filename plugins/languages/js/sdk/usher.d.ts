// Written by types.mjs from the SDK's sources.

export type Probe = {
    tag: string;
    val?: any;
};
export namespace Probe {
    function records(lookup: Lookup): Probe;
    function rest(path: ResourcePath): Probe;
    function settings(name: string): Probe;
    function component(name: ComponentName): Probe;
    function object(name: string): Probe;
}
export type Finding = {
    tag: string;
    val?: any;
};
export namespace Finding {
    let present: Finding;
    let absent: Finding;
    function holds(at: string, ...values: Scalar[]): Finding;
}
/** Looks until the finding is there: every five seconds, for ten minutes at most. */
export class Wait {
    /** @param {string} summary @param {Probe} look @param {Finding} until */
    static until(summary: string, look: Probe, until: Finding): Wait;
    /** @param {string} summary @param {Probe} look @param {Finding} until */
    constructor(summary: string, look: Probe, until: Finding);
    /** @type {ReturnType<typeof check>[]} */
    failed: ReturnType<typeof check>[];
    /** @type {string | null} */
    reason: string | null;
    rhythm: {
        every: number;
        atMost: number;
    };
    summary: string;
    look: Probe;
    until: Finding;
    /**
     * The change has failed when one of the values is at `at`.
     * @param {string} at @param {Scalar[]} values
     */
    failsWhen(at: string, values: Scalar[]): this;
    /** @param {string} at the place of the reason for a failure */
    reasonAt(at: string): this;
    /** @param {number} every @param {number} atMost */
    everyMs(every: number, atMost: number): this;
    parts(): {
        summary: string;
        look: Probe;
        until: Finding;
        failed: {
            at: string;
            anyOf: {
                tag: string;
                val?: unknown;
            }[];
        }[];
        reasonAt: string | null;
        everyMs: number;
        atMostMs: number;
    };
}
/** The way to undo a change, with its conditions and what remains. */
export class TakeBack {
    /** Usher restores the values that it read before. */
    static restore(): TakeBack;
    /** @param {Operation} operation another operation, because Salesforce has no exact inverse */
    static instead(operation: Operation): TakeBack;
    /** @param {{ tag: string, val?: any }} way */
    constructor(way: {
        tag: string;
        val?: any;
    });
    /** @param {Probe} look @param {Finding} finding undone only if this holds at that moment */
    onlyIf(look: Probe, finding: Finding): this;
    /** @param {Wait} wait undone when the wait is over */
    wait(wait: Wait): this;
    /** @param {string} what the part that stays: "the user stays, inactive" */
    stays(what: string): this;
    /** @param {string} what the data that is lost; Usher asks again */
    destroys(what: string): this;
    parts(): any;
    #private;
}
/** One difference that Usher makes. It is undone by restoring the former state unless `undo` says otherwise. */
export class Change {
    /** @param {string} address @param {string} summary @param {Wait} wait sends nothing, only waits */
    static waitOnly(address: string, summary: string, wait: Wait): Change;
    /**
     * @param {string} address names the change inside the step; made from what the change is about, never a counter
     * @param {string} summary one line in an admin's words
     * @param {Operation} operation
     */
    constructor(address: string, summary: string, operation: Operation);
    address: string;
    /** The id of the record that this change creates, for other changes and the outputs. */
    id(): Bound;
    /** @param {string} address only after the change at this address */
    after(address: string): this;
    /** @param {Value} value only when the thing that it stands for really exists */
    afterValue(value: Value): this;
    /** @param {Wait} wait done when the wait is over. The last wait decides */
    wait(wait: Wait): this;
    /** @param {string} name @param {string} pointer keeps a value of the answer under a name, for `bound` */
    bindReply(name: string, pointer: string): this;
    /** @param {string} name @param {Probe} look @param {string} at keeps a value that is found after all waits */
    bindFound(name: string, look: Probe, at: string): this;
    /** @param {TakeBack} back undone in this way */
    undo(back: TakeBack): this;
    /** There is nothing to undo. */
    undoNothing(): this;
    /** @param {string} why the change cannot be undone, for this reason */
    undoImpossible(why: string): this;
    parts(): any;
    #private;
}
export namespace Consequence {
    function appears(object: string, set: {
        [field: string]: Scalar;
    }, foundBy: string[], id?: Scalar): {
        tag: string;
        val: {
            object: string;
            fields: {
                name: string;
                value: {
                    tag: string;
                    val?: unknown;
                };
            }[];
            key: {
                field: string;
                anyOf: any[];
            }[];
            id: {
                tag: string;
                val?: unknown;
            };
        };
    };
    function alters(object: string, id: Scalar, set: {
        [field: string]: Scalar;
    }): {
        tag: string;
        val: {
            object: string;
            id: {
                tag: string;
                val?: unknown;
            };
            fields: {
                name: string;
                value: {
                    tag: string;
                    val?: unknown;
                };
            }[];
        };
    };
    function disappears(object: string, id: Scalar): {
        tag: string;
        val: {
            object: string;
            id: {
                tag: string;
                val?: unknown;
            };
        };
    };
    function configures(settings: string, set: {
        [field: string]: Scalar;
    }): {
        tag: string;
        val: {
            settings: string;
            fields: {
                name: string;
                value: {
                    tag: string;
                    val?: unknown;
                };
            }[];
        };
    };
    function takesSeat(object: string, id: Scalar): {
        tag: string;
        val: {
            object: string;
            id: {
                tag: string;
                val?: unknown;
            };
            total: string;
            used: string;
            amount: number;
        };
    };
    function mails(recipients: number | null, to?: Scalar[]): {
        tag: string;
        val: {
            recipients: number | null;
            to: {
                tag: string;
                val?: unknown;
            }[];
        };
    };
    namespace other {
        let tag: string;
    }
}
/** One difference that Salesforce makes by itself because of changes of this plan. */
export class Effect {
    /**
     * @param {string} address @param {string} summary
     * @param {"certain" | "likely" | "possible"} certainty
     * @param {{ tag: string, val?: any }} consequence
     */
    constructor(address: string, summary: string, certainty: "certain" | "likely" | "possible", consequence: {
        tag: string;
        val?: any;
    });
    address: string;
    /** @param {string} address caused by the change at this address */
    becauseOf(address: string): this;
    /** @param {number} ms Salesforce may take so long; without, it comes with the answer */
    withinMs(ms: number): this;
    /** @param {string} what the part of it that stays when its causes have been undone */
    remains(what: string): this;
    /** The id of the record that appears. */
    id(): Bound;
    parts(): any;
    #private;
}
export type Operation = {
    tag: string;
};
/** @param {string} at @param {Scalar[]} values */
declare function check(at: string, values: Scalar[]): {
    at: string;
    anyOf: {
        tag: string;
        val?: unknown;
    }[];
};
export {};

/** A message for a person. `at` is a JSON Pointer into the input; empty: the input as a whole. */
export class Diagnostic {
    /**
     * The step cannot go on.
     * @param {string} code @param {string} at @param {string} summary
     */
    static error(code: string, at: string, summary: string): Diagnostic;
    /**
     * It goes on, but a person should look.
     * @param {string} code @param {string} at @param {string} summary
     */
    static warning(code: string, at: string, summary: string): Diagnostic;
    /**
     * Good to know.
     * @param {string} code @param {string} at @param {string} summary
     */
    static info(code: string, at: string, summary: string): Diagnostic;
    /**
     * @param {"error" | "warning" | "info"} severity
     * @param {string} code stable, kebab-case
     * @param {string} at
     * @param {string} summary one sentence in an admin's words
     */
    constructor(severity: "error" | "warning" | "info", code: string, at: string, summary: string);
    severity: "error" | "warning" | "info";
    code: string;
    at: string;
    summary: string;
    /**
     * The thing to do about it.
     * @param {string} remedy
     */
    remedy(remedy: string): this;
    /**
     * The document or API page that the rule comes from.
     * @param {string} rule
     */
    rule(rule: string): this;
    /** The message in the form of the contract. */
    parts(): {
        severity: "error" | "warning" | "info";
        code: string;
        summary: string;
        remedy: string | null;
        rule: string | null;
        at: string;
    };
    #private;
}

/** A reason why there is no plan: `throw Failure.invalid(Diagnostic.error(…))`. */
export class Failure extends Error {
    /**
     * The input is wrong.
     * @param {Diagnostic[]} what
     */
    static invalid(...what: Diagnostic[]): Failure;
    /**
     * The org is not ready.
     * @param {Diagnostic[]} what
     */
    static unmet(...what: Diagnostic[]): Failure;
    /**
     * The step cannot be planned before the value of `token` is known. The last resort.
     * @param {string} token
     * @param {string} reason
     * @param {string[]} [likely] the changes that the step will probably make then
     */
    static deferred(token: string, reason: string, likely?: string[]): Failure;
    /**
     * Another try later may help.
     * @param {string} why
     */
    static transient(why: string): Failure;
    /**
     * The plugin is at fault.
     * @param {string} why
     */
    static broken(why: string): Failure;
    /**
     * @param {"invalid" | "unmet" | "deferred" | "transient" | "broken"} tag
     * @param {any} val
     * @param {string} message
     */
    constructor(tag: "invalid" | "unmet" | "deferred" | "transient" | "broken", val: any, message: string);
    tag: "invalid" | "unmet" | "deferred" | "transient" | "broken";
    val: any;
}
/** A read without an answer. When the plugin does not catch it, the SDK makes the right answer of it. */
export class ReadError extends Failure {
    /**
     * @param {"denied" | "pending" | "refused" | "too-much" | "unavailable"} why
     * @param {any} detail the text, or the parts of a refusal or a hindrance
     */
    constructor(why: "denied" | "pending" | "refused" | "too-much" | "unavailable", detail: any);
    why: "pending" | "denied" | "refused" | "too-much" | "unavailable";
    detail: any;
}
/** All problems of a plan, so that they are reported at once. */
export class Problems {
    /**
     * Something is wrong with the input.
     * @param {Diagnostic} what
     */
    invalid(what: Diagnostic): void;
    /**
     * The org is not ready.
     * @param {Diagnostic} what
     */
    unmet(what: Diagnostic): void;
    /** Goes on when there is no problem; else throws all of them. */
    none(): void;
    #private;
}

/**
 * Each of `names` equals the value that it is set to.
 * @param {{ name: string, value: any }[]} fields @param {string[]} names
 */
export function conditions(fields: {
    name: string;
    value: any;
}[], names: string[]): {
    field: string;
    anyOf: any[];
}[];
export function field(name: string, value: Scalar): {
    name: string;
    value: {
        tag: string;
        val?: unknown;
    };
};
export function condition(name: string, values: Scalar[]): {
    field: string;
    anyOf: {
        tag: string;
        val?: unknown;
    }[];
};
/** Makes a record. It needs a key: `unique` or `recognised`. */
export class CreateRecord extends Setting {
    /** @param {string} object API name */
    static of(object: string): CreateRecord;
    /** @param {string} object */
    constructor(object: string);
    tag: string;
    /** @type {{ conditions: any[], enforced: boolean } | undefined} */
    key: {
        conditions: any[];
        enforced: boolean;
    } | undefined;
    /** @type {ReturnType<typeof field>[]} */
    options: ReturnType<typeof field>[];
    object: string;
    /**
     * Salesforce itself lets no two records have the same values in these fields, which are set already.
     * @param {string[]} names
     */
    unique(...names: string[]): this;
    /**
     * Usher recognises the record by these fields, which are set already; Salesforce would let a second one have the same.
     * @param {string[]} names
     */
    recognised(...names: string[]): this;
    /**
     * A rarely needed switch: `allow-duplicates` or `use-duplicate`.
     * @param {string} name @param {Scalar} value
     */
    option(name: string, value: Scalar): this;
}
/** Sets fields of a record. Usher reads their former values by itself. */
export class UpdateRecord extends Setting {
    /** @param {string} object @param {Scalar} id */
    static of(object: string, id: Scalar): UpdateRecord;
    /** @param {string} object @param {Scalar} id */
    constructor(object: string, id: Scalar);
    tag: string;
    object: string;
    id: {
        tag: string;
        val?: unknown;
    };
}
/** Deletes a record for good. It needs an undo of its own. */
export class DeleteRecord {
    /** @param {string} object @param {Scalar} id */
    static of(object: string, id: Scalar): DeleteRecord;
    /** @param {string} object @param {Scalar} id */
    constructor(object: string, id: Scalar);
    tag: string;
    object: string;
    id: {
        tag: string;
        val?: unknown;
    };
}
/** Sets fields of one settings component. */
export class ConfigureSettings extends Setting {
    /** @param {string} settings e.g. `Communities` */
    static of(settings: string): ConfigureSettings;
    /** @param {string} settings */
    constructor(settings: string);
    tag: string;
    settings: string;
}
/** Names a metadata component: type and full name as in package.xml. */
export class ComponentName {
    /** @param {string} kind @param {Scalar} fullName */
    static of(kind: string, fullName: Scalar): ComponentName;
    /** @param {string} kind @param {Scalar} fullName */
    constructor(kind: string, fullName: Scalar);
    kind: string;
    fullName: {
        tag: string;
        val?: unknown;
    };
}
/**
 * One deployment, all or nothing. The content of a component is an object: element name → list of its occurrences, each
 * a text or such an object again, as `org.readComponent` answers it.
 */
export class DeployComponents {
    /** @param {ComponentName} name @param {object} content */
    static of(name: ComponentName, content: object): DeployComponents;
    tag: string;
    /** @type {{ name: ComponentName, content: string }[]} */
    components: {
        name: ComponentName;
        content: string;
    }[];
    /** @type {ComponentName[]} */
    removals: ComponentName[];
    /** @param {ComponentName} name @param {object} content */
    and(name: ComponentName, content: object): this;
    /** @param {ComponentName} name */
    andRemove(name: ComponentName): this;
}
/** The segments below `/services/data/vNN.0/`: `ResourcePath.of("connect", "communities")`. */
export class ResourcePath {
    /** @param {Scalar[]} segments */
    static of(...segments: Scalar[]): ResourcePath;
    /** @param {Scalar[]} segments */
    constructor(segments: Scalar[]);
    /** @type {ReturnType<typeof field>[]} */
    parameters: ReturnType<typeof field>[];
    segments: {
        tag: string;
        val?: unknown;
    }[];
    /**
     * One more parameter after the `?`.
     * @param {string} name @param {Scalar} value
     */
    query(name: string, value: Scalar): this;
    parts(): {
        segments: {
            tag: string;
            val?: unknown;
        }[];
        query: {
            name: string;
            value: {
                tag: string;
                val?: unknown;
            };
        }[];
    };
}
/** One REST call, for what the other operations cannot do. It needs an undo of its own. */
export class RestRequest {
    /**
     * A POST without a body that must not be sent twice.
     * @param {ResourcePath} path
     */
    static post(path: ResourcePath): RestRequest;
    /** @param {"post" | "put" | "patch" | "delete"} method @param {ResourcePath} path */
    constructor(method: "post" | "put" | "patch" | "delete", path: ResourcePath);
    tag: string;
    /** @type {string | null} */
    body: string | null;
    /** @type {any} */
    repetition: any;
    method: "post" | "put" | "patch" | "delete";
    path: ResourcePath;
    /**
     * Sends this body; a value in it may be one that is not known yet.
     * @param {object} body
     */
    json(body: object): this;
    /**
     * Sent again after a lost answer unless `look` finds something; Salesforce itself refuses a second.
     * @param {Probe} look
     */
    unlessFound(look: Probe): this;
    /** Sending it twice does the same as once. */
    safe(): this;
}
/** An operation that sets fields. */
declare class Setting {
    /** @type {ReturnType<typeof field>[]} */
    fields: ReturnType<typeof field>[];
    /**
     * Sets a field.
     * @param {string} name @param {Scalar} value
     * @returns {this}
     */
    set(name: string, value: Scalar): this;
}
export {};

/** @typedef {Value} Value */
/** @typedef {Scalar} Scalar */
/** One record, or one settings component: the fields that were asked for, under the names they were asked by. */
export class Record {
    /**
     * The one of `records` that has this id.
     * @param {Record[]} records
     * @param {Value} id
     */
    static withId(records: Record[], id: Value): Record | undefined;
    /** @param {{ [field: string]: any }} fields */
    constructor(fields: {
        [field: string]: any;
    });
    /** The id of the record; unknown for one that is only planned. */
    id(): Value;
    /**
     * Says whether the field was asked for, or is one of these settings.
     * @param {string} name
     */
    has(name: string): boolean;
    /**
     * The field, to pass it on.
     * @param {string} name
     * @returns {Value}
     */
    value(name: string): Value;
    /**
     * The text in a field; empty for null. Defers the step when the value is not known yet.
     * @param {string} name
     */
    text(name: string): string;
    /**
     * Says whether a field is true; null is not.
     * @param {string} name
     */
    truth(name: string): boolean;
    /**
     * The whole number in a field; null for null.
     * @param {string} name
     */
    integer(name: string): number | null;
    /**
     * The field as it came, for the few that are not a single value.
     * @param {string} name
     * @returns {any}
     */
    json(name: string): any;
    toJSON(): {
        [field: string]: any;
    };
    #private;
}
/** Records of one object: `Lookup.of("User").read("Username").whose("Email", "ada@example.com")`. */
export class Lookup {
    /** @param {string} object API name, e.g. `User` */
    static of(object: string): Lookup;
    /** @param {string} object */
    constructor(object: string);
    object: string;
    /** @type {string[]} */
    fields: string[];
    /** @type {ReturnType<typeof condition>[]} */
    conditions: ReturnType<typeof condition>[];
    /**
     * Reads these fields too; `Id` always comes along.
     * @param {string[]} fields names, or parent paths
     */
    read(...fields: string[]): this;
    /**
     * Only records whose field (or parent path) equals the value.
     * @param {string} name @param {Scalar} value
     */
    whose(name: string, value: Scalar): this;
    /**
     * Only records whose field (or parent path) equals one of the values; none when there are none.
     * @param {string} name @param {Scalar[]} values
     */
    whoseAny(name: string, values: Scalar[]): this;
    /** SOQL has no word for a condition without values, so the org is not asked. */
    findsNothing(): boolean;
}
/** The org as it will be when everything planned so far is done, with the user and the time. */
export class Org {
    /** @param {Host} host the functions of Usher */
    constructor(host: Host);
    /** The org, and the user in whose name Usher works. */
    who(): Identity;
    /** UTC, `2026-11-22T10:00:00Z`; the same for the whole run. */
    now(): string;
    /**
     * The records that a lookup finds, ordered by id, planned ones last.
     * @param {Lookup} lookup
     * @returns {Record[]}
     */
    find(lookup: Lookup): Record[];
    /**
     * The records of several lookups that do not need each other's answers, in fewer requests: `const [users, roles] =
     * org.findAll(…)`.
     * @param {Lookup[]} lookups
     * @returns {Record[][]}
     */
    findAll(...lookups: Lookup[]): Record[][];
    /**
     * The number of records that meet all conditions of a lookup.
     * @param {Lookup} lookup
     */
    count(lookup: Lookup): number;
    /**
     * SOQL for what `find` cannot express; `:name` stands for a value in `binds`. It does not see planned changes.
     * @param {string} soql
     * @param {{ [name: string]: Scalar }} [binds]
     * @returns {any[]}
     */
    query(soql: string, binds?: {
        [name: string]: Scalar;
    }): any[];
    /**
     * Field name → its description as Salesforce gives it; fields that do not exist are left out. Without fields, the
     * object's own part: `requiredFields`, `referenceFields`, `recordTypeInfos` and its simple values.
     * @param {string} object
     * @param {string[]} fields
     * @returns {{ [field: string]: any }}
     */
    describeObject(object: string, fields?: string[]): {
        [field: string]: any;
    };
    /**
     * The fields of one settings component; `has` says whether this org has one.
     * @param {string} name
     */
    getSettings(name: string): Record;
    /**
     * The components of one metadata type.
     * @param {string} kind
     * @returns {{ fullName: string, id: Value }[]}
     */
    listComponents(kind: string): {
        fullName: string;
        id: Value;
    }[];
    /**
     * The content of a component, with its parts that belong to `companions`; null when it does not exist.
     * @param {ComponentName} name
     * @param {ComponentName[]} [companions]
     * @returns {any}
     */
    readComponent(name: ComponentName, companions?: ComponentName[]): any;
    /**
     * The JSON that a resource answers.
     * @param {ResourcePath} path
     * @returns {any}
     */
    get(path: ResourcePath): any;
    #private;
}
/**
 * The functions of Usher, as the engine hands them to a component.
 */
export type Host = {
    context: {
        who(): Identity;
        now(): string;
    };
    log: {
        emit(level: "trace" | "debug" | "info" | "warn" | "error", message: string): void;
    };
    org: {
        find(what: any): string;
        findAll(what: any[]): any[];
        count(object: string, conditions: any[]): bigint | number;
        query(soql: string, binds: any[]): string;
        describeObject(object: string, fields: string[]): string;
        getSettings(name: string): string;
        listComponents(kind: string): string;
        readComponent(name: any, companions: any[]): string;
        get(path: any): string;
    };
};
export type Identity = {
    /**
     * 18 characters
     */
    orgId: string;
    orgKind: "production" | "sandbox" | "scratch" | "trial" | "practice";
    /**
     * owner of what Usher creates
     */
    userId: string;
    username: string;
    /**
     * e.g. `66.0`
     */
    apiVersion: string;
};

/** @typedef {Change} Change */
/** @typedef {Effect} Effect */
/** @typedef {Diagnostic} Diagnostic */
/** Changes, effects and notes are added one by one; `answer` ends it with the outputs. */
export class StepPlan {
    /** @param {Change} change */
    change(change: Change): void;
    /** @param {Effect} effect */
    effect(effect: Effect): void;
    /** @param {Diagnostic} note a note for people */
    note(note: Diagnostic): void;
    /** @param {string} address says whether a change or effect with this address is in the plan */
    has(address: string): boolean;
    /**
     * The id of the record that a change creates. When a record with the key of the change is there already, that is its
     * id, and the change is left out.
     * @param {Org} org
     * @param {Change} change
     * @returns {Value | Bound}
     */
    ensure(org: Org, change: Change): Value | Bound;
    /**
     * The plan with its outputs: an object in which any value may be one that is not known yet. Complete also when there
     * is no change, because later steps use it.
     * @param {object} outputs
     */
    answer(outputs: object): this;
    /** The plan in the form of the contract. */
    lowered(): any;
    #private;
}

/**
 * Nothing is left to change where `field` holds `there` and should hold `wanted`: the case of a text counts. Make a date
 * of `wanted` with `date` or `dateTime`: they are compared by day and by instant.
 * @param {string} field @param {Scalar} there @param {Scalar} wanted
 */
export function isAsWanted(field: string, there: Scalar, wanted: Scalar): boolean;
/** The id in 18 characters; null when the text is not an id. @param {string} text */
export function canonicalId(text: string): string | null;
export function foundBy(field: string, a: Scalar, b: Scalar): boolean;
export function isSameId(a: Scalar, b: Scalar): boolean;

/**
 * The exports of the component. Called by the module that the build writes.
 * @template Input
 * @param {Host} host
 * @param {string} manifest
 * @param {(input: Input, org: Org) => StepPlan} plan
 */
export function component<Input>(host: Host, manifest: string, plan: (input: Input, org: Org) => StepPlan): {
    describe: () => string;
    /** @param {string} input */
    plan(input: string): any;
};

/**
 * A text made of parts, some of which may not be known yet.
 * @param {Scalar[]} parts
 */
export function joined(...parts: Scalar[]): Joined;
/**
 * The whole number; null for null.
 * @param {unknown} value
 * @returns {number | null}
 */
export function integer(value: unknown): number | null;
/**
 * JSON from Usher, with an `Unknown` in the place of each `{"$ref": …}`.
 * @param {string} json
 * @returns {any}
 */
export function parsed(json: string): any;
/**
 * A value in the form of the contract.
 * @param {unknown} value
 * @returns {{ tag: string, val?: unknown }}
 */
export function scalar(value: unknown): {
    tag: string;
    val?: unknown;
};
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
    constructor(token: string, object?: string | null);
    token: string;
    object: string | null;
    toJSON(): {
        $ref: string;
    };
    /** Looking into a value that is not known by mistake is an error, not the text `[object Object]`. */
    toString(): void;
}
/** A value that a change or effect of this plan binds. */
export class Bound {
    /** @param {string} address @param {string} name */
    constructor(address: string, name: string);
    address: string;
    name: string;
    toJSON(): {
        $bound: string[];
    };
}
/** A day. */
export class Day extends Written {
}
/** An instant. */
export class Instant extends Written {
}
/** A text made of parts, some of which may not be known yet. */
export class Joined {
    /** @param {(string | Unknown | Bound)[]} parts */
    constructor(parts: (string | Unknown | Bound)[]);
    parts: (string | Unknown | Bound)[];
    toJSON(): {
        $join: (string | Unknown | Bound)[];
    };
}
export function bound(address: string, name?: string): Bound;
export function date(day: string): Day;
export function dateTime(instant: string): Instant;
export function text(value: unknown): string;
export function truth(value: unknown): boolean;
export function isUnknown(value: unknown): value is Unknown;
/**
 * A value from the input or from a record.
 */
export type Value = null | boolean | number | string | Unknown;
/**
 * A value that a plan hands out: a `Value`, or one that is made here.
 */
export type Scalar = Value | bigint | Bound | Day | Instant | Joined;
declare class Written {
    /** @param {string} text */
    constructor(text: string);
    text: string;
    toJSON(): string;
}
export {};
