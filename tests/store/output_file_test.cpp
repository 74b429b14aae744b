// Files that appear whole or not at all, never in the place of another unasked, and that keep what
// belongs to what they replace.
#include "engine/store/notebook_error.h"
#include "engine/store/output_file.h"
#include "tests/store/output_helpers.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace grokscope {
namespace {

namespace fs = std::filesystem;
using namespace store_test;

// ---------------------------------------------------------------------- whole or not at all

TEST(OutputFile, AppearsOnCommitAndNotBefore) {
    const ScratchFolder folder;
    const std::string target = folder / "run.csv";
    {
        OutputFile file(target, Overwrite::kNo);
        EXPECT_FALSE(fs::exists(target));
        file.commit("epoch\n0\n");
        EXPECT_EQ(contents_of(target), "epoch\n0\n");
    }
    EXPECT_EQ(contents_of(target), "epoch\n0\n");
    EXPECT_EQ(folder.file_count(), 1U) << "no temporary file may stay";
}

TEST(OutputFile, LeavesNothingWithoutCommit) {
    const ScratchFolder folder;
    { const OutputFile file(folder / "run.csv", Overwrite::kNo); }
    EXPECT_EQ(folder.file_count(), 0U);
}

TEST(OutputFile, TakesWhatAnotherProgramWroteUnderItsTemporaryName) {
    const ScratchFolder folder;
    OutputFile file(folder / "film.mp4", Overwrite::kNo);
    write_file(file.temporary().string(), "frames");
    file.commit_temporary();
    EXPECT_EQ(contents_of(folder / "film.mp4"), "frames");
    EXPECT_EQ(folder.file_count(), 1U);
}

TEST(OutputFile, HasTheModeThatAnyNewFileHas) {
    const ScratchFolder folder;
    const mode_t before = umask(027);
    OutputFile(folder / "run.csv", Overwrite::kNo).commit("x");
    umask(before);
    EXPECT_EQ(status_of(folder / "run.csv").st_mode & 07777, 0640U);
}

TEST(OutputFile, HasATemporaryNameThatNobodyCanForesee) {
    const ScratchFolder folder;
    OutputFile one(folder / "run.csv", Overwrite::kNo);
    OutputFile other(folder / "run.csv", Overwrite::kNo);
    EXPECT_NE(one.temporary(), other.temporary());
    EXPECT_EQ(one.temporary().filename().string().size(), std::strlen("run.csv.partial-") + 16);
    EXPECT_EQ(status_of(one.temporary().string()).st_mode & 077, 0U) << "half a file is private";
}

// ---------------------------------------------------------------------- nothing replaced unasked

TEST(OutputFile, KeepsAnExistingFileUnlessTold) {
    const ScratchFolder folder;
    const std::string target = folder / "run.csv";
    write_file(target, "precious");
    EXPECT_THROW(OutputFile(target, Overwrite::kNo), TargetExists);
    EXPECT_TRUE(has(refusal(target), "--force"));
    EXPECT_EQ(contents_of(target), "precious");
    {
        OutputFile file(target, Overwrite::kYes);
        EXPECT_EQ(contents_of(target), "precious") << "until the new one is complete";
        file.commit("new");
    }
    EXPECT_EQ(contents_of(target), "new");
    EXPECT_EQ(folder.file_count(), 1U);
}

TEST(OutputFile, KeepsWhatAppearsMeanwhileAndTheContentBesideIt) {
    const ScratchFolder folder;
    const std::string target = folder / "run.csv";
    OutputFile file(target, Overwrite::kNo);
    write_file(target, "somebody else's");
    const std::string why = complaint(file, "mine");
    EXPECT_TRUE(has(why, "exists already"));
    EXPECT_EQ(contents_of(target), "somebody else's");
    EXPECT_EQ(contents_of(kept_file(why)), "mine") << why;
    EXPECT_EQ(folder.file_count(), 2U);
    OutputFile(target, Overwrite::kYes).commit("new");
    EXPECT_EQ(contents_of(kept_file(why)), "mine") << "nobody's leftover, but a file of the user's";
}

TEST(OutputFile, ReplacesWhatAppearsMeanwhileWhenTold) {
    const ScratchFolder folder;
    const std::string target = folder / "run.csv";
    OutputFile file(target, Overwrite::kYes);
    write_file(target, "somebody else's");
    chmod(target.c_str(), 0604);
    file.commit("mine");
    EXPECT_EQ(contents_of(target), "mine");
    EXPECT_EQ(status_of(target).st_mode & 07777, 0604U);
}

TEST(OutputFile, RefusesAFolderThatAppearsMeanwhile) {
    const ScratchFolder folder;
    OutputFile file(folder / "run.csv", Overwrite::kYes);
    fs::create_directory(folder / "run.csv"); // empty: rename() would have replaced it
    const std::string why = complaint(file, "mine");
    EXPECT_TRUE(has(why, "is a folder"));
    EXPECT_TRUE(fs::is_directory(folder / "run.csv"));
    EXPECT_EQ(contents_of(kept_file(why)), "mine");
}

TEST(OutputFile, LeavesAUsersOwnPartialFileAlone) {
    const ScratchFolder folder;
    for (const char* end : {".part", ".partial", ".partial-0123456789abcdef", ".new"}) {
        write_file(folder / (std::string("run.csv") + end), "mine");
    }
    fs::create_symlink(folder / "victim", folder / "run.csv.partial-0123456789abcdee");
    OutputFile(folder / "run.csv", Overwrite::kNo).commit("figures");
    for (const char* end : {".part", ".partial", ".partial-0123456789abcdef", ".new"}) {
        EXPECT_EQ(contents_of(folder / (std::string("run.csv") + end)), "mine") << end;
    }
    EXPECT_FALSE(fs::exists(folder / "victim")) << "no link is followed";
    EXPECT_EQ(folder.file_count(), 6U);
}

TEST(GiveFreeName, MovesAFolderAndNeverOntoAnything) {
    const ScratchFolder folder;
    fs::create_directory(folder / "frames");
    fs::create_directory(folder / "empty");
    EXPECT_FALSE(give_free_name(folder / "frames", folder / "empty"));
    EXPECT_TRUE(give_free_name(folder / "frames", folder / "film"));
    EXPECT_TRUE(fs::is_directory(folder / "film"));
    EXPECT_FALSE(fs::exists(folder / "frames"));
    EXPECT_THROW((void)give_free_name(folder / "missing", folder / "x"), fs::filesystem_error);
}

// ---------------------------------------------------------------------- stale files

/// Makes a temporary file for `target` in a process of its own, which is killed then.
void leave_temporary(const std::string& target, bool whole_folder = false) {
    const pid_t child = fork();
    if (child == 0) {
        if (whole_folder) {
            static OutputFolder frames(target);
            frames.add("00001.png", "picture");
        } else {
            static OutputFile file(target, Overwrite::kYes);
            (void)write_all(open(file.temporary().c_str(), O_WRONLY), "half");
        }
        kill(getpid(), SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
}

TEST(OutputFile, RemovesWhatAKilledProcessLeftForTheSameTarget) {
    const ScratchFolder folder;
    leave_temporary(folder / "run.csv");
    leave_temporary(folder / "other.csv");
    ASSERT_EQ(folder.file_count(), 2U);
    OutputFile(folder / "run.csv", Overwrite::kNo).commit("figures");
    EXPECT_EQ(contents_of(folder / "run.csv"), "figures");
    EXPECT_EQ(folder.file_count(), 2U) << "the other target's is not ours to judge";
    OutputFile(folder / "other.csv", Overwrite::kNo).commit("figures");
    EXPECT_EQ(folder.file_count(), 2U);
}

TEST(OutputFile, LeavesTheTemporaryFileOfALivingProcess) {
    const ScratchFolder folder;
    OutputFile living(folder / "run.csv", Overwrite::kYes);
    const fs::path temporary = living.temporary();
    OutputFile(folder / "run.csv", Overwrite::kYes).commit("the other's");
    EXPECT_TRUE(fs::exists(temporary));
    living.commit("mine");
    EXPECT_EQ(contents_of(folder / "run.csv"), "mine");
    EXPECT_EQ(folder.file_count(), 1U);
}

TEST(OutputFolder, RemovesWhatAKilledProcessLeft) {
    const ScratchFolder folder;
    leave_temporary(folder / "film-frames", true);
    ASSERT_EQ(folder.file_count(), 1U);
    OutputFolder frames(folder / "film-frames");
    frames.add("00001.png", "new picture");
    frames.commit();
    EXPECT_EQ(contents_of(folder / "film-frames/00001.png"), "new picture");
    EXPECT_EQ(folder.file_count(), 1U);
    EXPECT_EQ(status_of(folder / "film-frames").st_mode & S_ISVTX, 0U);
}

TEST(OutputFolder, IsRefusedWhereSomethingIsAndWhenThatComesMeanwhile) {
    const ScratchFolder folder;
    fs::create_directory(folder / "old");
    EXPECT_THROW(OutputFolder(folder / "old"), std::runtime_error);
    OutputFolder frames(folder / "film-frames");
    frames.add("00001.png", "picture");
    fs::create_directory(folder / "film-frames");
    try {
        frames.commit();
        FAIL() << "an empty folder was replaced";
    } catch (const std::runtime_error& error) {
        EXPECT_EQ(contents_of(kept_file(error.what()) + "/00001.png"), "picture") << error.what();
    }
    EXPECT_TRUE(fs::is_empty(folder / "film-frames"));
}

// ---------------------------------------------------------------------- what belongs to the target

TEST(OutputFile, KeepsTheModeOfWhatItReplaces) {
    const ScratchFolder folder;
    const std::string target = folder / "run.csv";
    for (const mode_t mode : {0600U, 0644U, 0664U, 0755U, 0444U}) {
        write_file(target, "old");
        chmod(target.c_str(), mode);
        OutputFile(target, Overwrite::kYes).commit("new");
        EXPECT_EQ(contents_of(target), "new");
        EXPECT_EQ(status_of(target).st_mode & 07777, mode);
        fs::remove(target);
    }
}

TEST(OutputFile, KeepsTheOwnerOfWhatItReplaces) {
    if (geteuid() != 0) {
        return; // only root can give a file away
    }
    const ScratchFolder folder;
    const std::string target = folder / "run.csv";
    write_file(target, "old");
    ASSERT_EQ(chown(target.c_str(), 65534, 12345), 0);
    OutputFile(target, Overwrite::kYes).commit("new");
    EXPECT_EQ(contents_of(target), "new");
    EXPECT_EQ(status_of(target).st_uid, 65534U);
    EXPECT_EQ(status_of(target).st_gid, 12345U);
}

TEST(OutputFile, KeepsHardLinks) {
    const ScratchFolder folder;
    const std::string target = folder / "run.csv";
    write_file(target, "a longer old content");
    fs::create_hard_link(target, folder / "archive.csv");
    const ino_t inode = status_of(target).st_ino;
    OutputFile(target, Overwrite::kYes).commit("new");
    EXPECT_EQ(contents_of(folder / "archive.csv"), "new") << "both names are one file";
    EXPECT_EQ(status_of(target).st_nlink, 2U);
    EXPECT_EQ(status_of(target).st_ino, inode);
    EXPECT_EQ(folder.file_count(), 2U);
}

TEST(OutputFile, KeepsAttributes) {
    const ScratchFolder folder;
    const std::string target = folder / "run.csv";
    write_file(target, "old");
    if (setxattr(target.c_str(), "user.origin", "lab 7", 5, 0) != 0) {
        return; // this file system has none
    }
    OutputFile(target, Overwrite::kYes).commit("new");
    char value[6]{};
    EXPECT_EQ(getxattr(target.c_str(), "user.origin", value, 5), 5);
    EXPECT_STREQ(value, "lab 7");
    EXPECT_EQ(contents_of(target), "new");
}

TEST(OutputFile, WritesAFileInAFolderThatTakesNoNewOne) {
    const ScratchFolder folder;
    const ScratchFolder room;
    const Variable elsewhere("TMPDIR", room / "");
    fs::create_directory(folder / "shelf");
    const std::string target = folder / "shelf/run.csv";
    write_file(target, "old");
    const pid_t child = fork(); // without root's right to write anywhere
    if (child == 0) {
        bool ready =
            chmod((folder / "shelf").c_str(), 0555) == 0 && chmod(target.c_str(), 0666) == 0;
        chmod((room / "").c_str(), 0777);
        chmod((folder / "").c_str(), 0755);
        ready = ready && (geteuid() != 0 || setresuid(65534, 65534, 65534) == 0);
        if (ready) {
            OutputFile(target, Overwrite::kYes).commit("new");
        }
        _exit(contents_of(target) == "new" ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    chmod((folder / "shelf").c_str(), 0755);
    EXPECT_EQ(contents_of(target), "new");
    EXPECT_EQ(folder.file_count(), 1U);
    EXPECT_EQ(room.file_count(), 0U);
}

TEST(OutputFile, FollowsLinksAndLeavesThem) {
    const ScratchFolder folder;
    write_file(folder / "run.csv", "old");
    fs::create_symlink("run.csv", folder / "latest.csv");
    fs::create_symlink("latest.csv", folder / "newest.csv");
    fs::create_symlink("to come.csv", folder / "next.csv");
    EXPECT_THROW(OutputFile(folder / "newest.csv", Overwrite::kNo), TargetExists);
    OutputFile(folder / "newest.csv", Overwrite::kYes).commit("new");
    OutputFile(folder / "next.csv", Overwrite::kNo).commit("first");
    EXPECT_EQ(fs::read_symlink(folder / "newest.csv"), "latest.csv");
    EXPECT_EQ(fs::read_symlink(folder / "latest.csv"), "run.csv");
    EXPECT_EQ(fs::read_symlink(folder / "next.csv"), "to come.csv");
    EXPECT_EQ(contents_of(folder / "run.csv"), "new");
    EXPECT_EQ(contents_of(folder / "to come.csv"), "first");
    EXPECT_EQ(folder.file_count(), 5U);
    fs::create_symlink("b", folder / "a");
    fs::create_symlink("a", folder / "b");
    EXPECT_TRUE(has(refusal(folder / "a"), std::generic_category().message(ELOOP)));
}

TEST(OutputFile, DoesNotFollowAnotherUsersLinkInAFolderForAll) {
    if (geteuid() != 0) {
        return; // only root can make another user's link
    }
    const ScratchFolder folder;
    fs::create_directory(folder / "tmp");
    chmod((folder / "tmp").c_str(), 01777);
    fs::create_symlink(folder / "victim", folder / "tmp/run.csv");
    ASSERT_EQ(lchown((folder / "tmp/run.csv").c_str(), 65534, 65534), 0);
    EXPECT_TRUE(has(refusal(folder / "tmp/run.csv", Overwrite::kYes), "another user"));
    EXPECT_FALSE(fs::exists(folder / "victim"));
}

// ---------------------------------------------------------------------- log

TEST(OutputLog, StandsInTheFileAtOnceAndReplacesNothingUnasked) {
    const ScratchFolder folder;
    const std::string file = folder / "ui.log";
    OutputLog log(file, Overwrite::kNo);
    log.write("one\n");
    EXPECT_EQ(contents_of(file), "one\n");
    EXPECT_THROW(OutputLog(file, Overwrite::kNo), TargetExists);
    EXPECT_EQ(contents_of(file), "one\n");
    fs::create_hard_link(file, folder / "other");
    OutputLog(file, Overwrite::kYes).write("two\n");
    EXPECT_EQ(contents_of(folder / "other"), "two\n");
    EXPECT_THROW(OutputLog(folder / "missing/ui.log", Overwrite::kYes), std::runtime_error);
    OutputLog("/dev/full", Overwrite::kNo).write("nothing comes of it");
}

// ---------------------------------------------------------------------- sentences

TEST(NamingTarget, PutsTheTargetWhereverThePartialNameStands) {
    EXPECT_EQ(naming_target("a.db.part is full, a.db.part-wal too", "a.db.part", "a.db"),
              "a.db is full, a.db-wal too");
    EXPECT_EQ(naming_target("nothing of it", "a.db.part", "a.db"), "nothing of it");
}

TEST(NamingTarget, KeepsTheKindOfANotebooksProblem) {
    const auto fail = [] { throw NotebookError(NotebookProblem::kFull, "\"x.part\": no room"); };
    try {
        with_target_named("x.part", "x", fail);
        FAIL() << "the error was swallowed";
    } catch (const NotebookError& error) {
        EXPECT_EQ(error.problem(), NotebookProblem::kFull);
        EXPECT_STREQ(error.what(), "\"x\": no room");
    }
    EXPECT_THROW(with_target_named("x", "y", [] { throw std::out_of_range("x"); }),
                 std::runtime_error);
}

} // namespace
} // namespace grokscope
