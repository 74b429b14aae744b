// Threads: `ticket` hands out units, `unfinished` ends a phase, `working` says who takes part; all
// are explained at Impl.
#include "engine/compute/worker_pool.h"

#include "engine/compute/cpu_relax.h"
#include "engine/compute/denormals.h"
#include "engine/compute/thread_priority.h"
#include "engine/protocol/cache_line.h"

#include <pthread.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

/// How long a waiter spins before it sleeps. Phases follow each other within a few microseconds and
/// end up to some tens of microseconds apart, so sleeping at once would cost more than it saves;
/// spinning for ever ruins a busy machine.
constexpr std::chrono::microseconds kSpinTime{60};

/// Waits until `value` is no longer `old`: spins for kSpinTime, then sleeps in the kernel.
std::uint32_t wait_for_change(const std::atomic<std::uint32_t>& value, std::uint32_t old) {
    const auto deadline = std::chrono::steady_clock::now() + kSpinTime;
    do {
        for (int i = 0; i < 16; ++i) {
            // Takes over what the thread that changed the value has written.
            const std::uint32_t now = value.load(std::memory_order_acquire);
            if (now != old) {
                return now;
            }
            cpu_relax();
        }
    } while (std::chrono::steady_clock::now() < deadline);
    value.wait(old, std::memory_order_acquire); // takes over, as above
    return value.load(std::memory_order_acquire);
}

/// 0 when the clock cannot be read.
double seconds_on(clockid_t clock) {
    timespec time{};
    return clock_gettime(clock, &time) == 0
               ? static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec)
               : 0;
}

// A ticket packs the units of the open phase and the next one to hand out into one word, so that
// one compare-and-swap takes a unit only if it is still there to take: a worker that slept through
// a phase either fails or takes a unit of the present one, whose callable it reads afterwards.
constexpr std::uint64_t make_ticket(int units) {
    return static_cast<std::uint64_t>(units) << 32;
}
constexpr std::uint64_t units_of(std::uint64_t ticket) {
    return ticket >> 32;
}
constexpr std::uint64_t next_of(std::uint64_t ticket) {
    return ticket & 0xFFFF'FFFFU;
}

} // namespace

struct WorkerPool::Impl {
    explicit Impl(int thread_count)
        : threads(thread_count), working(static_cast<std::uint32_t>(thread_count)) {
        try {
            workers.reserve(static_cast<std::size_t>(thread_count - 1));
            for (int worker = 1; worker < thread_count; ++worker) {
                workers.emplace_back([this, worker] { serve(worker); });
            }
        } catch (const std::system_error& refusal) {
            dismiss(); // the destructor of a half-made pool does not run, and joining would wait
            throw std::runtime_error("cannot start " + std::to_string(thread_count) + " threads: " +
                                     refusal.code().message() + "; give fewer with --threads");
        } catch (...) {
            dismiss();
            throw;
        }
    }

    Impl(const Impl&) = delete; // threads hold its address
    Impl& operator=(const Impl&) = delete;

    ~Impl() { dismiss(); }

    /// Tells all workers to end; they are joined when their threads are destroyed.
    void dismiss() {
        stopping.store(true, std::memory_order_relaxed); // published by the line below
        phase.fetch_add(1, std::memory_order_release);   // publishes `stopping`
        phase.notify_all();
        set_working(threads); // who sleeps there then looks at `phase`
    }

    /// A worker's life: sleep until a phase begins, work in it while units are left.
    void serve(int worker) {
        lower_thread_priority();
        flush_denormals();
        for (std::uint32_t seen = 0;;) {
            seen = wait_for_change(phase, seen);
            if (stopping.load(std::memory_order_relaxed)) { // published together with `phase`
                return;
            }
            if (takes_part(worker)) {
                work(worker);
            } else {
                sleep_while_unwanted(worker);
            }
        }
    }

    // Whoever joins a phase takes over what it needs from `ticket`, so these need no order.
    bool takes_part(int worker) const {
        return static_cast<std::uint32_t>(worker) < working.load(std::memory_order_relaxed);
    }

    void sleep_while_unwanted(int worker) const {
        for (std::uint32_t now = working.load(std::memory_order_relaxed);
             now <= static_cast<std::uint32_t>(worker);
             now = working.load(std::memory_order_relaxed)) {
            working.wait(now, std::memory_order_relaxed);
        }
    }

