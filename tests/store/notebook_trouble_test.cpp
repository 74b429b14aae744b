// What a notebook does with files that are not as it left them, and with a disk that refuses.
#include "engine/store/notebook.h"
#include "engine/store/notebook_schema.h"
#include "engine/store/sqlite.h"
#include "tests/store/filled_notebook.h"
#include "tests/store/scratch_folder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <utility>

#ifndef _WIN32
#include <sys/stat.h>
#endif

namespace grokscope {
namespace {

using store_test::contents_of;
using store_test::fill;
using store_test::fill_and_change;
using store_test::provenance;
using store_test::ScratchFolder;
using store_test::small_config;
using store_test::write_file;

constexpr auto kWrite = Notebook::Access::kReadWrite;
constexpr auto kRead = Notebook::Access::kReadOnly;

/// Reads all there is. What is wrong is an exception with a sentence, or left out with one: true
/// then.
bool read_all(Notebook& notebook) {
    Notebook copy(":memory:", kWrite);
    for (const RunSummary& run : notebook.runs()) {
        copy_run(notebook, check_run(notebook, run.id), copy);
    }
    for (const std::string& sentence : notebook.left_out().sentences()) {
        EXPECT_GT(sentence.size(), 20U);
    }
    return !notebook.left_out().empty();
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

TEST(Notebook, MovesReadingsThatEarlierVersionsKeptWithTheMeasures) {
    const ScratchFolder folder;
    const std::string file = folder / "old.db";
    {
        Notebook notebook(file, kWrite);
        for (int i = 0; i < 2; ++i) {
            const StoredRunId run = notebook.add_run(small_config(), provenance());
            for (const std::int32_t epoch : {0, 10, 20}) {
                ProgressRow row = store_test::progress_of(epoch);
                row.final_measures.reset();
                notebook.add(run, row);
            }
        }
    }
    Database(file, Database::Access::kReadWrite)
        .execute("DROP TABLE checkpoint_part; DROP VIEW readings; DROP TABLE reading_value; DROP "
                 "TABLE reading; DROP TABLE figure; "
                 "DROP TABLE instrument; ALTER TABLE run DROP COLUMN fork; "
                 "UPDATE run SET config = json_set(json_remove(config, '$.measure'), "
                 "'$.ildr_every', 10, '$.commutator_every', 20) WHERE id = 1; "
                 "UPDATE measure SET details = json_set(details, '$.ildr', 0.1) WHERE run = 1; "
                 // Of the first versions: the published form under the name of the figure.
                 "UPDATE measure SET details = json_set(details, '$.commutator_defect', 0.025) "
                 "WHERE run = 1 AND epoch = 0; "
                 "UPDATE measure SET details = json_set(details, '$.commutator_defect', 3.9e-5, "
                 "'$.commutator_unguarded', 94.03125, '$.warning_seconds', 1.5) "
                 "WHERE run = 1 AND epoch = 20; "
                 "UPDATE measure SET details = json_set(details, '$.ildr', 'hacked') "
                 "WHERE run = 1 AND epoch = 10; "
                 "PRAGMA user_version = 5");
    const auto expect_sound = [](Notebook& notebook) {
        EXPECT_EQ(notebook.run(StoredRunId{1}).config.measure.text(), "commutator:20,ildr:10");
        const std::vector<Reading> readings = notebook.readings(StoredRunId{1});
        ASSERT_EQ(readings.size(), 4U);
        EXPECT_EQ(readings[0].epoch, 0);
        EXPECT_EQ(readings[0].instrument, "commutator");
        EXPECT_EQ(readings[0].number("commutator_published"), 0.025);
        EXPECT_TRUE(std::isnan(readings[0].number("commutator_defect")));
        EXPECT_EQ(readings[1].instrument, "ildr");
        EXPECT_EQ(readings[1].number("class_separation"), 0.1);
        EXPECT_TRUE(std::isnan(readings[1].number("ildr"))) << "which no version before measured";
        EXPECT_EQ(readings[2].epoch, 20);
        EXPECT_EQ(readings[2].number("commutator_defect"), 94.03125);
        EXPECT_EQ(readings[2].number("commutator_published"), 3.9e-5);
        EXPECT_EQ(readings[2].seconds, 1.5);
        EXPECT_EQ(readings[3].number("class_separation"), 0.1);
        EXPECT_TRUE(notebook.readings(StoredRunId{2}).empty());
        EXPECT_EQ(notebook.measures(StoredRunId{1}).size(), 3U);
        EXPECT_TRUE(notebook.read_epochs(StoredRunId{1}, *find_instrument("ildr")).empty())
            << "a figure of it is missing";
    };
    {
        Notebook notebook(file, kRead);
        expect_sound(notebook);
    }
    EXPECT_EQ(Database(file, Database::Access::kReadOnly).integer("PRAGMA user_version"), 5);
    Notebook notebook(file, kWrite);
    expect_sound(notebook);
    EXPECT_EQ(notebook.read_epochs(StoredRunId{1}, *find_instrument("commutator")),
              std::vector<std::int32_t>{20});
}

/// Of a run without probes.
MetricSample figures_of(std::int32_t epoch) {
    MetricSample sample = store_test::sample_of(epoch);
    sample.mismatch = MetricSample::missing_mismatch();
    return sample;
}

TEST(Notebook, ReadsAndBringsUpToDateWhatAnOlderVersionWrote) {
    const ScratchFolder folder;
    const std::string file = folder / "old.db";
    const Parameters one = store_test::small_initial_state(small_config()).parameters;
    Parameters two = one;
    two.view(Tensor::W_E)[0] += 1;
    {
        // Version 1 had exact records only, and nothing of mirrored pairs.
        Notebook notebook(file, kWrite);
        const StoredRunId run = notebook.add_run(small_config(), provenance());
        notebook.add(run, figures_of(10));
        notebook.add(run, StoredWeights{0, WeightEncoding::kPlain, 0, encode_weights(one)});
        notebook.add(run, StoredWeights{100, WeightEncoding::kDelta, 0, encode_weights(two, &one)});
    }
    Database(file, Database::Access::kReadWrite)
        .execute(
            "DROP TABLE checkpoint_part; DROP VIEW readings; DROP TABLE reading_value; DROP TABLE "
            "reading; DROP TABLE figure; "
            "DROP TABLE instrument; DROP VIEW figures; DROP VIEW measures; DROP TABLE mirror; DROP "
            "TABLE tag; "
            "DROP TABLE machine; DROP TABLE grok; ALTER TABLE run DROP COLUMN fork; "
            "ALTER TABLE run DROP COLUMN preset; "
            "ALTER TABLE run DROP COLUMN cpu_seconds; ALTER TABLE metric "
            "DROP COLUMN cpu_seconds; ALTER TABLE checkpoint DROP COLUMN cpu_seconds; "
            "PRAGMA user_version = 1");
    const auto expect_sound = [&](Notebook& notebook) {
        EXPECT_EQ(notebook.exact_weight_epochs(StoredRunId{1}),
                  (std::vector<std::int32_t>{0, 100}));
        EXPECT_EQ(notebook.weights(StoredRunId{1}, 100).view(Tensor::W_E)[0],
                  two.view(Tensor::W_E)[0]);
        const std::vector<MetricSample> metrics = notebook.metrics(StoredRunId{1});
        ASSERT_EQ(metrics.size(), 1U);
        EXPECT_EQ(metrics[0].test_loss, 4.0 / 3);
        EXPECT_TRUE(std::isnan(metrics[0].mirrored_loss) && std::isnan(metrics[0].new_accuracy));
        EXPECT_TRUE(std::isnan(metrics[0].cpu_seconds)) << "missing, not 0";
        EXPECT_TRUE(std::isnan(notebook.run(StoredRunId{1}).cpu_seconds));
        EXPECT_TRUE(notebook.tags(StoredRunId{1}).empty());
        EXPECT_EQ(notebook.run(StoredRunId{1}).provenance.machine.compiler, "");
        EXPECT_EQ(notebook.run(StoredRunId{1}).provenance.preset, "");
        EXPECT_EQ(notebook.run(StoredRunId{1}).provenance.fork, "");
        EXPECT_EQ(notebook.lasting_groks().at(StoredRunId{1}).memory().last_epoch, 10);
        EXPECT_TRUE(notebook.left_out().empty());
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
    {
        Notebook notebook(file, kWrite);
        notebook.add(StoredRunId{1}, figures_of(20));
        EXPECT_TRUE(notebook.add_tag(StoredRunId{1}, "paper"));
        EXPECT_FALSE(notebook.add_tag(StoredRunId{1}, "paper")) << "it has that one";
        EXPECT_EQ(notebook.tags(StoredRunId{1}), std::vector<std::string>{"paper"});
        const std::vector<MetricSample> metrics = notebook.metrics(StoredRunId{1});
        ASSERT_EQ(metrics.size(), 2U);
        EXPECT_TRUE(std::isnan(metrics[0].mirrored_accuracy));
        EXPECT_EQ(metrics[1].mirrored_accuracy, 0.9);
    }
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
            refused += read_all(notebook) ? 1 : 0;
        } catch (const std::runtime_error& error) {
            ++refused;
            EXPECT_GT(std::string(error.what()).size(), 20U);
        }
        EXPECT_EQ(contents_of(file), damaged);
    }
    EXPECT_GT(refused, 45);
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
    EXPECT_EQ(run.name, "a?]0;b??ä?€");
    EXPECT_EQ(run.provenance.host, "A????");
    EXPECT_EQ(run.state_text.size(), 16384U) << "cut, and not within a letter";
    EXPECT_EQ(notebook.annotations(run.id).at(0).text, "one\ntwo?");
    // A sentence about a damaged value quotes it.
    Database(folder / "notes.db", Database::Access::kReadWrite)
        .execute("UPDATE run SET state = char(27) || '[31m' || char(10, 8238)");
    EXPECT_TRUE(notebook.runs().empty());
    EXPECT_EQ(notebook.left_out().sentences().at(0),
              "run 1 cannot be read and is left out: \"?[31m\\n?\" is no state that this version "
              "knows");
}

TEST(Notebook, GivesNamesOnOneLineAndNotesOnSeveral) {
    const ScratchFolder folder;
    fill_and_change(folder / "notes.db",
                    "UPDATE run SET name = 'a' || char(10) || 'b' || char(9, 0x202e, 0x200b), "
                    "owner = 'vm/1/' || char(27) || ']0;x' || char(10), host = char(0xfeff, 10);"
                    "UPDATE annotation SET text = 'a' || char(10) || 'b' || char(0x202e)");
    Notebook notebook(folder / "notes.db", kRead);
    const RunSummary run = notebook.runs().at(0);
    EXPECT_EQ(run.name, "a\\nb\\t??");
    EXPECT_EQ(run.owner, "vm/1/?]0;x\\n");
    EXPECT_EQ(run.provenance.host, "?\\n");
    EXPECT_EQ(notebook.annotations(run.id).at(0).text, "a\nb?");
}

TEST(Notebook, TakesFiguresThatAreNoNumbersForMissing) {
    const ScratchFolder folder;
    fill_and_change(folder / "notes.db", "UPDATE metric SET test_loss = 9e999, train_loss = NULL");
    Notebook notebook(folder / "notes.db", kRead);
    EXPECT_TRUE(std::isnan(notebook.metrics(StoredRunId{1})[0].test_loss));
    EXPECT_TRUE(std::isnan(notebook.metrics(StoredRunId{1})[0].train_loss));
}

TEST(Notebook, RunsNothingThatAStrangerPutInside) {
    const ScratchFolder folder;
    fill_and_change(folder / "notes.db",
                    "CREATE TRIGGER evil AFTER INSERT ON run BEGIN DELETE FROM metric; END");
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
