/* The SDK for step plugins in C. A plugin is one function:

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
         …
       }

   FAILURES. C has no exceptions. The first thing that goes wrong (a read without an answer, a value that is not known
   yet, a mistake of the plugin) is kept, and becomes the answer whatever the plugin does afterwards. From then on reads
   find nothing, and values are empty. `usher_failed` says so, for loops that would run on.

   TEXTS end at a zero, as everywhere in C. `usher_format` makes one.

   MEMORY is never freed: each call of a plugin has an instance of its own. `malloc` works; `free` does nothing.

   There are no files and no standard output: `usher_log` writes into the plugin's log.

   Written by Usher: `usher plugin sdk` writes it again. The contract's own types are in step.h, for what is not here. */

#ifndef USHER_H
#define USHER_H

#include <stdbool.h>
#include <stddef.h>

#include "step.h"

/* ---- the plugin: the only function that an author must write ---- */

typedef struct usher_record usher_record;

void plan(const usher_record *input);

/* ---- values ---- */

/* A value of Usher or for Usher, in the form of the contract. */
typedef usher_step_types_scalar_t usher_value;

usher_value usher_nothing(void);
usher_value usher_truth(bool truth);
usher_value usher_integer(long long number);
/* A number as JSON writes it, without exponent: "12.50". */
usher_value usher_number(const char *number);
usher_value usher_text(const char *text);
/* A day: "2026-11-22". A condition on a date field needs it; a text in this form is not a date. */
usher_value usher_date(const char *day);
/* An instant: "2026-11-22T10:00:00Z", or with an offset instead of the `Z`. */
usher_value usher_date_time(const char *instant);
/* The value that the change or effect at an address binds: "id", or a name from the change's results. */
usher_value usher_bound(const char *address, const char *name);

bool usher_is_unknown(usher_value value);
/* The text; "" for nothing. Defers the step when the value is not known yet. */
const char *usher_text_of(usher_value value);
/* True or false; nothing is false. */
bool usher_truth_of(usher_value value);
/* The whole number; 0 for nothing. */
long long usher_integer_of(usher_value value);

/* Nothing is left to change where `field` holds `there` and should hold `wanted`: the case of a text counts, blanks at its
   ends do not, and ids are compared in 15 or 18 characters where the field holds ids. */
bool usher_is_as_wanted(const char *field, usher_value there, usher_value wanted);
/* SOQL finds the one by the other: as above, but the case of the letters of ASCII does not count. */
bool usher_found_by(const char *field, usher_value one, usher_value other);
/* Both are the id of the same record, in 15 or 18 characters. */
bool usher_is_same_id(usher_value a, usher_value b);

/* A text, as printf makes it. */
const char *usher_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The first characters of a text; a character of several bytes is one. */
const char *usher_shortened(const char *text, size_t characters_max);
/* The text without blanks, tabs and line ends at its ends. */
const char *usher_trimmed(const char *text);

/* ---- reading the org ---- */

/* The input, a record, or one settings component. A field that was not asked for is a mistake of the plugin. */
bool usher_has(const usher_record *record, const char *field);
usher_value usher_value_of(const usher_record *record, const char *field);
const char *usher_text_in(const usher_record *record, const char *field);
bool usher_truth_in(const usher_record *record, const char *field);
long long usher_integer_in(const usher_record *record, const char *field);
/* The number of values in a list, and one of them. */
size_t usher_count_in(const usher_record *record, const char *field);
usher_value usher_item_of(const usher_record *record, const char *field, size_t index);
/* A part that is a record itself; NULL when there is none. */
const usher_record *usher_part(const usher_record *record, const char *field);

typedef struct {
  size_t count;
  const usher_record *const *at;
} usher_records;

typedef usher_step_types_lookup_t usher_lookup;

usher_lookup usher_lookup_of(const char *object);
/* Reads these fields too, names or parent paths; `Id` always comes along. */
#define usher_read(lookup, ...) usher_read_all((lookup), (const char *const[]){__VA_ARGS__, NULL})
void usher_read_all(usher_lookup *lookup, const char *const *fields);
/* Only records whose field (or parent path) equals the value, or one of the values; none when there are none. */
void usher_whose(usher_lookup *lookup, const char *field, usher_value value);
void usher_whose_any(usher_lookup *lookup, const char *field, const usher_value *values, size_t count);

/* The records that a lookup finds, ordered by id, planned ones last. */
usher_records usher_find(const usher_lookup *lookup);
/* The same for several lookups that do not need each other's answers, in fewer requests. */
void usher_find_all(const usher_lookup *lookups, size_t count, usher_records *found);
/* The number of records that meet all conditions of a lookup. */
unsigned long long usher_count(const usher_lookup *lookup);
/* SOQL for what `usher_find` cannot express. It does not see planned changes. */
usher_records usher_query(const char *soql, const usher_step_types_field_t *binds, size_t count);
/* The fields of one settings component; `usher_has` says whether this org has one. */
const usher_record *usher_settings(const char *name);
/* Field name to its description as Salesforce gives it, each a part; fields that do not exist are left out. */
#define usher_describe(object, ...) usher_describe_all((object), (const char *const[]){__VA_ARGS__, NULL})
const usher_record *usher_describe_all(const char *object, const char *const *fields);

typedef usher_step_types_component_name_t usher_component_name;

/* A component by its metadata type and its full name, as in package.xml. */
usher_component_name usher_component_named(const char *kind, usher_value full_name);
/* The components of one metadata type, with `fullName` and `id`. */
usher_records usher_components(const char *kind);
/* The content of a component, with its parts that belong to companions (NULL and 0 without any); NULL when it does not
   exist. */
