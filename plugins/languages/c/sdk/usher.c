/* See usher.h. One call of the plugin: memory, texts, values, reads, the answer. */

#include "usher.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "manifest.h"
#include "memory.h"
#include "same.h"

/* A failure is one line for people, and a line of the log has 4 kB. */
enum { WORDS_CHARACTERS_MAX = 1300 };

struct usher_record {
  json value;
};

static usher_step_types_step_plan_t answer;
static json_writer outputs;
static usher_step_types_failure_t failure;
static bool failed, has_failure, has_invalid;
static usher_step_types_list_diagnostic_t problems;

static void *json_alloc(size_t bytes) { return taken(bytes); }

/* ---- texts ---- */

/* The number of bytes of the character at `text`; 0 when it is not UTF-8. A zero byte ends the text before. */
static size_t character(const unsigned char *text) {
  size_t more = text[0] < 0x80 ? 0 : text[0] >= 0xC2 && text[0] < 0xE0 ? 1 : (text[0] & 0xF0) == 0xE0 ? 2 : text[0] >= 0xF0 && text[0] < 0xF5 ? 3 : 4;
  if (more == 4) return 0;
  for (size_t at = 1; at <= more; at++) {
    if ((text[at] & 0xC0) != 0x80) return 0;
  }
  bool odd = (text[0] == 0xE0 && text[1] < 0xA0) || (text[0] == 0xED && text[1] > 0x9F) || (text[0] == 0xF0 && text[1] < 0x90) || (text[0] == 0xF4 && text[1] > 0x8F);
  return odd ? 0 : more + 1;
}

static bool is_utf8(const char *text) {
  while (*text != '\0') {
    size_t bytes = character((const unsigned char *)text);
    if (bytes == 0) return false;
    text += bytes;
  }
  return true;
}

/* A text for Usher. The component would trap on one that is not UTF-8, so it is refused by name. */
static step_string_t given(const char *text, const char *what) {
  if (text == NULL) {
    usher_broken("%s is NULL", what);
    text = "";
  } else if (!is_utf8(text)) {
    usher_broken("%s is not UTF-8", what);
    text = "";
  }
  return (step_string_t){(uint8_t *)text, strlen(text)};
}

static step_option_string_t perhaps(const char *text, const char *what) {
  return (step_option_string_t){text != NULL, text == NULL ? (step_string_t){0} : given(text, what)};
}

/* A text of Usher, ended by a zero. */
static const char *ended(step_string_t text) {
  char *copy = taken(text.len + 1);
  if (text.len > 0) memcpy(copy, text.ptr, text.len);
  return copy;
}

static const char *formatted(const char *format, va_list args) {
  va_list again;
  va_copy(again, args);
  int length = vsnprintf(NULL, 0, format, again);
  va_end(again);
  if (length < 0) return "";
  char *text = taken((size_t)length + 1);
  vsnprintf(text, (size_t)length + 1, format, args);
  return text;
}

const char *usher_format(const char *format, ...) {
  va_list args;
  va_start(args, format);
  const char *text = formatted(format, args);
  va_end(args);
  return text;
}

const char *usher_shortened(const char *text, size_t characters_max) {
  const char *end = text;
  for (size_t left = characters_max; left > 0 && *end != '\0'; left--) {
    size_t bytes = character((const unsigned char *)end);
    end += bytes == 0 ? 1 : bytes;
  }
  return ended((step_string_t){(uint8_t *)text, (size_t)(end - text)});
}

static const char *without(const char *text, const char *blanks) {
  text += strspn(text, blanks);
  size_t length = strlen(text);
  while (length > 0 && strchr(blanks, text[length - 1]) != NULL) length--;
  return ended((step_string_t){(uint8_t *)text, length});
}

const char *usher_trimmed(const char *text) { return without(text, " \t\r\n\v\f"); }

/* ---- failures ---- */

bool usher_failed(void) { return failed; }

/* Keeps the first failure. Problems that were reported before come first. */
static void fail(usher_step_types_failure_t why) {
  if (!failed) {
    failure = why;
    has_failure = true;
  }
  failed = true;
}

