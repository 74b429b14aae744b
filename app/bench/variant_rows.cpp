#include "app/bench/variant_rows.h"

#include "app/bench/timed_run.h"
#include "engine/protocol/operation.h"
#include "engine/protocol/rivals.h"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace grokscope::bench {

namespace {

/// The default run, which nothing interrupts.
RunConfig plain() {
    RunConfig config;
    config.eval_every = kRareEvaluations;
    return config;
}

/// Time of an epoch of `config` over that of `base`, turn by turn.
Row ratio(std::string name, const std::string& what, const RunConfig& config, TimedRun& base,
          int rounds, int threads, const StopSignal& stop) {
    constexpr int kEpochs = 30;
    TimedRun run(config, threads, stop);
    Row row{std::move(name), "epoch of " + what + " over the baseline's", "x", {}, {}, {}};
    for (int round = 0; round < rounds; ++round) {
        const double usual = base.milliseconds(kEpochs);
        row.rounds.push_back(run.milliseconds(kEpochs) / usual);
    }
    return row;
}

} // namespace

void add_rival_rows(Table& table, int rounds, int threads, const StopSignal& stop) {
    TimedRun base(plain(), threads, stop);
    for (const RunConfig& config : rivals_of(plain())) {
        table.add(ratio("rival.cost", config.label(), config, base, rounds, threads, stop));
    }
}

void add_operation_rows(Table& table, int rounds, int threads, const StopSignal& stop) {
    TimedRun base(plain(), threads, stop);
    for (const OperationSpec& operation : kOperations) {
        RunConfig config = plain();
        config.operation = operation.operation;
        if (config.operation != base.run().config().operation &&
            config.operation != Operation::kTable) {
            table.add(ratio(fmt::format("operation.{}", operation.name),
                            std::string(operation.study), config, base, rounds, threads, stop));
        }
    }
}

} // namespace grokscope::bench
