#include "app/bench/layer_rows.h"

#include "app/bench/oracle.h"
#include "app/bench/timed_run.h"
#include "engine/protocol/epoch_cost.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::bench {

namespace {

RunConfig depth(int layers) {
    RunConfig config;
    config.p = 97;
    config.train_fraction = 0.5;
    config.layers = layers;
    config.eval_every = kRareEvaluations; // the oracle's time has no evaluation either
    if (layers == 1) { // as the model that the step for one layer is written for, all pairs
        config.step = StepKind::kLayers;
        return config;
    }
    config.norm = Norm::kPre;
    config.activation = Activation::kGelu;
    config.batch = 512;
    config.clip = 1;
    return config;
}

/// The same for reference_lab.py.
std::vector<std::string> options_of(const RunConfig& config) {
    return {"--p",
            std::to_string(config.p),
            "--frac",
            "0.5",
            "--layers",
            std::to_string(config.layers),
            "--norm",
            config.norm == Norm::kPre ? "pre" : "none",
            "--activation",
            config.activation == Activation::kGelu ? "gelu" : "relu",
            "--batch",
            std::to_string(config.batch),
            "--clip",
            std::to_string(config.clip),
            "--last-only",
            "--every",
            std::to_string(config.eval_every)};
}

} // namespace

void add_layer_rows(Table& table, int rounds, int threads, const std::string& script,
                    const std::function<double(int)>& peak, const StopSignal& stop) {
    const Oracle oracle(script, stop);
    if (!oracle.missing().empty()) {
        table.note("ratios of several layers left out: " + oracle.missing());
    }
    for (const int layers : {1, 2, 4, 16}) {
        const RunConfig config = depth(layers);
        const int updates = std::max(2, 64 / layers);
        const std::string name = "layers." + std::to_string(layers);
        const std::string what = layers == 1 ? "the step for layers, one layer, all pairs"
                                             : std::to_string(layers) + " layers, batch 512";
        Row step{name + ".ms", "update of " + what, "ms", {}, {}, {}};
        Row efficiency{name + ".eff", "counted operations of it over hw.fma", "%", {}, {}, {}};
        Row peer{"oracle." + name + ".ms",
                 "reference_lab.py, best of 1 and all threads",
                 "ms",
                 {},
                 {},
                 {}};
        Row ratio{name, "oracle over ours", "x", {}, {}, {}};
        TimedRun run(config, threads, stop);
        table.begin();
        for (int round = 0; round < rounds; ++round) {
            const double gflops = peak(threads);
            step.rounds.push_back(run.milliseconds(updates));
            efficiency.rounds.push_back(layers_flop_per_update(config) * 1e-9 * 100 /
                                        (step.rounds.back() * 1e-3) / gflops);
            if (!oracle.missing().empty()) {
                continue;
            }
            std::optional<double> best;
            for (const int count : {1, threads}) {
                const auto time = oracle.milliseconds(options_of(config), 2, count);
                if (time && (!best || *time < *best)) {
                    best = time;
                }
            }
            if (best) {
                peer.rounds.push_back(*best);
                ratio.rounds.push_back(*best / step.rounds.back());
            }
        }
        table.add(std::move(step));
        const bool meant = layers > 1; // the step for one layer is faster, and has the targets
        table.add(meant ? at_least(std::move(efficiency), 60) : std::move(efficiency));
        if (!ratio.rounds.empty()) {
            table.add(std::move(peer));
            table.add(meant ? at_least(std::move(ratio), 10) : std::move(ratio));
        }
    }
}

} // namespace grokscope::bench