static void emit(usher_level level, const char *text) {
  const char *words = is_utf8(text) ? text : "(a line that is not UTF-8)";
  step_string_t line = {(uint8_t *)words, strlen(words)};
  usher_step_log_emit((usher_step_log_level_t)level, &line);
}

void usher_broken(const char *format, ...) {
  va_list args;
  va_start(args, format);
  const char *why = usher_shortened(formatted(format, args), WORDS_CHARACTERS_MAX);
  va_end(args);
  emit(USHER_ERROR, why);
  if (!is_utf8(why)) why = "a message that is not UTF-8";
  fail((usher_step_types_failure_t){USHER_STEP_TYPES_FAILURE_BROKEN, {.broken = {(uint8_t *)why, strlen(why)}}});
}

void usher_transient(const char *why) {
  fail((usher_step_types_failure_t){USHER_STEP_TYPES_FAILURE_TRANSIENT, {.transient = given(why, "the reason")}});
}

void usher_deferred(const char *token, const char *reason) {
  usher_step_types_deferral_t deferral = {0};
  APPEND(&deferral.waiting_for) = given(token, "the token");
  deferral.reason = given(reason, "the reason");
  fail((usher_step_types_failure_t){USHER_STEP_TYPES_FAILURE_DEFERRED, {.deferred = deferral}});
}

static usher_step_types_diagnostic_t diagnostic(usher_step_types_severity_t severity, const char *code, const char *at,
                                                const char *summary, const char *remedy) {
  return (usher_step_types_diagnostic_t){
      .severity = severity,
      .code = given(code, "a code"),
      .summary = given(summary, "a summary"),
      .remedy = perhaps(remedy, "a remedy"),
      .at = given(at, "the place of a diagnostic"),
  };
}

static void problem(bool invalid, usher_step_types_diagnostic_t what) {
  if (has_failure) return;
  has_invalid = has_invalid || invalid;
  failed = true;
  APPEND(&problems) = what;
}

void usher_invalid(const char *code, const char *at, const char *summary, const char *remedy) {
  problem(true, diagnostic(USHER_STEP_TYPES_SEVERITY_ERROR, code, at, summary, remedy));
}

void usher_unmet(const char *code, const char *at, const char *summary, const char *remedy) {
  problem(false, diagnostic(USHER_STEP_TYPES_SEVERITY_ERROR, code, at, summary, remedy));
}

void usher_log(usher_level level, const char *format, ...) {
  va_list args;
  va_start(args, format);
  emit(level, usher_shortened(formatted(format, args), WORDS_CHARACTERS_MAX));
  va_end(args);
}

/* The failure that a read without an answer is. */
static void fail_to_read(const usher_step_org_read_error_t *error) {
  switch (error->tag) {
    case USHER_STEP_ORG_READ_ERROR_PENDING:
      usher_deferred(ended(error->val.pending.token), ended(error->val.pending.reason));
      break;
    case USHER_STEP_ORG_READ_ERROR_REFUSED: {
      const char *words = usher_format("The org refuses to be read: %s %s", ended(error->val.refused.code), ended(error->val.refused.message));
      usher_step_types_list_diagnostic_t what = {0};
      APPEND(&what) = diagnostic(USHER_STEP_TYPES_SEVERITY_ERROR, "read-refused", "", words, NULL);
      fail((usher_step_types_failure_t){USHER_STEP_TYPES_FAILURE_UNMET, {.unmet = what}});
      break;
    }
    case USHER_STEP_ORG_READ_ERROR_UNAVAILABLE: usher_transient(ended(error->val.unavailable)); break;
    default: usher_broken("%s", ended(error->val.denied)); break;
  }
}

/* ---- values ---- */

usher_value usher_nothing(void) { return (usher_value){.tag = USHER_STEP_TYPES_SCALAR_NOTHING}; }

usher_value usher_truth(bool truth) { return (usher_value){USHER_STEP_TYPES_SCALAR_TRUTH, {.truth = truth}}; }

usher_value usher_number(const char *number) {
  return (usher_value){USHER_STEP_TYPES_SCALAR_NUMBER, {.number = given(number, "a number")}};
}

usher_value usher_integer(long long number) { return usher_number(usher_format("%lld", number)); }

