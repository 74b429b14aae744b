// Settings of a thread: denormals, priority, BLAS.
#include "engine/compute/blas_threads.h"
#include "engine/compute/denormals.h"
#include "engine/compute/thread_priority.h"
#include "engine/compute/worker_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>
#include <thread>

#if defined(__linux__)
#include <sys/resource.h>
#include <unistd.h>
#endif

#include <cblas.h>

// Present when the BLAS linked here is an OpenBLAS; both cases are tested.
#if defined(__GNUC__) && !defined(_WIN32)
extern "C" __attribute__((weak)) int openblas_get_num_threads();
#endif

namespace grokscope {
namespace {

/// Half of the smallest normal number, computed where the compiler cannot fold it.
float subnormal() {
    volatile float smallest = std::numeric_limits<float>::min();
    return smallest * 0.5F;
}

TEST(Denormals, AreFlushedInTheThreadThatAsksAndInNoOther) {
    bool before = true;
    bool after = false;
    float flushed = 1;
    std::thread([&] {
        before = denormals_are_flushed();
        flush_denormals();
        after = denormals_are_flushed();
        flushed = subnormal();
    }).join();
    EXPECT_FALSE(before);
    EXPECT_FALSE(denormals_are_flushed());
    EXPECT_GT(subnormal(), 0.0F);
#if defined(__x86_64__) || defined(__aarch64__)
    EXPECT_TRUE(after);
    EXPECT_EQ(flushed, 0.0F);
#endif
}

#if defined(__linux__)
int niceness() {
    return getpriority(PRIO_PROCESS, static_cast<id_t>(gettid()));
}

TEST(ThreadPriority, LowersTheCallingThreadAlone) {
    const int own = niceness();
    bool agreed = false;
    int lowered = -100;
    std::thread([&] {
        agreed = lower_thread_priority();
        lowered = niceness();
    }).join();
    EXPECT_TRUE(agreed);
    EXPECT_EQ(lowered, std::min(own + 5, 19));
    EXPECT_EQ(niceness(), own);
}

TEST(WorkerPool, WorkersRunLoweredWithDenormalsFlushed) {
    const int own = niceness();
    WorkerPool pool(2);
    // Both units wait for each other, so that the worker certainly runs one of them.
    std::atomic<int> arrived{0};
    std::atomic<int> worker_nice{-100};
    std::atomic<bool> worker_flushes{false};
    pool.run(2, [&](int, int worker) {
        ++arrived;
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (arrived.load() < 2 && std::chrono::steady_clock::now() < deadline) {
            std::this_thread::yield();
        }
        if (worker == 1) {
            worker_nice = niceness();
            worker_flushes = denormals_are_flushed();
        }
    });
    EXPECT_EQ(worker_nice.load(), std::min(own + 5, 19));
#if defined(__x86_64__) || defined(__aarch64__)
    EXPECT_TRUE(worker_flushes.load());
#endif
    EXPECT_EQ(niceness(), own);
    EXPECT_FALSE(denormals_are_flushed());
}
#endif

#if defined(__GNUC__) && !defined(_WIN32)
TEST(BlasThreads, OpenBlasIsToldToUseOne) {
    // A call, so that the linker keeps the BLAS library.
    const float two = 2;
    ASSERT_EQ(cblas_sdot(1, &two, 1, &two, 1), 4.0F);
    if (&openblas_get_num_threads == nullptr) {
        EXPECT_FALSE(use_single_threaded_blas());
        return;
    }
    EXPECT_TRUE(use_single_threaded_blas());
    EXPECT_EQ(openblas_get_num_threads(), 1);
}
#endif

} // namespace
} // namespace grokscope
