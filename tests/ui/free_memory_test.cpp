#include "ui/core/free_memory.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <memory>
#include <vector>

namespace grokscope::ui {
namespace {

/// Bytes of this process that are in memory.
std::size_t resident() {
    std::ifstream file("/proc/self/statm");
    std::size_t all = 0;
    std::size_t in_memory = 0;
    file >> all >> in_memory;
    return in_memory * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

TEST(FreeMemory, GoesBackThoughSomethingLivesBehindIt) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "the sanitizer has an allocator of its own";
#endif
    constexpr std::size_t kBlock = 40'000; // below what the allocator maps by itself
    constexpr std::size_t kBlocks = 2'000; // 80 MB
    std::vector<std::unique_ptr<char[]>> blocks;
    for (std::size_t i = 0; i < kBlocks; ++i) {
        blocks.push_back(std::make_unique_for_overwrite<char[]>(kBlock));
        std::fill_n(blocks.back().get(), kBlock, static_cast<char>(i));
    }
    for (std::size_t i = 0; i < kBlocks; ++i) {
        if (i % 20 != 19) {
            blocks[i].reset();
        }
    }
    const std::size_t before = resident();
    give_free_memory_back();
    const std::size_t after = resident();
    EXPECT_LT(after + 40'000'000, before) << "of 76 MB that were freed";
    EXPECT_EQ(blocks.back()[kBlock - 1], static_cast<char>(kBlocks - 1)); // and nothing else
}

} // namespace
} // namespace grokscope::ui