usher_value usher_text(const char *text) {
  return (usher_value){USHER_STEP_TYPES_SCALAR_TEXT, {.text = given(text, "a text")}};
}

usher_value usher_date(const char *day) {
  return (usher_value){USHER_STEP_TYPES_SCALAR_DATE, {.date = given(day, "a date")}};
}

usher_value usher_date_time(const char *instant) {
  return (usher_value){USHER_STEP_TYPES_SCALAR_DATE_TIME, {.date_time = given(instant, "a date-time")}};
}

usher_value usher_bound(const char *address, const char *name) {
  usher_step_types_binding_name_t bound = {given(address, "an address"), given(name, "a name")};
  return (usher_value){USHER_STEP_TYPES_SCALAR_REFERENCE, {.reference = {USHER_STEP_TYPES_REFERENCE_BOUND, {.bound = bound}}}};
}

static usher_value unknown(const char *token) {
  usher_step_types_reference_t reference = {USHER_STEP_TYPES_REFERENCE_GIVEN, {.given = given(token, "a token")}};
  return (usher_value){USHER_STEP_TYPES_SCALAR_REFERENCE, {.reference = reference}};
}

bool usher_is_unknown(usher_value value) { return value.tag == USHER_STEP_TYPES_SCALAR_REFERENCE; }

/* Says that there is something to look at. */
static bool known(usher_value value, uint8_t tag, const char *expected) {
  if (value.tag == tag) return true;
  if (usher_is_unknown(value) && value.val.reference.tag == USHER_STEP_TYPES_REFERENCE_GIVEN) {
    usher_deferred(ended(value.val.reference.val.given), "it depends on a value that is not known yet");
  } else if (value.tag != USHER_STEP_TYPES_SCALAR_NOTHING) {
    usher_broken("expected %s, found another value", expected);
  }
  return false;
}

const char *usher_text_of(usher_value value) {
  return known(value, USHER_STEP_TYPES_SCALAR_TEXT, "a text") ? ended(value.val.text) : "";
}

bool usher_truth_of(usher_value value) {
  return known(value, USHER_STEP_TYPES_SCALAR_TRUTH, "true or false") && value.val.truth;
}

long long usher_integer_of(usher_value value) {
  if (!known(value, USHER_STEP_TYPES_SCALAR_NUMBER, "a whole number")) return 0;
  const char *number = ended(value.val.number);
  char *rest = NULL;
  long long integer = strtoll(number, &rest, 10);
  /* Salesforce gives the whole numbers of a double field as `5.0`. */
  if (*rest != '\0' && strcmp(rest, ".0") != 0) usher_broken("expected a whole number, found %s", number);
  return integer;
}

/* The text as Salesforce stores it; of a date and a date-time as well. */
static const char *written(usher_value value) {
  return value.tag == USHER_STEP_TYPES_SCALAR_NOTHING ? "" : without(ended(value.val.text), " \t");
}

static bool is_number(usher_value value) { return value.tag == USHER_STEP_TYPES_SCALAR_NUMBER; }

static bool is_time(usher_value value) {
  return value.tag == USHER_STEP_TYPES_SCALAR_DATE || value.tag == USHER_STEP_TYPES_SCALAR_DATE_TIME;
}

bool usher_is_as_wanted(const char *field, usher_value there, usher_value wanted) {
  if (is_time(there) && !is_time(wanted)) return usher_is_as_wanted(field, wanted, there);
  bool texts = there.tag == USHER_STEP_TYPES_SCALAR_TEXT || there.tag == USHER_STEP_TYPES_SCALAR_NOTHING;
  switch (wanted.tag) {
    case USHER_STEP_TYPES_SCALAR_NOTHING:
    case USHER_STEP_TYPES_SCALAR_TEXT: return texts && same_texts(field, written(there), written(wanted));
    case USHER_STEP_TYPES_SCALAR_TRUTH: return there.tag == wanted.tag && there.val.truth == wanted.val.truth;
    case USHER_STEP_TYPES_SCALAR_NUMBER:
      return is_number(there) && strtod(ended(there.val.number), NULL) == strtod(ended(wanted.val.number), NULL);
    case USHER_STEP_TYPES_SCALAR_DATE:
      return (texts || there.tag == wanted.tag) && same_time(written(there), written(wanted), whole_day);
    case USHER_STEP_TYPES_SCALAR_DATE_TIME:
      return (texts || there.tag == wanted.tag) && same_time(written(there), written(wanted), instant);
    case USHER_STEP_TYPES_SCALAR_REFERENCE:
      return usher_is_unknown(there) && there.val.reference.tag == USHER_STEP_TYPES_REFERENCE_GIVEN &&
             wanted.val.reference.tag == USHER_STEP_TYPES_REFERENCE_GIVEN &&
             strcmp(ended(there.val.reference.val.given), ended(wanted.val.reference.val.given)) == 0;
    default: return false;
  }
}

