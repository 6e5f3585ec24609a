/* Every external user of an account is in the public group of that account. */

#include <string.h>

#include "usher.h"

enum { NAME_CHARACTERS_MAX = 40 };

static usher_value create(const char *developer_name, const char *name) {
  usher_change *group = usher_create("group", usher_format("Create the public group %s", name), "Group");
  usher_set(group, "Name", usher_text(name));
  usher_set(group, "DeveloperName", usher_text(developer_name));
  usher_set(group, "Type", usher_text("Regular"));
  usher_unique(group, "DeveloperName", "Type");
  return usher_id(group);
}

static void rename_group(const usher_record *group, const char *name) {
  if (usher_is_as_wanted("Name", usher_value_of(group, "Name"), usher_text(name))) return;
  const char *summary = usher_format("Give the public group %s the name %s", usher_text_in(group, "Name"), name);
  usher_change *change = usher_update("name", summary, "Group", usher_value_of(group, "Id"));
  usher_set(change, "Name", usher_text(name));
}

static void add(const usher_record *user, usher_value group, const char *name) {
  const char *who = usher_text_in(user, "Username");
  const char *summary = usher_format("Put %s into the public group %s", who, name);
  usher_change *member = usher_create(usher_format("member/%s", who), summary, "GroupMember");
  usher_set(member, "GroupId", group);
  usher_set(member, "UserOrGroupId", usher_value_of(user, "Id"));
  usher_unique(member, "GroupId", "UserOrGroupId");
}

static bool is_member(usher_records members, const usher_record *user) {
  for (size_t at = 0; at < members.count; at++) {
    if (usher_is_same_id(usher_value_of(members.at[at], "UserOrGroupId"), usher_value_of(user, "Id"))) return true;
  }
  return false;
}

static bool has_high_volume(const usher_record *user) {
  usher_value type = usher_value_of(user, "UserType");
  return !usher_is_unknown(type) && strcmp(usher_text_of(type), "CspLitePortal") == 0;
}

static usher_records members_of(usher_value group) {
  usher_lookup members = usher_lookup_of("GroupMember");
  usher_read(&members, "UserOrGroupId");
  usher_whose(&members, "GroupId", group);
  return usher_find(&members);
}

void plan(const usher_record *input) {
  const char *id = usher_text_in(input, "account");
  usher_lookup accounts = usher_lookup_of("Account");
  usher_read(&accounts, "Name");
  usher_whose(&accounts, "Id", usher_text(id));
  usher_records found = usher_find(&accounts);
  if (found.count == 0) {
    usher_invalid("unknown-account", "/account", usher_format("There is no account %s", id),
                  "Set {with.account} to the id of an account of this org; it begins with 001");
    return;
  }
  const usher_record *account = found.at[0];
  const char *developer_name = usher_format("Account_%s", usher_text_in(account, "Id"));

  usher_lookup lookups[] = {usher_lookup_of("User"), usher_lookup_of("Group")};
  usher_read(&lookups[0], "Username", "UserType");
  usher_whose(&lookups[0], "AccountId", usher_value_of(account, "Id"));
  usher_whose(&lookups[0], "IsActive", usher_truth(true));
  usher_read(&lookups[1], "Name");
  usher_whose(&lookups[1], "DeveloperName", usher_text(developer_name));
  usher_whose(&lookups[1], "Type", usher_text("Regular"));
  usher_records both[2];
  usher_find_all(lookups, 2, both);
  usher_records users = both[0], groups = both[1];

  const char *wanted = usher_trimmed(usher_text_in(input, "name"));
  usher_value group;
  usher_records members = {0};
  if (groups.count > 0) {
    if (*wanted == '\0') wanted = usher_text_in(groups.at[0], "Name");
    rename_group(groups.at[0], wanted);
    group = usher_value_of(groups.at[0], "Id");
    members = members_of(group);
  } else {
    if (*wanted == '\0') wanted = usher_trimmed(usher_shortened(usher_text_in(account, "Name"), NAME_CHARACTERS_MAX));
    group = create(developer_name, wanted);
  }
  for (size_t at = 0; at < users.count; at++) {
    const char *who = usher_text_in(users.at[at], "Username");
    if (has_high_volume(users.at[at])) {
      usher_warning("high-volume-user", "",
                    usher_format("%s has a license for high volumes, and such users are in no group", who),
                    usher_format("Share with %s by a sharing set", who));
    } else if (!is_member(members, users.at[at])) {
      add(users.at[at], group, wanted);
    }
  }
  if (users.count == 0) {
    usher_info("no-external-users", "", usher_format("%s has no active external user yet", usher_text_in(account, "Name")), NULL);
  }
  usher_output("group_id", group);
}
