// Our own threads inside an epoch: phases of independent units, handed out one by one.
// Threads: run() is called by one thread, the trainer's, which works along.
#pragma once

#include <memory>
#include <type_traits>

namespace grokscope {

/// A fixed set of workers. A phase is a counter over its units: whoever is free takes the next, so
/// a core lent to the renderer delays one unit and not half the step. Which thread runs a unit must
/// not matter to the result.
class WorkerPool {
public:
    /// `threads` in all, the calling one included; 1 makes none. Workers run below normal priority
    /// with denormals flushed; the caller's own thread is left as it is. Throws
    /// std::invalid_argument unless 1 <= threads <= 256, and std::runtime_error when the system
    /// gives fewer; those it gave have ended by then.
    explicit WorkerPool(int threads);
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete; // threads hold its address
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// Runs unit(i, worker) for i in 0..units-1, each once, and returns when all are done; worker
    /// is in 0..threads()-1, for scratch memory, and 0 is the calling thread. Every unit runs even
    /// if one throws; the first exception is rethrown here after the phase. Not reentrant. Does not
    /// allocate. Throws std::invalid_argument when units is negative.
    template <typename Unit>
    void run(int units, Unit&& unit) {
        using Callable = std::remove_reference_t<Unit>;
        run_phase(units, {&unit, [](const void* callable, int index, int worker) {
                              auto* typed = static_cast<Callable*>(const_cast<void*>(callable));
                              (*typed)(index, worker);
                          }});
    }

    /// Threads in all, the calling one included: working ones and those sent to sleep.
    [[nodiscard]] int threads() const;

    /// From the next phase on only `count` threads work, the calling one included; the others sleep
    /// and cost nothing until they are called back. Scratch memory stays that of threads(): a
    /// worker still on its way out of the phase before may take a unit of the next. Call between
    /// phases, on the thread that calls run(). Throws std::invalid_argument unless
    /// 1 <= count <= threads().
    void set_working(int count);
    [[nodiscard]] int working() const;

    /// CPU seconds that the calling thread and all workers have used since they began, waiting in
    /// a spin included, sleep not. Differences tell what a piece of work cost, however many others
    /// share the machine. To be called on the thread that calls run(). 0 where there is no such
    /// clock.
    [[nodiscard]] double cpu_seconds() const;

private:
    /// A reference to the caller's callable, which outlives the phase.
    struct UnitCall {
        const void* callable;
        void (*call)(const void* callable, int index, int worker);
    };
    struct Impl;

    void run_phase(int units, UnitCall unit);

    std::unique_ptr<Impl> impl_;
};

/// Threads by default: all cores up to three, one fewer from four on, so that the window keeps one.
[[nodiscard]] int default_worker_threads();

} // namespace grokscope
