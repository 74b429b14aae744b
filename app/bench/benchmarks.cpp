#include "app/bench/benchmarks.h"

#include "app/bench/bench_table.h"
#include "app/bench/instrument_rows.h"
#include "app/bench/layer_rows.h"
#include "app/bench/oracle.h"
#include "app/bench/other_work.h"
#include "app/bench/timed_run.h"
#include "app/bench/variant_rows.h"
#include "app/bench/window_benchmarks.h"
#include "app/options/options.h"
#include "app/stop_signal.h"
#include "engine/compute/denormals.h"
#include "engine/compute/worker_pool.h"
#include "engine/model/adamw.h"
#include "engine/model/fused_step.h"
#include "engine/parts/standard_parts.h"
#include "engine/protocol/metrics.h"
#include "engine/protocol/shown_text.h"
#include "engine/protocol/spsc_ring.h"
#include "engine/store/output_file.h"
#include "engine/train/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <ostream>
#include <stdexcept>
#include <thread>
#include <utility>

namespace grokscope {

namespace {

using namespace bench;

/// Multiply-adds of the step count as two operations each; 113 classes and 625 columns counted, the
/// figures of engine/model/fused/README.md.
constexpr double kBaselineGflop = 1.68;
/// With this share of the pairs a run has its key frequencies after so many epochs (science.md
/// section 4); most of a row of progress measures is spent on them, and nothing on the share.
constexpr double kQuickFraction = 0.6;
constexpr int kQuickEpochs = 250;

RunConfig config_with(const std::vector<int>& offsets, StepKind step = StepKind::kFused) {
    RunConfig config;
    config.step = step;
    config.stencil = Stencil::of(offsets);
    config.eval_every = kRareEvaluations;
    return config;
}

/// GFLOP/s of `threads` threads that do nothing but multiply and add: the best of several bursts,
/// since whatever disturbs a peak only lowers it. The first one is lost: new threads begin on one
/// core, and the system spreads them within some hundredths of a second.
double peak_gflops(int threads) {
    const auto& kernels = fused::kernels<float>(fused::best_simd_level());
    WorkerPool pool(threads);
    std::vector<double> flop(static_cast<std::size_t>(threads) * 16);
    constexpr std::size_t kMultiplyAdds = 400000;
    constexpr int kBursts = 8;
    double best = 0;
    for (int burst = 0; burst <= kBursts; ++burst) {
        const double seconds = seconds_of([&] {
            pool.run(static_cast<int>(flop.size()), [&](int unit, int) {
                flop[static_cast<std::size_t>(unit)] = kernels.multiply_adds(kMultiplyAdds);
            });
        });
        if (burst > 0) {
            best = std::max(best, std::accumulate(flop.begin(), flop.end(), 0.0) / seconds / 1e9);
        }
    }
    return best;
}

/// Largest resident memory of this process so far, MB; nothing where the system does not tell.
std::optional<double> peak_megabytes() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        double kilobytes = 0;
        if (std::sscanf(line.c_str(), "VmHWM: %lf kB", &kilobytes) == 1) {
            return kilobytes / 1e3;
        }
    }
    return std::nullopt;
}

/// The benchmarks, in the order of the table.
class Session {
public:
    Session(const BenchOptions& options, std::ostream& out, const StopSignal& stop)
        : options_(options), stop_(stop),
          threads_(options.threads > 0 ? options.threads : default_worker_threads()),
          table_(
              out, [this] { return others_.share(); }, [this] { others_.restart(); }),
          oracle_(script(options), stop) {}
    Session(const Session&) = delete; // the table holds its address
    Session& operator=(const Session&) = delete;

