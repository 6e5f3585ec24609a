// The operations of changes, and the parts that operations and lookups share, in the form of the contract.

import { json } from "./complete.js";
import { Failure } from "./failure.js";
import { scalar } from "./value.js";

/** @typedef {import("./value.js").Scalar} Scalar */

/** @param {string} name @param {Scalar} value */
export const field = (name, value) => ({ name, value: valueOf(name, value) });

/** @param {string} name @param {Scalar[]} values */
export const condition = (name, values) => ({ field: name, anyOf: values.map((value) => valueOf(name, value)) });

/**
 * Each of `names` equals the value that it is set to.
 * @param {{ name: string, value: any }[]} fields @param {string[]} names
 */
export function conditions(fields, names) {
  const missing = names.filter((name) => !fields.some((one) => one.name === name));
  if (missing.length > 0) throw Failure.broken(`the key names \`${missing.join("`, `")}\`, which is not set before it`);
  return fields.filter((one) => names.includes(one.name)).map(({ name, value }) => ({ field: name, anyOf: [value] }));
}

/** An operation that sets fields. */
class Setting {
  /** @type {ReturnType<typeof field>[]} */
  fields = [];

  /**
   * Sets a field.
   * @param {string} name @param {Scalar} value
   * @returns {this}
   */
  set(name, value) {
    this.fields.push(field(name, value));
    return this;
  }
}

/** Makes a record. It needs a key: `unique` or `recognised`. */
export class CreateRecord extends Setting {
  tag = "create";
  /** @type {{ conditions: any[], enforced: boolean } | undefined} */
  key;
  /** @type {ReturnType<typeof field>[]} */
  options = [];

  /** @param {string} object */
  constructor(object) {
    super();
    this.object = object;
  }

  /** @param {string} object API name */
  static of(object) {
    return new CreateRecord(object);
  }

  /**
   * Salesforce itself lets no two records have the same values in these fields, which are set already.
   * @param {string[]} names
   */
  unique(...names) {
    this.key = { conditions: conditions(this.fields, names), enforced: true };
    return this;
  }

  /**
   * Usher recognises the record by these fields, which are set already; Salesforce would let a second one have the same.
   * @param {string[]} names
   */
  recognised(...names) {
    this.key = { conditions: conditions(this.fields, names), enforced: false };
    return this;
  }

  /**
   * A rarely needed switch: `allow-duplicates` or `use-duplicate`.
   * @param {string} name @param {Scalar} value
   */
  option(name, value) {
    this.options.push(field(name, value));
    return this;
  }
}

/** Sets fields of a record. Usher reads their former values by itself. */
export class UpdateRecord extends Setting {
  tag = "update";

  /** @param {string} object @param {Scalar} id */
  constructor(object, id) {
    super();
    this.object = object;
    this.id = valueOf("Id", id);
  }

  /** @param {string} object @param {Scalar} id */
  static of(object, id) {
    return new UpdateRecord(object, id);
  }
}

/** Deletes a record for good. It needs an undo of its own. */
export class DeleteRecord {
  tag = "delete";

  /** @param {string} object @param {Scalar} id */
  constructor(object, id) {
    this.object = object;
    this.id = valueOf("Id", id);
  }

  /** @param {string} object @param {Scalar} id */
  static of(object, id) {
    return new DeleteRecord(object, id);
  }
}

/** Sets fields of one settings component. */
export class ConfigureSettings extends Setting {
  tag = "configure";

  /** @param {string} settings */
  constructor(settings) {
    super();
    this.settings = settings;
  }

  /** @param {string} settings e.g. `Communities` */
  static of(settings) {
    return new ConfigureSettings(settings);
  }
}

/** Names a metadata component: type and full name as in package.xml. */
export class ComponentName {
  /** @param {string} kind @param {Scalar} fullName */
  constructor(kind, fullName) {
    this.kind = kind;
    this.fullName = valueOf("fullName", fullName);
  }

  /** @param {string} kind @param {Scalar} fullName */
  static of(kind, fullName) {
    return new ComponentName(kind, fullName);
  }
}

/**
 * One deployment, all or nothing. The content of a component is an object: element name → list of its occurrences, each
 * a text or such an object again, as `org.readComponent` answers it.
 */
export class DeployComponents {
  tag = "deploy";
  /** @type {{ name: ComponentName, content: string }[]} */
  components = [];
  /** @type {ComponentName[]} */
  removals = [];

  /** @param {ComponentName} name @param {object} content */
  static of(name, content) {
    return new DeployComponents().and(name, content);
  }

  /** @param {ComponentName} name @param {object} content */
  and(name, content) {
    this.components.push({ name, content: json(content, "the content") });
    return this;
  }

  /** @param {ComponentName} name */
  andRemove(name) {
    this.removals.push(name);
    return this;
  }
}

/** The segments below `/services/data/vNN.0/`: `ResourcePath.of("connect", "communities")`. */
export class ResourcePath {
  /** @type {ReturnType<typeof field>[]} */
  parameters = [];

  /** @param {Scalar[]} segments */
  constructor(segments) {
    this.segments = segments.map((segment) => valueOf("path", segment));
  }

  /** @param {Scalar[]} segments */
  static of(...segments) {
    return new ResourcePath(segments);
  }

  /**
   * One more parameter after the `?`.
   * @param {string} name @param {Scalar} value
   */
  query(name, value) {
    this.parameters.push(field(name, value));
    return this;
  }

  parts() {
    return { segments: this.segments, query: this.parameters };
  }
}

/** One REST call, for what the other operations cannot do. It needs an undo of its own. */
export class RestRequest {
  tag = "request";
  /** @type {string | null} */
  body = null;
  /** @type {any} */
  repetition = { tag: "never" };

  /** @param {"post" | "put" | "patch" | "delete"} method @param {ResourcePath} path */
  constructor(method, path) {
    this.method = method;
    this.path = path;
  }

  /**
   * A POST without a body that must not be sent twice.
   * @param {ResourcePath} path
   */
  static post(path) {
    return new RestRequest("post", path);
  }

  /**
   * Sends this body; a value in it may be one that is not known yet.
   * @param {object} body
   */
  json(body) {
    this.body = json(body, "the body");
    return this;
  }

  /**
   * Sent again after a lost answer unless `look` finds something; Salesforce itself refuses a second.
   * @param {import("./change.js").Probe} look
   */
  unlessFound(look) {
    this.repetition = { tag: "look", val: { look, enforced: true } };
    return this;
  }

  /** Sending it twice does the same as once. */
  safe() {
    this.repetition = { tag: "safe" };
    return this;
  }
}

/** @param {string} name @param {unknown} value */
function valueOf(name, value) {
  try {
    return scalar(value);
  } catch (error) {
    throw new TypeError(`the value of \`${name}\`: ${/** @type {Error} */ (error).message}`);
  }
}
