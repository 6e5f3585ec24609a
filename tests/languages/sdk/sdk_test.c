/* The SDK for C without a component, on a host that answers each read with the next answer of a test:

       cc -std=c11 -g -fsanitize=address,undefined -I plugins/languages/c/sdk -I tests/languages/sdk \
          tests/languages/sdk/sdk_test.c -o sdk_test && ./sdk_test tests/languages/sdk/sameness.json
*/

#include "../../../plugins/languages/c/sdk/usher.c"

static int faults;
static unsigned asked;
static const char *answers[4];
static const char *logged;
static void (*planned)(const usher_record *);

#define CHECK(holds) check((holds), #holds, __LINE__)

static void check(bool holds, const char *what, int line) {
  if (holds) return;
  fprintf(stderr, "line %d: not so: %s\n", line, what);
  faults++;
}

/* ---- the host ---- */

static step_string_t text_of(const char *text) { return (step_string_t){(uint8_t *)text, strlen(text)}; }

/* An answer that begins with `!` is an error: its kind and its text. */
static bool next_answer(step_string_t *ret, usher_step_org_read_error_t *err) {
  const char *next = answers[asked++];
  if (*next != '!') {
    *ret = text_of(next);
    return true;
  }
  err->tag = (uint8_t)(next[1] - '0');
  step_string_t text = text_of(next + 2);
  if (err->tag == USHER_STEP_ORG_READ_ERROR_PENDING) err->val.pending = (usher_step_org_hindrance_t){text, text};
  else if (err->tag == USHER_STEP_ORG_READ_ERROR_REFUSED) err->val.refused = (usher_step_org_refusal_t){400, text, text};
  else err->val.denied = text;
  return false;
}

bool usher_step_org_find(usher_step_org_lookup_t *what, step_string_t *ret, usher_step_org_read_error_t *err) {
  (void)what;
  return next_answer(ret, err);
}

void usher_step_org_find_all(usher_step_org_list_lookup_t *what, usher_step_org_list_result_string_read_error_t *ret) {
  for (size_t at = 0; at < what->len; at++) {
    usher_step_org_result_string_read_error_t one = {0};
    step_string_t text = {0};
    usher_step_org_read_error_t error = {0};
    one.is_err = !next_answer(&text, &error);
    if (one.is_err) one.val.err = error;
    else one.val.ok = text;
    APPEND(ret) = one;
  }
}

bool usher_step_org_count(step_string_t *object, usher_step_org_list_condition_t *conditions, uint64_t *ret, usher_step_org_read_error_t *err) {
  (void)object, (void)conditions, (void)err;
  *ret = 3;
  return true;
}

bool usher_step_org_query(step_string_t *soql, usher_step_org_list_field_t *binds, step_string_t *ret, usher_step_org_read_error_t *err) {
  (void)soql, (void)binds;
  return next_answer(ret, err);
}

bool usher_step_org_get_settings(step_string_t *name, step_string_t *ret, usher_step_org_read_error_t *err) {
  (void)name;
  return next_answer(ret, err);
}

bool usher_step_org_describe_object(step_string_t *object, step_list_string_t *fields, step_string_t *ret, usher_step_org_read_error_t *err) {
  (void)object, (void)fields;
  return next_answer(ret, err);
}

bool usher_step_org_list_components(step_string_t *kind, step_string_t *ret, usher_step_org_read_error_t *err) {
  (void)kind;
  return next_answer(ret, err);
}

bool usher_step_org_read_component(usher_step_org_component_name_t *name, usher_step_org_list_component_name_t *companions, step_string_t *ret, usher_step_org_read_error_t *err) {
  (void)name, (void)companions;
  return next_answer(ret, err);
}

static step_string_t resource;

bool usher_step_org_get(usher_step_org_resource_path_t *path, step_string_t *ret, usher_step_org_read_error_t *err) {
  resource = (step_string_t){0};
  for (size_t at = 0; at < path->segments.len; at++) resource = text_of(usher_format("%s/%s", ended(resource), usher_text_of(path->segments.ptr[at])));
  for (size_t at = 0; at < path->query.len; at++) resource = text_of(usher_format("%s?%s", ended(resource), ended(path->query.ptr[at].name)));
  return next_answer(ret, err);
}

void usher_step_context_now(step_string_t *ret) { *ret = text_of("2026-11-22T10:00:00Z"); }

void usher_step_log_emit(usher_step_log_level_t level, step_string_t *message) {
  (void)level;
  logged = ended(*message);
}

void plan(const usher_record *input) { planned(input); }

/* ---- one call ---- */

static usher_step_types_step_plan_t got;
static usher_step_types_failure_t why;