    /// Throws Stopped, with the rows so far in the table.
    void run_all() {
        table_.note(fmt::format("{} of {} cores, {}, {} rounds, medians", threads_,
                                std::thread::hardware_concurrency(),
                                fused::name_of(fused::best_simd_level()), options_.rounds));
        for (std::size_t part = 0; part < kBenchPartNames.size(); ++part) {
            if (options_.only.empty() ||
                std::ranges::find(options_.only, static_cast<BenchPart>(part)) !=
                    options_.only.end()) {
                stop_.check();
                measure(static_cast<BenchPart>(part));
            }
        }
    }

    [[nodiscard]] const Table& table() const { return table_; }

private:
    void measure(BenchPart part) {
        switch (part) {
        case BenchPart::kStep:
            memory(); // before anything else has taken some
            against_oracle();
            break;
        case BenchPart::kPhases:
            phases();
            break;
        case BenchPart::kSides:
            costs_of_sides();
            break;
        case BenchPart::kProbes:
            costs_of_offsets();
            break;
        case BenchPart::kRivals:
            add_rival_rows(table_, options_.rounds, threads_, stop_);
            break;
        case BenchPart::kArithmetic:
            add_operation_rows(table_, options_.rounds, threads_, stop_);
            break;
        case BenchPart::kShapes:
            costs_of_shapes();
            break;
        case BenchPart::kLayers:
            add_layer_rows(
                table_, options_.rounds, threads_,
                std::filesystem::path(script(options_)).replace_filename("reference_lab.py"),
                peak_gflops, stop_);
            break;
        case BenchPart::kSmall:
            small_parts();
            break;
        case BenchPart::kLab:
            add_instrument_rows(table_, options_.rounds, threads_, stop_);
            break;
        case BenchPart::kReference:
            reference_step();
            break;
        case BenchPart::kWindow:
            measure_window(
                table_, threads_,
                {.tax = options_.rounds, .grok = options_.only.size() == 1 ? options_.rounds : 1},
                stop_);
            break;
        }
    }

    static std::string script(const BenchOptions& options) {
        return options.oracle_path.empty() ? std::string(GROKSCOPE_ORACLE) : options.oracle_path;
    }

    static Row row(std::string name, std::string unit, std::string what) {
        return {std::move(name), std::move(what), std::move(unit), {}, {}, {}};
    }

    void memory() {
        for (const auto& offsets : {std::vector<int>{}, std::vector<int>{-1, 0, 1}}) {
            TimedRun run(config_with(offsets), threads_, stop_);
            (void)run.run().step().evaluate(run.run().task().test);
        }
        if (const auto megabytes = peak_megabytes()) {
            Row memory = row("memory", "MB", "peak of the process, baseline then full stencil");
            memory.rounds = {*megabytes};
            memory.timing = false;
            table_.add(at_most(memory, 250));
        }
    }

