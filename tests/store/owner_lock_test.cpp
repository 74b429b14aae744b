// The lock that tells whether a process lives, taken and looked at as by several processes: each
// OwnerLock opens the file for itself.
#include "engine/store/owner_lock.h"
#include "tests/store/scratch_folder.h"
#include "tests/support/deadline.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#ifdef __linux__ // elsewhere there is no such lock

#include <sys/stat.h>

namespace grokscope {
namespace {

using store_test::contents_of;
using store_test::ScratchFolder;
using store_test::write_file;

TEST(OwnerLock, IsSeenFromOutsideAndLeavesNothingBehind) {
    const ScratchFolder folder;
    const std::string file = folder / "runs.db-owners";
    EXPECT_EQ(lock_state(file, 5), LockState::kFree);
    EXPECT_FALSE(std::filesystem::exists(file)) << "looking makes nothing";
    {
        OwnerLock lock(file, 5);
        EXPECT_EQ(lock_state(file, 5), LockState::kFree);
        ASSERT_TRUE(lock.hold());
        ASSERT_TRUE(lock.hold());
        EXPECT_EQ(lock_state(file, 5), LockState::kHeld);
        EXPECT_EQ(lock_state(file, 4), LockState::kFree);
        EXPECT_EQ(lock_state(file, 6), LockState::kFree);
        EXPECT_EQ(lock_state(file, 5), LockState::kHeld) << "looking takes nothing away";
    }
    EXPECT_EQ(lock_state(file, 5), LockState::kFree);
    EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(OwnerLock, LeavesTheFileToThoseWhoStillHoldIt) {
    const ScratchFolder folder;
    const std::string file = folder / "runs.db-owners";
    OwnerLock stays(file, 0xffffffff);
    ASSERT_TRUE(stays.hold());
    for (int i = 0; i < 3; ++i) {
        OwnerLock goes(file, i);
        ASSERT_TRUE(goes.hold());
    }
    EXPECT_EQ(lock_state(file, 0), LockState::kFree);
    EXPECT_EQ(lock_state(file, 0xffffffff), LockState::kHeld);
}

TEST(OwnerLock, IsTakenAgainWhenTheFileWasRemovedOrReplaced) {
    const ScratchFolder folder;
    const std::string file = folder / "runs.db-owners";
    OwnerLock lock(file, 5);
    ASSERT_TRUE(lock.hold());
    std::filesystem::remove(file);
    EXPECT_EQ(lock_state(file, 5), LockState::kFree);
    ASSERT_TRUE(lock.hold());
    EXPECT_EQ(lock_state(file, 5), LockState::kHeld);
    write_file(folder / "other", "");
    std::filesystem::rename(folder / "other", file);
    ASSERT_TRUE(lock.hold());
    EXPECT_EQ(lock_state(file, 5), LockState::kHeld);
}

TEST(OwnerLock, LeavesAFileAloneThatHoldsSomething) {
    const ScratchFolder folder;
    const std::string file = folder / "runs.db-owners";
    {
        OwnerLock lock(file, 5);
        ASSERT_TRUE(lock.hold());
        write_file(folder / "other", "precious");
        std::filesystem::rename(folder / "other", file);
        EXPECT_FALSE(lock.hold()) << "it came meanwhile";
    }
    EXPECT_FALSE(OwnerLock(file, 6).hold());
    EXPECT_EQ(contents_of(file), "precious");
    {
        const std::string written = folder / "written.db-owners";
        OwnerLock lock(written, 5);
        ASSERT_TRUE(lock.hold());
        write_file(written, "precious");
    }
    EXPECT_EQ(contents_of(folder / "written.db-owners"), "precious");
}

TEST(OwnerLock, FollowsNoLinkAndWaitsForNoPipe) {
    const ScratchFolder folder;
    write_file(folder / "precious", "kept");
    std::filesystem::create_symlink(folder / "precious", folder / "link-owners");
    EXPECT_FALSE(OwnerLock(folder / "link-owners", 5).hold());
    EXPECT_EQ(lock_state(folder / "link-owners", 5), LockState::kUnknown);
    ASSERT_EQ(mkfifo((folder / "pipe-owners").c_str(), 0600), 0);
    EXPECT_FALSE(OwnerLock(folder / "pipe-owners", 5).hold());
    EXPECT_NE(lock_state(folder / "pipe-owners", 5), LockState::kHeld);
    EXPECT_FALSE(OwnerLock(folder / "missing/runs.db-owners", 5).hold());
    EXPECT_EQ(contents_of(folder / "precious"), "kept");
}

TEST(OwnerLock, IsHeldByEachOfManyThatComeAndGoAtOnce) {
    const ScratchFolder folder;
    const std::string file = folder / "runs.db-owners";
    const test::Deadline deadline;
    std::atomic<int> failures{0};
    {
        std::vector<std::jthread> threads;
        for (int byte = 0; byte < 4; ++byte) {
            threads.emplace_back([&, byte] {
                for (int i = 0; i < 500; ++i) {
                    OwnerLock lock(file, byte);
                    const bool held = deadline.wait_for([&] { return lock.hold(); });
                    failures +=
                        static_cast<int>(!held || lock_state(file, byte) != LockState::kHeld);
                }
            });
        }
    }
    EXPECT_EQ(failures, 0);
    EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(OwnerLock, StandsBesideTheFileThatALinkLeadsTo) {
    const ScratchFolder folder;
    write_file(folder / "runs.db", "");
    std::filesystem::create_symlink(folder / "runs.db", folder / "link.db");
    EXPECT_EQ(lock_file_of(folder / "link.db"), lock_file_of(folder / "runs.db"));
    EXPECT_EQ(lock_file_of(":memory:"), "");
}

} // namespace
} // namespace grokscope

#endif
