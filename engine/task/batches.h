// Which training pairs each update is of, where it is not of all of them.
// Threads: used by one thread.
#pragma once

#include "engine/protocol/config.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace grokscope {

/// Passes over the training pairs, each in an order of its own: Python's shuffle of 0..n-1 under
/// seed (run's seed + 7919 (pass + 1)) mod 2^32, cut into floor(n / batch) batches; what is left
/// over is left out of that pass (science.md 1.9). A function of the configuration and the update
/// alone, so that a run goes on anywhere with the same batches.
class Batches {
public:
    /// Of a valid configuration.
    explicit Batches(const RunConfig& config);

    /// True when every update is of all training pairs.
    [[nodiscard]] bool takes_all() const { return size_ == 0; }
    /// Places in the training pairs, in the order of the pass; none when takes_all(). `update`
    /// counts from 0. Valid until the next call.
    [[nodiscard]] std::span<const std::uint32_t> rows(std::int64_t update);

private:
    std::uint32_t seed_;
    std::size_t pairs_;
    std::size_t size_;
    std::int64_t pass_ = -1; ///< of the order that follows
    std::vector<std::uint32_t> order_;
};

} // namespace grokscope
