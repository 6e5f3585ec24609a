/* Waits of changes, and values that are kept when they are over. A part of usher.c. */

#ifndef USHER_WAITS_H
#define USHER_WAITS_H

#include "answer.h"
#include "values.h"

usher_probe usher_look_at_records(usher_lookup lookup) {
  return (usher_probe){USHER_STEP_TYPES_PROBE_RECORDS, {.records = lookup}};
}

usher_probe usher_look_at_path(usher_path path) { return (usher_probe){USHER_STEP_TYPES_PROBE_REST, {.rest = path}}; }

usher_probe usher_look_at_settings(const char *name) {
  return (usher_probe){USHER_STEP_TYPES_PROBE_SETTINGS, {.settings = given(name, "the settings")}};
}

usher_probe usher_look_at_component(usher_component_name name) {
  return (usher_probe){USHER_STEP_TYPES_PROBE_COMPONENT, {.component = name}};
}

usher_probe usher_look_at_object(const char *object) {
  return (usher_probe){USHER_STEP_TYPES_PROBE_OBJECT, {.object = given(object, "an object")}};
}

usher_wait usher_wait_of(const char *summary, usher_probe look) {
  return (usher_wait){
      .summary = given(summary, "the summary of a wait"),
      .look = look,
      .until.tag = USHER_STEP_TYPES_FINDING_PRESENT,
      .every_ms = 5000,
      .at_most_ms = 600000,
  };
}

static usher_step_types_check_t check_of(const char *at, usher_value value) {
  usher_step_types_check_t check = {.at = given(at, "the place of a check")};
  APPEND(&check.any_of) = value;
  return check;
}

void usher_until_absent(usher_wait *wait) { wait->until = (usher_step_types_finding_t){.tag = USHER_STEP_TYPES_FINDING_ABSENT}; }

void usher_until(usher_wait *wait, const char *at, usher_value value) {
  if (wait->until.tag != USHER_STEP_TYPES_FINDING_HOLDS) wait->until = (usher_step_types_finding_t){.tag = USHER_STEP_TYPES_FINDING_HOLDS};
  APPEND(&wait->until.val.holds) = check_of(at, value);
}

void usher_fails_when(usher_wait *wait, const char *at, usher_value value) { APPEND(&wait->failed) = check_of(at, value); }

void usher_reason_at(usher_wait *wait, const char *at) { wait->reason_at = perhaps(at, "the place of the reason"); }

void usher_every_ms(usher_wait *wait, unsigned every, unsigned at_most) {
  wait->every_ms = every;
  wait->at_most_ms = at_most;
}

void usher_wait_for(usher_change *change, usher_wait wait) { APPEND(&change->waits) = wait; }

usher_change *usher_wait_only(const char *address, const char *summary, usher_wait wait) {
  usher_change *change = usher_change_of(address, summary, (usher_step_types_operation_t){.tag = USHER_STEP_TYPES_OPERATION_WAIT_ONLY});
  usher_undo_nothing(change);
  usher_wait_for(change, wait);
  return change;
}

void usher_bind_reply(usher_change *change, const char *name, const char *pointer) {
  usher_step_types_source_t source = {USHER_STEP_TYPES_SOURCE_REPLY, {.reply = given(pointer, "the place of a result")}};
  APPEND(&change->results) = (usher_step_types_binding_t){.name = given(name, "the name of a result"), .source = source};
}

void usher_bind_found(usher_change *change, const char *name, usher_probe look, const char *at) {
  usher_step_types_found_value_t found = {look, given(at, "the place of a result")};
  usher_step_types_source_t source = {USHER_STEP_TYPES_SOURCE_FOUND, {.found = found}};
  APPEND(&change->results) = (usher_step_types_binding_t){.name = given(name, "the name of a result"), .source = source};
}

#endif