    void against_oracle() {
        TimedRun base(config_with({}), threads_, stop_);
        TimedRun base_1(config_with({}), 1, stop_);
        TimedRun full(config_with({-1, 0, 1}), threads_, stop_);
        Row fma_1 = row("hw.fma.1t", "GFLOP/s", "float32 multiply-adds, one thread");
        Row fma = row("hw.fma", "GFLOP/s", fmt::format("the same, {} threads", threads_));
        Row step = row("step.base.ms", "ms", fmt::format("baseline epoch, {} threads", threads_));
        Row step_1 = row("step.base.1t.ms", "ms", "baseline epoch, one thread");
        Row step_full = row("step.full.ms", "ms", "epoch with offsets -1, 0, +1");
        Row efficiency = row("step.eff", "%", "counted operations of step.base over hw.fma");
        Row scale = row("step.scale", "x", "one thread over all");
        Row oracle_base = row("oracle.base.ms", "ms", "");
        Row oracle_full = row("oracle.full.ms", "ms", "");
        Row ratio = row("step.base", "x", "oracle over ours, baseline");
        Row ratio_1 = row("step.base.1t", "x", "oracle over ours on one thread");
        Row ratio_full = row("step.full", "x", "oracle over ours, full stencil");
        bool compare = oracle_.missing().empty();
        const int peer = compare ? best_oracle_threads() : 0;
        compare = compare && peer > 0;
        table_.begin();
        for (int round = 0; round < options_.rounds; ++round) {
            fma_1.rounds.push_back(peak_gflops(1));
            fma.rounds.push_back(peak_gflops(threads_));
            step.rounds.push_back(base.milliseconds(100));
            step_1.rounds.push_back(base_1.milliseconds(50));
            step_full.rounds.push_back(full.milliseconds(50));
            efficiency.rounds.push_back(100 * kBaselineGflop / (step.rounds.back() * 1e-3) /
                                        fma.rounds.back());
            scale.rounds.push_back(step_1.rounds.back() / step.rounds.back());
            if (compare) {
                const auto baseline = oracle_.milliseconds("", 4, peer);
                const auto stencil = oracle_.milliseconds("-1,0,1", 3, peer);
                if (baseline && stencil) {
                    oracle_base.rounds.push_back(*baseline);
                    oracle_full.rounds.push_back(*stencil);
                    ratio.rounds.push_back(*baseline / step.rounds.back());
                    ratio_1.rounds.push_back(*baseline / step_1.rounds.back());
                    ratio_full.rounds.push_back(*stencil / step_full.rounds.back());
                }
            }
        }
        table_.add(fma_1);
        table_.add(fma);
        table_.add(step);
        table_.add(step_1);
        table_.add(step_full);
        table_.add(at_least(efficiency, 65));
        if (threads_ == 2) {
            table_.add(at_least(scale, 1.9));
        } else if (threads_ > 2) {
            table_.add(scale);
        }
        if (ratio.rounds.empty()) {
            table_.note("ratios left out: " +
                        (oracle_.missing().empty() ? "the oracle failed" : oracle_.missing()));
            return;
        }
        const std::string party = fmt::format("reference_train.py, python3-torch {}, {} threads",
                                              oracle_.torch_version(), peer);
        oracle_base.what = party + ", baseline";
        oracle_full.what = party + ", full stencil";
        table_.add(oracle_base);
        table_.add(oracle_full);
        table_.add(at_least(ratio, 45));
        table_.add(at_least(ratio_1, 22));
        table_.add(at_least(ratio_full, 25));
    }

    /// Each peer at its own best setting: 1 and 2 threads and all cores are tried. 0 on failure.
    int best_oracle_threads() {
        const int cores = static_cast<int>(std::thread::hardware_concurrency());
        std::map<double, int> by_time;
        for (const int threads : {1, 2, cores}) {
            if (threads <= std::max(cores, 1)) {
                if (const auto time = oracle_.milliseconds("", 3, threads)) {
                    by_time.emplace(*time, threads);
                }
            }
        }
        return by_time.empty() ? 0 : by_time.begin()->second;
    }

    void phases() {
        for (const auto& offsets : {std::vector<int>{}, std::vector<int>{-1, 0, 1}}) {
            const RunConfig config = config_with(offsets);
            const std::string kind = offsets.empty() ? "base" : "full";
            EngineParts parts = standard_engine_parts();
            const FusedStep* step = nullptr;
            parts.make_step = [&step](const RunConfig& of, const Task& task, WorkerPool& pool) {
                auto made = std::make_unique<FusedStep>(of, task.train, pool);
                step = made.get();
                return made;
            };
            WorkerPool pool(threads_);
            Run run(config, parts, pool);
            for (int i = 0; i < 10; ++i) {
                (void)run.advance_one_epoch();
            }
            constexpr int kEpochs = 50;
            std::map<std::string_view, Row> rows;
            for (int round = 0; round < options_.rounds; ++round) {
                stop_.check();
                const auto before = step->phase_times();
                for (int i = 0; i < kEpochs; ++i) {
                    (void)run.advance_one_epoch();
                }
                const auto after = step->phase_times();
                for (std::size_t i = 0; i < after.size(); ++i) {
                    auto [at, added] = rows.try_emplace(
                        after[i].name, row("step.parts." + kind, "ms", std::string(after[i].name)));
                    at->second.rounds.push_back((after[i].seconds - before[i].seconds) / kEpochs *
                                                1e3);
                }
            }
            for (const fused::PhaseTime& time : step->phase_times()) {
                table_.add(rows.at(time.name));
            }
        }
    }

