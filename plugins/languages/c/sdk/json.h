/* Reads JSON into a tree. Everything is allocated by `json_alloc`, which is given by the file that includes this one, and
   is never freed: one call of a plugin has an instance of its own. */

#ifndef USHER_JSON_H
#define USHER_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
  /* Usher's own JSON nests less; deeper input would use up the stack. */
  JSON_DEPTH_MAX = 128,
};

typedef enum { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_TEXT, JSON_LIST, JSON_OBJECT } json_kind;

/* One value. The items of a list and of an object are a chain; those of an object have names. */
typedef struct json {
  json_kind kind;
  const char *text;  /* of a text, ended by a zero; of a number, its digits as they came */
  const char *name;  /* in an object */
  struct json *item; /* the first one */
  struct json *next; /* the next in the chain */
} json;

/* Memory for a number of bytes, zeroed; never NULL. */
static void *json_alloc(size_t bytes);

typedef struct {
  const char *at;
  const char *end;
  unsigned depth;
} json_reader;

static bool json_value(json_reader *reader, json *into);

static void json_blanks(json_reader *reader) {
  while (reader->at < reader->end && memchr(" \t\r\n", *reader->at, 4) != NULL) reader->at++;
}

static bool json_takes(json_reader *reader, const char *word) {
  size_t length = strlen(word);
  if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length) != 0) return false;
  reader->at += length;
  return true;
}

/* The four digits of an escape; -1 when they are not. */
static int32_t json_hex(json_reader *reader) {
  if (reader->end - reader->at < 4) return -1;
  int32_t code = 0;
  for (int digit = 0; digit < 4; digit++) {
    char one = *reader->at++;
    int value = one >= '0' && one <= '9' ? one - '0' : one >= 'a' && one <= 'f' ? one - 'a' + 10 : one >= 'A' && one <= 'F' ? one - 'A' + 10 : -1;
    if (value < 0) return -1;
    code = code * 16 + value;
  }
  return code;
}

