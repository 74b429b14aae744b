// Who is alive, by what can be known of him: made-up systems, and this one.
#include "engine/store/process_owner.h"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <string>

namespace grokscope {
namespace {

constexpr std::int64_t kNow = 1'000'000;
constexpr std::int64_t kLongAgo = kNow - 61;

/// A machine that has been up for a while, with the processes that one sees there.
SystemView machine(const std::map<std::int64_t, ProcessStart>& processes,
                   const std::string& boot = "boot-a", const std::string& namespace_id = "41") {
    return {.host = "box",
            .boot = boot,
            .namespace_id = namespace_id,
            .process = 7,
            .find = [processes](std::int64_t process) {
                const auto found = processes.find(process);
                return found == processes.end() ? std::nullopt : std::optional(found->second);
            }};
}

const SystemView kHome = machine({{7, {500, kNow - 100}}});

std::string locked(const SystemView& system = kHome) {
    return entered(new_owner(system), {.locked = true, .taken = false});
}

TEST(ProcessOwner, IsNamedByAllThatTellsAProcessFromOthers) {
    const std::string owner = new_owner(kHome);
    EXPECT_TRUE(owner.starts_with("box/7/")) << owner; // as older programs read it
    EXPECT_TRUE(owner.ends_with("/boot-a/41/500")) << owner;
    EXPECT_NE(owner, new_owner(kHome));
    EXPECT_LT(lock_byte_of(owner).value(), std::int64_t{1} << 32);
    EXPECT_EQ(lock_byte_of(owner), lock_byte_of(entered(owner, {true, true})));
    EXPECT_EQ(lock_byte_of(""), std::nullopt);
    EXPECT_EQ(lock_byte_of("box/7/xyz"), std::nullopt);
}

TEST(ProcessOwner, KeepsItsNameWhateverIsNotedBesideIt) {
    const std::string owner = new_owner(kHome);
    for (const OwnerMarks marks : {OwnerMarks{true, false}, {false, true}, {true, true}, {}}) {
        const std::string noted = entered(owner, marks);
        EXPECT_EQ(marks_of(noted).locked, marks.locked) << noted;
        EXPECT_EQ(marks_of(noted).taken, marks.taken) << noted;
        EXPECT_TRUE(is_same_owner(noted, owner));
        EXPECT_TRUE(is_this_process(noted, kHome));
        EXPECT_FALSE(is_same_owner(noted, new_owner(kHome)));
    }
    EXPECT_FALSE(is_same_owner("", ""));
    EXPECT_FALSE(is_same_owner(owner, ""));
}

TEST(ProcessOwner, LivesWhileItsLockIsHeldWhereverItIs) {
    const SystemView elsewhere = machine({}, "boot-b");
    const SystemView other_container = machine({{7, {900, kNow - 5}}}, "boot-a", "42");
    for (const SystemView& system : {kHome, elsewhere, other_container}) {
        EXPECT_TRUE(may_be_alive(locked(), 0, kNow, LockState::kHeld, system));
    }
}

TEST(ProcessOwner, IsDeadOnceItsLockIsFreeHoweverFreshItsRecord) {
    EXPECT_FALSE(may_be_alive(locked(), kNow, kNow, LockState::kFree, machine({}, "boot-b")));
    EXPECT_FALSE(may_be_alive(locked(), kNow, kNow, LockState::kFree, machine({}, "boot-a", "42")));
    EXPECT_FALSE(may_be_alive(locked(), kNow, kNow, LockState::kFree, machine({})));
}

TEST(ProcessOwner, OfARestartedContainerIsNotItsSuccessorOfTheSameNumber) {
    const std::string before = locked(machine({{1, {25, 0}}, {7, {100, kNow - 90}}}));
    const SystemView now = machine({{1, {300, 0}}, {7, {400, kNow - 1}}}); // all else is equal
    EXPECT_FALSE(may_be_alive(before, kNow - 2, kNow, LockState::kFree, now));
    EXPECT_FALSE(may_be_alive(before, kNow - 2, kNow, LockState::kUnknown, now));
    EXPECT_FALSE(is_this_process(before, now));
    EXPECT_FALSE(is_this_process(before, machine({{7, {100, 0}}}, "boot-a", "42")));
}

TEST(ProcessOwner, OfARebootedMachineIsDeadThoughItsNumberIsInUse) {
    const SystemView after = machine({{7, {500, kNow - 100}}}, "boot-b");
    EXPECT_FALSE(may_be_alive(locked(), kNow - 2, kNow, LockState::kFree, after));
    EXPECT_FALSE(may_be_alive(locked(), kLongAgo, kNow, LockState::kUnknown, after));
    EXPECT_FALSE(is_this_process(locked(), after));
}

TEST(ProcessOwner, LivesByItsNumberAndStartWhenTheLocksWereSweptAway) {
    EXPECT_TRUE(may_be_alive(locked(), 0, kNow, LockState::kFree, kHome));
    SystemView renamed = kHome;
    renamed.host = "box.example"; // as networks do it
    EXPECT_TRUE(may_be_alive(locked(), 0, kNow, LockState::kFree, renamed));
    EXPECT_TRUE(is_this_process(locked(), renamed));
}

TEST(ProcessOwner, WhoseStartIsHiddenLivesUnlessItsLockSaysNo) {
    const SystemView hidden = machine({{7, {}}});
    EXPECT_TRUE(may_be_alive(locked(), 0, kNow, LockState::kUnknown, hidden));
    EXPECT_FALSE(may_be_alive(locked(), kNow, kNow, LockState::kFree, hidden));
}

TEST(ProcessOwner, WithoutALockLivesElsewhereForAMinuteAfterItsLastWord) {
    const std::string owner = new_owner(kHome);
    for (const SystemView& system : {machine({}, "boot-b"), machine({}, "boot-a", "42")}) {
        for (const LockState lock : {LockState::kFree, LockState::kUnknown}) {
            EXPECT_TRUE(may_be_alive(owner, kNow - 59, kNow, lock, system));
            EXPECT_TRUE(may_be_alive(owner, kNow + 59, kNow, lock, system)); // clocks differ
            EXPECT_FALSE(may_be_alive(owner, kLongAgo, kNow, lock, system));
            EXPECT_FALSE(may_be_alive(owner, kNow + 61, kNow, lock, system));
        }
    }
    EXPECT_TRUE(may_be_alive(owner, kLongAgo, kNow, LockState::kUnknown, kHome));
    EXPECT_FALSE(may_be_alive(owner, kNow, kNow, LockState::kUnknown, machine({})));
}

TEST(ProcessOwner, OfAnOlderProgramLivesByItsNumberIfThatBeganBeforeItsLastWord) {
    const SystemView system = machine({{7, {500, kLongAgo - 10}}, {8, {600, kNow - 1}}, {9, {}}});
    const auto lives = [&](const std::string& owner, std::int64_t heartbeat) {
        return may_be_alive(owner, heartbeat, kNow, LockState::kUnknown, system);
    };
    EXPECT_TRUE(lives("box/7/1234abcd", kLongAgo));
    EXPECT_FALSE(lives("box/8/1234abcd", kLongAgo)) << "its number is a later one's";
    EXPECT_TRUE(lives("box/9/1234abcd", kLongAgo)) << "when that began is not known";
    EXPECT_FALSE(lives("box/10/1234abcd", kLongAgo));
    EXPECT_FALSE(lives("elsewhere/7/1234abcd", kLongAgo));
    EXPECT_TRUE(lives("box/10/1234abcd", kNow - 30)) << "perhaps in another container";
    EXPECT_TRUE(lives("elsewhere/7/1234abcd", kNow - 30));
    EXPECT_FALSE(is_this_process("box/7/1234abcd", system));
}

TEST(ProcessOwner, OfNonsenseIsDead) {
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
    for (const char* text : {"", "/", "nonsense", "a/b/c", "a/0/c", "a/-1/c", "a/99999999999/c",
                             "///////", "/locked", "a/1", "a/1/", "a/1x/c/d/e/f"}) {
        EXPECT_FALSE(may_be_alive(text, kNow, kNow, LockState::kHeld, kHome)) << text;
        EXPECT_FALSE(is_this_process(text, kHome)) << text;
        EXPECT_EQ(owner_in_words(text), "another process");
    }
    EXPECT_FALSE(may_be_alive("a/1/c", kMost, kNow, LockState::kHeld, kHome));
    EXPECT_FALSE(may_be_alive("a/1/c", kLeast, kNow, LockState::kHeld, kHome));
}

TEST(ProcessOwner, IsShownWithoutWhatSteersATerminal) {
    EXPECT_EQ(owner_in_words(locked()), "process 7 on box");
    EXPECT_EQ(owner_in_words("a\x1b[2Jb\nc/4711/1234abcd"), R"(process 4711 on a?[2Jb\nc)");
    EXPECT_EQ(owner_in_words(std::string(500, 'x') + "/1/2").size(), 64U + 13U);
}

TEST(SystemView, KnowsItselfAndTheDead) {
    const SystemView system = present_system();
    const std::string owner = new_owner(system);
    EXPECT_TRUE(is_this_process(owner));
    EXPECT_TRUE(may_be_alive(owner, 0, kNow, LockState::kUnknown, system));
    EXPECT_EQ(system.host, host_name());
    ASSERT_TRUE(system.find(system.process));
    EXPECT_FALSE(system.find(1'999'999'999));
#ifdef __linux__
    EXPECT_EQ(system.boot.size(), 36U);
    EXPECT_FALSE(system.namespace_id.empty());
    EXPECT_GT(system.find(system.process)->ticks, 0);
#endif
}

} // namespace
} // namespace grokscope
