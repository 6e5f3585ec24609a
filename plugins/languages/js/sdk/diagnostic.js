// Messages of a plugin to a person.

/** A message for a person. `at` is a JSON Pointer into the input; empty: the input as a whole. */
export class Diagnostic {
  /** @type {string | null} */
  #remedy = null;
  /** @type {string | null} */
  #rule = null;

  /**
   * @param {"error" | "warning" | "info"} severity
   * @param {string} code stable, kebab-case
   * @param {string} at
   * @param {string} summary one sentence in an admin's words
   */
  constructor(severity, code, at, summary) {
    this.severity = severity;
    this.code = code;
    this.at = at;
    this.summary = summary;
  }

  /**
   * The step cannot go on.
   * @param {string} code @param {string} at @param {string} summary
   */
  static error(code, at, summary) {
    return new Diagnostic("error", code, at, summary);
  }

  /**
   * It goes on, but a person should look.
   * @param {string} code @param {string} at @param {string} summary
   */
  static warning(code, at, summary) {
    return new Diagnostic("warning", code, at, summary);
  }

  /**
   * Good to know.
   * @param {string} code @param {string} at @param {string} summary
   */
  static info(code, at, summary) {
    return new Diagnostic("info", code, at, summary);
  }

  /**
   * The thing to do about it.
   * @param {string} remedy
   */
  remedy(remedy) {
    this.#remedy = remedy;
    return this;
  }

  /**
   * The document or API page that the rule comes from.
   * @param {string} rule
   */
  rule(rule) {
    this.#rule = rule;
    return this;
  }

  /** The message in the form of the contract. */
  parts() {
    const { severity, code, at, summary } = this;
    return { severity, code, summary, remedy: this.#remedy, rule: this.#rule, at };
  }
}
