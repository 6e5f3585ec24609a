/* Reading the org. A part of usher.c. */

#ifndef USHER_READS_H
#define USHER_READS_H

#include "values.h"

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

const usher_record *usher_describe_all(const char *object, const char *const *fields) {
  step_list_string_t names = {0};
  step_string_t asked = given(object, "an object"), text = {0};
  usher_step_org_read_error_t error = {0};
  for (; *fields != NULL; fields++) APPEND(&names) = given(*fields, "a field");
  if (failed) return NULL;
  if (usher_step_org_describe_object(&asked, &names, &text, &error)) return (const usher_record *)parsed(text);
  fail_to_read(&error);
  return NULL;
}

usher_component_name usher_component_named(const char *kind, usher_value full_name) {
  return (usher_component_name){given(kind, "a metadata type"), full_name};
}

usher_records usher_components(const char *kind) {
  step_string_t asked = given(kind, "a metadata type"), text = {0};
  usher_step_org_read_error_t error = {0};
  if (failed) return (usher_records){0};
  if (usher_step_org_list_components(&asked, &text, &error)) return records(text);
  fail_to_read(&error);
  return (usher_records){0};
}

const usher_record *usher_component(usher_component_name name, const usher_component_name *companions, size_t count) {
  usher_step_org_list_component_name_t others = {(usher_component_name *)companions, count};
  step_string_t text = {0};
  usher_step_org_read_error_t error = {0};
  if (failed) return NULL;
  if (usher_step_org_read_component(&name, &others, &text, &error)) {
    const json *value = parsed(text);
    return value == NULL || value->kind == JSON_NULL ? NULL : (const usher_record *)value;
  }
  fail_to_read(&error);
  return NULL;
}

usher_path usher_path_to(const char *const *segments) {
  usher_path path = {0};
  for (; *segments != NULL; segments++) usher_segment(&path, usher_text(*segments));
  return path;
}

void usher_segment(usher_path *path, usher_value segment) { APPEND(&path->segments) = segment; }

void usher_parameter(usher_path *path, const char *name, usher_value value) {
  APPEND(&path->query) = (usher_step_types_field_t){given(name, "a parameter"), value};
}

const usher_record *usher_get(const usher_path *path) {
  usher_path asked = *path;
  step_string_t text = {0};
  usher_step_org_read_error_t error = {0};
  if (failed) return NULL;
  if (usher_step_org_get(&asked, &text, &error)) return (const usher_record *)parsed(text);
  fail_to_read(&error);
  return NULL;
}

const char *usher_now(void) {
  step_string_t now = {0};
  usher_step_context_now(&now);
  return ended(now);
}

#endif
