// How an instrument of the laboratory measures. What it measures is described in
// engine/protocol/instrument.h, under the same name.
// Threads: an instrument belongs to one thread at a time, the one that may run the pool.
#pragma once

#include "engine/model/parameters.h"
#include "engine/protocol/config.h"
#include "engine/protocol/figure.h"
#include "engine/task/task.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace grokscope {

class WorkerPool;

/// A run, as its instruments are made for it; all outlives them.
struct Bench {
    const RunConfig& config; ///< valid
    const Task& task;
    WorkerPool& pool;
};

/// What is measured: recorded weights. A reading depends on the configuration and on these alone,
/// whenever, wherever and with however many threads it is made.
struct Subject {
    std::int32_t epoch = 0;
    /// theta_e that are the input of that epoch, exact where the instrument needs it.
    const Parameters& weights;
};

class Instrument {
public:
    virtual ~Instrument() = default;
    /// One entry for each figure of its description, NaN for what is missing. Blocks as long as it
    /// takes. Throws when it cannot be done; the text is one sentence.
    [[nodiscard]] virtual std::vector<FigureValues> measure(const Subject& subject) = 0;
};

/// Throws std::invalid_argument when there is no instrument of that name.
[[nodiscard]] std::unique_ptr<Instrument> make_instrument(std::string_view id, const Bench& bench);

/// A reading without values: of a model that the instrument cannot measure.
[[nodiscard]] std::vector<FigureValues> missing_figures(std::string_view instrument);

/// For an instrument's random choices: a function of the run's seed, the epoch and the instrument.
/// An instrument that is to choose alike at all epochs gives 0 as the epoch.
[[nodiscard]] std::uint32_t seed_of(const RunConfig& config, std::int32_t epoch,
                                    std::string_view instrument);

/// At most `most` of `rows`, drawn once for a run and an instrument and so the same at all epochs,
/// increasing.
[[nodiscard]] std::vector<std::size_t> drawn_rows(std::size_t rows, std::size_t most,
                                                  const RunConfig& config,
                                                  std::string_view instrument);

} // namespace grokscope
