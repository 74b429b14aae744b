// The notebook as a file: made, found through links, read where nothing may be written, named.
#include "engine/store/database_copy.h"
#include "engine/store/notebook.h"
#include "engine/store/notebook_file.h"
#include "engine/store/sqlite.h"
#include "tests/store/filled_notebook.h"
#include "tests/store/scratch_folder.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace grokscope {
namespace {

namespace fs = std::filesystem;

using store_test::contents_of;
using store_test::expect_filled;
using store_test::fill;
using store_test::ScratchFolder;
using store_test::write_file;

constexpr auto kWrite = Notebook::Access::kReadWrite;
constexpr auto kRead = Notebook::Access::kReadOnly;

/// A filled notebook and its log, as a killed program leaves them: most of it in the log.
void make_killed(const ScratchFolder& folder, const std::string& name) {
    Notebook notebook(folder / "living.db", kWrite);
    (void)fill(notebook);
    for (const char* part : {"", "-wal"}) {
        write_file(folder / (name + part), contents_of(folder / std::string("living.db") + part));
    }
    // What this process did to its locks by copying ends with the connection.
}

void expect_one_filled_run(const std::string& file) {
    Notebook notebook(file, kRead);
    ASSERT_EQ(notebook.runs().size(), 1U);
    expect_filled(notebook, StoredRunId{1});
}

TEST(NotebookFile, IsKnownByItsHeader) {
    const ScratchFolder folder;
    { const Notebook notebook(folder / "notes.db", kWrite); }
    write_file(folder / "empty", "");
    write_file(folder / "text", std::string(5000, 'x'));
    { Database(folder / "other.db", Database::Access::kCreate).execute("CREATE TABLE t (a)"); }
    fs::create_symlink(folder / "notes.db", folder / "link");
    EXPECT_TRUE(is_notebook(folder / "notes.db"));
    EXPECT_TRUE(is_notebook(folder / "link"));
    for (const char* name : {"empty", "text", "other.db", "missing", ""}) {
        EXPECT_FALSE(is_notebook(folder / name)) << name;
    }
    EXPECT_FALSE(is_notebook("/dev/null"));
}

TEST(NotebookFile, IsKnownWhileItsLogIsHalfFolded) {
    const ScratchFolder folder;
    Notebook notebook(folder / "living.db", kWrite);
    (void)fill(notebook);
    const std::string log = contents_of(folder / "living.db-wal");
    (void)notebook.fold_log();
    { const Notebook empty(folder / "empty.db", kWrite); }
    const std::size_t before_the_log = contents_of(folder / "empty.db").size();
    // As a kill or a full disk leaves it: the first pages are there, the last are not.
    const std::string whole = contents_of(folder / "living.db");
    ASSERT_GT(whole.size(), before_the_log + 4096);
    write_file(folder / "half.db", whole.substr(0, before_the_log + 368));
    write_file(folder / "half.db-wal", log);
    EXPECT_TRUE(is_notebook(folder / "half.db"));
    expect_one_filled_run(folder / "half.db");
}

TEST(NotebookFile, ReadingLeavesNothingBeside) {
    const ScratchFolder folder;
    {
        Notebook notebook(folder / "notes.db", kWrite);
        (void)fill(notebook);
    }
    EXPECT_EQ(folder.file_count(), 1U);
    const std::string before = contents_of(folder / "notes.db");
    expect_one_filled_run(folder / "notes.db");
    EXPECT_EQ(folder.file_count(), 1U);
    EXPECT_EQ(contents_of(folder / "notes.db"), before);
}

TEST(NotebookFile, WhatAKilledProgramLeftIsReadWithItsLog) {
    const ScratchFolder folder;
    make_killed(folder, "killed.db");
    fs::remove(folder / "living.db");
    expect_one_filled_run(folder / "killed.db");
    EXPECT_EQ(folder.file_count(), 1U) << "the log is part of the file now";
    expect_one_filled_run(folder / "killed.db");
}

TEST(NotebookFile, ACopyIsReadWithItsLogWhereNothingMayBeWritten) {
    const ScratchFolder folder;
    make_killed(folder, "killed.db");
    fs::remove(folder / "living.db");
    const std::string file = contents_of(folder / "killed.db");
    const std::string log = contents_of(folder / "killed.db-wal");
    {
        const auto copy = open_copy_with_log(folder / "killed.db");
        EXPECT_EQ(copy->integer("SELECT count(*) FROM run"), 1);
        EXPECT_EQ(copy->integer("SELECT count(*) FROM metric"), 3);
        EXPECT_EQ(copy->file(), folder / "killed.db") << "as sentences call it";
        EXPECT_THROW(copy->execute("DELETE FROM run"), NotebookError);
    }
    EXPECT_EQ(contents_of(folder / "killed.db"), file);
    EXPECT_EQ(contents_of(folder / "killed.db-wal"), log);
    EXPECT_EQ(folder.file_count(), 2U);
}

TEST(NotebookFile, NoCopyIsMadeOfWhatIsWrittenMeanwhile) {
    const ScratchFolder folder;
    make_killed(folder, "killed.db");
    fs::remove(folder / "living.db");
    const std::string log = contents_of(folder / "killed.db-wal");
    std::atomic<bool> rests{false};
    std::thread writer([&] {
        std::ofstream out(folder / "killed.db-wal", std::ios::binary | std::ios::app);
        while (!rests) { // each byte is another version of the log
            out.put('x').flush();
        }
    });
    NotebookProblem problem{};
    for (bool refused = false; !refused;) { // until the writer has come in between each time
        try {
            (void)open_copy_with_log(folder / "killed.db");
        } catch (const NotebookError& error) {
            problem = error.problem();
            refused = true;
        }
    }
    rests = true;
    writer.join();
    EXPECT_EQ(problem, NotebookProblem::kLocked);
    write_file(folder / "killed.db-wal", log);
    EXPECT_EQ(open_copy_with_log(folder / "killed.db")->integer("SELECT count(*) FROM run"), 1);
}

TEST(NotebookFile, TheLogIsFoundThroughALink) {
    const ScratchFolder folder;
    make_killed(folder, "killed.db");
    fs::create_directory(folder / "elsewhere");
    fs::create_symlink("../killed.db", folder / "elsewhere/link.db");
    fs::create_symlink("link.db", folder / "elsewhere/second.db");
    expect_one_filled_run(folder / "elsewhere/second.db");
}

TEST(NotebookFile, IsMadeWhereALinkLeads) {
    const ScratchFolder folder;
    fs::create_directory(folder / "disk");
    fs::create_symlink("disk/notes.db", folder / "link.db"); // leads to nothing yet
    {
        Notebook notebook(folder / "link.db", kWrite);
        (void)fill(notebook);
    }
    EXPECT_TRUE(fs::is_symlink(folder / "link.db"));
    EXPECT_TRUE(fs::is_regular_file(folder / "disk/notes.db"));
    expect_one_filled_run(folder / "disk/notes.db");
}

TEST(NotebookFile, LinksInACircleAreNamed) {
    const ScratchFolder folder;
    fs::create_symlink("b", folder / "a");
    fs::create_symlink("a", folder / "b");
    try {
        const Notebook notebook(folder / "a", kWrite);
        ADD_FAILURE() << "opened";
    } catch (const NotebookError& error) {
        EXPECT_NE(std::string(error.what()).find("circle"), std::string::npos) << error.what();
    }
}

TEST(NotebookFile, AnEmptyFileIsFilledInItsPlace) {
    const ScratchFolder folder;
    write_file(folder / "made", "");
    fs::permissions(folder / "made", fs::perms::owner_read | fs::perms::owner_write);
    fs::create_hard_link(folder / "made", folder / "other name");
    {
        Notebook notebook(folder / "made", kWrite);
        (void)fill(notebook);
    }
    EXPECT_TRUE(fs::equivalent(folder / "made", folder / "other name")) << "not replaced";
    EXPECT_EQ(fs::status(folder / "made").permissions(),
              fs::perms::owner_read | fs::perms::owner_write);
    expect_one_filled_run(folder / "made");
}

TEST(NotebookFile, AFolderIsNoNotebookAndStays) {
    const ScratchFolder folder;
    fs::create_directory(folder / "empty folder");
    for (const auto access : {kWrite, kRead}) {
        try {
            const Notebook notebook(folder / "empty folder", access);
            ADD_FAILURE() << "opened";
        } catch (const NotebookError& error) {
            EXPECT_NE(std::string(error.what()).find("is a folder"), std::string::npos);
        }
        EXPECT_TRUE(fs::is_directory(folder / "empty folder"));
    }
}

TEST(NotebookFile, GetsItsNameWithoutTheLogOfAnother) {
    const ScratchFolder folder;
    make_killed(folder, "gone.db");
    fs::remove(folder / "gone.db"); // its log stays, with a run in it
    const std::string log = contents_of(folder / "gone.db-wal");
    ASSERT_GT(log.size(), 100000U);
    {
        Notebook source(folder / "source.db", kWrite);
        (void)source.add_run(store_test::small_config(), Provenance{}, std::string(32, 'a'));
        source.copy_to(folder / "gone.db");
    }
    Notebook named(folder / "gone.db", kRead);
    named.check_integrity();
    EXPECT_EQ(named.runs().at(0).uuid, std::string(32, 'a'));
    bool kept = false; // it may be all that is left of something
    for (const auto& entry : fs::directory_iterator(folder / "")) {
        kept = kept || (entry.path().filename().string().starts_with("gone.db-wal.left-") &&
                        contents_of(entry.path().string()) == log);
    }
    EXPECT_TRUE(kept);
}

TEST(NotebookFile, ATakenNameStaysWithItsOwner) {
    const ScratchFolder folder;
    write_file(folder / "taken", "mine");
    Notebook source(folder / "source.db", kWrite);
    const std::size_t files = folder.file_count();
    EXPECT_THROW(source.copy_to(folder / "taken"), NotebookError);
    EXPECT_EQ(contents_of(folder / "taken"), "mine");
    EXPECT_EQ(folder.file_count(), files) << "nothing is left behind";
}

TEST(NotebookFile, WhatAKilledProcessLeftIsRemovedByTheNextAndNothingElse) {
    const ScratchFolder folder;
    const std::string target = folder / "notes.db";
    const auto is_made = [](const std::string& file) { return Notebook(file, kWrite).file(); };
    const pid_t child = fork();
    if (child == 0) {
        make_notebook_file(target, target, [&](const std::string& temporary) {
            (void)is_made(temporary);
            _exit(0); // as a kill: nothing is cleaned up
        });
        _exit(1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
    EXPECT_EQ(folder.file_count(), 1U) << "under a name of its own";
    write_file(folder / "notes.db.partial-0123456789abcdef", "a user's");
    write_file(folder / "notes.db.partial-0123456789abcdef-wal", "a user's");
    fs::create_directory(folder / "notes.db.partial-0123456789abcdee");
    bool taken = false;
    make_notebook_file(target, target, [&](const std::string& temporary) {
        EXPECT_EQ(folder.file_count(), 4U) << "the killed one's is gone";
        (void)is_made(temporary);
        // Somebody else makes the same file at the same time, and is quicker.
        make_notebook_file(folder / "notes.db", target, [&](const std::string& other) {
            EXPECT_EQ(folder.file_count(), 5U) << "a living one's stays";
            (void)is_made(other);
            taken = true;
        });
        EXPECT_TRUE(is_notebook(target));
        fs::remove(target);
    });
    EXPECT_TRUE(taken);
    EXPECT_TRUE(is_notebook(target));
    EXPECT_EQ(folder.file_count(), 4U);
}

TEST(NotebookFile, GetsTheGroupAndTheModeOfAnyNewFileThere) {
    const ScratchFolder folder;
    fs::create_directory(folder / "shared");
    (void)chown((folder / "shared").c_str(), static_cast<uid_t>(-1), 1); // root alone may
    fs::permissions(folder / "shared", fs::perms::set_gid, fs::perm_options::add);
    write_file(folder / "shared/plain", "");
    { const Notebook made(folder / "shared/notes.db", kWrite); }
    struct stat plain {};
    struct stat made {};
    ASSERT_EQ(stat((folder / "shared/plain").c_str(), &plain), 0);
    ASSERT_EQ(stat((folder / "shared/notes.db").c_str(), &made), 0);
    EXPECT_EQ(made.st_gid, plain.st_gid);
    EXPECT_EQ(made.st_mode, plain.st_mode & ~(mode_t{S_IXUSR} | S_IXGRP | S_IXOTH));
}

TEST(NotebookFile, ReadWithoutLocksFailsOnceItIsWritten) {
    const ScratchFolder folder;
    {
        Notebook notebook(folder / "notes.db", kWrite);
        (void)fill(notebook);
    }
    Database reading(folder / "notes.db", Database::Access::kImmutable);
    EXPECT_EQ(reading.integer("SELECT count(*) FROM run"), 1);
    { Database(folder / "notes.db", Database::Access::kReadWrite).execute("DELETE FROM event"); }
    try {
        (void)reading.integer("SELECT count(*) FROM metric");
        ADD_FAILURE() << "half of it may be of another moment";
    } catch (const NotebookError& error) {
        EXPECT_EQ(error.problem(), NotebookProblem::kLocked) << error.what();
    }
}

TEST(NotebookFile, ANameWithoutRoomForThoseOfSqlitesFilesIsRefusedForThatReason) {
    const ScratchFolder folder;
    Notebook notebook(folder / "notes.db", kWrite);
    (void)fill(notebook);
    notebook.copy_to(folder / std::string(247, 'a'));
    expect_one_filled_run(folder / std::string(247, 'a'));
    for (const std::size_t bytes : {248U, 255U, 256U}) {
        const std::string name = folder / std::string(bytes, 'b');
        const auto say = [&](const auto& work) -> std::string {
            try {
                work();
            } catch (const NotebookError& error) {
                return error.what();
            }
            return "";
        };
        const std::string why = "its name has " + std::to_string(bytes) + " bytes";
        EXPECT_NE(say([&] { notebook.copy_to(name); }).find(why), std::string::npos);
        EXPECT_NE(say([&] { const Notebook made(name, kWrite); }).find(why), std::string::npos);
    }
    EXPECT_EQ(folder.file_count(), 4U) << "the first, its log and index, and the copy";
    // One that another program has named so can be read.
    const std::string longest = folder / std::string(255, 'c');
    fs::rename(folder / std::string(247, 'a'), longest);
    expect_one_filled_run(longest);
    EXPECT_THROW(Notebook(longest, kWrite), NotebookError);
}

TEST(NotebookFile, RescuesGetNamesThatNothingHas) {
    const ScratchFolder folder;
    EXPECT_EQ(rescue_name(folder / "notes.db"), folder / "notes-rescued-1.db");
    write_file(folder / "notes-rescued-1.db", "");
    fs::create_symlink("nowhere", folder / "notes-rescued-2.db");
    EXPECT_EQ(rescue_name(folder / "notes.db"), folder / "notes-rescued-3.db");
    EXPECT_EQ(rescue_name("plain"), "plain-rescued-1");
}

} // namespace
} // namespace grokscope
