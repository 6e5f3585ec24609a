// The SDK for JavaScript without a component: `node --test tests/languages/sdk/sdk.test.mjs`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Change, CreateRecord, Diagnostic, Failure, Lookup, Problems, StepPlan, UpdateRecord } from "../../../plugins/languages/js/sdk/usher.js";
import { component, date, dateTime, foundBy, isAsWanted, joined, bound, Unknown } from "../../../plugins/languages/js/sdk/usher.js";

/** A host that answers each read with the next of `answers`, and keeps what it was asked and told. */
function hostOf(...answers) {
  const seen = { asked: [], log: [] };
  const next = (what) => {
    seen.asked.push(what);
    const answer = answers.shift();
    if (answer?.tag) throw Object.assign(new Error(answer.tag), { payload: answer });
    return JSON.stringify(answer);
  };
  const each = (what) => {
    try {
      return { tag: "ok", val: next(what) };
    } catch (error) {
      return { tag: "err", val: error.payload };
    }
  };
  const org = { find: next, findAll: (all) => all.map(each), getSettings: next, count: () => 3n };
  const log = { emit: (level, message) => seen.log.push(`${level} ${message}`) };
  return [{ context: { now: () => "2026-11-22T10:00:00Z", who: () => ({}) }, log, org }, seen];
}

/** The answer of one call: the plan, or the failure. */
function called(plan, input = {}, ...answers) {
  const [host, seen] = hostOf(...answers);
  try {
    return [component(host, "{}", plan).plan(JSON.stringify(input)), seen];
  } catch (failure) {
    return [failure, seen];
  }
}

const value = (json) => (json?.date ? date(json.date) : json?.["date-time"] ? dateTime(json["date-time"]) : json?.$ref ? new Unknown(json.$ref) : json);

test("values are compared as Usher compares them", () => {
  const table = JSON.parse(readFileSync(new URL("sameness.json", import.meta.url), "utf8"));
  for (const [field, a, b, expected] of table) {
    for (const [one, other] of [[value(a), value(b)], [value(b), value(a)]]) {
      const found = isAsWanted(field, one, other) ? "as-wanted" : foundBy(field, one, other) ? "found" : "no";
      assert.equal(found, expected, JSON.stringify([field, a, b]));
    }
  }
});

test("a plan has the form of the contract, with every list", () => {
  const [plan] = called(() => {
    const plan = new StepPlan();
    plan.change(new Change("a", "b", CreateRecord.of("Group").set("Name", "x").set("N", 1e21).unique("Name")));
    return plan.answer({ id: bound("a"), text: joined("x", new Unknown("t")) });
  });
  const field = (name, value) => ({ name, value });
  const text = { tag: "text", val: "x" };
  assert.deepEqual(plan, {
    changes: [{
      address: "a",
      summary: "b",
      operation: { tag: "create", val: {
        object: "Group",
        fields: [field("Name", text), field("N", { tag: "number", val: "1000000000000000000000" })],
        key: { conditions: [{ field: "Name", anyOf: [text] }], enforced: true },
        options: [],
      } },
      after: [],
      waits: [],
      results: [],
      undo: { tag: "possible", val: { way: { tag: "restore" }, waits: [], onlyIf: [], stays: null, destroys: null } },
    }],
    effects: [],
    outputs: '{"id":{"$bound":["a","id"]},"text":{"$join":["x",{"$ref":"t"}]}}',
    notes: [],
  });
});