/* Writes a code point as UTF-8; returns the end. */
static char *json_utf8(char *out, int32_t code) {
  if (code < 0x80) {
    *out++ = (char)code;
  } else if (code < 0x800) {
    *out++ = (char)(0xC0 | code >> 6);
    *out++ = (char)(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    *out++ = (char)(0xE0 | code >> 12);
    *out++ = (char)(0x80 | (code >> 6 & 0x3F));
    *out++ = (char)(0x80 | (code & 0x3F));
  } else {
    *out++ = (char)(0xF0 | code >> 18);
    *out++ = (char)(0x80 | (code >> 12 & 0x3F));
    *out++ = (char)(0x80 | (code >> 6 & 0x3F));
    *out++ = (char)(0x80 | (code & 0x3F));
  }
  return out;
}

/* One escape, behind its backslash. */
static bool json_escape(json_reader *reader, char **out) {
  static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
  if (reader->at == reader->end) return false;
  char letter = *reader->at++;
  if (letter != 'u') {
    const char *found = memchr(letters, letter, sizeof letters - 1);
    if (found == NULL) return false;
    *(*out)++ = meanings[found - letters];
    return true;
  }
  int32_t code = json_hex(reader);
  if (code >= 0xD800 && code <= 0xDBFF) {
    if (!json_takes(reader, "\\u")) return false;
    int32_t low = json_hex(reader);
    if (low < 0xDC00 || low > 0xDFFF) return false;
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  } else if (code >= 0xDC00 && code <= 0xDFFF) {
    return false;
  }
  /* A text of C ends at a zero. */
  if (code <= 0) return false;
  *out = json_utf8(*out, code);
  return true;
}

static const char *json_text(json_reader *reader) {
  if (!json_takes(reader, "\"")) return NULL;
  const char *end = reader->at;
  while (end < reader->end && *end != '"') end += *end == '\\' && end + 1 < reader->end ? 2 : 1;
  if (end >= reader->end) return NULL;
  /* An escape is longer than what it stands for. */
  char *text = json_alloc((size_t)(end - reader->at) + 1), *out = text;
  while (reader->at < end) {
    char one = *reader->at++;
    if (one == '\\') {
      if (!json_escape(reader, &out)) return NULL;
    } else if ((unsigned char)one < 0x20) {
      return NULL;
    } else {
      *out++ = one;
    }
  }
  *out = '\0';
  reader->at++;
  return text;
}

static size_t json_digits(json_reader *reader) {
  const char *start = reader->at;
  while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9') reader->at++;
  return (size_t)(reader->at - start);
}

static bool json_number(json_reader *reader, json *into) {
  const char *start = reader->at;
  json_takes(reader, "-");
  bool nought = reader->at < reader->end && *reader->at == '0';
  size_t whole = json_digits(reader);
  if (whole == 0 || (nought && whole > 1)) return false;
  if (json_takes(reader, ".") && json_digits(reader) == 0) return false;
  if (json_takes(reader, "e") || json_takes(reader, "E")) {
    if (!json_takes(reader, "+")) json_takes(reader, "-");
    if (json_digits(reader) == 0) return false;
  }
  size_t length = (size_t)(reader->at - start);
  char *text = json_alloc(length + 1);
  memcpy(text, start, length);
  into->kind = JSON_NUMBER;
  into->text = text;
  return true;
}

/* The items of a list or an object, behind its bracket. */
static bool json_items(json_reader *reader, json *into, json_kind kind, const char *close) {
  into->kind = kind;
  if (++reader->depth > JSON_DEPTH_MAX) return false;
  json **place = &into->item;
  json_blanks(reader);
  if (!json_takes(reader, close)) {
    do {
      json *one = json_alloc(sizeof *one);
      json_blanks(reader);
      if (kind == JSON_OBJECT) {
        if ((one->name = json_text(reader)) == NULL) return false;
        json_blanks(reader);
        if (!json_takes(reader, ":")) return false;
      }
      if (!json_value(reader, one)) return false;
      *place = one;
      place = &one->next;
      json_blanks(reader);
    } while (json_takes(reader, ","));
    if (!json_takes(reader, close)) return false;
  }
  reader->depth--;
  return true;
}

static bool json_value(json_reader *reader, json *into) {
  json_blanks(reader);
  if (reader->at == reader->end) return false;
  switch (*reader->at) {
    case '{': reader->at++; return json_items(reader, into, JSON_OBJECT, "}");
    case '[': reader->at++; return json_items(reader, into, JSON_LIST, "]");
    case '"': into->kind = JSON_TEXT; return (into->text = json_text(reader)) != NULL;
    case 't': into->kind = JSON_TRUE; return json_takes(reader, "true");
    case 'f': into->kind = JSON_FALSE; return json_takes(reader, "false");
    case 'n': into->kind = JSON_NULL; return json_takes(reader, "null");
    default: return json_number(reader, into);
  }
}

/* The value that a text holds; NULL when it is not JSON, nests too deep, or has a zero in a text. */
static json *json_read(const char *text, size_t length) {
  json_reader reader = {text, text + length, 0};
  json *value = json_alloc(sizeof *value);
  if (!json_value(&reader, value)) return NULL;
  json_blanks(&reader);
  return reader.at == reader.end ? value : NULL;
}

/* The value of that name in an object; NULL when there is none. */
static const json *json_at(const json *object, const char *name) {
  if (object == NULL || object->kind != JSON_OBJECT) return NULL;
  for (const json *one = object->item; one != NULL; one = one->next) {
    if (strcmp(one->name, name) == 0) return one;
  }
  return NULL;
}

/* A text that grows. */
typedef struct {
  char *text;
  size_t length, room;
} json_writer;

static void json_put(json_writer *writer, const char *bytes, size_t length) {
  if (writer->length + length + 1 > writer->room) {
    size_t room = (writer->length + length + 1) * 2;
    char *text = json_alloc(room);
    if (writer->length > 0) memcpy(text, writer->text, writer->length);
    writer->text = text;
    writer->room = room;
  }
  memcpy(writer->text + writer->length, bytes, length);
  writer->length += length;
  writer->text[writer->length] = '\0';
}

static void json_put_word(json_writer *writer, const char *word) { json_put(writer, word, strlen(word)); }

static void json_put_text(json_writer *writer, const char *text) {
  static const char hex[] = "0123456789abcdef";
  json_put(writer, "\"", 1);
  for (; *text != '\0'; text++) {
    unsigned char one = (unsigned char)*text;
    if (one == '"' || one == '\\') {
      char escape[2] = {'\\', (char)one};
      json_put(writer, escape, 2);
    } else if (one < 0x20) {
      char escape[6] = {'\\', 'u', '0', '0', hex[one >> 4], hex[one & 15]};
      json_put(writer, escape, 6);
    } else {
      json_put(writer, text, 1);
    }
  }
  json_put(writer, "\"", 1);
}

#endif