static bool call(void (*plan)(const usher_record *), const char *input, const char *first, const char *second) {
  planned = plan;
  answer = (usher_step_types_step_plan_t){0};
  outputs = (json_writer){0};
  failure = (usher_step_types_failure_t){0};
  problems = (usher_step_types_list_diagnostic_t){0};
  failed = has_failure = has_invalid = false;
  asked = 0;
  answers[0] = first;
  answers[1] = second;
  step_string_t text = text_of(input);
  return exports_usher_step_planner_plan(&text, &got, &why);
}

static bool broken(void (*plan)(const usher_record *), const char *message) {
  bool so = !call(plan, "{}", "[]", "[]") && why.tag == USHER_STEP_TYPES_FAILURE_BROKEN && strcmp(ended(why.val.broken), message) == 0;
  if (!so) fprintf(stderr, "expected: %s\nfound: %s\n", message, why.tag == USHER_STEP_TYPES_FAILURE_BROKEN ? ended(why.val.broken) : "another answer");
  return so;
}

/* ---- tests ---- */

static usher_value compared(const json *value) {
  const json *part;
  if ((part = json_at(value, "date")) != NULL) return usher_date(part->text);
  if ((part = json_at(value, "date-time")) != NULL) return usher_date_time(part->text);
  return value_of(value, "value");
}

static void values_are_compared_as_usher_compares_them(const char *path) {
  FILE *file = fopen(path, "rb");
  static char text[1 << 16];
  size_t length = file == NULL ? 0 : fread(text, 1, sizeof text, file);
  if (file != NULL) fclose(file);
  const json *table = json_read(text, length);
  CHECK(table != NULL);
  for (const json *row = table == NULL ? NULL : table->item; row != NULL; row = row->next) {
    const json *field = row->item, *a = field->next, *b = a->next, *same = b->next;
    bool expected = strcmp(same->text, "as-wanted") == 0;
    if (usher_is_as_wanted(field->text, compared(a), compared(b)) != expected || usher_is_as_wanted(field->text, compared(b), compared(a)) != expected) {
      fprintf(stderr, "%s: %s and %s\n", field->text, a->text == NULL ? "?" : a->text, b->text == NULL ? "?" : b->text);
      faults++;
    }
    bool ascii = true;
    for (const char *at = a->text == NULL ? "" : a->text; *at != '\0'; at++) ascii = ascii && *at > 0;
    bool found = strcmp(same->text, "no") != 0;
    if (ascii && (usher_found_by(field->text, compared(a), compared(b)) != found || usher_found_by(field->text, compared(b), compared(a)) != found)) {
      fprintf(stderr, "%s: %s is not found by %s, or is\n", field->text, a->text == NULL ? "?" : a->text, b->text == NULL ? "?" : b->text);
      faults++;
    }
  }
}

static bool reads(const char *text) { return json_read(text, strlen(text)) != NULL; }

static void json_is_read(void) {
  static const char *const right[] = {"[]", " {\"a\": [1, -2.50, 1e5, true, false, null]} ", "\"\\u00e9\\ud83d\\ude00\\n\"", "0"};
  static const char *const wrong[] = {"", "[1,]", "[01]", "\"\\ud800\"", "\"\\ud800x\"", "\"\\udc00\"", "\"a", "\"\\", "\"\\u12", "[", "{\"a\"", "{\"a\":", "{a:1}", "-", "1.", "1e", "\"\\u0000\"", "\"\t\"", "nul", "[] []", "\"\\x\""};
  for (size_t at = 0; at < sizeof right / sizeof *right; at++) CHECK(reads(right[at]));
  for (size_t at = 0; at < sizeof wrong / sizeof *wrong; at++) {
    /* A piece of memory of exactly this length shows a read behind the end. */
    size_t length = strlen(wrong[at]);
    char *copy = malloc(length + (length == 0));
    memcpy(copy, wrong[at], length);
    CHECK(json_read(copy, length) == NULL);
    free(copy);
  }
  char deep[400];
  memset(deep, '[', 200);
  memset(deep + 200, ']', 200);
  CHECK(json_read(deep, 400) == NULL);
  CHECK(strcmp(json_read("\"\\u00e9\\ud83d\\ude00\"", 20)->text, "é😀") == 0);
}

static void title(const usher_record *input) {
  usher_lookup users = usher_lookup_of("User");
  usher_read(&users, "Username", "Title");
  usher_whose(&users, "Id", usher_value_of(input, "user"));
  usher_records found = usher_find(&users);
  if (found.count == 0) {
    usher_invalid("unknown-user", "/user", "There is no such user", NULL);
    return;
  }
  usher_change *change = usher_update("title", usher_format("Title of %s", usher_text_in(found.at[0], "Username")), "User", usher_value_of(found.at[0], "Id"));
  usher_set(change, "Title", usher_text("x"));
  usher_output("user", usher_value_of(found.at[0], "Id"));
}

