// The bell: no ring is lost, none is counted twice, a deadline ends the wait.
#include "engine/protocol/doorbell.h"

#include "tests/support/deadline.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <thread>
#include <vector>

namespace grokscope {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST(Doorbell, RemembersRingsAsOne) {
    Doorbell bell;
    bell.ring();
    bell.ring();
    bell.ring();
    EXPECT_TRUE(bell.wait_until(steady_clock::now() + std::chrono::seconds(60)));
    EXPECT_FALSE(bell.wait_until(steady_clock::now() + milliseconds(1)));
    bell.ring();
    bell.wait();
}

TEST(Doorbell, DeadlineInThePastDoesNotWait) {
    Doorbell bell;
    EXPECT_FALSE(bell.wait_until(steady_clock::now() - std::chrono::hours(1)));
    bell.ring();
    EXPECT_TRUE(bell.wait_until(steady_clock::now() - std::chrono::hours(1)));
}

TEST(Doorbell, WaiterSeesEverythingWrittenBeforeAnyRing) {
    constexpr int kRingers = 3;
    constexpr int kRounds = 20'000;
    Doorbell bell;
    // Each ringer's progress is written before its ring with the weakest order: only the bell
    // publishes it. A lost wake-up shows as a deadline passed with work outstanding.
    std::vector<std::atomic<int>> progress(kRingers);
    std::vector<std::jthread> ringers;
    for (int ringer = 0; ringer < kRingers; ++ringer) {
        ringers.emplace_back([&, ringer] {
            for (int round = 1; round <= kRounds; ++round) {
                progress[static_cast<std::size_t>(ringer)].store(round, std::memory_order_relaxed);
                bell.ring();
            }
        });
    }
    const auto finished = [&] {
        int done = 0;
        for (const auto& value : progress) {
            done += value.load(std::memory_order_relaxed) == kRounds ? 1 : 0;
        }
        return done == kRingers;
    };
    bool rang = true;
    while (rang && !finished()) {
        rang = bell.wait_until(steady_clock::now() + std::chrono::seconds(60));
    }
    EXPECT_TRUE(rang) << "a ring was lost";
    EXPECT_TRUE(finished());
}

TEST(Doorbell, PublishesPlainMemory) {
    Doorbell there;
    Doorbell back;
    int plain = 0; // not atomic: ThreadSanitizer checks the hand-over
    constexpr int kRounds = 20'000;
    std::jthread other([&] {
        for (int i = 0; i < kRounds; ++i) {
            there.wait();
            ++plain;
            back.ring();
        }
    });
    for (int i = 0; i < kRounds; ++i) {
        ++plain;
        there.ring();
        back.wait();
    }
    EXPECT_EQ(plain, 2 * kRounds);
}

TEST(Doorbell, PublishesWhatCameBeforeARingThatWasMerelyRemembered) {
    for (int round = 0; round < 200; ++round) {
        Doorbell bell;
        int plain = 0; // ThreadSanitizer checks that the second ring publishes it
        std::atomic<bool> rung_twice{false};
        std::jthread ringer([&] {
            bell.ring();
            plain = 1;
            bell.ring(); // nobody has waited yet: this one leaves the semaphore alone
            rung_twice.store(true, std::memory_order_relaxed); // publishes nothing itself
        });
        const test::Deadline deadline;
        ASSERT_TRUE(deadline.wait_for([&] { return rung_twice.load(std::memory_order_relaxed); }));
        if (round % 2 == 0) {
            bell.wait();
        } else {
            EXPECT_TRUE(bell.wait_until(steady_clock::now() + std::chrono::seconds(60)));
        }
        EXPECT_EQ(plain, 1);
    }
}

} // namespace
} // namespace grokscope