bool usher_is_same_id(usher_value a, usher_value b) { return usher_is_as_wanted("Id", a, b); }

/* ---- records ---- */

static usher_value value_of(const json *value, const char *name) {
  switch (value->kind) {
    case JSON_NULL: return usher_nothing();
    case JSON_TRUE:
    case JSON_FALSE: return usher_truth(value->kind == JSON_TRUE);
    case JSON_NUMBER: return usher_number(value->text);
    case JSON_TEXT: return usher_text(value->text);
    case JSON_OBJECT: {
      const json *token = json_at(value, "$ref");
      if (token != NULL && token->kind == JSON_TEXT) return unknown(token->text);
      break;
    }
    default: break;
  }
  usher_broken("the field `%s` is not a single value", name);
  return usher_nothing();
}

/* The field; NULL when it was not asked for, and then the plugin is at fault. After a failure there is no record. */
static const json *field_of(const usher_record *record, const char *field) {
  const json *value = record == NULL ? NULL : json_at(&record->value, field);
  if (value == NULL && !failed) usher_broken(record == NULL ? "`%s` of no record" : "the field `%s` was not asked for", field);
  return value;
}

bool usher_has(const usher_record *record, const char *field) {
  return record != NULL && json_at(&record->value, field) != NULL;
}

usher_value usher_value_of(const usher_record *record, const char *field) {
  const json *value = field_of(record, field);
  return value == NULL ? usher_nothing() : value_of(value, field);
}

const char *usher_text_in(const usher_record *record, const char *field) { return usher_text_of(usher_value_of(record, field)); }

bool usher_truth_in(const usher_record *record, const char *field) { return usher_truth_of(usher_value_of(record, field)); }

long long usher_integer_in(const usher_record *record, const char *field) { return usher_integer_of(usher_value_of(record, field)); }

size_t usher_count_in(const usher_record *record, const char *field) {
  const json *value = field_of(record, field);
  size_t count = 0;
  if (value == NULL || value->kind != JSON_LIST) return 0;
  for (const json *one = value->item; one != NULL; one = one->next) count++;
  return count;
}

usher_value usher_item_of(const usher_record *record, const char *field, size_t index) {
  const json *value = field_of(record, field);
  const json *one = value == NULL || value->kind != JSON_LIST ? NULL : value->item;
  while (one != NULL && index-- > 0) one = one->next;
  return one == NULL ? usher_nothing() : value_of(one, field);
}

const usher_record *usher_part(const usher_record *record, const char *field) {
  const json *value = field_of(record, field);
  return value == NULL || value->kind != JSON_OBJECT ? NULL : (const usher_record *)value;
}

/* ---- reads ---- */

static const json *parsed(step_string_t text) {
  const json *value = json_read((const char *)text.ptr, text.len);
  if (value == NULL) usher_broken("Usher's answer is not JSON that this SDK reads");
  return value;
}

static usher_records records(step_string_t text) {
  const json *list = parsed(text);
  struct {
    const usher_record **ptr;
    size_t len;
  } found = {0};
  for (const json *one = list == NULL ? NULL : list->item; one != NULL; one = one->next) {
    APPEND(&found) = (const usher_record *)one;
  }
  return (usher_records){found.len, found.ptr};
}

usher_lookup usher_lookup_of(const char *object) { return (usher_lookup){.object = given(object, "an object")}; }

