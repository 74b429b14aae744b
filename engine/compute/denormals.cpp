// Threads: the setting belongs to the calling thread alone.
#include "engine/compute/denormals.h"

#include <cstdint>

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace grokscope {

#if defined(__x86_64__) || defined(_M_X64)

namespace {
constexpr unsigned kFlushToZero = 0x8000;
constexpr unsigned kDenormalsAreZero = 0x0040;
} // namespace

void flush_denormals() {
    _mm_setcsr(_mm_getcsr() | kFlushToZero | kDenormalsAreZero);
}

bool denormals_are_flushed() {
    constexpr unsigned kBoth = kFlushToZero | kDenormalsAreZero;
    return (_mm_getcsr() & kBoth) == kBoth;
}

#elif defined(__aarch64__)

namespace {
constexpr std::uint64_t kFlushToZero = std::uint64_t{1} << 24; // FPCR.FZ, inputs and outputs

std::uint64_t control_register() {
    std::uint64_t value = 0;
    asm volatile("mrs %0, fpcr" : "=r"(value));
    return value;
}
} // namespace

void flush_denormals() {
    const std::uint64_t value = control_register() | kFlushToZero;
    asm volatile("msr fpcr, %0" : : "r"(value));
}

bool denormals_are_flushed() {
    return (control_register() & kFlushToZero) != 0;
}

#else

void flush_denormals() {
}

bool denormals_are_flushed() {
    return false;
}

#endif

} // namespace grokscope