static void a_plan_has_the_form_of_the_contract(void) {
  CHECK(call(title, "{\"user\": \"005\"}", "[{\"Id\": \"005\", \"Username\": \"ada\", \"Title\": null}]", NULL));
  CHECK(got.changes.len == 1 && strcmp(ended(got.changes.ptr[0].summary), "Title of ada") == 0);
  CHECK(got.changes.ptr[0].undo.tag == USHER_STEP_TYPES_UNDO_POSSIBLE);
  CHECK(strcmp(ended(got.outputs), "{\"user\":\"005\"}") == 0);
  CHECK(call(title, "{\"user\": \"005\"}", "[{\"Id\": {\"$ref\": \"a:b.id\"}, \"Username\": \"ada\", \"Title\": null}]", NULL));
  CHECK(strcmp(ended(got.outputs), "{\"user\":{\"$ref\":\"a:b.id\"}}") == 0);
  CHECK(got.changes.ptr[0].operation.val.update.id.tag == USHER_STEP_TYPES_SCALAR_REFERENCE);
}

static void a_read_without_an_answer_becomes_the_right_failure(void) {
  const char *input = "{\"user\": \"005\"}";
  CHECK(!call(title, input, "[]", NULL) && why.tag == USHER_STEP_TYPES_FAILURE_INVALID && why.val.invalid.len == 1);
  CHECK(!call(title, input, "!0reads `A`", NULL) && why.tag == USHER_STEP_TYPES_FAILURE_BROKEN);
  CHECK(!call(title, input, "!1t", NULL) && why.tag == USHER_STEP_TYPES_FAILURE_DEFERRED && why.val.deferred.waiting_for.len == 1);
  CHECK(!call(title, input, "!2C", NULL) && why.tag == USHER_STEP_TYPES_FAILURE_UNMET);
  CHECK(strcmp(ended(why.val.unmet.ptr[0].summary), "The org refuses to be read: C C") == 0);
  CHECK(!call(title, input, "!4gone", NULL) && why.tag == USHER_STEP_TYPES_FAILURE_TRANSIENT);
  CHECK(!call(title, input, "[{\"Id\": \"005\", \"Username\": {\"$ref\": \"t\"}}]", NULL) && why.tag == USHER_STEP_TYPES_FAILURE_DEFERRED);
  CHECK(!call(title, "{}", "[]", NULL) && why.tag == USHER_STEP_TYPES_FAILURE_BROKEN && asked == 0);
}

static void not_utf8(const usher_record *input) { (void)input, usher_info("a", "", "half \xed\xa0\xbd", NULL); }
static void null_text(const usher_record *input) { (void)input, usher_create(NULL, "b", "User"); }
static void no_key(const usher_record *input) { (void)input, usher_create("a", "b", "User"); }
static void key_of_nothing(const usher_record *input) { (void)input, usher_unique(usher_create("a", "b", "User"), "Name"); }
static void set_of_a_delete(const usher_record *input) { (void)input, usher_set(usher_delete("a", "b", "User", usher_text("005")), "N", usher_nothing()); }
static void wrong_kind(const usher_record *input) { (void)input, usher_text_of(usher_truth(true)); }
static void no_record(const usher_record *input) { (void)input, usher_value_of(NULL, "Id"); }
static void too_many(const usher_record *input) {
  (void)input;
  for (int at = 0; at < 10001; at++) usher_undo_nothing(usher_update("a", "b", "User", usher_text("005")));
}

static void a_mistake_is_told(void) {
  CHECK(broken(not_utf8, "a summary is not UTF-8"));
  CHECK(broken(null_text, "the address of a change is NULL"));
  CHECK(broken(no_key, "the create `a` has no key: add usher_unique or usher_recognised"));
  CHECK(broken(key_of_nothing, "the key names `Name`, which is not set before it"));
  CHECK(broken(set_of_a_delete, "`a` sets no fields"));
  CHECK(broken(wrong_kind, "expected a text, found another value"));
  CHECK(broken(no_record, "`Id` of no record"));
  CHECK(broken(too_many, "more than 10000 changes"));
  CHECK(strcmp(logged, "more than 10000 changes") == 0);
}

static void two_problems(const usher_record *input) {
  (void)input;
  usher_unmet("a", "", "A", NULL);
  usher_invalid("b", "/x", "B", "C");
}

