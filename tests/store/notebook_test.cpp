#include "engine/store/checkpoint.h"
#include "engine/store/notebook.h"
#include "engine/store/notebook_schema.h"
#include "engine/store/sqlite.h"
#include "engine/train/state_hash.h"
#include "tests/store/scratch_folder.h"
#include "tests/store/small_run.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <random>
#include <stop_token>
#include <string>
#include <thread>

#ifndef _WIN32
#include <sys/stat.h>
#endif

namespace grokscope {
namespace {

using store_test::contents_of;
using store_test::ScratchFolder;
using store_test::small_config;
using store_test::write_file;

constexpr auto kWrite = Notebook::Access::kReadWrite;
constexpr auto kRead = Notebook::Access::kReadOnly;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Provenance provenance() {
    return {.step = "arithmetic for tests",
            .program_version = "1.2.3",
            .host = "somewhere",
            .threads = 2,
            .split_hash = "0123456789abcdef",
            .parent = "",
            .parent_epoch = 0};
}

MetricSample sample_of(std::int32_t epoch) {
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
    return sample;
}

ProgressRow progress_of(std::int32_t epoch) {
    ProgressRow row;
    row.epoch = epoch;
    row.p = 7;
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
    row.ildr = 1.0 / 7;
    row.final_measures = FinalMeasures{.key_frequencies = {2},
                                       .restricted_loss = {.all = 0.1, .train = 0.2, .test = kNaN},
                                       .excluded_loss = 1.0 / 3,
                                       .excluded_by_frequency = {0.3},
                                       .fit_r_squared = 0.9,
                                       .fit_loss = 0.4,
                                       .clock_coherence = {0.95}};
    return row;
}

TrainingState trained(const RunConfig& config, int epochs) {
    WorkerPool pool(1);
    grokscope::Run run(config, store_test::small_parts(), pool);
    while (run.epoch() < epochs) {
        run.advance_one_epoch();
    }
    return run.state();
}

/// A notebook with one run of everything.
StoredRunId fill(Notebook& notebook) {
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
    notebook.add(run, StoredMark{MarkKind::kGrokked, 10});
    notebook.add(run, StoredMark{MarkKind::kMemorised, 10});
    notebook.add(run, StoredEvent{20, "paused", "", ""});
    notebook.add(run, StoredAnnotation{0, 15, "here it \"turns\" — schön", ""});
    const TrainingState state = trained(config, 21);
    const Parameters first = store_test::small_initial_state(config).parameters;
    notebook.add(run, StoredWeights{0, WeightEncoding::kPlain, 0, encode_weights(first)});
    notebook.add(run, StoredWeights{20, WeightEncoding::kDelta, 0,
                                    encode_weights(state.parameters, &first)});
    notebook.set_checkpoint(run, state.epoch, 0.25, encode_state(state));
    notebook.set_state(run, RunState::kPaused, "by the user");
    notebook.set_progress(run, 21, 0.25);
    notebook.commit();
    return run;
}

void expect_filled(Notebook& notebook, StoredRunId run) {
    const RunSummary summary = notebook.run(run);
    EXPECT_EQ(summary.config, small_config({0, 8}));
    EXPECT_EQ(summary.uuid.size(), 32U);
    EXPECT_EQ(summary.state, RunState::kPaused);
    EXPECT_EQ(summary.epoch, 21);
    EXPECT_EQ(summary.wall_seconds, 0.25);
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
    EXPECT_EQ(measures[0].ildr, 1.0 / 7);
    EXPECT_TRUE(std::isnan(measures[0].commutator_defect));
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
    EXPECT_EQ(checkpoint->wall_seconds, 0.25);
}

/// The problem with which opening fails, and its sentence.
std::pair<NotebookProblem, std::string> refusal(const std::string& file, Notebook::Access access) {
    try {
        const Notebook notebook(file, access);
    } catch (const NotebookError& error) {
        return {error.problem(), error.what()};
    }
    ADD_FAILURE() << file << " was opened";
    return {NotebookProblem::kUnusable, ""};
}

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
    for (const std::string table : {"metric", "mismatch", "mark", "event", "spectrum", "measure",
                                    "weights", "checkpoint", "annotation"}) {
        EXPECT_EQ(database.integer("SELECT count(*) FROM " + table), 0) << table;
    }
}

TEST(Notebook, LeavesFilesOfOtherKindsAlone) {
    const ScratchFolder folder;
    write_file(folder / "text", "dear diary, these are not weights\n" + std::string(5000, 'x'));
    write_file(folder / "short", "SQLite format 3");
    {
        Database other(folder / "other.db", Database::Access::kCreate);
        other.execute(
            "PRAGMA journal_mode = WAL; CREATE TABLE run (a); INSERT INTO run VALUES (1)");
    }
    const std::size_t files = folder.file_count();
    for (const std::string name : {"text", "short", "other.db"}) {
        const std::string before = contents_of(folder / name);
        for (const auto access : {kWrite, kRead}) {
            const auto [problem, sentence] = refusal(folder / name, access);
            EXPECT_EQ(problem, NotebookProblem::kForeign) << sentence;
            EXPECT_NE(sentence.find(name), std::string::npos) << sentence;
        }
        EXPECT_EQ(contents_of(folder / name), before);
    }
    EXPECT_EQ(folder.file_count(), files);
}

TEST(Notebook, LeavesAnotherProgramsTablesUnderOurIdAlone) {
    const ScratchFolder folder;
    {
        Database other(folder / "notes.db", Database::Access::kCreate);
        other.execute("PRAGMA application_id = " + std::to_string(kNotebookApplicationId) +
                      "; PRAGMA user_version = 1; CREATE TABLE run (id)");
    }
    const std::string before = contents_of(folder / "notes.db");
    EXPECT_EQ(refusal(folder / "notes.db", kWrite).first, NotebookProblem::kForeign);
    EXPECT_EQ(contents_of(folder / "notes.db"), before);
}

TEST(Notebook, RefusesANewerVersionUnchanged) {
    const ScratchFolder folder;
    { const Notebook notebook(folder / "notes.db", kWrite); }
    {
        Database database(folder / "notes.db", Database::Access::kReadWrite);
        database.execute("PRAGMA user_version = 99");
    }
    const std::string before = contents_of(folder / "notes.db");
    for (const auto access : {kWrite, kRead}) {
        const auto [problem, sentence] = refusal(folder / "notes.db", access);
        EXPECT_EQ(problem, NotebookProblem::kNewer);
        EXPECT_NE(sentence.find("version 99"), std::string::npos) << sentence;
    }
    EXPECT_EQ(contents_of(folder / "notes.db"), before);
}

TEST(Notebook, ReadsAndBringsUpToDateWhatAnOlderVersionWrote) {
    const ScratchFolder folder;
    const std::string file = folder / "old.db";
    const Parameters one = store_test::small_initial_state(small_config()).parameters;
    Parameters two = one;
    two.view(Tensor::W_E)[0] += 1;
    {
        // Version 1 had the same tables and exact records only.
        Notebook notebook(file, kWrite);
        const StoredRunId run = notebook.add_run(small_config(), provenance());
        notebook.add(run, StoredWeights{0, WeightEncoding::kPlain, 0, encode_weights(one)});
        notebook.add(run, StoredWeights{100, WeightEncoding::kDelta, 0, encode_weights(two, &one)});
    }
    Database(file, Database::Access::kReadWrite).execute("PRAGMA user_version = 1");
    const auto expect_sound = [&](Notebook& notebook) {
        EXPECT_EQ(notebook.exact_weight_epochs(StoredRunId{1}),
                  (std::vector<std::int32_t>{0, 100}));
        EXPECT_EQ(notebook.weights(StoredRunId{1}, 100).view(Tensor::W_E)[0],
                  two.view(Tensor::W_E)[0]);
    };
    {
        Notebook notebook(file, kRead);
        expect_sound(notebook);
    }
    EXPECT_EQ(Database(file, Database::Access::kReadOnly).integer("PRAGMA user_version"), 1)
        << "reading changes nothing";
    {
        Notebook notebook(file, kWrite);
        expect_sound(notebook);
    }
    EXPECT_EQ(Database(file, Database::Access::kReadOnly).integer("PRAGMA user_version"),
              kNotebookVersion);
}

TEST(Notebook, FillsAnEmptyFileAndRefusesAMissingOneForReading) {
    const ScratchFolder folder;
    write_file(folder / "empty", "");
    Notebook notebook(folder / "empty", kWrite);
    EXPECT_TRUE(notebook.runs().empty());
    EXPECT_EQ(refusal(folder / "missing", kRead).first, NotebookProblem::kCannotOpen);
    EXPECT_FALSE(std::filesystem::exists(folder / "missing"));
    write_file(folder / "file", "x");
    EXPECT_EQ(refusal(folder / "file/notes.db", kWrite).first, NotebookProblem::kCannotOpen);
    EXPECT_NE(refusal(folder / "file/notes.db", kWrite).second.find("file/notes.db\""),
              std::string::npos);
}

TEST(Notebook, SaysThatItMayNotBeWritten) {
    const ScratchFolder folder;
    { const Notebook notebook(folder / "notes.db", kWrite); }
    Notebook notebook(folder / "notes.db", kRead);
    try {
        notebook.add_run(small_config(), provenance());
        FAIL() << "written";
    } catch (const NotebookError& error) {
        EXPECT_EQ(error.problem(), NotebookProblem::kReadOnly);
    }
}

TEST(Notebook, SaysThatAnotherProgramHoldsIt) {
    const ScratchFolder folder;
    Notebook notebook(folder / "notes.db", kWrite);
    Database other(folder / "notes.db", Database::Access::kReadWrite);
    other.execute("BEGIN IMMEDIATE");
    try {
        notebook.begin();
        FAIL() << "written";
    } catch (const NotebookError& error) {
        EXPECT_EQ(error.problem(), NotebookProblem::kLocked);
    }
    EXPECT_TRUE(notebook.runs().empty()) << "reading goes on";
    other.execute("ROLLBACK");
    notebook.begin();
    notebook.add_run(small_config(), provenance());
    notebook.commit();
    EXPECT_EQ(notebook.runs().size(), 1U);
}

TEST(Notebook, SaysThatTheDiskIsFull) {
    const ScratchFolder folder;
    Database database(folder / "full.db", Database::Access::kCreate);
    database.execute("PRAGMA max_page_count = 3; CREATE TABLE t (x)");
    try {
        Statement(database, "INSERT INTO t VALUES (?1)").with(Bytes(1 << 20)).run();
        FAIL() << "written";
    } catch (const NotebookError& error) {
        EXPECT_EQ(error.problem(), NotebookProblem::kFull);
        EXPECT_NE(std::string(error.what()).find("disk is full"), std::string::npos);
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

/// Reads all there is; what is wrong is an exception with a sentence.
void read_all(Notebook& notebook) {
    Notebook copy(":memory:", kWrite);
    for (const RunSummary& run : notebook.runs()) {
        check_run(notebook, run.id);
        copy_run(notebook, run.id, copy);
    }
}

TEST(Notebook, SurvivesAnyDamageWithASentence) {
    const ScratchFolder folder;
    {
        Notebook notebook(folder / "sound.db", kWrite);
        fill(notebook);
    }
    const std::string sound = contents_of(folder / "sound.db");
    ASSERT_GT(sound.size(), 50000U);
    std::mt19937 generator(5);
    int refused = 0;
    for (int i = 0; i < 90; ++i) {
        std::string damaged = sound;
        if (i % 3 == 0) {
            damaged.resize(generator() % damaged.size());
        } else {
            for (int n = 0; n < (i % 3 == 1 ? 1 : 200); ++n) {
                damaged[generator() % damaged.size()] ^= static_cast<char>(1U << generator() % 8);
            }
        }
        const std::string file = folder / "damaged.db";
        write_file(file, damaged);
        try {
            Notebook notebook(file, kRead);
            read_all(notebook);
        } catch (const std::runtime_error& error) {
            ++refused;
            EXPECT_GT(std::string(error.what()).size(), 20U);
        }
        EXPECT_EQ(contents_of(file), damaged);
    }
    EXPECT_GT(refused, 45);
}

TEST(Notebook, ReadsMeasuresThatHaveNoNeuronSpectrumYet) {
    const ScratchFolder folder;
    {
        Notebook notebook(folder / "notes.db", kWrite);
        fill(notebook);
    }
    {
        Database database(folder / "notes.db", Database::Access::kReadWrite);
        database.execute("UPDATE measure SET details = json_remove(details, '$.neuron_amplitude')");
    }
    Notebook notebook(folder / "notes.db", kRead);
    const std::vector<ProgressRow> measures = notebook.measures(notebook.runs().at(0).id);
    ASSERT_EQ(measures.size(), 1U);
    EXPECT_TRUE(measures[0].neuron_amplitude.empty());
    EXPECT_EQ(measures[0].neurons_by_frequency, (std::vector<int>{10, 0, 5}));
}

TEST(Notebook, RefusesHostileValues) {
    const std::vector<std::string> attacks = {
        "UPDATE run SET config = '{\"p\": 1000000}'",
        "UPDATE run SET config = '{\"d_mlp\": 2048, \"p\": 251}'",
        "UPDATE run SET state = 'hacked'",
        "UPDATE run SET epoch = -1",
        "UPDATE metric SET epoch = 99999999999 WHERE epoch = 20",
        "INSERT INTO mismatch VALUES (1, 3, 0, 0.5)",
        "INSERT INTO mismatch VALUES (1, 20, 4000000000, 0.5)",
        "UPDATE spectrum SET embedding = zeroblob(100000000)",
        "UPDATE spectrum SET logit = x'01'",
        "UPDATE measure SET details = '[]'",
        "UPDATE measure SET details = '{\"key_frequencies\": [1e300]}'",
        "UPDATE measure SET details = json_set(details, '$.neuron_amplitude', 'hacked')",
        "UPDATE measure SET details = json_set(details, '$.ildr', 'hacked')",
        "UPDATE measure SET details = json_set(details, '$.final', 'hacked')",
        "UPDATE measure SET details = json_remove(details, '$.final.fit_loss')",
        "UPDATE weights SET encoding = 9 WHERE epoch = 20",
        "UPDATE weights SET base_epoch = 20 WHERE epoch = 20",
        "UPDATE weights SET data = zeroblob(50000000) WHERE epoch = 20",
        "UPDATE checkpoint SET data = zeroblob(50000000)",
        "UPDATE checkpoint SET epoch = 20",
        "UPDATE checkpoint SET wall_seconds = -1",
        "UPDATE mark SET kind = 'hacked' WHERE kind = 'grokked'"};
    const ScratchFolder folder;
    {
        Notebook notebook(folder / "sound.db", kWrite);
        fill(notebook);
    }
    for (const std::string& attack : attacks) {
        write_file(folder / "notes.db", contents_of(folder / "sound.db"));
        {
            Database database(folder / "notes.db", Database::Access::kReadWrite);
            database.execute(attack);
        }
        Notebook notebook(folder / "notes.db", kRead);
        EXPECT_THROW(read_all(notebook), std::runtime_error) << attack;
    }
}

TEST(Notebook, GivesTextsThatATerminalCanShow) {
    const ScratchFolder folder;
    {
        Notebook notebook(folder / "notes.db", kWrite);
        fill(notebook);
    }
    {
        Database database(folder / "notes.db", Database::Access::kReadWrite);
        database.execute("UPDATE run SET name = 'a' || char(27) || ']0;b' || char(7, 155) || "
                         "'ä' || char(0) || char(8364), host = CAST(x'41ff80e282' AS TEXT), "
                         "state_text = replace(hex(zeroblob(50000)), '0', 'ä')");
        database.execute("UPDATE annotation SET text = 'one' || char(10) || 'two' || char(13)");
    }
    Notebook notebook(folder / "notes.db", kRead);
    const RunSummary run = notebook.runs().at(0);
    EXPECT_EQ(run.name, "a?]0;b???ä?€");
    EXPECT_EQ(run.provenance.host, "A????");
    EXPECT_EQ(run.state_text.size(), 16384U) << "cut, and not within a letter";
    EXPECT_EQ(notebook.annotations(run.id).at(0).text, "one\ntwo?");
    // A sentence about a damaged value quotes it.
    Database(folder / "notes.db", Database::Access::kReadWrite)
        .execute("UPDATE run SET state = char(27) || '[31m'");
    try {
        (void)notebook.runs();
        FAIL() << "taken for a state";
    } catch (const NotebookError& error) {
        EXPECT_EQ(std::string(error.what()).find('\x1b'), std::string::npos) << error.what();
    }
}

TEST(Notebook, TakesFiguresThatAreNoNumbersForMissing) {
    const ScratchFolder folder;
    {
        Notebook notebook(folder / "notes.db", kWrite);
        fill(notebook);
    }
    {
        Database database(folder / "notes.db", Database::Access::kReadWrite);
        database.execute("UPDATE metric SET test_loss = 9e999, train_loss = NULL");
    }
    Notebook notebook(folder / "notes.db", kRead);
    EXPECT_TRUE(std::isnan(notebook.metrics(StoredRunId{1})[0].test_loss));
    EXPECT_TRUE(std::isnan(notebook.metrics(StoredRunId{1})[0].train_loss));
}

TEST(Notebook, RunsNothingThatAStrangerPutInside) {
    const ScratchFolder folder;
    {
        Notebook notebook(folder / "notes.db", kWrite);
        fill(notebook);
    }
    {
        Database database(folder / "notes.db", Database::Access::kReadWrite);
        database.execute("CREATE TRIGGER evil AFTER INSERT ON run BEGIN DELETE FROM metric; END");
    }
    Notebook notebook(folder / "notes.db", kWrite);
    notebook.add_run(small_config(), provenance());
    EXPECT_EQ(notebook.metrics(StoredRunId{1}).size(), 3U);
}

#ifndef _WIN32
TEST(Notebook, DoesNotWaitForAPipe) {
    const ScratchFolder folder;
    const std::string pipe = folder / "pipe";
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    for (const auto access : {Notebook::Access::kReadOnly, Notebook::Access::kReadWrite}) {
        EXPECT_THROW(Notebook(pipe, access), NotebookError);
    }
}
#endif

} // namespace
} // namespace grokscope
