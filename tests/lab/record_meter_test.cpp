// Measuring a record: what is due, what is refused, what is kept.
#include "engine/lab/record_meter.h"

#include "engine/compute/worker_pool.h"
#include "engine/store/rounded_weights.h"
#include "engine/store/weight_codec.h"
#include "tests/inspect/naive_ablation.h"
#include "tests/store/scratch_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace grokscope {
namespace {

RunConfig small_config() {
    RunConfig config;
    config.p = 7;
    config.d_model = 32;
    config.d_mlp = 64;
    config.train_fraction = 0.5;
    return config;
}

MeasurePlan plan_of(const std::string& text) {
    std::string mistake;
    MeasurePlan plan = MeasurePlan::parse(text, mistake);
    EXPECT_EQ(mistake, "");
    return plan;
}

class RecordMeterTest : public testing::Test {
protected:
    RecordMeterTest() {
        run = notebook.add_run(small_config(), {});
        for (const std::int32_t epoch : {0, 50, 100, 150}) {
            add_exact(epoch);
        }
    }

    void add_exact(std::int32_t epoch) {
        const Parameters weights =
            test::random_parameters(ModelShape::of(small_config()), static_cast<unsigned>(epoch));
        notebook.add(run, {epoch, WeightEncoding::kPlain, 0, encode_weights(weights)});
    }
    void add_rounded(std::int32_t epoch) {
        const RoundedWeights weights(
            test::random_parameters(ModelShape::of(small_config()), static_cast<unsigned>(epoch)),
            nullptr, nullptr);
        notebook.add(run, {epoch, WeightEncoding::kRounded, 0, weights.encode(nullptr, nullptr)});
    }
    std::vector<std::string> due(const std::string& plan) {
        std::vector<std::string> all;
        for (const RecordMeter::Due& one : meter.agenda(notebook, run, plan_of(plan)).due) {
            all.push_back(one.instrument->id + "@" + std::to_string(one.epoch));
        }
        return all;
    }
    void measure_all(const std::string& plan) {
        for (const RecordMeter::Due& one : meter.agenda(notebook, run, plan_of(plan)).due) {
            const auto reading = meter.measure(notebook, run, one);
            ASSERT_TRUE(reading);
            (void)RecordMeter::keep(notebook, run, *reading);
        }
    }

