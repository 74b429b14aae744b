// The worker pool: each unit exactly once, on any number of threads, whatever the timing.
#include "engine/compute/worker_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <numeric>
#include <random>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#ifdef __linux__
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#endif

namespace grokscope {
namespace {

class WorkerPoolThreads : public testing::TestWithParam<int> {};

TEST_P(WorkerPoolThreads, RunsEachUnitOnceAndMakesItsWritesVisible) {
    WorkerPool pool(GetParam());
    EXPECT_EQ(pool.threads(), GetParam());
    for (int units : {0, 1, 2, 3, 7, 226, 1000}) {
        // Plain ints: were a unit to run twice at once, TSan would see it.
        std::vector<int> runs(static_cast<std::size_t>(units));
        std::vector<int> worker_of(static_cast<std::size_t>(units), -1);
        pool.run(units, [&](int unit, int worker) {
            ++runs[static_cast<std::size_t>(unit)];
            worker_of[static_cast<std::size_t>(unit)] = worker;
        });
        for (int unit = 0; unit < units; ++unit) {
            EXPECT_EQ(runs[static_cast<std::size_t>(unit)], 1) << "unit " << unit;
            EXPECT_GE(worker_of[static_cast<std::size_t>(unit)], 0);
            EXPECT_LT(worker_of[static_cast<std::size_t>(unit)], GetParam());
        }
    }
}

TEST_P(WorkerPoolThreads, GivesTwoUnitsAtOnceNeverTheSameWorker) {
    WorkerPool pool(GetParam());
    std::vector<std::atomic<int>> inside(static_cast<std::size_t>(GetParam()));
    std::atomic<int> collisions{0};
    for (int round = 0; round < 200; ++round) {
        pool.run(50, [&](int, int worker) {
            auto& mine = inside[static_cast<std::size_t>(worker)];
            collisions += mine.fetch_add(1);
            mine.fetch_sub(1);
        });
    }
    EXPECT_EQ(collisions.load(), 0);
}

TEST_P(WorkerPoolThreads, SurvivesManyShortPhasesWithoutALostWakeup) {
    // Short phases back to back hit every race between "the last unit is done", "the caller goes to
    // sleep" and "the next phase begins"; pauses longer than the spin make the workers sleep.
    WorkerPool pool(GetParam());
    std::int64_t expected = 0;
    std::atomic<std::int64_t> sum{0};
    constexpr int kPhases = 20000;
    for (int phase = 0; phase < kPhases; ++phase) {
        const int units = 1 + phase % 5;
        pool.run(units, [&](int unit, int) {
            sum.fetch_add(unit + phase, std::memory_order_relaxed); // a plain tally
        });
        expected += std::int64_t{units} * phase + units * (units - 1) / 2;
        if (phase % 1000 == 0) {
            std::this_thread::sleep_for(std::chrono::microseconds(200)); // lets workers fall asleep
        }
    }
    EXPECT_EQ(sum.load(), expected);
}

TEST_P(WorkerPoolThreads, EndsAPhaseOnlyWhenTheSlowestUnitIsDone) {
    WorkerPool pool(GetParam());
    for (int slow = 0; slow < 5; ++slow) {
        std::array<bool, 5> done{};
        pool.run(5, [&](int unit, int) {
            if (unit == slow) { // far longer than the caller spins
                std::this_thread::sleep_for(std::chrono::milliseconds(2));
            }
            done[static_cast<std::size_t>(unit)] = true;
        });
        EXPECT_EQ(done, (std::array<bool, 5>{true, true, true, true, true})) << "slow " << slow;
    }
}

TEST_P(WorkerPoolThreads, RethrowsAfterAllUnitsAndWorksOn) {
    WorkerPool pool(GetParam());
    std::atomic<int> ran{0};
    const auto failing = [&](int unit, int) {
        ++ran;
        if (unit % 3 == 1) {
            throw std::runtime_error("unit failed");
        }
    };
    EXPECT_THROW(pool.run(10, failing), std::runtime_error);
    EXPECT_EQ(ran.load(), 10);
    pool.run(10, [&](int, int) { ++ran; });
    EXPECT_EQ(ran.load(), 20);
}

TEST_P(WorkerPoolThreads, StopsWhileIdleAndRightAfterAPhase) {
    for (int i = 0; i < 50; ++i) {
        WorkerPool pool(GetParam());
        if (i % 2 == 1) {
            std::atomic<int> ran{0};
            pool.run(GetParam(), [&](int, int) { ++ran; });
            EXPECT_EQ(ran.load(), GetParam());
        }
    }
}

TEST_P(WorkerPoolThreads, RunsEachUnitOnceWhileWorkersComeAndGo) {
    WorkerPool pool(GetParam());
    EXPECT_EQ(pool.working(), GetParam());
    std::mt19937 random(5);
    for (int round = 0; round < 300; ++round) {
        const int working = 1 + static_cast<int>(random() % static_cast<unsigned>(GetParam()));
        pool.set_working(working);
        EXPECT_EQ(pool.working(), working);
        EXPECT_EQ(pool.threads(), GetParam()) << "scratch memory stays as it was";
        for (const int units : {1, 5, 23}) {
            std::vector<int> runs(static_cast<std::size_t>(units)); // plain, for TSan
            pool.run(units, [&](int unit, int) { ++runs[static_cast<std::size_t>(unit)]; });
            EXPECT_EQ(runs, std::vector<int>(static_cast<std::size_t>(units), 1));
        }
        if (round % 20 == 0) {
            std::this_thread::sleep_for(std::chrono::microseconds(200)); // lets workers fall asleep
        }
    }
}

TEST_P(WorkerPoolThreads, StopsWhileWorkersSleep) {
    for (int i = 0; i < 50; ++i) {
        WorkerPool pool(GetParam());
        pool.set_working(1 + i % GetParam());
        std::atomic<int> ran{0};
        pool.run(20, [&](int, int) { ++ran; });
        EXPECT_EQ(ran.load(), 20);
    }
}

INSTANTIATE_TEST_SUITE_P(Counts, WorkerPoolThreads, testing::Values(1, 2, 3, 4, 7),
                         [](const auto& threads) { return std::to_string(threads.param); });

TEST(WorkerPool, UsesMoreThanOneThread) {
    // Both units wait for each other: one thread alone would never finish.
    WorkerPool pool(2);
    std::atomic<int> arrived{0};
    std::array<std::thread::id, 2> ids;
    pool.run(2, [&](int unit, int) {
        ids[static_cast<std::size_t>(unit)] = std::this_thread::get_id();
        ++arrived;
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (arrived.load() < 2 && std::chrono::steady_clock::now() < deadline) {
            std::this_thread::yield();
        }
    });
    EXPECT_EQ(arrived.load(), 2);
    EXPECT_NE(ids[0], ids[1]);
}

/// How many threads meet in a phase: each of `expected` units waits for all the others.
int threads_that_meet(WorkerPool& pool, int expected) {
    std::atomic<int> arrived{0};
    pool.run(expected, [&](int, int) {
        ++arrived;
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (arrived.load() < expected && std::chrono::steady_clock::now() < deadline) {
            std::this_thread::yield();
        }
    });
    return arrived.load();
}

TEST(WorkerPool, SendsWorkersToSleepAndCallsThemBack) {
    WorkerPool pool(3);
    EXPECT_EQ(threads_that_meet(pool, 3), 3);
    pool.set_working(1);
    // A worker may still be on its way out of the phase above; from then on the caller is alone.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    int alone = 0;
    while (alone < 200 && std::chrono::steady_clock::now() < deadline) {
        std::array<std::atomic<int>, 3> units{};
        pool.run(8, [&](int, int worker) { ++units[static_cast<std::size_t>(worker)]; });
        alone = units[0].load() == 8 ? alone + 1 : 0;
    }
    EXPECT_EQ(alone, 200);
    pool.set_working(2);
    EXPECT_EQ(threads_that_meet(pool, 2), 2);
    pool.set_working(3);
    EXPECT_EQ(threads_that_meet(pool, 3), 3);
}

TEST(WorkerPool, CountsTheProcessorTimeOfAllItsThreads) {
    for (const int threads : {1, 3}) {
        WorkerPool pool(threads);
        const double before = pool.cpu_seconds();
        constexpr double kEach = 0.01;
        std::atomic<int> inside{0};
        pool.run(threads, [&](int, int) {
            // All at once, so that each thread has one unit, however busy the machine is.
            for (++inside; inside < threads;) {
                std::this_thread::yield();
            }
            timespec now{};
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
            const double from =
                static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
            for (double at = from; at < from + kEach;) {
                clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
                at = static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
            }
        });
        EXPECT_GE(pool.cpu_seconds() - before, threads * kEach);
    }
}

TEST(WorkerPool, AcceptsAnStdFunction) {
    WorkerPool pool(2);
    std::atomic<int> sum{0};
    const std::function<void(int, int)> unit = [&](int index, int) { sum += index; };
    pool.run(4, unit);
    EXPECT_EQ(sum.load(), 6);
}

TEST(WorkerPool, RefusesNonsense) {
    EXPECT_THROW(WorkerPool(0), std::invalid_argument);
    EXPECT_THROW(WorkerPool(257), std::invalid_argument);
    WorkerPool pool(1);
    EXPECT_THROW(pool.run(-1, [](int, int) {}), std::invalid_argument);
    EXPECT_THROW(pool.set_working(0), std::invalid_argument);
    EXPECT_THROW(pool.set_working(2), std::invalid_argument);
    EXPECT_EQ(pool.working(), 1);
}

TEST(WorkerPool, DefaultLeavesACoreToTheWindowOnLargerMachines) {
    const int cores = static_cast<int>(std::thread::hardware_concurrency());
    const int threads = default_worker_threads();
    EXPECT_GE(threads, 1);
    EXPECT_EQ(threads, cores <= 1 ? 1 : cores <= 3 ? cores : std::min(cores - 1, 256));
}

#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

/// Lets this process have `more` bytes of address space beyond what it has.
void allow_only(rlim_t more) {
    std::ifstream file("/proc/self/statm");
    rlim_t pages = 0;
    file >> pages;
    const rlim_t limit = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + more;
    const rlimit limits{limit, limit};
    setrlimit(RLIMIT_AS, &limits);
}

TEST(WorkerPoolDeathTest, EndsTheThreadsItHasWhenTheSystemGivesNoMore) {
    EXPECT_EXIT(
        {
            alarm(20); // a pool that waits for its own threads would wait for ever
            allow_only(rlim_t{100} << 20U); // about a dozen stacks
            try {
                const WorkerPool pool(256);
            } catch (const std::runtime_error& error) {
                std::cerr << error.what();
                std::_Exit(7);
            }
            std::_Exit(0);
        },
        testing::ExitedWithCode(7), "^cannot start 256 threads: .*; give fewer with --threads$");
}

#endif

} // namespace
} // namespace grokscope
