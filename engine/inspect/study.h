// Answers questions about recorded weights that take seconds: the valley around them, the path of
// all of a run, the phases of their neurons.
// Threads: the one that may run the pool.
#pragma once

#include "engine/inspect/weight_memory.h"
#include "engine/protocol/config.h"
#include "engine/protocol/study.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace grokscope {

class WorkerPool;

/// Random directions beside the top one.
inline constexpr int kValleyRandoms = 2;
/// Records of a path, at most: of more, evenly chosen ones, the first and the last among them.
inline constexpr std::size_t kMostPathRecords = 300;

/// The weights of one epoch of a run; null when they are not to be had.
using RecordAt = std::function<RecordedWeights(std::int32_t epoch)>;

/// The part of the answer that a kind asks for: phases or valley around `record`, or why not.
/// `between` is called many times on the way; what it throws ends the work. Blocks for seconds. Of
/// the same weights always the same bits.
[[nodiscard]] StudyAnswer study_weights(StudyKind kind, const RunConfig& config,
                                        const RecordedWeights& record, WorkerPool& pool,
                                        const std::function<void()>& between);

/// The path of those of `epochs`, increasing, that `record_at` has. At least two, or a problem.
[[nodiscard]] StudyAnswer study_path(std::vector<std::int32_t> epochs, const RecordAt& record_at,
                                     const std::function<void()>& between);

} // namespace grokscope
