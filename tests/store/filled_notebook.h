// A notebook with one run in which there is something of everything.
#pragma once

#include "engine/store/checkpoint.h"
#include "engine/store/notebook.h"
#include "engine/store/sqlite.h"
#include "engine/train/state_hash.h"
#include "tests/store/small_run.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

namespace grokscope::store_test {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

inline Provenance provenance() {
    return {.step = "arithmetic for tests",
            .program_version = "1.2.3",
            .host = "somewhere",
            .threads = 2,
            .split_hash = "0123456789abcdef",
            .parent = "",
            .parent_epoch = 0};
}

inline MetricSample sample_of(std::int32_t epoch) {
    MetricSample sample;
    sample.epoch = epoch;
    sample.train_loss = 0.1 / (epoch + 3);
    sample.test_loss = 4.0 / 3;
    sample.train_accuracy = 0.5;
    sample.test_accuracy = 1.0 / 7;
    sample.mismatch[offset_slot(0)] = 0.1;
    sample.mismatch[offset_slot(8)] = 1e-300;
    sample.weight_sum_squares = 1779.084;
    sample.wall_seconds = epoch * 0.01;
    sample.cpu_seconds = epoch == 0 ? kNaN : epoch * 0.03;
    if (epoch > 0) {
        sample.mirrored_loss = 1.0 / 7;
        sample.new_loss = 1e-9;
        sample.mirrored_accuracy = 0.9;
        sample.new_accuracy = epoch == 10 ? kNaN : 1.0 / 3;
    }
    return sample;
}

inline ProgressRow progress_of(std::int32_t epoch) {
    ProgressRow row;
    row.epoch = epoch;
    row.order = 7;
    row.key_frequencies = {1, 3};
    row.full_loss = {.all = 1.5, .train = 0.5, .test = kNaN};
    row.excluded_loss = 0.25;
    row.excluded_by_frequency = {0.1, kNaN};
    row.fit_coefficients = {1.0 / 3, 2, 3};
    row.clock_coherence = {0.5, 0.75};
    row.gini_W_E = 0.3;
    row.neurons_by_frequency = {10, 0, 5};
    row.neuron_amplitude = {0.1F, 3e20F, 1.0F / 3};
    row.clustered_neurons = 15;
    row.neurons = 64;
    row.dead_neurons = 2;
    row.sum_squares[4] = 0.1;
    row.total_sum_squares = 12;
    row.compute_seconds = 0.02;
    row.final_measures = FinalMeasures{.key_frequencies = {2},
                                       .restricted_loss = {.all = 0.1, .train = 0.2, .test = kNaN},
                                       .excluded_loss = 1.0 / 3,
                                       .excluded_by_frequency = {0.3},
                                       .fit_r_squared = 0.9,
                                       .fit_loss = 0.4,
                                       .clock_coherence = {0.95}};
    return row;
}

inline Reading commutator_of(std::int32_t epoch) {
    Reading reading;
    reading.epoch = epoch;
    reading.instrument = "commutator";
    reading.figures = {{"commutator_defect", {94}}, {"commutator_published", {3.9e-5}}};
    reading.seconds = 0.5;
    return reading;
}

/// An instrument that this version does not have, with a figure of each kind.
inline InstrumentSpec instrument_of_tomorrow() {
    InstrumentSpec spec;
    spec.id = "tomorrow";
    spec.label = "what comes";
    spec.sentence = "Nobody knows yet.";
    spec.figures = {{.id = "height", .label = "height", .unit = "m", .sentence = "How high."},
                    {.id = "colours",
                     .label = "colours",
                     .sentence = "How colourful, by frequency.",
                     .axis = FigureAxis::kFrequency,
                     .logarithmic = true}};
    return spec;
}

inline Reading reading_of_tomorrow(std::int32_t epoch) {
    Reading reading;
    reading.epoch = epoch;
    reading.instrument = "tomorrow";
    reading.figures = {{"height", {kNaN}}, {"colours", {1.0 / 3, kNaN, 3}}};
    reading.seconds = 1.25;
    return reading;
}

inline TrainingState trained(const RunConfig& config, int epochs) {
    WorkerPool pool(1);
    grokscope::Run run(config, small_parts(), pool);
    while (run.epoch() < epochs) {
        run.advance_one_epoch();
    }
    return run.state();
}

/// A notebook with one run of everything.
inline StoredRunId fill(Notebook& notebook) {
    const RunConfig config = small_config({0, 8});
    notebook.begin();
    const StoredRunId run = notebook.add_run(config, provenance());
    for (const int epoch : {0, 10, 20}) {
        notebook.add(run, sample_of(epoch));
    }
    Snapshot snapshot;
    snapshot.epoch = 20;
    snapshot.p = 7;
    snapshot.spectrum = {1.5F, 2.5F, 1.0F / 3};
    snapshot.logit_spectrum = {0.5F, 0.25F, 0.125F};
    snapshot.spectrum_mean = 0.75F;
    snapshot.weight_sum_squares = 3.25;
    notebook.add(run, snapshot);
    notebook.add(run, progress_of(20));
    notebook.add(run, commutator_of(20), *find_instrument("commutator"));
    notebook.add(run, reading_of_tomorrow(20), instrument_of_tomorrow());
    notebook.add(run, StoredMark{MarkKind::kGrokked, 10});
    notebook.add(run, StoredMark{MarkKind::kMemorised, 10});
    notebook.add(run, StoredEvent{20, "paused", "", ""});
    notebook.add(run, StoredAnnotation{0, 15, "here it \"turns\" — schön", ""});
    const TrainingState state = trained(config, 21);
    const Parameters first = small_initial_state(config).parameters;
    notebook.add(run, StoredWeights{0, WeightEncoding::kPlain, 0, encode_weights(first)});
    notebook.add(run, StoredWeights{20, WeightEncoding::kDelta, 0,
                                    encode_weights(state.parameters, &first)});
    notebook.set_checkpoint(run, state.epoch, {0.25, 0.75}, encode_state(state));
    notebook.set_state(run, RunState::kPaused, "by the user");
    notebook.set_progress(run, 21, {0.25, 0.75});
    notebook.commit();
    return run;
}

/// A file with such a notebook, in which a stranger's program has then carried out `sql`.
inline void fill_and_change(const std::string& file, const char* sql) {
    {
        Notebook notebook(file, Notebook::Access::kReadWrite);
        fill(notebook);
    }
    Database(file, Database::Access::kReadWrite).execute(sql);
}

inline void expect_same_or_missing(double found, double expected) {
    EXPECT_TRUE(found == expected || (std::isnan(found) && std::isnan(expected)))
        << found << " instead of " << expected;
}

inline void expect_readings(Notebook& notebook, StoredRunId run) {
    const std::vector<Reading> readings = notebook.readings(run);
    ASSERT_EQ(readings.size(), 2U);
    EXPECT_EQ(readings[0].instrument, "commutator");
    EXPECT_EQ(readings[0].epoch, 20);
    EXPECT_EQ(readings[0].seconds, 0.5);
    EXPECT_EQ(readings[0].figures, commutator_of(20).figures);
    EXPECT_EQ(readings[1].instrument, "tomorrow");
    ASSERT_EQ(readings[1].figures.size(), 2U);
    EXPECT_TRUE(std::isnan(readings[1].number("height")));
    const std::vector<double>& colours = readings[1].figures[1].values;
    ASSERT_EQ(colours.size(), 3U);
    EXPECT_EQ(colours[0], 1.0 / 3);
    EXPECT_TRUE(std::isnan(colours[1]));
    EXPECT_EQ(colours[2], 3);
    const std::vector<InstrumentSpec> described = notebook.described_instruments();
    const InstrumentSpec* tomorrow = described_by("tomorrow", described);
    ASSERT_NE(tomorrow, nullptr);
    EXPECT_EQ(tomorrow->label, instrument_of_tomorrow().label);
    EXPECT_EQ(tomorrow->sentence, instrument_of_tomorrow().sentence);
    EXPECT_EQ(tomorrow->figures, instrument_of_tomorrow().figures);
}

inline void expect_filled(Notebook& notebook, StoredRunId run) {
    const RunSummary summary = notebook.run(run);
    EXPECT_EQ(summary.config, small_config({0, 8}));
    EXPECT_EQ(summary.uuid.size(), 32U);
    EXPECT_EQ(summary.state, RunState::kPaused);
    EXPECT_EQ(summary.epoch, 21);
    EXPECT_EQ(summary.wall_seconds, 0.25);
    EXPECT_EQ(summary.cpu_seconds, 0.75);
    EXPECT_EQ(summary.provenance.program_version, "1.2.3");
    EXPECT_EQ(summary.provenance.threads, 2);
    EXPECT_EQ(summary.created_at.size(), std::strlen("2024-01-01T00:00:00Z"));

    const auto metrics = notebook.metrics(run);
    ASSERT_EQ(metrics.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        const MetricSample expected = sample_of(static_cast<std::int32_t>(10 * i));
        const MetricSample& found = metrics[i];
        EXPECT_EQ(found.mismatch[offset_slot(0)], 0.1);
        EXPECT_EQ(found.mismatch[offset_slot(8)], 1e-300);
        EXPECT_TRUE(std::isnan(found.mismatch[offset_slot(-1)]));
        EXPECT_EQ(found.run, expected.run);
        EXPECT_EQ(found.epoch, expected.epoch);
        EXPECT_EQ(found.train_loss, expected.train_loss);
        EXPECT_EQ(found.test_loss, expected.test_loss);
        EXPECT_EQ(found.train_accuracy, expected.train_accuracy);
        EXPECT_EQ(found.test_accuracy, expected.test_accuracy);
        EXPECT_EQ(found.weight_sum_squares, expected.weight_sum_squares);
        EXPECT_EQ(found.wall_seconds, expected.wall_seconds);
        expect_same_or_missing(found.cpu_seconds, expected.cpu_seconds);
        expect_same_or_missing(found.mirrored_loss, expected.mirrored_loss);
        expect_same_or_missing(found.new_loss, expected.new_loss);
        expect_same_or_missing(found.mirrored_accuracy, expected.mirrored_accuracy);
        expect_same_or_missing(found.new_accuracy, expected.new_accuracy);
    }
    const auto spectra = notebook.spectra(run);
    ASSERT_EQ(spectra.size(), 1U);
    EXPECT_EQ(spectra[0].epoch, 20);
    EXPECT_EQ(spectra[0].spectrum, (std::vector<float>{1.5F, 2.5F, 1.0F / 3}));
    EXPECT_EQ(spectra[0].logit_spectrum, (std::vector<float>{0.5F, 0.25F, 0.125F}));
    EXPECT_EQ(spectra[0].spectrum_mean, 0.75F);

    const auto measures = notebook.measures(run);
    ASSERT_EQ(measures.size(), 1U);
    EXPECT_EQ(measures[0].key_frequencies, (std::vector<int>{1, 3}));
    EXPECT_EQ(measures[0].full_loss.all, 1.5);
    EXPECT_TRUE(std::isnan(measures[0].full_loss.test));
    EXPECT_TRUE(std::isnan(measures[0].fit_loss));
    EXPECT_TRUE(std::isnan(measures[0].excluded_by_frequency.at(1)));
    EXPECT_EQ(measures[0].fit_coefficients, (std::vector<double>{1.0 / 3, 2, 3}));
    EXPECT_EQ(measures[0].neurons_by_frequency, (std::vector<int>{10, 0, 5}));
    EXPECT_EQ(measures[0].neuron_amplitude, (std::vector<float>{0.1F, 3e20F, 1.0F / 3}));
    expect_readings(notebook, run);
    ASSERT_TRUE(measures[0].final_measures);
    EXPECT_EQ(measures[0].final_measures->key_frequencies, std::vector{2});
    EXPECT_EQ(measures[0].final_measures->restricted_loss.train, 0.2);
    EXPECT_TRUE(std::isnan(measures[0].final_measures->restricted_loss.test));
    EXPECT_EQ(measures[0].final_measures->excluded_loss, 1.0 / 3);
    EXPECT_EQ(measures[0].final_measures->excluded_by_frequency, std::vector{0.3});
    EXPECT_EQ(measures[0].final_measures->fit_r_squared, 0.9);
    EXPECT_EQ(measures[0].final_measures->fit_loss, 0.4);
    EXPECT_EQ(measures[0].final_measures->clock_coherence, std::vector{0.95});
    EXPECT_EQ(measures[0].sum_squares[4], 0.1);
    EXPECT_EQ(measures[0].dead_neurons, 2);

    ASSERT_EQ(notebook.marks(run).size(), 2U);
    EXPECT_EQ(notebook.marks(run)[0].epoch, 10);
    ASSERT_EQ(notebook.events(run).size(), 1U);
    EXPECT_EQ(notebook.events(run)[0].state, "paused");
    ASSERT_EQ(notebook.annotations(run).size(), 1U);
    EXPECT_EQ(notebook.annotations(run)[0].text, "here it \"turns\" — schön");

    const TrainingState state = trained(small_config({0, 8}), 21);
    EXPECT_EQ(notebook.weight_epochs(run), (std::vector<std::int32_t>{0, 20}));
    const Parameters weights = notebook.weights(run, 20);
    EXPECT_EQ(std::memcmp(weights.flat().data(), state.parameters.flat().data(),
                          weights.flat().size_bytes()),
              0);
    const auto checkpoint = notebook.checkpoint(run);
    ASSERT_TRUE(checkpoint);
    EXPECT_EQ(hash_of(checkpoint->state), hash_of(state));
    EXPECT_EQ(checkpoint->time.wall, 0.25);
    EXPECT_EQ(checkpoint->time.cpu, 0.75);
}

} // namespace grokscope::store_test
