#include "app/bench/rival_rows.h"

#include "app/bench/timed_run.h"
#include "engine/protocol/rivals.h"

#include <string>
#include <utility>

namespace grokscope::bench {

void add_rival_rows(Table& table, int rounds, int threads, const StopSignal& stop) {
    constexpr int kEpochs = 30;
    RunConfig plain;
    plain.eval_every = 1000;
    TimedRun base(plain, threads, stop);
    for (const RunConfig& config : rivals_of(plain)) {
        TimedRun rival(config, threads, stop);
        Row cost{
            "rival.cost", "epoch of " + config.label() + " over the baseline's", "x", {}, {}, {}};
        for (int round = 0; round < rounds; ++round) {
            const double usual = base.milliseconds(kEpochs);
            cost.rounds.push_back(rival.milliseconds(kEpochs) / usual);
        }
        table.add(std::move(cost));
    }
}

} // namespace grokscope::bench
