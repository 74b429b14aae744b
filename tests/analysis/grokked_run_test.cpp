// The default experiment (p = 113, fraction 0.3, seed 999) trained with the fused step until it has
// grokked and cleaned up: signs, orders and bands of the reference numbers R19 to R21 and R28 to
// R32 of science.md. Summation order moves a trajectory, so nothing is pinned exactly.
#include "engine/analysis/key_frequencies.h"
#include "engine/analysis/progress.h"
#include "engine/analysis/snapshot.h"
#include "engine/compute/blas_threads.h"
#include "engine/compute/denormals.h"
#include "engine/compute/worker_pool.h"
#include "engine/parts/standard_parts.h"
#include "engine/train/milestones.h"
#include "engine/train/phase_estimator.h"
#include "engine/train/run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <vector>

namespace grokscope {
namespace {

constexpr int kLastEpoch = 9000;
constexpr int kRecordEvery = 200;
constexpr int kLastRecord = 4000;

struct GrokkedRun {
    std::vector<MetricSample> samples; ///< every 10 epochs
    std::vector<ProgressRow> rows;     ///< every 50
    std::map<MarkKind, int> marks;
    std::vector<int> keys;              ///< by the final rule, from the last weights
    std::vector<ProgressRow> with_keys; ///< every 200 epochs up to 4,000, recomputed with them
    Snapshot last;
};

GrokkedRun train() {
    RunConfig config;
    config.step = StepKind::kFused;
    WorkerPool pool(default_worker_threads());
    Run run(config, standard_engine_parts(), pool);
    ProgressMeter meter(config, run.task(), pool);
    Milestones milestones;
    PhaseEstimator phases;
    GrokkedRun result;
    const auto keep = [&](const std::vector<event::Mark>& marks) {
        for (const event::Mark& mark : marks) {
            result.marks.emplace(mark.kind, mark.epoch);
        }
    };
    std::vector<Parameters> recorded;
    while (run.epoch() <= kLastEpoch) {
        if (run.epoch() % kRecordEvery == 0 && run.epoch() <= kLastRecord) {
            recorded.push_back(run.state().parameters);
        }
        if (run.epoch() % 50 == 0) {
            ProgressRow row = meter.measure(run.state().parameters, run.step());
            row.epoch = run.epoch();
            keep(phases.observe(row));
            result.rows.push_back(std::move(row));
        }
        if (const std::optional<MetricSample> sample = run.advance_one_epoch()) {
            keep(milestones.observe(*sample));
            keep(phases.observe(*sample));
            result.samples.push_back(*sample);
        }
    }
    result.last = make_snapshot(config, run.state().parameters);
    result.keys = final_key_frequencies(result.last.logit_spectrum);
    for (std::size_t i = 0; i < recorded.size(); ++i) {
        run.step().load(recorded[i]);
        result.with_keys.push_back(meter.measure_with(recorded[i], run.step(), result.keys));
        result.with_keys.back().epoch = static_cast<int>(i) * kRecordEvery;
    }
    run.step().load(run.state().parameters);
    return result;
}

/// R19 to R21: when it memorises, how bad it gets, when it groks.
void check_curve(const GrokkedRun& run) {
    ASSERT_TRUE(run.marks.contains(MarkKind::kMemorised));
    EXPECT_GE(run.marks.at(MarkKind::kMemorised), 110);
    EXPECT_LE(run.marks.at(MarkKind::kMemorised), 200);
    const auto worst = std::max_element(
        run.samples.begin(), run.samples.end(),
        [](const auto& one, const auto& other) { return one.test_loss < other.test_loss; });
    EXPECT_GE(worst->test_loss, 19);
    EXPECT_LE(worst->test_loss, 41);
    EXPECT_GE(worst->epoch, 1000);
    EXPECT_LE(worst->epoch, 2500);
    double floor = 1;
    for (const MetricSample& sample : run.samples) {
        floor =
            sample.epoch > 1500 && sample.epoch < 3000 ? std::min(floor, sample.train_loss) : floor;
    }
    EXPECT_GE(floor, 1e-7);
    EXPECT_LE(floor, 5e-7);
    ASSERT_TRUE(run.marks.contains(MarkKind::kGrokked));
    EXPECT_NEAR(run.marks.at(MarkKind::kGrokked), 5130, 0.15 * 5130);
}

/// R28 to R30 and R32: what the grokked model looks like.
void check_end(const GrokkedRun& run) {
    const ProgressRow& end = run.rows.back();
    const std::vector<int>& keys = run.keys;
    EXPECT_GE(keys.size(), 3U); // R28
    EXPECT_LE(keys.size(), 6U);
    EXPECT_EQ(end.key_frequencies, keys); // the provisional set has settled on the final one

    EXPECT_GE(end.clustered_neurons, end.neurons * 0.75); // R29
    EXPECT_LE(end.clustered_neurons, end.neurons * 0.97);
    EXPECT_GT(end.fit_r_squared, 0.9);
    int of_keys = 0;
    for (const int k : keys) {
        of_keys += end.neurons_by_frequency.at(static_cast<std::size_t>(k - 1));
    }
    EXPECT_GE(of_keys, end.clustered_neurons * 0.98);

    EXPECT_LT(end.restricted_loss.all, end.full_loss.all); // R30
    EXPECT_LT(end.restricted_loss.test, end.full_loss.test);
    EXPECT_GT(end.excluded_loss, 1);
    EXPECT_GT(end.excluded_loss, 1e4 * end.full_loss.train);
    for (const double without_one : end.excluded_by_frequency) {
        EXPECT_GT(without_one, 10 * end.full_loss.train);
        EXPECT_LT(without_one, end.excluded_loss);
    }
    for (const double coherence : end.clock_coherence) {
        EXPECT_GT(coherence, 0.97);
    }

    EXPECT_NEAR(run.rows.front().total_sum_squares, 1779, 1); // R32
    EXPECT_GE(end.total_sum_squares, 900);
    EXPECT_LE(end.total_sum_squares, 1300);
    EXPECT_GE(run.rows.front().gini_W_E, 0.02);
    EXPECT_LE(run.rows.front().gini_W_E, 0.03);
    EXPECT_GE(end.gini_W_E, 0.45);
    EXPECT_LE(end.gini_W_E, 0.75); // measured 0.70 at 9,000; published 0.45-0.65
    EXPECT_GT(end.gini_W_L, end.gini_W_E);
}

/// All three spectra of the grokked model are strongest at the key frequencies.
void check_spectra(const GrokkedRun& run) {
    const std::vector<int>& keys = run.rows.back().key_frequencies;
    for (const std::vector<float>& spectrum :
         {run.last.spectrum, run.last.logit_spectrum, run.rows.back().neuron_amplitude}) {
        std::vector<int> order(spectrum.size());
        std::iota(order.begin(), order.end(), 1);
        std::sort(order.begin(), order.end(), [&](int one, int other) {
            return spectrum[static_cast<std::size_t>(one - 1)] >
                   spectrum[static_cast<std::size_t>(other - 1)];
        });
        order.resize(3);
        for (const int k : order) {
            EXPECT_TRUE(std::find(keys.begin(), keys.end(), k) != keys.end()) << "k = " << k;
        }
    }
}

/// R31: the circuit forms long before it shows.
void check_order_in_time(const GrokkedRun& run) {
    double worst = 0;
    int halved = kLastEpoch + 1;
    for (const MetricSample& sample : run.samples) {
        worst = std::max(worst, sample.test_loss);
        if (sample.epoch > 1000 && sample.test_loss <= 0.5 * worst) {
            halved = sample.epoch;
            break;
        }
    }
    ASSERT_LT(halved, kLastEpoch);
    // With the final key frequencies, as the paper has it: the live ones are not known that early.
    double least_excluded = HUGE_VAL;
    double largest_restricted = 0;
    int excluded_rises = kLastEpoch + 1;
    int restricted_falls = kLastEpoch + 1;
    for (const ProgressRow& row : run.with_keys) {
        if (row.epoch <= run.marks.at(MarkKind::kMemorised)) {
            continue;
        }
        least_excluded = std::min(least_excluded, row.excluded_loss);
        largest_restricted = std::max(largest_restricted, row.restricted_loss.all);
        if (row.excluded_loss >= 1.1 * least_excluded) {
            excluded_rises = std::min(excluded_rises, row.epoch);
        }
        if (row.restricted_loss.all <= 0.9 * largest_restricted) {
            restricted_falls = std::min(restricted_falls, row.epoch);
        }
    }
    EXPECT_LE(excluded_rises, halved - 1000);
    EXPECT_LE(restricted_falls, halved - 1000);

    const auto at = [&](MarkKind kind) { return run.marks.at(kind); };
    ASSERT_TRUE(run.marks.contains(MarkKind::kCircuitFormation));
    ASSERT_TRUE(run.marks.contains(MarkKind::kCleanupDone));
    EXPECT_LT(at(MarkKind::kMemorised), at(MarkKind::kCircuitFormation));
    // Published about 1,400. A dip at the end of memorisation, at 220, is not it.
    EXPECT_GT(at(MarkKind::kCircuitFormation), 800);
    EXPECT_LT(at(MarkKind::kCircuitFormation), at(MarkKind::kTransition));
    EXPECT_LT(at(MarkKind::kCircuitFormation), at(MarkKind::kGrokked));
    EXPECT_LT(at(MarkKind::kGrokked), at(MarkKind::kCleanupDone));
}

// One test, since one training serves all checks.
TEST(GrokkedRun, ShowsTheSignsAndOrdersOfTheReferenceNumbers) {
    use_single_threaded_blas();
    flush_denormals();
    const GrokkedRun run = train();
    check_curve(run);
    check_end(run);
    check_spectra(run);
    check_order_in_time(run);
}

} // namespace
} // namespace grokscope
