/* Texts for Usher and of Usher: UTF-8, ended by a zero. A part of usher.c. */

#ifndef USHER_TEXTS_H
#define USHER_TEXTS_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "memory.h"
#include "usher.h"

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

#endif
