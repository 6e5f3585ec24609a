/* Values, comparing them, and the records that hold them. A part of usher.c. */

#ifndef USHER_VALUES_H
#define USHER_VALUES_H

#include "failures.h"
#include "json.h"
#include "same.h"

struct usher_record {
  json value;
};

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

bool usher_found_by(const char *field, usher_value one, usher_value other) {
  if (usher_is_as_wanted(field, one, other)) return true;
  bool texts = one.tag == USHER_STEP_TYPES_SCALAR_TEXT && other.tag == USHER_STEP_TYPES_SCALAR_TEXT;
  return texts && found_texts(field, written(one), written(other));
}

bool usher_is_same_id(usher_value a, usher_value b) { return usher_is_as_wanted("Id", a, b); }

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

#endif