void usher_read_all(usher_lookup *lookup, const char *const *fields) {
  for (; *fields != NULL; fields++) APPEND(&lookup->fields) = given(*fields, "a field");
}

void usher_whose_any(usher_lookup *lookup, const char *field, const usher_value *values, size_t count) {
  usher_step_types_condition_t condition = {.field = given(field, "a field")};
  for (size_t at = 0; at < count; at++) APPEND(&condition.any_of) = values[at];
  APPEND(&lookup->conditions) = condition;
}

void usher_whose(usher_lookup *lookup, const char *field, usher_value value) { usher_whose_any(lookup, field, &value, 1); }

/* SOQL has no word for a condition without values, so the org is not asked. */
static bool finds_nothing(const usher_lookup *lookup) {
  for (size_t at = 0; at < lookup->conditions.len; at++) {
    if (lookup->conditions.ptr[at].any_of.len == 0) return true;
  }
  return failed;
}

usher_records usher_find(const usher_lookup *lookup) {
  usher_lookup asked = *lookup;
  step_string_t text = {0};
  usher_step_org_read_error_t error = {0};
  if (finds_nothing(lookup)) return (usher_records){0};
  if (usher_step_org_find(&asked, &text, &error)) return records(text);
  fail_to_read(&error);
  return (usher_records){0};
}

void usher_find_all(const usher_lookup *lookups, size_t count, usher_records *found) {
  usher_step_org_list_lookup_t asked = {0};
  usher_step_org_list_result_string_read_error_t answers = {0};
  for (size_t at = 0; at < count; at++) {
    if (!finds_nothing(&lookups[at])) APPEND(&asked) = lookups[at];
  }
  if (asked.len > 0) usher_step_org_find_all(&asked, &answers);
  for (size_t at = 0, next = 0; at < count; at++) {
    found[at] = (usher_records){0};
    if (finds_nothing(&lookups[at]) || next >= answers.len) continue;
    const usher_step_org_result_string_read_error_t *one = &answers.ptr[next++];
    if (one->is_err) fail_to_read(&one->val.err);
    else found[at] = records(one->val.ok);
  }
}

unsigned long long usher_count(const usher_lookup *lookup) {
  usher_lookup asked = *lookup;
  uint64_t count = 0;
  usher_step_org_read_error_t error = {0};
  if (finds_nothing(lookup)) return 0;
  usher_step_org_list_condition_t conditions = {asked.conditions.ptr, asked.conditions.len};
  if (!usher_step_org_count(&asked.object, &conditions, &count, &error)) fail_to_read(&error);
  return count;
}

usher_records usher_query(const char *soql, const usher_step_types_field_t *binds, size_t count) {
  usher_step_org_list_field_t fields = {(usher_step_types_field_t *)binds, count};
  step_string_t asked = given(soql, "the query"), text = {0};
  usher_step_org_read_error_t error = {0};
  if (failed) return (usher_records){0};
  if (usher_step_org_query(&asked, &fields, &text, &error)) return records(text);
  fail_to_read(&error);
  return (usher_records){0};
}

const usher_record *usher_settings(const char *name) {
  step_string_t asked = given(name, "the settings"), text = {0};
  usher_step_org_read_error_t error = {0};
  if (failed) return NULL;
  if (usher_step_org_get_settings(&asked, &text, &error)) return (const usher_record *)parsed(text);
  fail_to_read(&error);
  return NULL;
}

const char *usher_now(void) {
  step_string_t now = {0};
  usher_step_context_now(&now);
  return ended(now);
}

/* ---- the answer ---- */

usher_change *usher_change_of(const char *address, const char *summary, usher_step_types_operation_t operation) {
  static usher_change *changes[10000]; /* Usher takes no more in one plan */
  if (answer.changes.len >= sizeof changes / sizeof *changes) {
    usher_broken("more than %zu changes", sizeof changes / sizeof *changes);
    return changes[0];
  }
  /* A change keeps its place while the list grows; the list is made at the end. */
  usher_change *change = taken(sizeof *change);
  changes[answer.changes.len++] = change;
  answer.changes.ptr = (usher_change *)changes;
  change->address = given(address, "the address of a change");
  change->summary = given(summary, "the summary of a change");
  change->operation = operation;
  change->undo.tag = USHER_STEP_TYPES_UNDO_POSSIBLE;
  change->undo.val.possible.way.tag = USHER_STEP_TYPES_WAY_BACK_RESTORE;
  return change;
}

