// A vector-like buffer of numbers that starts on a cache line and can be handed to SIMD code.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace grokscope {

/// Allocator with 64-byte alignment: one AVX-512 register, one cache line.
template <typename T>
struct CacheLineAllocator {
    using value_type = T;
    static constexpr std::align_val_t kAlignment{64};

    CacheLineAllocator() = default;
    template <typename U>
    CacheLineAllocator(const CacheLineAllocator<U>&) {}

    T* allocate(std::size_t count) {
        return static_cast<T*>(::operator new(count * sizeof(T), kAlignment));
    }
    void deallocate(T* memory, std::size_t) { ::operator delete(memory, kAlignment); }

    friend bool operator==(const CacheLineAllocator&, const CacheLineAllocator&) { return true; }
};

/// A std::vector whose data() is aligned to 64 bytes; new values are zero.
template <typename T>
using AlignedBuffer = std::vector<T, CacheLineAllocator<T>>;

} // namespace grokscope