    /// What training pays for what goes on beside it, each at its own cadence.
    void costs_of_sides() {
        RunConfig evaluated = config_with({});
        evaluated.eval_every = RunConfig{}.eval_every;
        TimedRun with(evaluated, threads_, stop_);
        TimedRun without(config_with({}), threads_, stop_);
        const RunConfig& config = with.run().config();
        const EngineParts parts = standard_engine_parts();
        WorkerPool pool(threads_);
        RunConfig quick = config_with({});
        quick.train_fraction = kQuickFraction;
        TimedRun with_keys(quick, threads_, stop_);
        (void)with_keys.milliseconds(kQuickEpochs);
        const auto measure = parts.make_progress(quick, with_keys.run().task(), pool, {});
        Row evaluation = row("eval.cost", "%",
                             fmt::format("lost by evaluating every {} epochs", config.eval_every));
        Row publish = row("publish.cost", "%",
                          fmt::format("lost by a snapshot every {} epochs", config.snapshot_every));
        Row publish_ms = row("publish.ms", "ms", "embedding and spectra, one thread");
        Row measures =
            row("measures", "%",
                fmt::format("lost by progress measures every {} epochs", config.progress_every));
        Row measures_ms = row("measures.ms", "ms", fmt::format("one row, {} threads", threads_));
        table_.begin();
        for (int round = 0; round < options_.rounds; ++round) {
            const double plain = without.milliseconds(100);
            evaluation.rounds.push_back(100 * (1 - plain / with.milliseconds(100)));
            constexpr int kTimes = 10;
            publish_ms.rounds.push_back(1e3 / kTimes * seconds_of([&] {
                                            for (int i = 0; i < kTimes; ++i) {
                                                (void)with.run().make_snapshot();
                                            }
                                        }));
            measures_ms.rounds.push_back(1e3 / kTimes * seconds_of([&] {
                                             for (int i = 0; i < kTimes; ++i) {
                                                 (void)measure(with_keys.run().state().parameters,
                                                               with_keys.run().step());
                                             }
                                         }));
            const auto share = [plain](double milliseconds, int epochs) {
                return 100 * milliseconds / (milliseconds + epochs * plain);
            };
            publish.rounds.push_back(share(publish_ms.rounds.back(), config.snapshot_every));
            measures.rounds.push_back(share(measures_ms.rounds.back(), config.progress_every));
        }
        table_.add(at_most(evaluation, 10));
        table_.add(publish_ms);
        table_.add(at_most(publish, 1));
        table_.add(measures_ms);
        table_.add(at_most(measures, 5));
    }

    void costs_of_offsets() {
        TimedRun base(config_with({}), threads_, stop_);
        for (const int offset : {-8, -1, 0, 1, 8}) {
            TimedRun probed(config_with({offset}), threads_, stop_);
            (void)probed.milliseconds(8); // until every offset is active
            Row cost = row("probe.cost", "ms", fmt::format("added by offset {:+}", offset));
            for (int round = 0; round < options_.rounds; ++round) {
                const double plain = base.milliseconds(30);
                cost.rounds.push_back(probed.milliseconds(30) - plain);
            }
            table_.add(cost);
        }
    }

    void costs_of_shapes() {
        for (const int p : {59, 113, 173, 211}) {
            RunConfig config = config_with({});
            config.p = p;
            TimedRun run(config, threads_, stop_);
            Row cost = row("step.by_p", "ms", fmt::format("baseline epoch at p = {}", p));
            for (int round = 0; round < options_.rounds; ++round) {
                cost.rounds.push_back(run.milliseconds(20));
            }
            table_.add(cost);
        }
        for (int threads = 1; threads <= std::max(threads_, 4); ++threads) {
            TimedRun run(config_with({}), threads, stop_);
            Row cost =
                row("step.by_threads", "ms", fmt::format("baseline epoch, {} threads", threads));
            for (int round = 0; round < options_.rounds; ++round) {
                cost.rounds.push_back(run.milliseconds(30));
            }
            table_.add(cost);
        }
    }

