// Every external user of an account is in the public group of that account.

import { Change, CreateRecord, Diagnostic, Failure, Lookup, StepPlan, UpdateRecord, isAsWanted } from "./sdk/usher.js";

const NAME_CHARACTERS_MAX = 40;

/**
 * @param {{ account: string, name: string }} input
 * @param {import("./sdk/usher.js").Org} org
 */
export function plan({ account: id, name }, org) {
  const [account] = org.find(Lookup.of("Account").read("Name").whose("Id", id));
  if (!account) throw unknownAccount(id);
  const developerName = `Account_${account.text("Id")}`;
  const [users, [there]] = org.findAll(
    Lookup.of("User").read("Username", "UserType").whose("AccountId", account.id()).whose("IsActive", true),
    Lookup.of("Group").read("Name").whose("DeveloperName", developerName).whose("Type", "Regular"),
  );

  const plan = new StepPlan();
  const wanted = name.trim() || (there ? there.text("Name") : shortened(account.text("Name")));
  const group = there ? renamed(plan, there, wanted) : created(plan, developerName, wanted);
  const members = there ? org.find(Lookup.of("GroupMember").read("UserOrGroupId").whose("GroupId", group)) : [];
  for (const user of users) {
    if (user.value("UserType") === "CspLitePortal") plan.note(highVolume(user.text("Username")));
    else if (!members.some((member) => isAsWanted("UserOrGroupId", member.value("UserOrGroupId"), user.id()))) {
      plan.change(membership(user, group, wanted));
    }
  }
  if (users.length === 0) {
    plan.note(Diagnostic.info("no-external-users", "", `${account.text("Name")} has no active external user yet`));
  }
  return plan.answer({ group_id: group });
}

function created(plan, developerName, name) {
  const group = CreateRecord.of("Group")
    .set("Name", name)
    .set("DeveloperName", developerName)
    .set("Type", "Regular")
    .unique("DeveloperName", "Type");
  const change = new Change("group", `Create the public group ${name}`, group);
  plan.change(change);
  return change.id();
}

function renamed(plan, group, name) {
  if (!isAsWanted("Name", group.value("Name"), name)) {
    const summary = `Give the public group ${group.text("Name")} the name ${name}`;
    plan.change(new Change("name", summary, UpdateRecord.of("Group", group.id()).set("Name", name)));
  }
  return group.id();
}

function membership(user, group, name) {
  const member = CreateRecord.of("GroupMember")
    .set("GroupId", group)
    .set("UserOrGroupId", user.id())
    .unique("GroupId", "UserOrGroupId");
  const who = user.text("Username");
  return new Change(`member/${who}`, `Put ${who} into the public group ${name}`, member);
}

function highVolume(who) {
  const summary = `${who} has a license for high volumes, and such users are in no group`;
  return Diagnostic.warning("high-volume-user", "", summary).remedy(`Share with ${who} by a sharing set`);
}

function unknownAccount(id) {
  const problem = Diagnostic.error("unknown-account", "/account", `There is no account ${id}`);
  return Failure.invalid(problem.remedy("Set {with.account} to the id of an account of this org; it begins with 001"));
}

/** Salesforce takes 40 characters. */
function shortened(name) {
  return [...name].slice(0, NAME_CHARACTERS_MAX).join("").trim();
}