const broken = (message) => ({ tag: "broken", val: message });
const MISTAKES = [
  ["half of a pair", () => called(() => { const p = new StepPlan(); p.note(Diagnostic.info("c", "", "\ud83d!")); return p.answer({}); }), 'plan.notes[0].summary is no Unicode text: it has half of a surrogate pair in "\ufffd!"'],
  ["half of a pair in the outputs", () => called(() => new StepPlan().answer({ a: "\udc00" })), 'the outputs: a is no Unicode text: it has half of a surrogate pair in "\ufffd"'],
  ["an undefined output", () => called(() => new StepPlan().answer({ a: undefined })), "the outputs: a is missing: expected a value of JSON"],
  ["no number", () => called(() => new StepPlan().answer({ a: NaN })), "the outputs: a: expected a number, found NaN"],
  ["no summary", () => called(() => { const p = new StepPlan(); p.change(new Change("a", undefined, UpdateRecord.of("User", "005"))); return p.answer({}); }), "plan.changes[0].summary is missing: expected a text"],
  ["no key", () => called(() => { const p = new StepPlan(); p.change(new Change("a", "b", CreateRecord.of("User"))); return p.answer({}); }), "plan.changes[0].operation.key is missing: expected a key"],
  ["a key that is not set", () => called(() => CreateRecord.of("User").unique("Name")), "the key names `Name`, which is not set before it"],
  ["no outputs", () => called(() => new StepPlan()), "the plan has no outputs: end it with `plan.answer({…})`"],
  ["no plan", () => called(() => undefined), "`plan` did not answer with a StepPlan: return `plan.answer({…})`"],
  ["asynchronous", () => called(async () => 1), "`plan` is asynchronous: leave out `async`, every read answers at once"],
  ["no function", () => called(undefined), "plugin.js does not export a function `plan`"],
  ["randomness", () => called(() => Math.random()), "a plugin has no randomness: the same input and the same answers must give the same plan"],
  ["a read that is denied", () => called((_, org) => org.find(Lookup.of("A").whose("B", 1)), {}, { tag: "denied", val: "reads `A`" }), "reads `A`"],
  ["a text that is thrown", () => called(() => { throw "x"; }), "thrown: x"],
  ["a field that was not asked for", () => called((_, org) => org.find(Lookup.of("A").whose("B", 1))[0].text("C"), {}, [{ Id: "1" }]), "the field `C` was not asked for"],
];
for (const [name, run, message] of MISTAKES) {
  test(`a mistake is told: ${name}`, () => {
    const [failure] = run();
    assert.equal(failure.tag, "broken");
    assert.equal(failure.val.replace(/ \(at .*\)$/s, ""), message);
  });
}

test("a read without an answer becomes the right failure", () => {
  const find = (_, org) => org.findAll(Lookup.of("A").whose("B", 1), Lookup.of("A").whose("B", 2));
  const failures = [
    [{ tag: "pending", val: { token: "t", reason: "r" } }, { tag: "deferred", val: { waitingFor: ["t"], reason: "r", likely: [] } }],
    [{ tag: "unavailable", val: "gone" }, { tag: "transient", val: "gone" }],
  ];
  for (const [error, failure] of failures) assert.deepEqual(called(find, {}, [], error)[0], failure);
  const [unmet] = called(find, {}, { tag: "refused", val: { status: 400, code: "C", message: "m" } });
  assert.equal(unmet.val[0].summary, "The org refuses to be read: C m");
});

test("a value that is not known yet defers the step when the plugin looks into it", () => {
  const [failure] = called((input) => `${input.user}`, { user: { $ref: "u:user.id", $object: "User" } });
  assert.deepEqual(failure.val.waitingFor, ["u:user.id"]);
});

test("problems are reported at once", () => {
  const [failure] = called(() => {
    const problems = new Problems();
    problems.unmet(Diagnostic.error("a", "", "A"));
    problems.invalid(Diagnostic.error("b", "/x", "B").remedy("C"));
    problems.none();
  });
  assert.equal(failure.tag, "invalid");
  assert.deepEqual(failure.val.map((one) => [one.code, one.remedy]), [["a", null], ["b", "C"]]);
});

test("a record with the key is taken, else it is made", () => {
  const plan = (_, org) => {
    const plan = new StepPlan();
    return plan.answer({ id: plan.ensure(org, new Change("a", "b", CreateRecord.of("Group").set("Name", "x").unique("Name"))) });
  };
  assert.equal(called(plan, {}, [{ Id: "00G" }])[0].outputs, '{"id":"00G"}');
  assert.equal(called(plan, {}, [])[0].outputs, '{"id":{"$bound":["a","id"]}}');
});

test("a lookup without values asks nothing; the console and the time are the run's", () => {
  const [, seen] = called((_, org) => {
    console.warn("at", new Date(), { a: 1 });
    assert.deepEqual(org.findAll(Lookup.of("A").whoseAny("B", [])), [[]]);
    return new StepPlan().answer({});
  });
  assert.deepEqual(seen, { asked: [], log: ['warn at "2026-11-22T10:00:00.000Z" {"a":1}'] });
});