    void set_working(int count) {
        working.store(static_cast<std::uint32_t>(count), std::memory_order_relaxed);
        working.notify_all();
    }

    /// Takes and runs units until the phase has none left to hand out.
    void work(int worker) {
        std::uint64_t seen = ticket.load(std::memory_order_relaxed); // checked by the exchange
        while (next_of(seen) < units_of(seen)) {
            // Acquire takes over `unit` of this phase. It stays valid until the unit just taken is
            // counted off below, because the phase cannot end before that.
            if (!ticket.compare_exchange_weak(seen, seen + 1, std::memory_order_acquire,
                                              std::memory_order_relaxed)) {
                continue;
            }
            run_unit(static_cast<int>(next_of(seen)), worker);
            seen = ticket.load(std::memory_order_relaxed); // checked by the exchange
        }
    }

    void run_unit(int index, int worker) {
        try {
            unit.call(unit.callable, index, worker);
        } catch (...) {
            const std::lock_guard lock(error_mutex);
            if (!error) {
                error = std::current_exception();
            }
        }
        // Hands the unit's results to the thread in run_phase().
        if (unfinished.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            unfinished.notify_one();
        }
    }

    const int threads;
    UnitCall unit{nullptr, nullptr}; // of the phase in progress; published by `ticket`
    std::mutex error_mutex;
    std::exception_ptr error; // first of the phase
    std::atomic<bool> stopping{false};
    std::atomic<std::uint32_t> working; // workers from this number on sleep on it, not on `phase`
    alignas(kCacheLine) std::atomic<std::uint32_t> phase{0}; // workers sleep on it
    alignas(kCacheLine) std::atomic<std::uint64_t> ticket{0};
    alignas(kCacheLine) std::atomic<std::uint32_t> unfinished{0}; // the caller sleeps on it
    std::vector<std::jthread> workers; // last: joined before what they use is destroyed
};

WorkerPool::WorkerPool(int threads) {
    if (threads < 1 || threads > 256) {
        throw std::invalid_argument("the number of threads must lie between 1 and 256, got " +
                                    std::to_string(threads));
    }
    impl_ = std::make_unique<Impl>(threads);
}

WorkerPool::~WorkerPool() = default;

void WorkerPool::run_phase(int units, UnitCall unit) {
    if (units < 0) {
        throw std::invalid_argument("a phase needs 0 units or more, got " + std::to_string(units));
    }
    if (units == 0) {
        return;
    }
    Impl& pool = *impl_;
    pool.unit = unit;
    pool.error = nullptr;
    // Published by the ticket below.
    pool.unfinished.store(static_cast<std::uint32_t>(units), std::memory_order_relaxed);
    pool.ticket.store(make_ticket(units), std::memory_order_release); // opens the phase
    if (units > 1 && pool.takes_part(1)) {
        pool.phase.fetch_add(1, std::memory_order_release); // wakes; publishes nothing of its own
        pool.phase.notify_all();
    }
    pool.work(0);
    // Takes over the results of all units.
    for (std::uint32_t left = pool.unfinished.load(std::memory_order_acquire); left != 0;) {
        left = wait_for_change(pool.unfinished, left);
    }
    if (pool.error) {
        std::rethrow_exception(std::exchange(pool.error, nullptr));
    }
}

int WorkerPool::threads() const {
    return impl_->threads;
}

void WorkerPool::set_working(int count) {
    if (count < 1 || count > impl_->threads) {
        throw std::invalid_argument("the number of working threads must lie between 1 and " +
                                    std::to_string(impl_->threads) + ", got " +
                                    std::to_string(count));
    }
    impl_->set_working(count);
}

int WorkerPool::working() const {
    // Written by the calling thread itself.
    return static_cast<int>(impl_->working.load(std::memory_order_relaxed));
}

double WorkerPool::cpu_seconds() const {
    double sum = seconds_on(CLOCK_THREAD_CPUTIME_ID);
    for (std::jthread& worker : impl_->workers) {
        clockid_t clock{};
        if (pthread_getcpuclockid(worker.native_handle(), &clock) == 0) {
            sum += seconds_on(clock);
        }
    }
    return sum;
}

int default_worker_threads() {
    const int cores = static_cast<int>(std::thread::hardware_concurrency()); // 0 when unknown
    if (cores <= 1) {
        return 1;
    }
    return cores <= 3 ? cores : std::min(cores - 1, 256);
}

} // namespace grokscope
