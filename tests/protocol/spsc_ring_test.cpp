// The ring: fill, drain, wrap, order over two threads, and boost's queue as an oracle.
// Run under ThreadSanitizer as well: on x86 only it notices a memory order that is too weak.
#include "engine/protocol/spsc_ring.h"

#include "tests/support/deadline.h"

#include <boost/lockfree/spsc_queue.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace grokscope {
namespace {

using test::Deadline;

/// Sends 0..count-1 from one thread to another through a ring of that capacity and returns how many
/// arrived in order before the first that did not.
template <typename T, typename Make, typename Read>
std::uint64_t arrive_in_order(std::size_t capacity, std::uint64_t count, Make make, Read read) {
    SpscRing<T> ring(capacity);
    const Deadline deadline;
    std::jthread producer([&](const std::stop_token& stop) {
        for (std::uint64_t i = 0; i < count; ++i) {
            T value = make(i);
            while (!ring.try_push(value)) {
                if (stop.stop_requested()) {
                    return;
                }
                std::this_thread::yield();
            }
        }
    });
    std::uint64_t expected = 0;
    while (expected < count) {
        std::optional<T> value;
        if (!deadline.wait_for([&] { return (value = ring.try_pop()).has_value(); })) {
            break;
        }
        if (read(*value) != expected) {
            break;
        }
        ++expected;
    }
    return expected;
}

TEST(SpscRing, RefusesCapacityZero) {
    EXPECT_THROW(SpscRing<int>(0), std::invalid_argument);
}

TEST(SpscRing, RefusesWhenFullAndRecoversAfterPop) {
    SpscRing<int> ring(3);
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(ring.try_push(i));
    }
    int refused = 3;
    EXPECT_FALSE(ring.try_push(refused));
    EXPECT_EQ(refused, 3);
    EXPECT_EQ(ring.size(), 3U);
    EXPECT_EQ(ring.try_pop(), 0);
    EXPECT_TRUE(ring.try_push(refused));
    EXPECT_EQ(ring.try_pop(), 1);
    EXPECT_EQ(ring.try_pop(), 2);
    EXPECT_EQ(ring.try_pop(), 3);
    EXPECT_EQ(ring.try_pop(), std::nullopt);
    EXPECT_EQ(ring.size(), 0U);
}

TEST(SpscRing, HoldsExactlyOneAtCapacityOneThroughManyWraps) {
    SpscRing<int> ring(1);
    EXPECT_EQ(ring.capacity(), 1U);
    for (int i = 0; i < 1000; ++i) {
        EXPECT_TRUE(ring.try_push(i));
        EXPECT_FALSE(ring.try_push(-1));
        EXPECT_EQ(ring.try_pop(), i);
        EXPECT_EQ(ring.try_pop(), std::nullopt);
    }
}

TEST(SpscRing, LeavesARefusedOwnerItsMemory) {
    SpscRing<std::unique_ptr<int>> ring(1);
    auto first = std::make_unique<int>(1);
    auto second = std::make_unique<int>(2);
    EXPECT_TRUE(ring.try_push(first));
    EXPECT_EQ(first, nullptr);
    EXPECT_FALSE(ring.try_push(second));
    ASSERT_NE(second, nullptr);
    EXPECT_EQ(*second, 2);
    EXPECT_EQ(**ring.try_pop(), 1);
}

TEST(SpscRing, FreesPoppedAndUnreadElementsOnce) {
    auto counted = std::make_shared<int>(0);
    {
        SpscRing<std::shared_ptr<int>> ring(8);
        for (int i = 0; i < 8; ++i) {
            EXPECT_TRUE(ring.try_push(std::shared_ptr<int>(counted)));
        }
        EXPECT_EQ(counted.use_count(), 9);
        EXPECT_TRUE(ring.try_pop().has_value());
        EXPECT_EQ(counted.use_count(), 8) << "a popped slot must not keep its element alive";
    }
    EXPECT_EQ(counted.use_count(), 1);
}

