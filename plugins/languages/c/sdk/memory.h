/* The memory of one call. It is never freed, so that constants and what Usher handed in may stand in an answer. The size of
   a piece lies before it. */

#ifndef USHER_MEMORY_H
#define USHER_MEMORY_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef __wasm__

enum { PAGE_BYTES = 65536, ALIGNMENT_BYTES = 16 };

void *malloc(size_t bytes) {
  extern unsigned char __heap_base;
  static uintptr_t next, end;
  if (next == 0) {
    next = (uintptr_t)&__heap_base;
    end = __builtin_wasm_memory_size(0) * PAGE_BYTES;
  }
  if (bytes > UINT32_MAX / 2) return NULL;
  uintptr_t start = ((next + ALIGNMENT_BYTES - 1) & ~(uintptr_t)(ALIGNMENT_BYTES - 1)) + ALIGNMENT_BYTES;
  if (start + bytes > end) {
    size_t pages = (start + bytes - end + PAGE_BYTES - 1) / PAGE_BYTES;
    if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) return NULL;
    end += pages * PAGE_BYTES;
  }
  next = start + bytes;
  *((size_t *)start - 1) = bytes;
  return (void *)start;
}

void free(void *memory) { (void)memory; }

void *calloc(size_t count, size_t bytes) {
  if (bytes != 0 && count > SIZE_MAX / bytes) return NULL;
  /* No piece is used twice, so that it is zeroed. */
  return malloc(count * bytes);
}

void *realloc(void *memory, size_t bytes) {
  void *more = malloc(bytes);
  if (memory == NULL || more == NULL) return more;
  size_t former = *((size_t *)memory - 1);
  return memcpy(more, memory, former < bytes ? former : bytes);
}

#endif

static void *taken(size_t bytes) {
  void *memory = calloc(1, bytes == 0 ? 1 : bytes);
  /* Usher limits the memory of a plugin; it reports the trap. */
  if (memory == NULL) __builtin_trap();
  return memory;
}

/* The place of one more item of a list. Its room doubles, so that it is a power of two. */
#define APPEND(list) (*(__typeof__((list)->ptr))appended((void **)&(list)->ptr, &(list)->len, sizeof *(list)->ptr))

static void *appended(void **items, size_t *length, size_t bytes) {
  if ((*length & (*length - 1)) == 0) {
    void *more = taken(bytes * (*length == 0 ? 1 : *length * 2));
    if (*length > 0) memcpy(more, *items, bytes * *length);
    *items = more;
  }
  return (char *)*items + bytes * (*length)++;
}

#endif
