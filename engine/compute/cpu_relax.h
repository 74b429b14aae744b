// One pause of a spinning thread.
#pragma once

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace grokscope {

/// Tells the core that this thread is spinning, so that it saves power and lets a sibling run.
inline void cpu_relax() {
#if defined(__x86_64__) || defined(_M_X64)
    _mm_pause();
#elif defined(__aarch64__)
    asm volatile("isb" ::: "memory"); // `yield` is a no-op on most cores
#endif
}

} // namespace grokscope