TEST(SpscRing, PassesTenMillionNumbersInOrder) {
    constexpr std::uint64_t kCount = 10'000'000;
    EXPECT_EQ(arrive_in_order<std::uint64_t>(
                  1024, kCount, [](std::uint64_t i) { return i; },
                  [](std::uint64_t value) { return value; }),
              kCount);
}

TEST(SpscRing, PassesOwningElementsInOrderAcrossThreads) {
    constexpr std::uint64_t kCount = 300'000;
    EXPECT_EQ(arrive_in_order<std::unique_ptr<std::string>>(
                  7, kCount,
                  [](std::uint64_t i) {
                      return std::make_unique<std::string>("element " + std::to_string(i));
                  },
                  [](const std::unique_ptr<std::string>& value) {
                      return std::stoull(value->substr(8));
                  }),
              kCount);
}

TEST(SpscRing, PassesEverythingAtCapacityOneAcrossThreads) {
    constexpr std::uint64_t kCount = 100'000;
    EXPECT_EQ(arrive_in_order<std::uint64_t>(
                  1, kCount, [](std::uint64_t i) { return i; },
                  [](std::uint64_t value) { return value; }),
              kCount);
}

TEST(SpscRing, SizeNeverExceedsCapacityWhileBothSidesWork) {
    SpscRing<int> ring(5);
    constexpr int kCount = 200'000;
    const Deadline deadline;
    std::jthread producer([&](const std::stop_token& stop) {
        for (int i = 0; i < kCount; ++i) {
            while (!ring.try_push(i) && !stop.stop_requested()) {
                std::this_thread::yield();
            }
        }
    });
    std::size_t largest = 0;
    for (int received = 0; received < kCount && !deadline.passed();) {
        largest = std::max(largest, ring.size());
        if (ring.try_pop().has_value()) {
            ++received;
        } else {
            std::this_thread::yield(); // on a busy machine the producer may need this very core
        }
    }
    EXPECT_LE(largest, 5U);
    EXPECT_EQ(ring.size(), 0U);
}

/// The same random pushes and pops, in bursts, on both queues: they must agree at every step.
class SpscRingAgainstBoost : public testing::TestWithParam<std::size_t> {};

TEST_P(SpscRingAgainstBoost, AgreesOnRandomOperations) {
    const std::size_t capacity = GetParam();
    std::mt19937 generator(static_cast<std::uint32_t>(capacity));
    const auto random = [&] { return static_cast<std::uint32_t>(generator()); };
    SpscRing<std::uint32_t> ring(capacity);
    boost::lockfree::spsc_queue<std::uint32_t> oracle(capacity);
    std::uint64_t disagreements = 0;
    std::uint64_t refused = 0;
    std::uint64_t found_empty = 0;
    for (int burst = 0; burst < 20'000; ++burst) {
        const bool pushing = random() % 2 == 0;
        const std::uint32_t length = random() % (static_cast<std::uint32_t>(capacity) + 2);
        for (std::uint32_t i = 0; i < length; ++i) {
            if (pushing) {
                std::uint32_t value = random();
                const bool accepted = oracle.push(value);
                disagreements += ring.try_push(value) != accepted ? 1 : 0;
                refused += accepted ? 0 : 1;
            } else {
                std::uint32_t expected = 0;
                const bool found = oracle.pop(expected);
                const std::optional<std::uint32_t> value = ring.try_pop();
                disagreements += value.has_value() != found ? 1 : 0;
                disagreements += found && value != expected ? 1 : 0;
                found_empty += found ? 0 : 1;
            }
            disagreements += ring.size() != oracle.read_available() ? 1 : 0;
        }
    }
    EXPECT_EQ(disagreements, 0U);
    EXPECT_GT(refused, 100U) << "the full queue was hardly visited";
    EXPECT_GT(found_empty, 100U) << "the empty queue was hardly visited";
}

INSTANTIATE_TEST_SUITE_P(Capacities, SpscRingAgainstBoost, testing::Values(1, 2, 3, 7, 64));

} // namespace
} // namespace grokscope
