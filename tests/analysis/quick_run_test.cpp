// The quick run of science.md section 4 (fraction 0.6, seed 999) trained for real, with the figures
// seen there. Float summation order moves a trajectory, so every figure has a band.
#include "engine/analysis/progress.h"
#include "engine/compute/blas_threads.h"
#include "engine/compute/denormals.h"
#include "engine/compute/worker_pool.h"
#include "engine/parts/standard_parts.h"
#include "engine/train/phase_estimator.h"
#include "engine/train/run.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace grokscope {
namespace {

/// The figures of one epoch as the table gives them.
struct Expected {
    int epoch;
    double train_loss, gini_W_E, gini_W_L, full_loss, restricted_loss, excluded_loss, r_squared;
    int clustered;
    double sum_squares;
};

constexpr double kNone = -1; // where it has a dash

constexpr Expected kTable[] = {
    {0, 4.77, .023, .032, 4.766, kNone, kNone, kNone, 0, 1779},
    {100, 2.43, .074, .133, 3.07, kNone, kNone, kNone, 25, 2620},
    {200, .0176, .147, .266, .232, .037, 30.3, .84, 168, 3088},
    {400, 1.1e-3, .179, .329, .0160, 2.8e-4, 21.1, .86, 204, 2519},
    {600, 1.1e-4, .214, .403, 9.2e-4, 6.7e-6, 13.8, .89, 272, 2097},
};

void expect_within(const char* name, double value, double expected, double band) {
    EXPECT_NEAR(value / expected, 1, band) << name << " is " << value << ", expected " << expected;
}

/// What one training leaves.
struct QuickRun {
    std::map<int, ProgressRow> rows; ///< by epoch
    std::map<MarkKind, int> marks;
    std::optional<int> grok_epoch;
};

QuickRun train() {
    RunConfig config;
    config.train_fraction = 0.6;
    WorkerPool pool(default_worker_threads());
    Run run(config, standard_engine_parts(), pool);
    ProgressMeter meter(config, run.task(), pool);
    PhaseEstimator phases;
    QuickRun result;
    const auto keep = [&](const std::vector<event::Mark>& marks) {
        for (const event::Mark& mark : marks) {
            result.marks.emplace(mark.kind, mark.epoch);
        }
    };
    while (run.epoch() <= 600) {
        if (run.epoch() % 50 == 0) {
            ProgressRow row = meter.measure(run.state().parameters, run.step());
            row.epoch = run.epoch();
            keep(phases.observe(row));
            result.rows.emplace(row.epoch, std::move(row));
        }
        if (const std::optional<MetricSample> sample = run.advance_one_epoch()) {
            keep(phases.observe(*sample));
            if (!result.grok_epoch && sample->train_accuracy >= 0.99 &&
                sample->test_accuracy >= 0.99) {
                result.grok_epoch = sample->epoch;
            }
        }
    }
    return result;
}

void check_table(const std::map<int, ProgressRow>& rows) {
    for (const Expected& expected : kTable) {
        SCOPED_TRACE("epoch " + std::to_string(expected.epoch));
        const ProgressRow& row = rows.at(expected.epoch);
        expect_within("train loss", row.full_loss.train, expected.train_loss, 0.15);
        expect_within("Gini of W_E", row.gini_W_E, expected.gini_W_E, 0.08);
        expect_within("Gini of W_L", row.gini_W_L, expected.gini_W_L, 0.08);
        expect_within("full loss", row.full_loss.all, expected.full_loss, 0.15);
        expect_within("sum of squares", row.total_sum_squares, expected.sum_squares, 0.02);
        EXPECT_NEAR(row.clustered_neurons, expected.clustered, 8 + 0.15 * expected.clustered);
        if (expected.excluded_loss == kNone) {
            EXPECT_TRUE(row.key_frequencies.empty());
            EXPECT_TRUE(std::isnan(row.restricted_loss.all));
            EXPECT_TRUE(std::isnan(row.excluded_loss));
            EXPECT_TRUE(std::isnan(row.fit_r_squared));
        } else {
            EXPECT_EQ(row.key_frequencies, (std::vector{1, 10, 16, 23}));
            expect_within("restricted loss", row.restricted_loss.all, expected.restricted_loss, .3);
            expect_within("excluded loss", row.excluded_loss, expected.excluded_loss, 0.1);
            EXPECT_NEAR(row.fit_r_squared, expected.r_squared, 0.02);
        }
    }
}

/// R30: the key frequencies alone do better than all logits, the rest does badly.
void check_signs(const std::map<int, ProgressRow>& rows) {
    for (const int epoch : {200, 400, 600}) {
        SCOPED_TRACE("epoch " + std::to_string(epoch));
        const ProgressRow& row = rows.at(epoch);
        EXPECT_LT(row.restricted_loss.all, row.full_loss.all);
        EXPECT_LT(row.restricted_loss.test, row.full_loss.test);
        EXPECT_GT(row.excluded_loss, 1);
        for (const double without_one : row.excluded_by_frequency) {
            EXPECT_GT(without_one, (epoch == 200 ? 2 : 10) * row.full_loss.train);
        }
    }
}

void check_clocks(const std::map<int, ProgressRow>& rows) {
    const auto of_23 = [&](int epoch) { return rows.at(epoch).clock_coherence.at(3); };
    EXPECT_NEAR(of_23(200), 0.993, 0.005);
    EXPECT_NEAR(of_23(600), 0.996, 0.003);
}

void check_clusters(const ProgressRow& row) {
    int of_key_frequencies = 0;
    for (const int k : row.key_frequencies) {
        of_key_frequencies += row.neurons_by_frequency.at(static_cast<std::size_t>(k - 1));
    }
    EXPECT_GT(of_key_frequencies, row.clustered_neurons * 9 / 10);
}

// One test, since one training serves all checks.
TEST(QuickRun, ShowsTheFiguresOfTheTable) {
    use_single_threaded_blas();
    flush_denormals();
    const QuickRun run = train();
    check_table(run.rows);
    check_signs(run.rows);
    check_clocks(run.rows);
    check_clusters(run.rows.at(600));

    ASSERT_TRUE(run.grok_epoch.has_value()); // R18
    EXPECT_GE(*run.grok_epoch, 330);
    EXPECT_LE(*run.grok_epoch, 480);
    ASSERT_TRUE(run.marks.contains(MarkKind::kCircuitFormation));
    EXPECT_LT(run.marks.at(MarkKind::kCircuitFormation), *run.grok_epoch);
    // Its weights still shrink by more than 1 % in 500 epochs.
    EXPECT_FALSE(run.marks.contains(MarkKind::kCleanupDone));
}

} // namespace
} // namespace grokscope