static void none(const usher_record *input) {
  (void)input;
  usher_lookup lookups[] = {usher_lookup_of("A"), usher_lookup_of("A")};
  usher_records found[2];
  usher_whose_any(&lookups[0], "B", NULL, 0);
  usher_whose(&lookups[1], "B", usher_integer(-3));
  usher_find_all(lookups, 2, found);
  CHECK(found[0].count == 0 && found[1].count == 1 && asked == 1 && usher_count(&lookups[1]) == 3);
}

static void components(const usher_record *input) {
  (void)input;
  usher_records there = usher_components("Profile");
  CHECK(there.count == 1 && strcmp(usher_text_in(there.at[0], "fullName"), "Admin") == 0);
  CHECK(usher_component(usher_component_named("Profile", usher_text("Gone")), NULL, 0) == NULL);
}

static void refused_components(const usher_record *input) { (void)input, usher_components("Profile"); }

static void resources(const usher_record *input) {
  (void)input;
  usher_path path = usher_path_of("connect", "communities");
  usher_segment(&path, usher_text("0DB1"));
  usher_parameter(&path, "pageSize", usher_text("1"));
  CHECK(strcmp(usher_text_in(usher_get(&path), "status"), "Live") == 0);
  CHECK(strcmp(ended(resource), "/connect/communities/0DB1?pageSize") == 0);
  const usher_record *fields = usher_describe("User", "Title");
  CHECK(usher_integer_in(usher_part(fields, "Title"), "length") == 80);
}

static void waits(const usher_record *input) {
  (void)input;
  usher_wait wait = usher_wait_of("the site is being made", usher_look_at_object("Network"));
  usher_wait_for(usher_update("a", "A", "User", usher_text("005")), wait);
  usher_until(&wait, "Status", usher_text("Live"));
  usher_until(&wait, "Name", usher_text("Help"));
  usher_fails_when(&wait, "Status", usher_text("Failed"));
  usher_reason_at(&wait, "Reason");
  usher_every_ms(&wait, 200, 1000);
  usher_change *change = usher_wait_only("b", "B", wait);
  usher_bind_found(change, "site", usher_look_at_settings("Communities"), "Id");
  usher_bind_reply(change, "job", "/id");
}

static void a_change_waits(void) {
  CHECK(call(waits, "{}", NULL, NULL) && got.changes.len == 2);
  const usher_wait *first = got.changes.ptr[0].waits.ptr, *second = got.changes.ptr[1].waits.ptr;
  CHECK(first->until.tag == USHER_STEP_TYPES_FINDING_PRESENT && first->every_ms == 5000 && first->at_most_ms == 600000 && !first->reason_at.is_some);
  CHECK(second->until.tag == USHER_STEP_TYPES_FINDING_HOLDS && second->until.val.holds.len == 2 && second->failed.len == 1 && second->at_most_ms == 1000);
  const usher_change *change = &got.changes.ptr[1];
  CHECK(change->operation.tag == USHER_STEP_TYPES_OPERATION_WAIT_ONLY && change->undo.tag == USHER_STEP_TYPES_UNDO_NOTHING);
  CHECK(change->results.len == 2 && change->results.ptr[1].source.tag == USHER_STEP_TYPES_SOURCE_REPLY);
}

int main(int count, char **arguments) {
  values_are_compared_as_usher_compares_them(count > 1 ? arguments[1] : "sameness.json");
  json_is_read();
  a_plan_has_the_form_of_the_contract();
  a_read_without_an_answer_becomes_the_right_failure();
  a_mistake_is_told();
  a_change_waits();
  CHECK(call(components, "{}", "[{\"fullName\": \"Admin\"}]", "null"));
  CHECK(call(resources, "{}", "{\"status\": \"Live\"}", "{\"Title\": {\"length\": 80}}"));
  CHECK(!call(refused_components, "{}", "!2C", NULL) && why.tag == USHER_STEP_TYPES_FAILURE_UNMET);
  CHECK(!call(two_problems, "{}", NULL, NULL) && why.tag == USHER_STEP_TYPES_FAILURE_INVALID && why.val.invalid.len == 2);
  CHECK(call(none, "{}", "[{\"Id\": \"1\"}]", NULL) && strcmp(ended(got.outputs), "{}") == 0);
  CHECK(strcmp(usher_shortened("aé😀b", 3), "aé😀") == 0 && strcmp(usher_trimmed(" a b\n"), "a b") == 0);
  CHECK(usher_integer_of(usher_number("5.0")) == 5 && usher_integer_of(usher_integer(-7)) == -7);
  if (faults > 0) fprintf(stderr, "%d faults\n", faults);
  return faults > 0;
}
