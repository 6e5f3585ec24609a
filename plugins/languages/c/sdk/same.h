/* Compares texts, ids, days and instants as Salesforce stores them and as Usher compares them. */

#ifndef USHER_SAME_H
#define USHER_SAME_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* The field at the end of a path of fields, or of a JSON Pointer. */
static const char *last(const char *field) {
  for (const char *at = field; *at != '\0'; at++) {
    if (*at == '.' || *at == '/') field = at + 1;
  }
  return field;
}

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text), tail = strlen(end);
  return length >= tail && strcmp(text + length - tail, end) == 0;
}

static bool is_letter_or_digit(char one) {
  return (one >= '0' && one <= '9') || (one >= 'A' && one <= 'Z') || (one >= 'a' && one <= 'z');
}

/* Writes an id in 18 characters; false when the text is not an id. */
static bool canonical(const char *text, char id[19]) {
  static const char check[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
  size_t length = strlen(text);
  bool digit = false;
  if (length != 15 && length != 18) return false;
  for (size_t at = 0; at < length; at++) {
    if (!is_letter_or_digit(text[at])) return false;
    digit = digit || (at < 15 && text[at] >= '0' && text[at] <= '9');
  }
  memcpy(id, text, 15);
  id[18] = '\0';
  for (size_t block = 0; block < 3; block++) {
    unsigned bits = 0;
    for (size_t at = 0; at < 5; at++) bits |= (unsigned)(text[block * 5 + at] >= 'A' && text[block * 5 + at] <= 'Z') << at;
    id[15 + block] = check[bits];
    char own = text[15];
    if (length == 18) {
      own = text[15 + block];
      if (own >= 'a' && own <= 'z') own = (char)(own - 'a' + 'A');
      if (own != check[bits]) return false;
    }
  }
  return digit;
}

static char lower(char one) { return one >= 'A' && one <= 'Z' ? (char)(one + 'a' - 'A') : one; }

/* The same text but for the case of its letters of ASCII. */
static bool same_word(const char *a, const char *b) {
  while (*a != '\0' && lower(*a) == lower(*b)) a++, b++;
  return lower(*a) == lower(*b);
}

/* Both are ids where the field holds ids; written in 18 characters. */
static bool are_ids(const char *field, const char *a, const char *b, char one[19], char other[19]) {
  const char *name = last(field);
  bool holds_ids = same_word(name, "Id") || ends_with(name, "Id");
  bool checked = ends_with(name, "__c") && (strlen(a) == 18 || strlen(b) == 18);
  return (holds_ids || checked) && canonical(a, one) && canonical(b, other);
}

static bool same_texts(const char *field, const char *a, const char *b) {
  char one[19], other[19];
  if (are_ids(field, a, b, one, other)) return strcmp(one, other) == 0;
  if (!same_word(last(field), "Username")) return strcmp(a, b) == 0;
  /* Salesforce stores the name of a user in lower case. */
  return same_word(a, b);
}

/* The same, but the case of letters counts in ids alone. */
static bool found_texts(const char *field, const char *a, const char *b) {
  char one[19], other[19];
  if (are_ids(field, a, b, one, other)) return strcmp(one, other) == 0;
  return same_word(a, b);
}

/* The number that some digits write; -1 when they are not digits. */
static long long digits(const char *text, size_t from, size_t to) {
  long long number = 0;
  for (size_t at = from; at < to; at++) {
    if (text[at] < '0' || text[at] > '9') return -1;
    number = number * 10 + (text[at] - '0');
  }
  return number;
}

/* Days from 1970 to the day at the beginning of a text; false when it is not a day of the calendar. */
static bool day(const char *text, long long *days) {
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (strnlen(text, 10) < 10 || text[4] != '-' || text[7] != '-') return false;
  long long year = digits(text, 0, 4), month = digits(text, 5, 7), of_month = digits(text, 8, 10);
  if (year < 0 || month < 1 || month > 12 || of_month < 1) return false;
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  if (of_month > lengths[month - 1] + (month == 2 && leap)) return false;
  /* Years begin in March here, so that the day that may be missing is the last one. */
  long long from_march = month <= 2 ? month + 9 : month - 3, years = month <= 2 ? year - 1 : year;
  long long before = years * 365 + (years + 400) / 4 - 100 - ((years + 400) / 100 - 4) + (years + 400) / 400 - 1;
  *days = before + (from_march * 153 + 2) / 5 + of_month - 1 - 719468;
  return true;
}

/* Milliseconds from 1970 to an instant: with a fraction of the second or without, with `Z` or an offset. */
static bool instant(const char *text, long long *milliseconds) {
  long long days = 0, fraction = 0, offset = 0;
  if (!day(text, &days) || strnlen(text, 20) < 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':') return false;
  long long hour = digits(text, 11, 13), minute = digits(text, 14, 16), second = digits(text, 17, 19);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return false;
  const char *rest = text + 19;
  if (*rest == '.') {
    size_t length = strspn(++rest, "0123456789");
    if (length < 1 || length > 9) return false;
    for (size_t at = 0; at < 3; at++) fraction = fraction * 10 + (at < length ? rest[at] - '0' : 0);
    rest += length;
  }
  if (*rest == '+' || *rest == '-') {
    size_t colon = strlen(rest) == 6 && rest[3] == ':' ? 1 : 0;
    if (strlen(rest) != 5 + colon) return false;
    long long hours = digits(rest, 1, 3), minutes = digits(rest, 3 + colon, 5 + colon);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false;
    offset = (hours * 60 + minutes) * (*rest == '-' ? -1 : 1);
  } else if (strcmp(rest, "Z") != 0) {
    return false;
  }
  *milliseconds = (((days * 24 + hour) * 60 + minute - offset) * 60 + second) * 1000 + fraction;
  return true;
}

static bool same_time(const char *a, const char *b, bool (*read)(const char *, long long *)) {
  long long one = 0, other = 0;
  return strcmp(a, b) == 0 || (read(a, &one) && read(b, &other) && one == other);
}

/* A day and nothing behind it. */
static bool whole_day(const char *text, long long *days) { return strlen(text) == 10 && day(text, days); }

#endif
