#pragma once

#include <stddef.h>
#include <stdint.h>

/// Implemented in Swift (Overheard): called before the first test.
void overheard_start(void);

/// Called with each error that is thrown, before it is: the box of an `any Error`.
typedef void (*overheard_error)(void *box);
/// Called with each error that a `throws(E)` throws: the value, its type, and how the type is an error.
typedef void (*overheard_typed_error)(void *value, const void *type, const void *conformance);

/// Has the Swift runtime call these.
void overheard_hear_errors(overheard_error error, overheard_typed_error typed);

/// A set of beginnings, 8 bytes each; with a few that were never added.
typedef struct {
    uint8_t bits[1 << 21];
} overheard_beginnings;

void overheard_add(overheard_beginnings *beginnings, const uint8_t *text);

/// The first place at or after `from` with 8 bytes that are in the set; `length` if there is none.
///
/// In C because the tests are built without optimisation, and a run says hundreds of megabytes.
size_t overheard_find(const overheard_beginnings *beginnings, const uint8_t *text, size_t length, size_t from);
