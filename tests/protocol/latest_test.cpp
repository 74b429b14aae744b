// The triple buffer: newest wins, nothing is torn, nothing goes backwards.
#include "engine/protocol/latest.h"

#include "tests/support/deadline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <thread>
#include <vector>

namespace grokscope {
namespace {

using test::Deadline;

TEST(Latest, HasNothingNewUntilSomethingIsPublished) {
    Latest<int> latest;
    EXPECT_FALSE(latest.refresh());
    EXPECT_EQ(latest.value(), 0);
    int value = 5;
    latest.publish(value);
    EXPECT_EQ(latest.value(), 0) << "only refresh() may change what the consumer reads";
    EXPECT_TRUE(latest.refresh());
    EXPECT_EQ(latest.value(), 5);
    EXPECT_FALSE(latest.refresh()) << "seen once is seen";
    EXPECT_EQ(latest.value(), 5);
}

TEST(Latest, KeepsTheNewestOfManyAndTheOneBeingRead) {
    Latest<int> latest;
    for (int i = 1; i <= 10; ++i) {
        int value = i;
        latest.publish(value);
    }
    EXPECT_TRUE(latest.refresh());
    EXPECT_EQ(latest.value(), 10);
    for (int i = 11; i <= 20; ++i) {
        int value = i;
        latest.publish(value);
        EXPECT_EQ(latest.value(), 10);
    }
    EXPECT_TRUE(latest.refresh());
    EXPECT_EQ(latest.value(), 20);
}

TEST(Latest, HandsUsedMemoryBackToTheProducer) {
    Latest<std::vector<int>> latest;
    std::vector<int> value(1000, 1);
    const int* first_memory = value.data();
    latest.publish(value);
    value.assign(1000, 2);
    latest.publish(value); // nobody took the first: the third publish gets its memory back
    value.assign(1000, 3);
    latest.publish(value);
    EXPECT_EQ(value.data(), first_memory);
}

TEST(Latest, NeverTearsAndNeverGoesBackwards) {
    constexpr std::uint64_t kLast = 2'000'000;
    struct Block {
        std::array<std::uint64_t, 32> same{};
    };
    Latest<Block> latest;
    const Deadline deadline;
    std::jthread producer([&](const std::stop_token& stop) {
        Block block;
        for (std::uint64_t i = 1; i <= kLast && !stop.stop_requested(); ++i) {
            block.same.fill(i);
            latest.publish(block);
        }
    });
    std::uint64_t seen = 0;
    std::uint64_t torn = 0;
    std::uint64_t backwards = 0;
    std::uint64_t updates = 0;
    while (seen < kLast && !deadline.passed()) {
        if (!latest.refresh()) {
            std::this_thread::yield();
            continue;
        }
        const Block& block = latest.value();
        const std::uint64_t number = block.same[0];
        torn += std::any_of(block.same.begin(), block.same.end(),
                            [&](std::uint64_t value) { return value != number; })
                    ? 1
                    : 0;
        backwards += number <= seen ? 1 : 0;
        seen = number;
        ++updates;
    }
    EXPECT_EQ(seen, kLast) << "the last value must arrive";
    EXPECT_EQ(torn, 0U);
    EXPECT_EQ(backwards, 0U);
    EXPECT_GE(updates, 1U);
}

} // namespace
} // namespace grokscope
