// Our own threads inside an epoch: phases of independent units, handed out one by one.
// Threads: run() is called by one thread, the trainer's, which works along.
#pragma once

#include <functional>
#include <memory>

namespace grokscope {

/// A fixed set of workers. A phase is a counter over its units: whoever is free takes the next, so
/// a core lent to the renderer delays one unit and not half the step (engine.md section 7). Which
/// thread runs a unit must not matter to the result.
class WorkerPool {
public:
    /// `threads` in all, the calling one included; 1 makes none. Workers run below normal priority
    /// with denormals flushed. Throws std::invalid_argument unless 1 <= threads <= 256.
    explicit WorkerPool(int threads);
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete; // threads hold its address
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// Runs unit(i, worker) for i in 0..units-1, each once, and returns when all are done; worker
    /// is in 0..threads()-1, for scratch memory. An exception of a unit is rethrown here after the
    /// phase. Not reentrant.
    void run(int units, const std::function<void(int unit, int worker)>& unit);

    [[nodiscard]] int threads() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Threads by default: all cores up to three, one fewer from four on (engine.md section 7).
[[nodiscard]] int default_worker_threads();

} // namespace grokscope
