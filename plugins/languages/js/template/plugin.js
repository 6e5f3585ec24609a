// A user has a title.

import { Change, Diagnostic, Failure, Lookup, StepPlan, UpdateRecord, isAsWanted } from "./sdk/usher.js";

/**
 * @param {{ user: import("./sdk/usher.js").Value, title: string }} input
 * @param {import("./sdk/usher.js").Org} org
 */
export function plan(input, org) {
  const [user] = org.find(Lookup.of("User").read("Username", "Title").whose("Id", input.user));
  if (!user) throw Failure.invalid(Diagnostic.error("unknown-user", "/user", "There is no such user"));

  const plan = new StepPlan();
  if (!isAsWanted("Title", user.value("Title"), input.title)) {
    const who = user.text("Username");
    const update = UpdateRecord.of("User", user.id()).set("Title", input.title);
    plan.change(new Change(`title/${who}`, `Give ${who} the title ${input.title}`, update));
  }
  return plan.answer({ user_id: user.id() });
}
