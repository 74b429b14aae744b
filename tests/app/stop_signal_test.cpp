// Signals as requests: which one counts, which stay ignored, and what is there again afterwards.
#include "app/stop_signal.h"

#include <gtest/gtest.h>

#include <signal.h> // sigaction

#include <array>
#include <csignal>
#include <optional>

namespace grokscope {
namespace {

constexpr std::array kAsked{SIGINT, SIGTERM, SIGHUP, SIGPIPE};

void (*handler_of(int number))(int) {
    struct sigaction action {};
    sigaction(number, nullptr, &action);
    return action.sa_handler;
}

/// Every signal is handled in some way for a while, as the system does it afterwards.
class Handled {
public:
    explicit Handled(void (*handler)(int)) {
        for (const int number : kAsked) {
            std::signal(number, handler);
        }
    }
    ~Handled() {
        for (const int number : kAsked) {
            std::signal(number, SIG_DFL);
        }
    }
    Handled(const Handled&) = delete; // a scope, not a value
    Handled& operator=(const Handled&) = delete;
};

extern "C" void another_handler(int) {
}

TEST(StopSignal, RemembersTheFirstOne) {
    const StopSignal stop;
    EXPECT_EQ(stop.received(), std::nullopt);
    EXPECT_NO_THROW(stop.check());
    raise(SIGTERM);
    raise(SIGHUP);
    EXPECT_EQ(stop.received(), SIGTERM);
    try {
        stop.check();
        ADD_FAILURE() << "it was told to stop and goes on";
    } catch (const Stopped& stopped) {
        EXPECT_EQ(exit_code_of(stopped.signal()), 143);
    }
}

TEST(StopSignal, BeginsAnewWithNothing) {
    {
        const StopSignal stop;
        raise(SIGINT);
    }
    EXPECT_EQ(StopSignal().received(), std::nullopt);
}

TEST(StopSignal, TakesTheSameWishSaidTwiceAsOne) {
    const StopSignal stop;
    for (const int number : kAsked) { // `timeout` and closing terminals send theirs twice
        raise(number);
        raise(number);
    }
    EXPECT_EQ(stop.received(), SIGINT);
}

TEST(StopSignal, LeavesIgnoredWhatWasIgnored) {
    const Handled ignored(SIG_IGN);
    {
        const StopSignal stop;
        for (const int number : kAsked) {
            EXPECT_EQ(handler_of(number), SIG_IGN) << number;
            raise(number);
        }
        EXPECT_EQ(stop.received(), std::nullopt);
    }
    for (const int number : kAsked) {
        EXPECT_EQ(handler_of(number), SIG_IGN) << number;
    }
}

TEST(StopSignal, BringsBackWhatWasThere) {
    const Handled handled(another_handler);
    {
        const StopSignal stop;
        for (const int number : kAsked) {
            EXPECT_NE(handler_of(number), another_handler) << number;
        }
    }
    for (const int number : kAsked) {
        EXPECT_EQ(handler_of(number), another_handler) << number;
    }
}

TEST(StopSignalDeathTest, AnImpatientUserEndsIt) {
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        EXPECT_EXIT(
            {
                const StopSignal stop;
                while (true) { // for a second it is one and the same wish
                    raise(number);
                }
            },
            testing::KilledBySignal(number), "");
    }
}

} // namespace
} // namespace grokscope