usher_change *usher_create(const char *address, const char *summary, const char *object) {
  usher_step_types_create_record_t create = {.object = given(object, "an object")};
  return usher_change_of(address, summary, (usher_step_types_operation_t){USHER_STEP_TYPES_OPERATION_CREATE, {.create = create}});
}

usher_change *usher_update(const char *address, const char *summary, const char *object, usher_value id) {
  usher_step_types_update_record_t update = {.object = given(object, "an object"), .id = id};
  return usher_change_of(address, summary, (usher_step_types_operation_t){USHER_STEP_TYPES_OPERATION_UPDATE, {.update = update}});
}

usher_change *usher_delete(const char *address, const char *summary, const char *object, usher_value id) {
  usher_step_types_delete_record_t delete = {.object = given(object, "an object"), .id = id};
  return usher_change_of(address, summary, (usher_step_types_operation_t){USHER_STEP_TYPES_OPERATION_DELETE, {.delete_ = delete}});
}

usher_change *usher_configure(const char *address, const char *summary, const char *settings) {
  usher_step_types_configure_settings_t configure = {.settings = given(settings, "the settings")};
  return usher_change_of(address, summary, (usher_step_types_operation_t){USHER_STEP_TYPES_OPERATION_CONFIGURE, {.configure = configure}});
}

void usher_set(usher_change *change, const char *field, usher_value value) {
  usher_step_types_field_t set = {given(field, "a field"), value};
  switch (change->operation.tag) {
    case USHER_STEP_TYPES_OPERATION_CREATE: APPEND(&change->operation.val.create.fields) = set; break;
    case USHER_STEP_TYPES_OPERATION_UPDATE: APPEND(&change->operation.val.update.fields) = set; break;
    case USHER_STEP_TYPES_OPERATION_CONFIGURE: APPEND(&change->operation.val.configure.fields) = set; break;
    default: usher_broken("`%s` sets no fields", ended(change->address)); break;
  }
}

void usher_key(usher_change *change, bool enforced, const char *const *fields) {
  if (change->operation.tag != USHER_STEP_TYPES_OPERATION_CREATE) {
    usher_broken("`%s` creates no record", ended(change->address));
    return;
  }
  usher_step_types_create_record_t *create = &change->operation.val.create;
  create->key = (usher_step_types_key_t){.enforced = enforced};
  for (; *fields != NULL; fields++) {
    size_t at = 0;
    while (at < create->fields.len && strcmp(ended(create->fields.ptr[at].name), *fields) != 0) at++;
    if (at == create->fields.len) {
      usher_broken("the key names `%s`, which is not set before it", *fields);
      continue;
    }
    usher_step_types_condition_t condition = {.field = create->fields.ptr[at].name};
    APPEND(&condition.any_of) = create->fields.ptr[at].value;
    APPEND(&create->key.conditions) = condition;
  }
}

usher_value usher_id(const usher_change *change) { return usher_bound(ended(change->address), "id"); }

void usher_after(usher_change *change, const char *address) {
  APPEND(&change->after) = (usher_step_types_prerequisite_t){USHER_STEP_TYPES_PREREQUISITE_CHANGE, {.change = given(address, "an address")}};
}

void usher_undo_nothing(usher_change *change) { change->undo = (usher_step_types_undo_t){.tag = USHER_STEP_TYPES_UNDO_NOTHING}; }

void usher_undo_impossible(usher_change *change, const char *why) {
  change->undo = (usher_step_types_undo_t){USHER_STEP_TYPES_UNDO_IMPOSSIBLE, {.impossible = given(why, "the reason")}};
}

void usher_undo_instead(usher_change *change, usher_step_types_operation_t operation, const char *stays) {
  usher_step_types_take_back_t back = {.way = {USHER_STEP_TYPES_WAY_BACK_INSTEAD, {operation}}, .stays = perhaps(stays, "what stays")};
  change->undo = (usher_step_types_undo_t){USHER_STEP_TYPES_UNDO_POSSIBLE, {.possible = back}};
}

