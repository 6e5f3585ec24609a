/* A user has a title. */

#include "usher.h"

void plan(const usher_record *input) {
  usher_lookup users = usher_lookup_of("User");
  usher_read(&users, "Username", "Title");
  usher_whose(&users, "Id", usher_value_of(input, "user"));
  usher_records found = usher_find(&users);
  if (found.count == 0) {
    usher_invalid("unknown-user", "/user", "There is no such user", NULL);
    return;
  }
  const usher_record *user = found.at[0];
  usher_value id = usher_value_of(user, "Id"), title = usher_value_of(input, "title");

  if (!usher_is_as_wanted("Title", usher_value_of(user, "Title"), title)) {
    const char *who = usher_text_in(user, "Username");
    const char *summary = usher_format("Give %s the title %s", who, usher_text_of(title));
    usher_change *change = usher_update(usher_format("title/%s", who), summary, "User", id);
    usher_set(change, "Title", title);
  }
  usher_output("user_id", id);
}