const usher_record *usher_component(usher_component_name name, const usher_component_name *companions, size_t count);

typedef usher_step_types_resource_path_t usher_path;

/* A resource below `/services/data/vNN.0/`: usher_path_of("connect", "communities"). */
#define usher_path_of(...) usher_path_to((const char *const[]){__VA_ARGS__, NULL})
usher_path usher_path_to(const char *const *segments);
/* One more segment, such as an id; one more parameter after the `?`. */
void usher_segment(usher_path *path, usher_value segment);
void usher_parameter(usher_path *path, const char *name, usher_value value);
/* The JSON object that a resource answers. */
const usher_record *usher_get(const usher_path *path);

/* UTC, "2026-11-22T10:00:00Z"; the same for the whole run. */
const char *usher_now(void);

/* ---- the answer ---- */

typedef usher_step_types_change_t usher_change;

/* Changes are added to the plan. Each is undone by restoring the former state unless `usher_undo_…` says otherwise. The
   address names the change inside the step; it is made from what the change is about, never from a counter. */
usher_change *usher_create(const char *address, const char *summary, const char *object);
usher_change *usher_update(const char *address, const char *summary, const char *object, usher_value id);
usher_change *usher_delete(const char *address, const char *summary, const char *object, usher_value id);
usher_change *usher_configure(const char *address, const char *summary, const char *settings);
/* Any other operation of the contract. */
usher_change *usher_change_of(const char *address, const char *summary, usher_step_types_operation_t operation);

/* Sets a field of a create, an update or settings. */
void usher_set(usher_change *change, const char *field, usher_value value);
/* The key of a create, of fields that are set already: Salesforce itself lets no two records have the same values in them;
   or it would, and Usher recognises the record by them. */
#define usher_unique(change, ...) usher_key((change), true, (const char *const[]){__VA_ARGS__, NULL})
#define usher_recognised(change, ...) usher_key((change), false, (const char *const[]){__VA_ARGS__, NULL})
void usher_key(usher_change *change, bool enforced, const char *const *fields);
/* The id of the record that a change creates. */
usher_value usher_id(const usher_change *change);
/* Only after the change at this address. */
void usher_after(usher_change *change, const char *address);
void usher_undo_nothing(usher_change *change);
void usher_undo_impossible(usher_change *change, const char *why);
void usher_undo_instead(usher_change *change, usher_step_types_operation_t operation, const char *stays);

void usher_effect(usher_step_types_effect_t effect);

/* ---- waits ---- */

/* Something that Usher looks at by itself, without the plugin. */
typedef usher_step_types_probe_t usher_probe;
typedef usher_step_types_wait_t usher_wait;

usher_probe usher_look_at_records(usher_lookup lookup);
usher_probe usher_look_at_path(usher_path path);
usher_probe usher_look_at_settings(const char *name);
usher_probe usher_look_at_component(usher_component_name name);
usher_probe usher_look_at_object(const char *object);

/* Looks until the thing is there: every five seconds, for ten minutes at most. */
usher_wait usher_wait_of(const char *summary, usher_probe look);
/* Until it is not there any more, or until the value at a place is this one; several such values must all be there. `at` is
   a field of records and settings, and a JSON Pointer into resources and components. */
void usher_until_absent(usher_wait *wait);
void usher_until(usher_wait *wait, const char *at, usher_value value);
/* The change has failed when the value at `at` is this one; the reason is at another place. */
void usher_fails_when(usher_wait *wait, const char *at, usher_value value);
void usher_reason_at(usher_wait *wait, const char *at);
void usher_every_ms(usher_wait *wait, unsigned every, unsigned at_most);

/* The change is done when the wait is over. The last wait decides. */
void usher_wait_for(usher_change *change, usher_wait wait);
/* Sends nothing, only waits. */
usher_change *usher_wait_only(const char *address, const char *summary, usher_wait wait);
/* Keeps a value under a name, for `usher_bound`: one of the answer, or one that is found after all waits. */
void usher_bind_reply(usher_change *change, const char *name, const char *pointer);
void usher_bind_found(usher_change *change, const char *name, usher_probe look, const char *at);

/* A note for people. `remedy` may be NULL. */
void usher_warning(const char *code, const char *at, const char *summary, const char *remedy);
void usher_info(const char *code, const char *at, const char *summary, const char *remedy);

/* One of the outputs. They must be complete also when there is no change. */
void usher_output(const char *name, usher_value value);
/* One that is not a single value, as JSON. */
void usher_output_json(const char *name, const char *json);

/* ---- the reasons why there is no plan ---- */

/* Something is wrong with the input, or the org is not ready: all such problems are reported at once. `at` is a JSON
   Pointer into the input, "" for the input as a whole; `remedy` may be NULL. */
void usher_invalid(const char *code, const char *at, const char *summary, const char *remedy);
void usher_unmet(const char *code, const char *at, const char *summary, const char *remedy);
/* The step cannot be planned before the value of a token is known. */
void usher_deferred(const char *token, const char *reason);
/* Another try later may help. */
void usher_transient(const char *why);
/* The plugin is at fault. */
void usher_broken(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Something has gone wrong already. */
bool usher_failed(void);

/* ---- the log ---- */

typedef enum { USHER_TRACE, USHER_DEBUG, USHER_INFO, USHER_WARN, USHER_ERROR } usher_level;

void usher_log(usher_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
