/* The first failure of a call, its problems, its log. A part of usher.c. */

#ifndef USHER_FAILURES_H
#define USHER_FAILURES_H

#include "texts.h"

/* A failure is one line for people, and a line of the log has 4 kB. */
enum { WORDS_CHARACTERS_MAX = 1300 };

static usher_step_types_failure_t failure;
static bool failed, has_failure, has_invalid;
static usher_step_types_list_diagnostic_t problems;

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

#endif
