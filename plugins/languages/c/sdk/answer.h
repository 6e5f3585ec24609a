/* The answer of a call: changes, effects, notes, outputs. A part of usher.c. */

#ifndef USHER_ANSWER_H
#define USHER_ANSWER_H

#include "values.h"

static usher_step_types_step_plan_t answer;
static json_writer outputs;

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

#endif
