// Where a notebook in use lies: what others may do to its file, and what counts as taken away.
#include "engine/store/notebook.h"
#include "engine/store/sqlite.h"
#include "tests/store/filled_notebook.h"
#include "tests/store/scratch_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace grokscope {
namespace {

namespace fs = std::filesystem;

using store_test::contents_of;
using store_test::fill;
using store_test::ScratchFolder;
using store_test::write_file;
using Place = Notebook::Place;

constexpr auto kWrite = Notebook::Access::kReadWrite;

/// A notebook with many pages that nothing is on, as after runs were removed.
void make_roomy(const std::string& file) {
    { const Notebook made(file, kWrite); }
    Database database(file, Database::Access::kReadWrite);
    database.execute("CREATE TABLE ballast (data BLOB)");
    database.execute("INSERT INTO ballast VALUES (zeroblob(2000000))");
    database.execute("DROP TABLE ballast");
    (void)database.integer("PRAGMA wal_checkpoint(TRUNCATE)");
}

void rebuild(const std::string& file) {
    Database(file, Database::Access::kReadWrite).execute("VACUUM");
}

TEST(NotebookPlace, IsKeptWhenAnotherProgramMakesTheFileSmaller) {
    const ScratchFolder folder;
    const std::string file = folder / "notes.db";
    make_roomy(file);
    Notebook notebook(file, kWrite);
    ASSERT_EQ(notebook.place(), Place::kKept);
    rebuild(file);
    ASSERT_GT(fs::file_size(file), 2000000U) << "the fewer pages are in the log alone";
    EXPECT_EQ(notebook.place(), Place::kKept);
    ASSERT_TRUE(notebook.fold_log());
    ASSERT_LT(fs::file_size(file), 1000000U);
    EXPECT_EQ(notebook.place(), Place::kKept);
    (void)fill(notebook);
    EXPECT_EQ(notebook.place(), Place::kKept);
    ASSERT_TRUE(notebook.fold_log());
    EXPECT_EQ(notebook.place(), Place::kKept);
}

TEST(NotebookPlace, IsKeptWhenItGrewAgainBeforeAnybodyLooked) {
    const ScratchFolder folder;
    const std::string file = folder / "notes.db";
    make_roomy(file);
    Notebook notebook(file, kWrite);
    ASSERT_EQ(notebook.place(), Place::kKept);
    rebuild(file);
    ASSERT_TRUE(notebook.fold_log());
    Database other(file, Database::Access::kReadWrite);
    other.execute("CREATE TABLE ballast (data BLOB)");
    other.execute("INSERT INTO ballast VALUES (zeroblob(3000000))"); // in the log
    ASSERT_LT(fs::file_size(file), 1000000U);
    EXPECT_EQ(notebook.place(), Place::kKept);
    ASSERT_TRUE(notebook.fold_log());
    EXPECT_EQ(notebook.place(), Place::kKept);
}

/// What lies at the notebook's name is now the content of a smaller one, as `cp` leaves it.
void overwrite(const ScratchFolder& folder, const std::string& file) {
    { const Notebook other(folder / "other.db", kWrite); }
    write_file(file, contents_of(folder / "other.db"));
}

TEST(NotebookPlace, IsOverwrittenAlsoAfterItWasMadeSmaller) {
    const ScratchFolder folder;
    const std::string file = folder / "notes.db";
    make_roomy(file);
    Notebook notebook(file, kWrite);
    (void)fill(notebook);
    rebuild(file);
    ASSERT_TRUE(notebook.fold_log());
    ASSERT_EQ(notebook.place(), Place::kKept);
    overwrite(folder, file);
    EXPECT_EQ(notebook.place(), Place::kOverwritten);
}

TEST(NotebookPlace, IsOverwrittenAlsoWhileTheLogHoldsTheNewest) {
    const ScratchFolder folder;
    const std::string file = folder / "notes.db";
    Notebook notebook(file, kWrite);
    const StoredRunId run = fill(notebook);
    ASSERT_TRUE(notebook.fold_log());
    ASSERT_EQ(notebook.place(), Place::kKept);
    notebook.set_name(run, "in the log");
    ASSERT_GT(fs::file_size(file + "-wal"), 0U);
    overwrite(folder, file);
    EXPECT_EQ(notebook.place(), Place::kOverwritten);
}

TEST(NotebookPlace, IsNeverKeptAgainOnceItsLogWasTakenAway) {
    const ScratchFolder folder;
    Notebook notebook(folder / "notes.db", kWrite);
    fs::rename(folder / "notes.db", folder / "moved.db");
    ASSERT_EQ(notebook.place(), Place::kGone);
    notebook.leave_place(Place::kGone);
    fs::rename(folder / "moved.db", folder / "notes.db");
    EXPECT_EQ(notebook.place(), Place::kReplaced);
}

/// A notebook that two have open is deleted, and `one` puts it back.
void put_back(Notebook& one, const std::string& file) {
    fs::remove(file);
    one.leave_place(Place::kGone);
    one.copy_to(file);
}

TEST(NotebookPlace, TellsTheOtherThatItWasPutBackBeforeThatOneWritesIntoNowhere) {
    const ScratchFolder folder;
    const std::string file = folder / "notes.db";
    Notebook one(file, kWrite);
    Notebook other(file, kWrite);
    const StoredRunId run = fill(other);
    put_back(one, file);
    EXPECT_THROW(other.begin(), NotebookError) << "though it never asked where it is";
    EXPECT_EQ(other.place(), Place::kReplaced);
    Notebook there(file, kWrite);
    EXPECT_TRUE(other.was_put_back_in(there));
    EXPECT_EQ(there.run(run).uuid, other.run(run).uuid);
    there.begin(); // the mark is an old one by now
    there.commit();
    EXPECT_EQ(there.place(), Place::kKept);
    Notebook third(file, kWrite);
    put_back(there, file);
    EXPECT_TRUE(third.was_put_back_in(there));
    Notebook again(file, kWrite);
    EXPECT_TRUE(third.was_put_back_in(again));
    EXPECT_TRUE(other.was_put_back_in(again)) << "twice since";
}

TEST(NotebookPlace, NoCopyOfAnEarlierMomentIsTakenForTheOneThatWasPutBack) {
    const ScratchFolder folder;
    const std::string file = folder / "notes.db";
    Notebook zero(file, kWrite);
    put_back(zero, file);
    Notebook one(file, kWrite);
    Notebook other(file, kWrite);
    other.copy_to(folder / "backup.db"); // has a mark, too: of before
    (void)fill(other);
    put_back(one, file);
    fs::rename(folder / "backup.db", file);
    EXPECT_EQ(other.place(), Place::kReplaced);
    Notebook backup(file, Notebook::Access::kReadOnly);
    EXPECT_FALSE(other.was_put_back_in(backup));
}

TEST(NotebookPlace, TellsTheOtherWhenTheFileCameBackWithoutItsLog) {
    const ScratchFolder folder;
    const std::string file = folder / "notes.db";
    Notebook one(file, kWrite);
    Notebook other(file, kWrite);
    fs::rename(file, folder / "moved.db");
    one.leave_place(Place::kGone);
    fs::rename(folder / "moved.db", file);
    EXPECT_EQ(other.place(), Place::kReplaced) << "whoever opens it now makes a second log";
}

TEST(NotebookPlace, TellsWhichFileIsOpenWhateverLiesThere) {
    const ScratchFolder folder;
    Notebook notebook(folder / "notes.db", kWrite);
    fs::remove(folder / "notes.db");
    EXPECT_THROW(Notebook(folder / "notes.db", Notebook::Access::kExisting), NotebookError);
    EXPECT_FALSE(fs::exists(folder / "notes.db")) << "only what exists is opened so";
    { const Notebook again(folder / "notes.db", kWrite); }
    const Notebook other(folder / "notes.db", Notebook::Access::kExisting);
    EXPECT_TRUE(notebook.identity());
    EXPECT_NE(notebook.identity(), other.identity());
    EXPECT_EQ(other.identity(), Notebook(folder / "notes.db", kWrite).identity());
}

} // namespace
} // namespace grokscope
