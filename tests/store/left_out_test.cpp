// One damaged record costs one record, one damaged run costs one run, and each is named.
#include "engine/protocol/weight_record.h"
#include "engine/store/notebook.h"
#include "engine/store/sqlite.h"
#include "engine/store/stored_run_reader.h"
#include "tests/store/filled_notebook.h"
#include "tests/store/scratch_folder.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

namespace grokscope {
namespace {

using store_test::contents_of;
using store_test::expect_filled;
using store_test::fill;
using store_test::fill_and_change;
using store_test::ScratchFolder;
using store_test::write_file;

constexpr auto kWrite = Notebook::Access::kReadWrite;
constexpr auto kRead = Notebook::Access::kReadOnly;
constexpr StoredRunId kOne{1};

/// How many records of each kind the run gives out.
struct Counts {
    std::size_t metrics = 3;
    std::size_t spectra = 1;
    std::size_t measures = 1;
    std::size_t marks = 2;
    std::size_t events = 1;
    std::size_t notes = 1;
    std::size_t weights = 2;
    friend bool operator==(const Counts&, const Counts&) = default;
};

std::ostream& operator<<(std::ostream& out, const Counts& counts) {
    for (const std::size_t count : {counts.metrics, counts.spectra, counts.measures, counts.marks,
                                    counts.events, counts.notes, counts.weights}) {
        out << count << ' ';
    }
    return out;
}

Counts counts_of(Notebook& notebook, StoredRunId run) {
    Counts counts{notebook.metrics(run).size(),      notebook.spectra(run).size(),
                  notebook.measures(run).size(),     notebook.marks(run).size(),
                  notebook.events(run).size(),       notebook.annotations(run).size(),
                  notebook.weight_epochs(run).size()};
    for (const std::int32_t epoch : notebook.weight_epochs(run)) {
        counts.weights -= notebook.usable_weights(run, epoch) ? 0 : 1;
    }
    return counts;
}

struct Damage {
    const char* sql;
    Counts left;
    const char* sentence;
};

/// Three spectra in place of one, so that one of them can be spoilt.
constexpr const char* kMoreSpectra =
    "INSERT INTO spectrum SELECT run, 40, mean, embedding, logit, weight_sum_squares FROM spectrum;"
    "INSERT INTO spectrum SELECT run, 60, mean, embedding, logit, weight_sum_squares FROM spectrum "
    "WHERE epoch = 20;";

TEST(LeftOut, ADamagedRecordCostsThatRecordAndIsNamed) {
    const std::array damages = {
        Damage{"UPDATE metric SET epoch = 99999999999 WHERE epoch = 20",
               {.metrics = 2},
               "of run 1, 1 row of figures cannot be used and is left out: its epoch is "
               "99999999999, epochs go from 0 to 1000000"},
        Damage{"UPDATE metric SET epoch = 1000001 WHERE epoch = 20",
               {.metrics = 2},
               "its epoch is 1000001"},
        Damage{"UPDATE metric SET epoch = -1 WHERE epoch = 20", {.metrics = 2}, "its epoch is -1"},
        Damage{"INSERT INTO mismatch VALUES (1, 3, 0, 0.5)",
               {},
               "of run 1, 1 mismatch of a probe cannot be used and is left out: at epoch 3, it "
               "belongs to no figures"},
        Damage{"INSERT INTO mismatch VALUES (1, 20, 4000000000, 0.5)",
               {},
               "the run has no probe with the offset 4000000000"},
        Damage{"INSERT INTO mismatch VALUES (1, 20, 5, 0.5)", {}, "the offset 5"},
        Damage{"UPDATE spectrum SET embedding = x''",
               {.spectra = 0},
               "of run 1, 1 spectrum cannot be used and is left out: at epoch 20, the spectrum of "
               "the embedding has 0 values, 3 are expected"},
        Damage{"UPDATE spectrum SET embedding = zeroblob(100000000)", {.spectra = 0}, "25000000"},
        Damage{"UPDATE spectrum SET logit = zeroblob(4)", {.spectra = 0}, "logits has 1 values"},
        Damage{"UPDATE spectrum SET logit = x'01'", {.spectra = 0}, "1 bytes"},
        Damage{"UPDATE spectrum SET logit = x'0000803f0000c07f0000803f'",
               {.spectra = 0},
               "a value of the spectrum of the logits is not finite"},
        Damage{
            "UPDATE spectrum SET logit = x'0000803f000080bf0000803f'", {.spectra = 0}, "below 0"},
        Damage{"UPDATE measure SET details = '[]'", {.measures = 0}, "at epoch 20"},
        Damage{"UPDATE measure SET details = '{\"key_frequencies\": [1e300]}'",
               {.measures = 0},
               "no such number"},
        Damage{"UPDATE measure SET details = json_set(details, '$.key_frequencies[0]', 1.5)",
               {.measures = 0},
               "no such number"},
        Damage{"UPDATE measure SET details = json_set(details, '$.key_frequencies[1]', 4)",
               {.measures = 0},
               "of run 1, 1 row of progress measures cannot be used and is left out: at epoch 20, "
               "key frequencies do not increase from 1 to 3 at most"},
        Damage{"UPDATE measure SET details = json_set(details, '$.key_frequencies[0]', 0)",
               {.measures = 0},
               "key frequencies do not increase"},
        Damage{"UPDATE measure SET details = json_set(details, '$.key_frequencies[0]', 3)",
               {.measures = 0},
               "key frequencies do not increase"},
        Damage{"UPDATE measure SET details = json_set(details, '$.final.key_frequencies[0]', -7)",
               {.measures = 0},
               "key frequencies do not increase"},
        Damage{"UPDATE measure SET details = json_remove(details, '$.excluded_by_frequency[0]')",
               {.measures = 0},
               "excluded losses has 1 values, 2 are expected"},
        Damage{"UPDATE measure SET details = json_remove(details, '$.clock_coherence[0]')",
               {.measures = 0},
               "clock coherences has 1 values, 2 are expected"},
        Damage{"UPDATE measure SET details = json_remove(details, '$.fit_coefficients[0]')",
               {.measures = 0},
               "coefficients has 2 values, 3 are expected"},
        Damage{"UPDATE measure SET details = json_remove(details, '$.neurons_by_frequency[0]')",
               {.measures = 0},
               "frequency has 2 values, 3 are expected"},
        Damage{"UPDATE measure SET details = json_remove(details, '$.neuron_amplitude[0]')",
               {.measures = 0},
               "amplitudes has 2 values, 3 are expected"},
        Damage{"UPDATE measure SET details = json_set(details, '$.neuron_amplitude', 'hacked')",
               {.measures = 0},
               "neuron_amplitude"},
        Damage{"UPDATE measure SET details = json_set(details, '$.final', 'hacked')",
               {.measures = 0},
               "key_frequencies"},
        Damage{"UPDATE measure SET details = json_remove(details, '$.final.fit_loss')",
               {.measures = 0},
               "fit_loss"},
        Damage{"UPDATE measure SET neurons = 65", {.measures = 0}, "the model's 64"},
        Damage{"UPDATE measure SET dead_neurons = -1", {.measures = 0}, "the model's 64"},
        Damage{"UPDATE measure SET epoch = 4000000", {.measures = 0}, "its epoch is 4000000"},
        Damage{"UPDATE mark SET kind = 'hacked' WHERE kind = 'grokked'",
               {.marks = 1},
               "of run 1, 1 mark cannot be used and is left out: \"hacked\" is no mark that this "
               "version knows"},
        Damage{"UPDATE mark SET epoch = 5000000000 WHERE kind = 'grokked'", {.marks = 1}, "1 mark"},
        Damage{"UPDATE event SET epoch = -3", {.events = 0}, "1 event"},
        Damage{"UPDATE annotation SET epoch = 1000001", {.notes = 0}, "1 note"},
        Damage{"UPDATE weights SET encoding = 9 WHERE epoch = 20",
               {.weights = 1},
               "of run 1, 1 record of weights cannot be used and is left out: at epoch 20"},
        Damage{
            "UPDATE weights SET base_epoch = 20 WHERE epoch = 20", {.weights = 1}, "at epoch 20"},
        Damage{"UPDATE weights SET base_epoch = 7 WHERE epoch = 20", {.weights = 1}, "at epoch 20"},
        Damage{"UPDATE weights SET base_epoch = 99999999999 WHERE epoch = 20",
               {.weights = 1},
               "99999999999"},
        Damage{"UPDATE weights SET data = zeroblob(50000000) WHERE epoch = 20",
               {.weights = 1},
               "at epoch 20"},
        Damage{"UPDATE weights SET data = x'00' WHERE epoch = 0",
               {.weights = 0},
               "2 records of weights cannot be used and are left out; the first one: at epoch 0"},
        Damage{
            "UPDATE weights SET epoch = -20 WHERE epoch = 20", {.weights = 1}, "its epoch is -20"}};
    const ScratchFolder folder;
    {
        Notebook notebook(folder / "sound.db", kWrite);
        fill(notebook);
        EXPECT_EQ(counts_of(notebook, kOne), Counts());
        EXPECT_TRUE(notebook.left_out().empty());
    }
    for (const Damage& damage : damages) {
        write_file(folder / "notes.db", contents_of(folder / "sound.db"));
        Database(folder / "notes.db", Database::Access::kReadWrite).execute(damage.sql);
        Notebook notebook(folder / "notes.db", kRead);
        EXPECT_EQ(counts_of(notebook, kOne), damage.left) << damage.sql;
        const std::vector<std::string> sentences = notebook.left_out().sentences();
        ASSERT_FALSE(sentences.empty()) << damage.sql;
        EXPECT_NE(sentences[0].find(damage.sentence), std::string::npos)
            << damage.sql << ": " << sentences[0];
        // Mismatches belong to figures and go with them.
        EXPECT_EQ(sentences.size(), damage.left.metrics == 3 ? 1U : 2U) << damage.sql;
        EXPECT_EQ(counts_of(notebook, kOne), damage.left) << "read again";
        EXPECT_EQ(notebook.left_out().sentences(), sentences) << "and counted once";

        Notebook copy(":memory:", kWrite);
        const StoredRunId copied = copy_run(notebook, check_run(notebook, kOne), copy);
        EXPECT_EQ(counts_of(copy, copied), damage.left) << damage.sql;
        EXPECT_TRUE(copy.left_out().empty()) << damage.sql;
    }
}

TEST(LeftOut, OneSpectrumOfManyIsLeftOut) {
    const ScratchFolder folder;
    fill_and_change(
        folder / "notes.db",
        (std::string(kMoreSpectra) + "UPDATE spectrum SET logit = x'' WHERE epoch = 40").c_str());
    Notebook notebook(folder / "notes.db", kRead);
    const std::vector<Snapshot> spectra = notebook.spectra(kOne);
    ASSERT_EQ(spectra.size(), 2U);
    EXPECT_EQ(spectra[0].epoch, 20);
    EXPECT_EQ(spectra[1].epoch, 60);
    for (const Snapshot& one : spectra) {
        EXPECT_EQ(one.spectrum.size(), 3U);
        EXPECT_EQ(one.logit_spectrum.size(), 3U);
    }
}

TEST(LeftOut, AFigureOutOfRangeIsMissing) {
    const ScratchFolder folder;
    fill_and_change(folder / "notes.db",
                    "UPDATE metric SET test_loss = 1.7e308 WHERE epoch <= 10;"
                    "UPDATE metric SET train_accuracy = 1.5, wall_seconds = -1 WHERE epoch = 20;"
                    "UPDATE mirror SET new_loss = 1e300, mirrored_accuracy = 2 WHERE epoch = 20;"
                    "UPDATE mismatch SET value = -1 WHERE epoch = 0 AND stencil_offset = 0;"
                    "UPDATE spectrum SET mean = -1, weight_sum_squares = 1e300;"
                    "UPDATE measure SET full_loss = -1.7e308, details = json_set(details, "
                    "'$.sum_squares[4]', -1, '$.clock_coherence[0]', 2)");
    Notebook notebook(folder / "notes.db", kRead);
    const std::vector<MetricSample> metrics = notebook.metrics(kOne);
    ASSERT_EQ(metrics.size(), 3U);
    EXPECT_TRUE(std::isnan(metrics[0].test_loss) && std::isnan(metrics[1].test_loss));
    EXPECT_EQ(metrics[2].test_loss, 4.0 / 3);
    EXPECT_EQ(metrics[1].train_accuracy, 0.5);
    EXPECT_TRUE(std::isnan(metrics[2].new_loss) && std::isnan(metrics[2].mirrored_accuracy));
    EXPECT_EQ(metrics[2].mirrored_loss, 1.0 / 7);
    EXPECT_TRUE(std::isnan(metrics[2].train_accuracy) && std::isnan(metrics[2].wall_seconds));
    EXPECT_TRUE(std::isnan(metrics[0].mismatch[offset_slot(0)]));
    EXPECT_EQ(metrics[0].mismatch[offset_slot(8)], 1e-300);
    const Snapshot spectrum = notebook.spectra(kOne).at(0);
    EXPECT_TRUE(std::isnan(spectrum.spectrum_mean) && std::isnan(spectrum.weight_sum_squares));
    const ProgressRow row = notebook.measures(kOne).at(0);
    EXPECT_TRUE(std::isnan(row.full_loss.all) && std::isnan(row.sum_squares[4]) &&
                std::isnan(row.clock_coherence[0]));
    EXPECT_EQ(row.clock_coherence[1], 0.75);
    EXPECT_EQ(notebook.left_out().sentences(),
              (std::vector<std::string>{
                  "of run 1, 7 figures cannot be used and are left out; the first one: test loss "
                  "of epoch 0 is 1.7e+308",
                  "of run 1, 2 figures of spectra cannot be used and are left out; the first one: "
                  "mean of epoch 20 is -1",
                  "of run 1, 3 progress measures cannot be used and are left out; the first one: "
                  "full loss of epoch 20 is -1.7e+308"}));
}

TEST(LeftOut, LargeFiguresOfARunThatDivergedStay) {
    const ScratchFolder folder;
    fill_and_change(folder / "notes.db",
                    "UPDATE metric SET test_loss = 6.8e38, weight_sum_squares = 1e77");
    Notebook notebook(folder / "notes.db", kRead);
    EXPECT_EQ(notebook.metrics(kOne).at(0).test_loss, 6.8e38);
    EXPECT_EQ(notebook.metrics(kOne).at(0).weight_sum_squares, 1e77);
    EXPECT_TRUE(notebook.left_out().empty());
}

TEST(LeftOut, RowsOfOneRunHaveAsManyAmplitudesOfNeurons) {
    const ScratchFolder folder;
    fill_and_change(folder / "notes.db",
                    "INSERT INTO measure SELECT run, 0, full_loss, full_loss_train, "
                    "full_loss_test, restricted_loss, restricted_loss_train, "
                    "restricted_loss_test, excluded_loss, fit_r_squared, fit_loss, gini_W_E, "
                    "gini_W_L, ipr_W_E, ipr_W_L, clustered_neurons, dead_neurons, neurons, "
                    "total_sum_squares, compute_seconds, "
                    "json_remove(details, '$.neuron_amplitude') FROM measure;"
                    "INSERT INTO measure SELECT run, 30, full_loss, full_loss_train, "
                    "full_loss_test, restricted_loss, restricted_loss_train, "
                    "restricted_loss_test, excluded_loss, fit_r_squared, fit_loss, gini_W_E, "
                    "gini_W_L, ipr_W_E, ipr_W_L, clustered_neurons, dead_neurons, neurons, "
                    "total_sum_squares, compute_seconds, details FROM measure WHERE epoch = 0");
    Notebook notebook(folder / "notes.db", kRead);
    const std::vector<ProgressRow> rows = notebook.measures(kOne);
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_TRUE(rows[0].neuron_amplitude.empty()) << "before the first that has any";
    EXPECT_EQ(rows[1].neuron_amplitude.size(), 3U);
    ASSERT_EQ(rows[2].neuron_amplitude.size(), 3U);
    EXPECT_TRUE(std::isnan(rows[2].neuron_amplitude[0]));
    EXPECT_TRUE(notebook.left_out().empty()) << "a run that programs of two versions trained";
}

// ------------------------------------------------------------------------------------ whole runs

/// A file with three runs, and what a stranger's program did to it.
void fill_three_and_change(const std::string& file, const std::string& sql) {
    {
        Notebook notebook(file, kWrite);
        fill(notebook);
        fill(notebook);
        fill(notebook);
    }
    Database(file, Database::Access::kReadWrite).execute(sql);
}

TEST(LeftOut, ADamagedRunCostsThatRunAndIsNamed) {
    const std::array damages = {
        std::pair("config = json_set(config, '$.new_field', 1)",
                  "run 2 cannot be read and is left out: its configuration cannot be used: unknown "
                  "field \"new_field\" (written by version 1.2.3)"),
        std::pair("config = '{\"p\": 1000000}'", "1000000"),
        std::pair("config = '{'", "not JSON"),
        std::pair("config = hex(zeroblob(50000000))", "100000000 characters"),
        std::pair("state = 'hacked'", "\"hacked\" is no state that this version knows"),
        std::pair("epoch = -1", "its epoch is -1"),
        std::pair("epoch = 1000001", "its epoch is 1000001"),
        std::pair("parent_epoch = 5000000000", "its epoch is 5000000000"),
        std::pair("uuid = 'me'", "its identity is not 32 hexadecimal digits")};
    for (const auto& [change, sentence] : damages) {
        const ScratchFolder folder;
        fill_three_and_change(folder / "notes.db",
                              std::string("UPDATE run SET ") + change + " WHERE id = 2");
        Notebook notebook(folder / "notes.db", kRead);
        const std::vector<RunSummary> runs = notebook.runs();
        ASSERT_EQ(runs.size(), 2U) << change;
        EXPECT_EQ(runs[0].id, StoredRunId{1});
        EXPECT_EQ(runs[1].id, StoredRunId{3});
        ASSERT_EQ(notebook.left_out().sentences().size(), 1U) << change;
        EXPECT_NE(notebook.left_out().sentences()[0].find(sentence), std::string::npos)
            << notebook.left_out().sentences()[0];
        EXPECT_EQ(notebook.left_out().runs(), std::vector<std::int64_t>{2});
        expect_filled(notebook, StoredRunId{3});
        EXPECT_TRUE(interrupted_runs(notebook).empty());
        try {
            (void)notebook.run(StoredRunId{2});
            FAIL() << change;
        } catch (const NotebookError& error) {
            EXPECT_EQ(error.problem(), NotebookProblem::kCorrupt);
            EXPECT_NE(std::string(error.what()).find("run 2 of the notebook"), std::string::npos);
        }
    }
}

TEST(LeftOut, TheLastRunIsTheLastThatCanBeRead) {
    const ScratchFolder folder;
    fill_three_and_change(folder / "notes.db", "UPDATE run SET state = 'new' WHERE id <> 1");
    Notebook notebook(folder / "notes.db", kRead);
    EXPECT_EQ(notebook.last_run().value().id, StoredRunId{1});
    EXPECT_EQ(notebook.left_out().runs(), (std::vector<std::int64_t>{2, 3}));
    Notebook empty(":memory:", kWrite);
    EXPECT_FALSE(empty.last_run());
    EXPECT_TRUE(empty.left_out().empty());
}

TEST(LeftOut, ARunOfWhichSqliteCannotReadATextCostsNoOther) {
    const ScratchFolder folder;
    fill_three_and_change(folder / "notes.db",
                          "UPDATE run SET state_text = replace(hex(zeroblob(20000)), '0', 'X') "
                          "WHERE id = 2; PRAGMA journal_mode = DELETE");
    // The pages of that text begin with the number of the next one.
    std::string bytes = contents_of(folder / "notes.db");
    constexpr std::size_t kPage = 4096;
    int spoilt = 0;
    for (std::size_t at = 0; at + kPage <= bytes.size(); at += kPage) {
        if (bytes.compare(at + 4, kPage - 4, std::string(kPage - 4, 'X')) == 0) {
            bytes.replace(at, 4, "\xff\xff\xff\xff");
            ++spoilt;
        }
    }
    ASSERT_GT(spoilt, 3);
    write_file(folder / "notes.db", bytes);
    Notebook notebook(folder / "notes.db", kRead);
    const std::vector<RunSummary> runs = notebook.runs();
    ASSERT_EQ(runs.size(), 2U);
    EXPECT_EQ(runs[1].id, StoredRunId{3});
    EXPECT_EQ(notebook.left_out().runs(), std::vector<std::int64_t>{2});
}

TEST(LeftOut, ADamagedStateKeepsARunFromBeingTakenOver) {
    for (const char* damage :
         {"UPDATE checkpoint SET data = zeroblob(50000000)", "UPDATE checkpoint SET epoch = 20",
          "UPDATE checkpoint SET epoch = -20", "UPDATE checkpoint SET wall_seconds = -1",
          "UPDATE run SET config = '{\"d_mlp\": 2048, \"p\": 251}'",
          "UPDATE run SET config = json_set(config, '$.d_model', 64)"}) {
        const ScratchFolder folder;
        fill_and_change(folder / "notes.db", damage);
        Notebook notebook(folder / "notes.db", kRead);
        EXPECT_THROW((void)check_run(notebook, kOne), NotebookError) << damage;
        EXPECT_FALSE(notebook.usable_checkpoint(kOne)) << damage;
        EXPECT_TRUE(notebook.left_out().has(1, RecordKind::kState)) << damage;
        EXPECT_EQ(notebook.metrics(kOne).size(), 3U) << "its figures can be read: " << damage;
    }
}

TEST(LeftOut, ARunIsShownWithoutTheEmbeddingsThatCannotBeRead) {
    const ScratchFolder folder;
    fill_and_change(folder / "notes.db", "UPDATE weights SET data = x'00' WHERE epoch = 20");
    Notebook notebook(folder / "notes.db", kRead);
    const auto run = read_for_viewing(notebook, kOne);
    ASSERT_EQ(run->snapshots.size(), 1U);
    EXPECT_TRUE(run->snapshots[0].embedding.empty());
    EXPECT_TRUE(notebook.left_out().has(1, RecordKind::kWeights));
}

TEST(LeftOut, ARunHasAsManyNotesAndMarksAsCanBeRead) {
    const ScratchFolder folder;
    fill_and_change(
        folder / "notes.db",
        "WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n WHERE x < 6000) "
        "INSERT INTO annotation (run, epoch, text, created_at) SELECT 1, 20, 'n', '' FROM n;"
        "UPDATE run SET config = json_set(config, '$.epochs', 1000000);"
        "WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n WHERE x < 6000) "
        "INSERT INTO mark SELECT 1, x + 20, 'lost again' FROM n");
    Notebook notebook(folder / "notes.db", kRead);
    EXPECT_EQ(notebook.annotations(kOne).size(), 5000U);
    EXPECT_EQ(notebook.marks(kOne).size(), 5000U);
    EXPECT_EQ(notebook.left_out().sentences(),
              (std::vector<std::string>{
                  "of run 1, 1002 marks cannot be used and are left out; the first one: a run has "
                  "at most 5000",
                  "of run 1, 1001 notes cannot be used and are left out; the first one: a run has "
                  "at most 5000"}));
}

TEST(LeftOut, ARunFromBeforeTheBudgetGoesOnWithoutOne) {
    const ScratchFolder folder;
    fill_three_and_change(
        folder / "notes.db",
        "UPDATE run SET config = json_remove(config, '$.weights_budget') WHERE id = 2");
    Notebook notebook(folder / "notes.db", kRead);
    EXPECT_EQ(notebook.run(StoredRunId{1}).config.weights_budget, RunConfig().weights_budget);
    const RunConfig old = notebook.run(StoredRunId{2}).config;
    EXPECT_EQ(old.weights_budget, kMostWeightsBudget);
    EXPECT_TRUE(old.validate().empty());
    EXPECT_EQ(recorded_weights_every(old), old.weights_every);
}

} // namespace
} // namespace grokscope
