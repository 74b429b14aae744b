#include "ui/core/spectrum_record.h"

#include <gtest/gtest.h>

namespace grokscope::ui {
namespace {

RunRecord recorded() {
    RunRecord run;
    run.config.snapshot_every = 20;
    run.config.progress_every = 50;
    for (int i = 0; i < 6; ++i) {
        const auto value = static_cast<float>(i);
        run.spectra.push_back({20 * i, {value, 1}, {value, 2}, 0});
    }
    for (int i = 0; i < 4; ++i) {
        ProgressRow row;
        row.epoch = 50 * i;
        if (i > 0) { // the first is from before neurons had a spectrum
            row.neuron_amplitude = {static_cast<float>(i), 3};
        }
        run.progress.push_back(row);
    }
    return run;
}

TEST(SpectrumRecord, ReadsEachSourceFromWhereItIsRecorded) {
    const RunRecord run = recorded();
    const SpectrumRecord embedding(run, WavetableSource::kEmbedding);
    const SpectrumRecord logits(run, WavetableSource::kLogits);
    const SpectrumRecord neurons(run, WavetableSource::kNeurons);
    EXPECT_EQ(embedding.size(), 6U);
    EXPECT_EQ(embedding.every(), 20);
    EXPECT_EQ(embedding.amplitudes(4)[0], 4);
    EXPECT_EQ(embedding.amplitudes(4)[1], 1);
    EXPECT_EQ(logits.amplitudes(5)[1], 2);
    EXPECT_EQ(logits.epoch(5), 100);
    ASSERT_EQ(neurons.size(), 3U);
    EXPECT_EQ(neurons.every(), 50);
    EXPECT_EQ(neurons.epoch(0), 50);
    EXPECT_EQ(neurons.amplitudes(0)[0], 1);
    EXPECT_EQ(neurons.epoch(2), 150);
}

TEST(SpectrumRecord, FindsTheNewestAtOrBeforeAnEpoch) {
    const RunRecord run = recorded();
    const SpectrumRecord embedding(run, WavetableSource::kEmbedding);
    EXPECT_EQ(embedding.at(-1), 0U);
    EXPECT_EQ(embedding.at(0), 0U);
    EXPECT_EQ(embedding.at(39), 1U);
    EXPECT_EQ(embedding.at(40), 2U);
    EXPECT_EQ(embedding.at(9999), 5U);
    const SpectrumRecord neurons(run, WavetableSource::kNeurons);
    EXPECT_EQ(neurons.at(10), 0U); // the oldest there is
    EXPECT_EQ(neurons.at(149), 1U);
}

TEST(SpectrumRecord, IsEmptyWithoutRecords) {
    RunRecord run = recorded();
    for (ProgressRow& row : run.progress) {
        row.neuron_amplitude.clear();
    }
    EXPECT_TRUE(SpectrumRecord(run, WavetableSource::kNeurons).empty());
    EXPECT_FALSE(SpectrumRecord(run, WavetableSource::kLogits).empty());
    EXPECT_TRUE(SpectrumRecord(RunRecord{}, WavetableSource::kEmbedding).empty());
}

} // namespace
} // namespace grokscope::ui
