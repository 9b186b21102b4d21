#include "TestHooks.h"
#include <stdatomic.h>
#include <string.h>

// The runtime's own hooks; Swift Testing uses them, too, and passes errors on to whoever came before it.
extern _Atomic(overheard_error) _swift_willThrow;
extern _Atomic(overheard_typed_error) _swift_willThrowTypedImpl;

void overheard_hear_errors(overheard_error error, overheard_typed_error typed) {
    atomic_store(&_swift_willThrow, error);
    atomic_store(&_swift_willThrowTypedImpl, typed);
}

static uint32_t place(const uint8_t *text) {
    uint64_t bytes;
    memcpy(&bytes, text, sizeof bytes);
    return (uint32_t)((bytes * 0x9E3779B97F4A7C15u) >> 40);
}

void overheard_add(overheard_beginnings *beginnings, const uint8_t *text) {
    uint32_t bit = place(text);
    beginnings->bits[bit >> 3] |= 1 << (bit & 7);
}

size_t overheard_find(const overheard_beginnings *beginnings, const uint8_t *text, size_t length, size_t from) {
    for (size_t i = from; i + 8 <= length; i++) {
        uint32_t bit = place(text + i);
        if (beginnings->bits[bit >> 3] & (1 << (bit & 7))) return i;
    }
    return length;
}

// A test bundle has no main function of ours, and no test is the first one.
__attribute__((constructor)) static void start(void) {
    overheard_start();
}
