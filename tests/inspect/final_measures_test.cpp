// The record of a finished run, measured once more with the frequencies it ended with.
#include "engine/inspect/final_measures.h"

#include "engine/analysis/progress.h"
#include "engine/compute/worker_pool.h"
#include "engine/store/checkpoint.h"
#include "engine/train/run.h"
#include "tests/inspect/small_training.h"
#include "tests/store/scratch_folder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace grokscope {
namespace {

RunConfig config_of_the_run() {
    RunConfig config;
    config.p = 31;
    config.train_fraction = 0.7;
    config.d_model = 64;
    config.d_mlp = 128;
    config.seed = 1;
    config.epochs = 340;
    return config;
}

struct Recorded {
    StoredRunId id{};
    std::map<std::int32_t, Parameters> weights;
    std::map<std::int32_t, ProgressRow> rows;
};

/// Trains and records as the program does: rows every 50 epochs, weights every 100.
Recorded record(Notebook& notebook, WorkerPool& pool) {
    const RunConfig config = config_of_the_run();
    Run run(config, test::fused_parts(), pool);
    ProgressMeter meter(config, run.task(), pool);
    Recorded recorded;
    recorded.id = notebook.add_run(config, {});
    while (true) {
        const bool ended = run.reached_limit();
        if (run.epoch() % 50 == 0 || ended) {
            ProgressRow row = meter.measure(run.state().parameters, run.step());
            row.epoch = run.epoch();
            notebook.add(recorded.id, row);
            recorded.rows.emplace(row.epoch, row);
        }
        if (run.epoch() % 100 == 0) {
            notebook.add(recorded.id, {run.epoch(), WeightEncoding::kPlain, 0,
                                       encode_weights(run.state().parameters)});
        }
        if (run.epoch() % 100 == 0 || ended) {
            recorded.weights.emplace(run.epoch(), run.state().parameters);
        }
        if (ended) {
            break;
        }
        (void)run.advance_one_epoch();
    }
    notebook.set_checkpoint(recorded.id, run.epoch(), 1, encode_state(run.state()));
    return recorded;
}

TEST(FinalMeasures, AreThoseOfTheFrequenciesTheRunEndedWith) {
    Notebook notebook(":memory:", Notebook::Access::kReadWrite);
    WorkerPool pool(1);
    const Recorded recorded = record(notebook, pool);
    EXPECT_EQ(recompute_final_measures(notebook, recorded.id, pool), 5); // 0, 100, 200, 300, 340

    const RunConfig config = config_of_the_run();
    const Task task = make_task(config);
    ProgressMeter meter(config, task, pool);
    FusedStep step(config, task.train, pool);
    const std::vector<ProgressRow> rows = notebook.measures(recorded.id);
    ASSERT_EQ(rows.size(), recorded.rows.size());
    const std::vector<int> keys = rows.back().final_measures->key_frequencies;
    ASSERT_FALSE(keys.empty());
    for (const ProgressRow& row : rows) {
        const ProgressRow& live = recorded.rows.at(row.epoch);
        EXPECT_EQ(row.key_frequencies, live.key_frequencies); // the live ones stay
        EXPECT_EQ(row.full_loss.test, live.full_loss.test);
        const auto weights = recorded.weights.find(row.epoch);
        ASSERT_EQ(row.final_measures.has_value(), weights != recorded.weights.end()) << row.epoch;
        if (!row.final_measures) {
            continue;
        }
        step.load(weights->second);
        const ProgressRow expected = meter.measure_with(weights->second, step, keys);
        EXPECT_EQ(row.final_measures->key_frequencies, keys);
        EXPECT_EQ(row.final_measures->restricted_loss.all, expected.restricted_loss.all);
        EXPECT_EQ(row.final_measures->restricted_loss.test, expected.restricted_loss.test);
        EXPECT_EQ(row.final_measures->excluded_loss, expected.excluded_loss);
        EXPECT_EQ(row.final_measures->excluded_by_frequency, expected.excluded_by_frequency);
        EXPECT_EQ(row.final_measures->fit_r_squared, expected.fit_r_squared);
        EXPECT_EQ(row.final_measures->fit_loss, expected.fit_loss);
        EXPECT_EQ(row.final_measures->clock_coherence, expected.clock_coherence);
    }
    // Epoch 0 has no key frequency of its own, but the final ones are measured there, too.
    EXPECT_TRUE(rows.front().key_frequencies.empty());
    EXPECT_TRUE(std::isfinite(rows.front().final_measures->excluded_loss));
}

TEST(FinalMeasures, AreWrittenForAllRowsOrForNone) {
    Notebook notebook(":memory:", Notebook::Access::kReadWrite);
    WorkerPool pool(1);
    const Recorded recorded = record(notebook, pool);
    int asked = 0;
    EXPECT_EQ(recompute_final_measures(notebook, recorded.id, pool, [&] { return ++asked <= 2; }),
              0);
    EXPECT_EQ(asked, 3);
    for (const ProgressRow& row : notebook.measures(recorded.id)) {
        EXPECT_FALSE(row.final_measures) << "epoch " << row.epoch;
    }
    EXPECT_EQ(recompute_final_measures(notebook, recorded.id, pool), 5);
    EXPECT_EQ(recompute_final_measures(notebook, recorded.id, pool), 0);
}

TEST(FinalMeasures, ARunWithoutKeyFrequenciesHasNone) {
    Notebook notebook(":memory:", Notebook::Access::kReadWrite);
    WorkerPool pool(1);
    const RunConfig config = config_of_the_run();
    const StoredRunId id = notebook.add_run(config, {});
    EXPECT_EQ(recompute_final_measures(notebook, id, pool), 0); // nothing recorded
    const TrainingState untrained = test::normal_initial_state(config);
    notebook.add(id, {0, WeightEncoding::kPlain, 0, encode_weights(untrained.parameters)});
    ProgressRow row; // of p/2 frequencies, none of them a key one
    row.fit_coefficients.assign(static_cast<std::size_t>(config.p / 2), 0.0);
    row.neurons_by_frequency.assign(static_cast<std::size_t>(config.p / 2), 0);
    notebook.add(id, row);
    EXPECT_EQ(recompute_final_measures(notebook, id, pool), 0);
    ASSERT_EQ(notebook.measures(id).size(), 1U);
    EXPECT_FALSE(notebook.measures(id).front().final_measures);
}

} // namespace
} // namespace grokscope