void usher_effect(usher_step_types_effect_t effect) { APPEND(&answer.effects) = effect; }

void usher_warning(const char *code, const char *at, const char *summary, const char *remedy) {
  APPEND(&answer.notes) = diagnostic(USHER_STEP_TYPES_SEVERITY_WARNING, code, at, summary, remedy);
}

void usher_info(const char *code, const char *at, const char *summary, const char *remedy) {
  APPEND(&answer.notes) = diagnostic(USHER_STEP_TYPES_SEVERITY_INFO, code, at, summary, remedy);
}

void usher_output_json(const char *name, const char *document) {
  json_put_word(&outputs, outputs.length == 0 ? "{" : ",");
  json_put_text(&outputs, name);
  json_put_word(&outputs, ":");
  json_put_word(&outputs, document);
}

static void put_reference(json_writer *writer, const usher_step_types_reference_t *reference) {
  if (reference->tag == USHER_STEP_TYPES_REFERENCE_GIVEN) {
    json_put_word(writer, "{\"$ref\":");
    json_put_text(writer, ended(reference->val.given));
  } else {
    json_put_word(writer, "{\"$bound\":[");
    json_put_text(writer, ended(reference->val.bound.address));
    json_put_word(writer, ",");
    json_put_text(writer, ended(reference->val.bound.name));
    json_put_word(writer, "]");
  }
  json_put_word(writer, "}");
}

void usher_output(const char *name, usher_value value) {
  json_writer writer = {0};
  switch (value.tag) {
    case USHER_STEP_TYPES_SCALAR_NOTHING: json_put_word(&writer, "null"); break;
    case USHER_STEP_TYPES_SCALAR_TRUTH: json_put_word(&writer, value.val.truth ? "true" : "false"); break;
    case USHER_STEP_TYPES_SCALAR_NUMBER: json_put_word(&writer, ended(value.val.number)); break;
    case USHER_STEP_TYPES_SCALAR_REFERENCE: put_reference(&writer, &value.val.reference); break;
    case USHER_STEP_TYPES_SCALAR_JOINED: usher_broken("the output `%s` is a joined text: write it with usher_output_json", name); break;
    default: json_put_text(&writer, ended(value.val.text)); break;
  }
  usher_output_json(name, writer.length == 0 ? "null" : writer.text);
}

/* ---- the component ---- */

void exports_usher_step_planner_describe(step_string_t *ret) {
  *ret = (step_string_t){(uint8_t *)usher_manifest, strlen(usher_manifest)};
}

/* The changes one behind the other, and the outputs. */
static void finish(void) {
  usher_change **changes = (usher_change **)answer.changes.ptr;
  usher_step_types_list_change_t list = {0};
  for (size_t at = 0; at < answer.changes.len; at++) {
    if (changes[at]->operation.tag == USHER_STEP_TYPES_OPERATION_CREATE && changes[at]->operation.val.create.key.conditions.len == 0) {
      usher_broken("the create `%s` has no key: add usher_unique or usher_recognised", ended(changes[at]->address));
    }
    APPEND(&list) = *changes[at];
  }
  answer.changes = list;
  json_put_word(&outputs, outputs.length == 0 ? "{}" : "}");
  answer.outputs = given(outputs.text, "the outputs");
}

bool exports_usher_step_planner_plan(step_string_t *input, usher_step_types_step_plan_t *ret, usher_step_types_failure_t *err) {
  const json *value = parsed(*input);
  if (value != NULL) plan((const usher_record *)value);
  if (!failed) finish();
  if (!failed) {
    *ret = answer;
    return true;
  }
  uint8_t tag = has_invalid ? USHER_STEP_TYPES_FAILURE_INVALID : USHER_STEP_TYPES_FAILURE_UNMET;
  *err = has_failure ? failure : (usher_step_types_failure_t){tag, {.invalid = problems}};
  return false;
}

/* In the place of the function of step.c that frees an answer, which is most of its code. */
void __wasm_export_exports_usher_step_planner_plan_post_return(uint8_t *plan_or_failure) { (void)plan_or_failure; }
