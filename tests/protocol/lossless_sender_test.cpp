// The sender that never blocks and never drops, with readers that stall.
#include "engine/protocol/lossless_sender.h"

#include "tests/support/deadline.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <thread>

namespace grokscope {
namespace {

using test::Deadline;

TEST(LosslessSender, KeepsWhatFindsTheRingFullAndSendsItFirst) {
    SpscRing<int> ring(2);
    LosslessSender<int> sender(ring);
    for (int i = 0; i < 5; ++i) {
        sender.send(i);
    }
    EXPECT_EQ(sender.waiting(), 3U);
    EXPECT_EQ(sender.deferred(), 3U);
    EXPECT_EQ(ring.try_pop(), 0);
    sender.send(5); // 2 moves up, 5 queues behind 3 and 4
    EXPECT_EQ(sender.deferred(), 4U);
    for (int expected = 1; expected <= 5; ++expected) {
        EXPECT_EQ(ring.try_pop(), expected);
        (void)sender.flush();
    }
    EXPECT_TRUE(sender.flush());
    EXPECT_EQ(sender.waiting(), 0U);
    sender.send(6);
    EXPECT_EQ(ring.try_pop(), 6);
    EXPECT_EQ(sender.deferred(), 4U) << "what went straight through was not deferred";
}

TEST(LosslessSender, MovesOwningElementsThroughTheWaitingList) {
    SpscRing<std::unique_ptr<int>> ring(1);
    LosslessSender<std::unique_ptr<int>> sender(ring);
    for (int i = 0; i < 100; ++i) {
        sender.send(std::make_unique<int>(i));
    }
    for (int i = 0; i < 100; ++i) {
        auto value = ring.try_pop();
        ASSERT_TRUE(value.has_value());
        ASSERT_NE(*value, nullptr);
        EXPECT_EQ(**value, i);
        (void)sender.flush();
    }
}

TEST(LosslessSender, StalledReaderThenGetsEverythingInOrder) {
    constexpr std::uint64_t kStalled = 50'000;
    constexpr std::uint64_t kCount = 200'000;
    SpscRing<std::uint64_t> ring(8);
    std::atomic<bool> stalled_part_sent{false};
    std::atomic<std::uint64_t> deferred{0};
    const Deadline deadline;
    std::jthread producer([&](const std::stop_token& stop) {
        LosslessSender<std::uint64_t> sender(ring);
        for (std::uint64_t i = 0; i < kCount; ++i) {
            sender.send(i);
            if (i + 1 == kStalled) {
                stalled_part_sent = true;
            }
        }
        while (!sender.flush() && !stop.stop_requested()) {
            std::this_thread::yield();
        }
        deferred = sender.deferred();
    });
    ASSERT_TRUE(deadline.wait_for([&] { return stalled_part_sent.load(); }))
        << "the producer must not wait for a reader that does not read";
    std::uint64_t expected = 0;
    while (expected < kCount) {
        std::optional<std::uint64_t> value;
        ASSERT_TRUE(deadline.wait_for([&] { return (value = ring.try_pop()).has_value(); }));
        ASSERT_EQ(*value, expected);
        ++expected;
    }
    EXPECT_TRUE(deadline.wait_for([&] { return deferred.load() > 0; }));
    EXPECT_GE(deferred.load(), kStalled - 8);
    EXPECT_EQ(ring.try_pop(), std::nullopt);
}

} // namespace
} // namespace grokscope
