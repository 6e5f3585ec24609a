/* See usher.h. One call of the plugin. Its parts are in headers, so that a plugin needs no list of sources. */

#include "usher.h"

#include "memory.h"

static void *json_alloc(size_t bytes) { return taken(bytes); }

#include "json.h"

#include "answer.h"
#include "failures.h"
#include "manifest.h"
#include "reads.h"
#include "waits.h"

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
