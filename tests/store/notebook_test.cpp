#include "engine/protocol/instrument.h"
#include "engine/store/notebook.h"
#include "engine/store/sqlite.h"
#include "tests/store/filled_notebook.h"
#include "tests/store/scratch_folder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <thread>

namespace grokscope {
namespace {

using store_test::expect_filled;
using store_test::fill;
using store_test::fill_and_change;
using store_test::progress_of;
using store_test::provenance;
using store_test::sample_of;
using store_test::ScratchFolder;
using store_test::small_config;

constexpr auto kWrite = Notebook::Access::kReadWrite;
constexpr auto kRead = Notebook::Access::kReadOnly;

TEST(Notebook, KeepsEverythingOfARun) {
    const ScratchFolder folder;
    StoredRunId run{};
    {
        Notebook notebook(folder / "deep/down/notes.db", kWrite);
        run = fill(notebook);
        expect_filled(notebook, run);
    }
    Notebook again(folder / "deep/down/notes.db", kRead);
    expect_filled(again, run);
    again.check_integrity();
    EXPECT_EQ(again.runs().size(), 1U);
}

TEST(Notebook, LivesInMemoryToo) {
    Notebook notebook(":memory:", kWrite);
    expect_filled(notebook, fill(notebook));
}

TEST(Notebook, RollsBackWhatWasNotCommitted) {
    const ScratchFolder folder;
    Notebook notebook(folder / "notes.db", kWrite);
    notebook.begin();
    notebook.add_run(small_config(), provenance());
    notebook.roll_back();
    EXPECT_TRUE(notebook.runs().empty());
    notebook.begin();
    notebook.add_run(small_config(), provenance());
    notebook.commit();
    EXPECT_EQ(notebook.runs().size(), 1U);
}

TEST(Notebook, ForgetsWhatTrainingOnWillBringAgain) {
    Notebook notebook(":memory:", kWrite);
    const StoredRunId run = fill(notebook);
    notebook.forget_after(run, 15);
    EXPECT_EQ(notebook.metrics(run).size(), 2U);
    EXPECT_TRUE(notebook.spectra(run).empty());
    EXPECT_TRUE(notebook.measures(run).empty());
    EXPECT_TRUE(notebook.marks(run).empty());
    EXPECT_EQ(notebook.weight_epochs(run), (std::vector<std::int32_t>{0}));
    EXPECT_EQ(notebook.annotations(run).size(), 1U);
}

/// Of a run that never was near a grok.
LastingGrok::Memory seen_until(std::int32_t epoch) {
    LastingGrok::Memory memory;
    memory.last_epoch = epoch;
    return memory;
}

/// Grokked at 100, lost at 300, and from 400 on for good.
MetricSample course(std::int32_t epoch) {
    MetricSample sample;
    sample.epoch = epoch;
    sample.train_accuracy = 1;
    sample.test_accuracy = epoch < 100 || epoch == 300 ? 0.5 : epoch < 400 ? 0.99 : 0.96;
    return sample;
}

TEST(Notebook, KnowsTheNewestReadingOfAFigureOfEveryRun) {
    Notebook notebook(":memory:", kWrite);
    const InstrumentSpec& collapse = *find_instrument(kCollapseInstrument);
    const auto reading = [](std::int32_t epoch, double share) {
        return Reading{.epoch = epoch,
                       .instrument = std::string(kCollapseInstrument),
                       .figures = {{std::string(kSoftmaxCollapse), {share}}}};
    };
    const StoredRunId run = notebook.add_run(small_config(), provenance());
    const StoredRunId other = notebook.add_run(small_config(), provenance());
    const StoredRunId unread = notebook.add_run(small_config(), provenance());
    EXPECT_TRUE(notebook.newest_readings(kSoftmaxCollapse).empty());
    notebook.add(run, reading(200, 0.75), collapse);
    notebook.add(run, reading(100, 0.25), collapse); // measured later, of an earlier epoch
    notebook.add(other, reading(0, 0), collapse);
    const std::map<StoredRunId, double> expected{{run, 0.75}, {other, 0}};
    EXPECT_EQ(notebook.newest_readings(kSoftmaxCollapse), expected);
    EXPECT_FALSE(expected.contains(unread));
    EXPECT_TRUE(notebook.newest_readings("class_separation").empty());
    notebook.add(run, reading(300, std::nan("")), collapse); // nothing is known at 300
    EXPECT_EQ(notebook.newest_readings(kSoftmaxCollapse), expected);
}

TEST(Notebook, RemembersWhetherAGrokLasts) {
    Notebook notebook(":memory:", kWrite);
    const StoredRunId run = notebook.add_run(small_config(), provenance());
    const StoredRunId other = notebook.add_run(small_config(), provenance());
    const StoredRunId empty = notebook.add_run(small_config(), provenance());
    LastingGrok expected;
    for (std::int32_t epoch = 0; epoch <= 1000; epoch += 10) {
        expected.observe(course(epoch));
        notebook.add(run, course(epoch));
        ASSERT_EQ(notebook.lasting_groks().at(run), expected) << epoch;
    }
    EXPECT_EQ(expected.grok_epoch(), 100);
    EXPECT_EQ(expected.stable_grok(), 310);
    EXPECT_EQ(expected.times_lost(), 1);
    notebook.add(other, sample_of(0));
    EXPECT_EQ(notebook.lasting_groks().size(), 2U);
    EXPECT_EQ(notebook.lasting_groks().count(empty), 0U);

    MetricSample again = course(300); // in place of the one at which it was lost
    again.test_accuracy = 0.99;
    notebook.add(run, again);
    EXPECT_EQ(notebook.lasting_groks().at(run).times_lost(), 0);
    EXPECT_EQ(notebook.lasting_groks().at(run).stable_grok(), 100);
    notebook.forget_after(run, 100);
    EXPECT_EQ(notebook.lasting_groks().at(run).memory(), seen_until(90));
    notebook.forget_after(run, 0);
    EXPECT_EQ(notebook.lasting_groks().count(run), 0U);

    Notebook target(":memory:", kWrite);
    notebook.add(run, course(0));
    EXPECT_EQ(target.lasting_groks().size(), 0U);
    const StoredRunId copy = copy_run(notebook, run, target);
    EXPECT_EQ(target.lasting_groks().at(copy), notebook.lasting_groks().at(run));
}

TEST(Notebook, TakesARunsEpochsWhereItsMemoryOfAGrokIsDamaged) {
    const ScratchFolder folder;
    for (const char* change : {"last_epoch = -1", "grok_epoch = 1000001", "since = -5",
                               "times_lost = -1", "times_lost = 1 << 40", "last_epoch = 1 << 33"}) {
        const std::string file = folder / (std::to_string(std::string(change).size()) + change);
        fill_and_change(file, ("UPDATE grok SET " + std::string(change)).c_str());
        Notebook notebook(file, kRead);
        EXPECT_EQ(notebook.lasting_groks().at(StoredRunId{1}).memory(), seen_until(20)) << change;
    }
}

TEST(Notebook, RemovesARunWithAllThatBelongsToIt) {
    const ScratchFolder folder;
    {
        Notebook notebook(folder / "notes.db", kWrite);
        const StoredRunId run = fill(notebook);
        notebook.remove_run(run);
        EXPECT_TRUE(notebook.runs().empty());
        EXPECT_THROW((void)notebook.run(run), NotebookError);
        EXPECT_NE(fill(notebook), run) << "a number is never given twice";
    }
    Database database(folder / "notes.db", Database::Access::kReadWrite);
    database.execute("DELETE FROM run");
    for (const std::string table : {"metric", "mirror", "mismatch", "mark", "event", "spectrum",
                                    "measure", "weights", "checkpoint", "annotation", "grok"}) {
        EXPECT_EQ(database.integer("SELECT count(*) FROM " + table), 0) << table;
    }
}

TEST(Notebook, CopiesARunUnderTheSameIdentity) {
    const ScratchFolder folder;
    Notebook from(folder / "one.db", kWrite);
    Notebook to(folder / "two.db", kWrite);
    to.add_run(small_config(), provenance()); // so that the numbers differ
    const StoredRunId run = fill(from);
    const StoredRunId copy = copy_run(from, run, to);
    EXPECT_NE(copy, run);
    EXPECT_EQ(to.run(copy).uuid, from.run(run).uuid);
    expect_filled(to, copy);
    EXPECT_THROW(copy_run(from, run, to), NotebookError) << "twice";
    EXPECT_EQ(to.runs().size(), 2U);
    from.copy_to(folder / "three.db");
    Notebook three(folder / "three.db", kRead);
    expect_filled(three, run);
    EXPECT_THROW(from.copy_to(folder / "three.db"), NotebookError);
}

TEST(Notebook, StaysReadOnlyWhenACopyOfItFails) {
    const ScratchFolder folder;
    {
        Notebook made(folder / "one.db", kWrite);
        (void)fill(made);
    }
    Notebook notebook(folder / "one.db", kRead);
    bool stop = true;
    notebook.stop_when([&] { return stop; });
    EXPECT_THROW(notebook.copy_to(folder / "two.db"), NotebookError);
    stop = false;
    EXPECT_THROW(notebook.set_name(StoredRunId{1}, "written"), NotebookError);
    EXPECT_EQ(folder.file_count(), 3U) << "with what SQLite keeps beside it";
}

TEST(Notebook, ReadsOneMomentWhileAnotherWrites) {
    const ScratchFolder folder;
    Notebook writer(folder / "notes.db", kWrite);
    const StoredRunId run = writer.add_run(small_config(), provenance());
    Notebook reader(folder / "notes.db", kRead);
    {
        const Notebook::OneMoment moment(reader);
        EXPECT_EQ(reader.run(run).epoch, 0);
        writer.set_progress(run, 10, 1);
        writer.add(run, StoredMark{MarkKind::kMemorised, 9});
        const Notebook::OneMoment within(reader);
        EXPECT_EQ(reader.run(run).epoch, 0);
        EXPECT_TRUE(reader.marks(run).empty());
    }
    EXPECT_EQ(reader.run(run).epoch, 10);
    EXPECT_EQ(reader.marks(run).size(), 1U);
}

TEST(Notebook, ACopyOfARunThatTrainsHasNoHoles) {
    const ScratchFolder folder;
    StoredRunId run{};
    {
        Notebook writer(folder / "notes.db", kWrite);
        run = writer.add_run(small_config(), provenance());
    }
    const std::jthread trains([&](const std::stop_token& stop) {
        Notebook writer(folder / "notes.db", kWrite);
        for (std::int32_t epoch = 0; epoch < 5000 && !stop.stop_requested(); ++epoch) {
            MetricSample sample;
            sample.epoch = epoch;
            writer.begin();
            writer.add(run, sample);
            writer.set_progress(run, epoch + 1, 1);
            writer.add(run, StoredAnnotation{0, epoch, "seen", ""});
            writer.commit();
        }
    });
    Notebook from(folder / "notes.db", kRead);
    for (std::size_t epochs = 0, copies = 0; copies < 12;) {
        Notebook to(":memory:", kWrite);
        const StoredRunId copy = copy_run(from, run, to);
        if (const std::size_t metrics = to.metrics(copy).size(); metrics > epochs) {
            epochs = metrics;
            ++copies; // each of another moment
            EXPECT_EQ(to.run(copy).epoch, static_cast<std::int32_t>(metrics));
            EXPECT_EQ(to.annotations(copy).size(), metrics);
        } else if (metrics == 5000) {
            break;
        }
    }
}

TEST(Notebook, ReadsMeasuresOfAnEvenModulusThatHaveNoAlternatingFrequencyYet) {
    Notebook notebook(":memory:", kWrite);
    RunConfig config = small_config();
    config.p = 8;
    const StoredRunId run = notebook.add_run(config, provenance());
    ProgressRow row = progress_of(20); // three frequencies, as at p = 7
    row.order = config.p;
    notebook.add(run, row);
    row.epoch = 40;
    row.fit_coefficients.push_back(0.5);
    row.neurons_by_frequency.push_back(7);
    row.neuron_amplitude.push_back(0.25F);
    notebook.add(run, row);
    const std::vector<ProgressRow> measures = notebook.measures(run);
    ASSERT_EQ(measures.size(), 2U);
    for (const ProgressRow& read : measures) {
        EXPECT_EQ(read.fit_coefficients.size(), 4U);
        EXPECT_EQ(read.neurons_by_frequency.size(), 4U);
        EXPECT_EQ(read.neuron_amplitude.size(), 4U);
        EXPECT_EQ(read.neuron_amplitude[1], 3e20F);
        EXPECT_EQ(read.neurons_by_frequency[2], 5);
    }
    EXPECT_TRUE(std::isnan(measures[0].fit_coefficients[3]));
    EXPECT_TRUE(std::isnan(measures[0].neuron_amplitude[3]));
    EXPECT_EQ(measures[0].neurons_by_frequency[3], 0);
    EXPECT_EQ(measures[1].fit_coefficients[3], 0.5);
    EXPECT_EQ(measures[1].neuron_amplitude[3], 0.25F);
    EXPECT_EQ(measures[1].neurons_by_frequency[3], 7);
}

TEST(Notebook, ReadsMeasuresThatHaveNoNeuronSpectrumYet) {
    const ScratchFolder folder;
    fill_and_change(folder / "notes.db",
                    "UPDATE measure SET details = json_remove(details, '$.neuron_amplitude')");
    Notebook notebook(folder / "notes.db", kRead);
    const std::vector<ProgressRow> measures = notebook.measures(notebook.runs().at(0).id);
    ASSERT_EQ(measures.size(), 1U);
    EXPECT_TRUE(measures[0].neuron_amplitude.empty());
    EXPECT_EQ(measures[0].neurons_by_frequency, (std::vector<int>{10, 0, 5}));
}

} // namespace
} // namespace grokscope