    const store_test::ScratchFolder folder;
    Notebook notebook{folder / "notes.db", Notebook::Access::kReadWrite};
    StoredRunId run{};
    WorkerPool pool{1};
    RecordMeter meter{small_config(), pool};
};

using Meter = RecordMeterTest;
using Names = std::vector<std::string>;

TEST_F(Meter, WhatThePlanWantsAndTheRecordHasIsDueOnce) {
    EXPECT_EQ(due("ildr:100,commutator:50"),
              (Names{"commutator@0", "ildr@0", "commutator@50", "commutator@100", "ildr@100",
                     "commutator@150"}));
    EXPECT_EQ(due("of_tomorrow:10"), Names());
    measure_all("ildr:100");
    EXPECT_EQ(due("ildr:100"), Names());
    EXPECT_EQ(due("ildr:50"), (Names{"ildr@50", "ildr@150"}));
    EXPECT_EQ(notebook.read_epochs(run, *find_instrument("ildr")),
              (std::vector<std::int32_t>{0, 100}));
    EXPECT_EQ(meter.agenda(notebook, run, plan_of("ildr:100")).newest_weights, 150);
}

TEST_F(Meter, RoundedWeightsAreRefusedWhereExactOnesAreNeeded) {
    add_rounded(200);
    add_rounded(300);
    const RecordMeter::Agenda agenda =
        meter.agenda(notebook, run, plan_of("ildr:100,commutator:100"));
    EXPECT_EQ(agenda.refused.size(), 1U);
    EXPECT_EQ(agenda.refused.at("commutator"), 2);
    EXPECT_EQ(due("ildr:100,commutator:100"), (Names{"commutator@0", "ildr@0", "commutator@100",
                                                     "ildr@100", "ildr@200", "ildr@300"}));
}

TEST_F(Meter, ReadsTheSameLaterElsewhereAndWithOtherThreads) {
    measure_all("ildr:50,commutator:50");
    const std::vector<Reading> first = notebook.readings(run);
    ASSERT_EQ(first.size(), 8U);
    Notebook other(folder / "other.db", Notebook::Access::kReadWrite);
    const StoredRunId copy = other.add_run(small_config(), {});
    for (const std::int32_t epoch : notebook.weight_epochs(run)) {
        other.add(copy, notebook.packed_weights(run, epoch));
    }
    WorkerPool three(3);
    RecordMeter again(small_config(), three);
    std::vector<RecordMeter::Due> due =
        again.agenda(other, copy, plan_of("ildr:50,commutator:50")).due;
    std::ranges::reverse(due); // in whatever order
    for (const RecordMeter::Due& one : due) {
        (void)RecordMeter::keep(other, copy, again.measure(other, copy, one).value());
    }
    const std::vector<Reading> second = other.readings(copy);
    ASSERT_EQ(second.size(), first.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
        EXPECT_EQ(second[i].epoch, first[i].epoch);
        EXPECT_EQ(second[i].figures, first[i].figures);
    }
}

TEST_F(Meter, DamagedWeightsCostTheirReadingAlone) {
    const Bytes torn(10);
    notebook.add(run, {50, WeightEncoding::kPlain, 0, torn});
    const RecordMeter::Agenda agenda = meter.agenda(notebook, run, plan_of("ildr:50"));
    ASSERT_EQ(agenda.due.size(), 4U);
    EXPECT_FALSE(meter.measure(notebook, run, agenda.due[1]));
    EXPECT_EQ(due("ildr:50"), (Names{"ildr@0", "ildr@100", "ildr@150"})) << "not due again";
}

TEST_F(Meter, AnIncompleteReadingIsCompletedAndWhatStoodThereStays) {
    Reading old;
    old.epoch = 50;
    old.instrument = "ildr";
    old.figures = {{"class_separation", {0.125}}}; // as notebooks before version 6 have it
    notebook.add(run, old, *find_instrument("ildr"));
    EXPECT_EQ(due("ildr:50").size(), 4U);
    measure_all("ildr:50");
    EXPECT_EQ(due("ildr:50"), Names());
    const auto readings = notebook.readings(run);
    const auto at_50 = std::ranges::find(readings, 50, &Reading::epoch);
    EXPECT_EQ(at_50->number("class_separation"), 0.125);
    EXPECT_GT(at_50->number("ildr"), 0);
}

TEST_F(Meter, KeepsTheAlarmsOfAllReadings) {
    notebook.add(run, StoredMark{MarkKind::kMemorised, 0});
    notebook.add(run, StoredMark{MarkKind::kSeparationAlarm, 40}); // of other readings
    const auto keep = [&](std::int32_t epoch, double value) {
        Reading reading;
        reading.epoch = epoch;
        reading.instrument = "ildr";
        reading.figures = {{"ildr", {value}}, {"class_separation", {1}}};
        return RecordMeter::keep(notebook, run, reading);
    };
    for (const std::int32_t epoch : {100, 200, 300, 400, 500}) {
        EXPECT_TRUE(keep(epoch, 1)->empty());
    }
    ASSERT_EQ(notebook.marks(run).size(), 1U) << "the alarm that nothing raises any more is gone";
    (void)keep(600, 3);
    (void)keep(650, 3);
    ASSERT_EQ(keep(700, 3)->size(), 1U);
    const std::vector<StoredMark> marks = notebook.marks(run);
    ASSERT_EQ(marks.size(), 2U);
    EXPECT_EQ(marks[1].kind, MarkKind::kSeparationAlarm);
    EXPECT_EQ(marks[1].epoch, 700);
}

} // namespace
} // namespace grokscope