    void small_parts() {
        TimedRun full(config_with({-1, 0, 1}), threads_, stop_);
        TrainingState state = full.run().state();
        Parameters gradients = state.first_moment();
        Row adamw = row("adamw", "ms", "one update of all weights, one thread");
        Row checkpoint = row("checkpoint", "ms", "copy of the state of a full-stencil run");
        Row ring = row("ring", "ns", "push and pop of one metric sample");
        SpscRing<MetricSample> samples(1024);
        TrainingState copy = state;
        table_.begin();
        for (int round = 0; round < options_.rounds; ++round) {
            constexpr int kTimes = 50;
            adamw.rounds.push_back(
                1e3 / kTimes * seconds_of([&] {
                    for (int i = 0; i < kTimes; ++i) {
                        adamw_update({}, i + 1, state.parameters.flat(), gradients.flat(),
                                     state.first_moment().flat(), state.second_moment().flat());
                    }
                }));
            checkpoint.rounds.push_back(1e3 / kTimes * seconds_of([&] {
                                            for (int i = 0; i < kTimes; ++i) {
                                                copy = state;
                                            }
                                        }));
            constexpr int kSamples = 100000;
            ring.rounds.push_back(1e9 / kSamples * seconds_of([&] {
                                      for (int i = 0; i < kSamples; ++i) {
                                          if (!samples.try_push(MetricSample{}) ||
                                              !samples.try_pop()) {
                                              throw std::logic_error("the ring lost a sample");
                                          }
                                      }
                                  }));
        }
        table_.add(at_most(adamw, 0.2));
        table_.add(at_most(checkpoint, 1));
        table_.add(ring);
    }

    void reference_step() {
        TimedRun reference(config_with({}, StepKind::kReference), 1, stop_);
        Row time = row("step.ref.ms", "ms", "epoch of the reference step");
        Row ratio = row("step.ref", "x", "oracle over the reference step, one thread each");
        table_.begin();
        for (int round = 0; round < options_.rounds; ++round) {
            time.rounds.push_back(reference.milliseconds(3));
            if (oracle_.missing().empty()) {
                if (const auto peer = oracle_.milliseconds("", 3, 1)) {
                    ratio.rounds.push_back(*peer / time.rounds.back());
                }
            }
        }
        table_.add(time);
        if (!ratio.rounds.empty()) {
            table_.add(at_least(ratio, 0.95));
        }
    }

    const BenchOptions options_;
    const StopSignal& stop_;
    const int threads_;
    OtherWork others_; // before the table, which asks it
    Table table_;
    const Oracle oracle_;
};

} // namespace

void run_benchmarks(const BenchOptions& options, const StopSignal& stop) {
    if (options.rounds < 1 || options.rounds > 100) {
        throw std::invalid_argument("--rounds must lie between 1 and 100, got " +
                                    std::to_string(options.rounds));
    }
    flush_denormals();
    std::unique_ptr<OutputFile> json;
    if (!options.json_path.empty()) {
        try {
            json = std::make_unique<OutputFile>(options.json_path, overwrite_if(options.force));
        } catch (const std::exception& error) {
            throw UsageError("grokscope: " + shown_line(error.what()));
        }
    }
    const bool to_standard_output = json && json->is_standard_output();
    Session session(options, to_standard_output ? std::cerr : std::cout, stop);
    try {
        session.run_all();
    } catch (const Stopped&) { // the rows so far are kept, too
    }
    if (json) {
        json->commit(session.table().json());
    }
    stop.check();
}

} // namespace grokscope
