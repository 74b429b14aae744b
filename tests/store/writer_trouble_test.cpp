// The writer in trouble: locked, full, foreign or vanished files, and the ways out. Past 500 lines,
// since the functions of the C library that fail here can be replaced in one source only.
#include "engine/store/notebook_writer.h"
#include "engine/store/partial_file.h"
#include "engine/store/process_owner.h"
#include "engine/store/sqlite.h"
#include "engine/store/stored_run_reader.h"
#include "engine/train/state_hash.h"
#include "tests/store/scratch_folder.h"
#include "tests/store/small_run.h"
#include "tests/store/writer_bench.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#ifndef _WIN32
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#ifdef __linux__
namespace {

// What link() and renameat2() below go by; the C library's place for them leaves no other than a
// global.
std::atomic<bool> links_are_refused{false};
std::atomic<int> refused_links{0};

/// While this lives, the file system has no hard links and knows no renaming that spares what has
/// the name, as exFAT by FUSE.
class WithoutLinks {
public:
    WithoutLinks() {
        refused_links = 0;
        links_are_refused = true;
    }
    ~WithoutLinks() { links_are_refused = false; }
    WithoutLinks(const WithoutLinks&) = delete;
    WithoutLinks& operator=(const WithoutLinks&) = delete;
};

/// The name for which another process is quicker, once; null for none.
std::atomic<const char*> name_taken_first{nullptr};

void be_quicker(const std::string& name) {
    const char* wanted = name_taken_first;
    if (wanted != nullptr && name == wanted) {
        name_taken_first = nullptr;
        grokscope::store_test::write_file(name, "theirs");
        grokscope::store_test::write_file(name + "-wal", "their log");
    }
}

} // namespace

// They take the place of the C library's in this program.
extern "C" int renameat2(int from_folder, const char* from, int to_folder, const char* to,
                         unsigned flags) noexcept {
    if (links_are_refused) {
        errno = EINVAL;
        return -1;
    }
    be_quicker(to);
    return static_cast<int>(syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}

extern "C" int link(const char* from, const char* to) noexcept {
    if (links_are_refused) {
        ++refused_links;
        errno = EPERM;
        return -1;
    }
    return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}
#endif

namespace grokscope {
namespace {

using store_test::contents_of;
using store_test::ScratchFolder;
using store_test::small_config;
using store_test::small_parts;
using store_test::write_file;
using Bench = store_test::WriterBench;
using Moment = Recorder::Moment;

constexpr auto kRead = Notebook::Access::kReadOnly;
constexpr auto kWrite = Notebook::Access::kReadWrite;

/// 0 when there is none.
std::uintmax_t file_size_of(const std::string& file) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(file, error);
    return error ? 0 : size;
}

/// Records a run, and trains it on while another connection, which is returned, holds the lock.
std::unique_ptr<Database> train_past_a_lock(Bench& bench, const std::string& file) {
    bench.begin(small_config(), 300);
    EXPECT_TRUE(bench.wait_for([](const StoreStatus& status) { return status.commits > 0; }));
    auto other = std::make_unique<Database>(file, Database::Access::kReadWrite);
    other->execute("BEGIN IMMEDIATE");
    bench.train(300);
    bench.change_state(RunState::kPaused);
    return other;
}

TEST(NotebookWriter, WaitsForTheLockAndThenWritesEverything) {
    const ScratchFolder folder;
    { const Notebook make(folder / "notes.db", kWrite); }
    Database other(folder / "notes.db", Database::Access::kReadWrite);
    other.execute("BEGIN IMMEDIATE");
    Bench bench(folder / "notes.db");
    bench.begin(small_config(), 500);
    ASSERT_TRUE(bench.wait_for([](const StoreStatus& status) { return !status.problem.empty(); }));
    EXPECT_NE(bench.rings().status.value().problem.find("locked"), std::string::npos);
    EXPECT_GT(bench.rings().status.value().waiting, 0U);
    bench.train(200); // goes on
    other.execute("ROLLBACK");
    ASSERT_TRUE(bench.wait_for(
        [](const StoreStatus& status) { return status.problem.empty() && status.commits > 0; }));
    EXPECT_EQ(bench.finish(), "");
    Notebook notebook(folder / "notes.db", kRead);
    EXPECT_EQ(notebook.metrics(notebook.runs().at(0).id).size(), 70U);
}

TEST(NotebookWriter, LeavesAForeignFileAloneAndSavesElsewhereOnRequest) {
    const ScratchFolder folder;
    const std::string diary = "dear diary " + std::string(3000, '.');
    write_file(folder / "diary", diary);
    Bench bench(folder / "diary");
    bench.begin(small_config(), 300);
    ASSERT_TRUE(bench.wait_for([](const StoreStatus& status) { return !status.problem.empty(); }));
    ASSERT_TRUE(bench.rings().requests.try_push(store_request::SaveAs{folder / "notes.db"}));
    bench.rings().doorbell.ring();
    ASSERT_TRUE(bench.wait_for(
        [](const StoreStatus& status) { return status.problem.empty() && status.commits > 0; }));
    bench.train(100);
    EXPECT_EQ(bench.finish(), "");
    EXPECT_EQ(contents_of(folder / "diary"), diary);
    Notebook notebook(folder / "notes.db", kRead);
    EXPECT_EQ(notebook.metrics(notebook.runs().at(0).id).size(), 40U);
}

TEST(NotebookWriter, ATakenNameIsNoTroubleOfANotebookThatIsWell) {
    const ScratchFolder folder;
    write_file(folder / "taken", "mine");
    Bench bench(folder / "notes.db");
    bench.begin(small_config(), 300);
    bench.change_state(RunState::kPaused);
    ASSERT_TRUE(bench.wait_for([](const StoreStatus& status) { return status.commits > 0; }));
    Notebook notebook(folder / "notes.db", kRead);
    ASSERT_TRUE(bench.wait_for([&](const StoreStatus&) { // the last thing to write
        return notebook.runs().at(0).state == RunState::kPaused;
    }));
    ASSERT_TRUE(bench.rings().requests.try_push(store_request::SaveAs{folder / "taken"}));
    // Taken from the ring when all before it is done; of a run that there is not.
    ASSERT_TRUE(bench.rings().requests.try_push(store_request::Words{RunId{99}, "nobody", {}, {}}));
    bench.rings().doorbell.ring();
    ASSERT_TRUE(
        bench.wait_for([&](const StoreStatus&) { return bench.rings().requests.size() == 0; }));
    (void)bench.rings().status.refresh();
    EXPECT_EQ(bench.rings().status.value().problem, "");
    EXPECT_EQ(bench.rings().status.value().file, folder / "notes.db");
    EXPECT_EQ(bench.finish(), "");
    EXPECT_EQ(contents_of(folder / "taken"), "mine");
}

TEST(NotebookWriter, SaysWhyATakenNameIsNoWayOutOfTrouble) {
    const ScratchFolder folder;
    { const Notebook make(folder / "notes.db", kWrite); }
    write_file(folder / "taken", "mine");
    Database other(folder / "notes.db", Database::Access::kReadWrite);
    other.execute("BEGIN IMMEDIATE");
    Bench bench(folder / "notes.db");
    bench.begin(small_config(), 300);
    ASSERT_TRUE(bench.wait_for([](const StoreStatus& status) { return !status.problem.empty(); }));
    ASSERT_TRUE(bench.rings().requests.try_push(store_request::SaveAs{folder / "taken"}));
    bench.rings().doorbell.ring();
    ASSERT_TRUE(bench.wait_for([](const StoreStatus& status) {
        return status.problem.find("locked") != std::string::npos &&
               status.problem.find("exists already") != std::string::npos;
    }));
    other.execute("ROLLBACK");
    ASSERT_TRUE(bench.wait_for(
        [](const StoreStatus& status) { return status.problem.empty() && status.commits > 0; }));
    EXPECT_EQ(bench.finish(), "");
    EXPECT_EQ(contents_of(folder / "taken"), "mine");
    EXPECT_EQ(Notebook(folder / "notes.db", kRead).runs().size(), 1U);
}

/// All that the bench's run trained for 600 epochs must be there, from the first on.
void expect_whole_run(const std::string& file, Bench& bench,
                      const RunConfig& config = small_config()) {
    Notebook notebook(file, kRead);
    notebook.check_integrity();
    const auto runs = notebook.runs();
    const auto own = std::ranges::find(runs, config, &RunSummary::config);
    ASSERT_NE(own, runs.end());
    EXPECT_EQ(hash_of(notebook.checkpoint(own->id)->state), hash_of(bench.run().state()));
    const auto metrics = notebook.metrics(own->id);
    ASSERT_EQ(metrics.size(), 60U);
    EXPECT_EQ(metrics.front().epoch, 0);
    EXPECT_EQ(own->state, RunState::kPaused);
}

std::filesystem::perms rights_on(const std::string& file) {
    return std::filesystem::status(file).permissions();
}

constexpr auto kOwnerAlone =
    std::filesystem::perms::owner_read | std::filesystem::perms::owner_write;

/// A notebook with an earlier run is deleted while another one trains; both must be there in the
/// end, from the first epoch on.
void expect_all_put_back() {
    const ScratchFolder folder;
    {
        Notebook earlier(folder / "notes.db", kWrite);
        RunConfig other = small_config();
        other.seed = 77;
        (void)earlier.add_run(other, Provenance{});
    }
    std::filesystem::permissions(folder / "notes.db", kOwnerAlone);
    Bench bench(folder / "notes.db");
    bench.begin(small_config(), 300);
    ASSERT_TRUE(bench.wait_for(
        [](const StoreStatus& status) { return status.commits > 0 && status.waiting == 0; }));
    std::filesystem::remove(folder / "notes.db");
    bench.train(300);
    bench.change_state(RunState::kPaused);
    EXPECT_EQ(bench.finish(), "");
    EXPECT_EQ(rights_on(folder / "notes.db"), kOwnerAlone);
    (void)bench.rings().status.refresh();
    const StoreStatus& status = bench.rings().status.value();
    EXPECT_NE(status.notice.find("was deleted or renamed"), std::string::npos) << status.notice;
    EXPECT_FALSE(status.elsewhere);
    expect_whole_run(folder / "notes.db", bench);
    Notebook notebook(folder / "notes.db", kRead);
    ASSERT_EQ(notebook.runs().size(), 2U) << "the earlier run, too";
    EXPECT_EQ(notebook.runs()[0].config.seed, 77U);
    EXPECT_FALSE(std::filesystem::exists(folder / "notes.db.partial"));
}

TEST(NotebookWriter, PutsEverythingBackWhenTheFileIsTakenAway) {
    expect_all_put_back();
}

RunConfig second_config() {
    RunConfig config = small_config();
    config.seed = 78;
    return config;
}

/// As another process, which trains the second configuration.
void begin_second(Bench& bench) {
    bench.begin(second_config(), 300);
    EXPECT_TRUE(bench.wait_for(
        [](const StoreStatus& status) { return status.commits > 0 && status.waiting == 0; }));
}

void end(Bench& bench) {
    bench.change_state(RunState::kPaused);
    EXPECT_EQ(bench.finish(), "");
    (void)bench.rings().status.refresh();
}

TEST(NotebookWriter, GoesOnInTheNotebookThatAnotherProcessPutBack) {
    const ScratchFolder folder;
    const std::string file = folder / "notes.db";
    Bench one(file);
    one.begin(small_config(), 300);
    Bench other(file);
    begin_second(other);
    std::filesystem::remove(file);
    const auto waits = [](const StoreStatus& status) { return !status.notice.empty(); };
    ASSERT_TRUE(one.wait_for(waits)); // whoever is first
    ASSERT_TRUE(other.wait_for(waits));
    one.train(300);
    other.train(300);
    end(one);
    end(other);
    expect_whole_run(file, one);
    expect_whole_run(file, other, second_config());
    EXPECT_FALSE(std::filesystem::exists(folder / "notes-rescued-1.db"));
    for (Bench* bench : {&one, &other}) {
        EXPECT_EQ(bench->rings().status.value().file, file);
        EXPECT_FALSE(bench->rings().status.value().elsewhere);
    }
    const std::string& first = one.rings().status.value().notice;
    const std::string& second = other.rings().status.value().notice;
    EXPECT_NE(first.find("another process wrote") == std::string::npos,
              second.find("another process wrote") == std::string::npos)
        << first << "\n"
        << second;
}

/// How many epochs of the first run are recorded.
std::size_t figures_in(const std::string& file) {
    Notebook notebook(file, kRead);
    return notebook.metrics(notebook.runs().at(0).id).size();
}

TEST(NotebookWriter, LeavesACopyThatLacksWhatItWroteSince) {
    const ScratchFolder folder;
    const std::string file = folder / "notes.db";
    Bench bench(file);
    bench.begin(small_config(), 300);
    ASSERT_TRUE(bench.wait_for(
        [](const StoreStatus& status) { return status.commits > 0 && status.waiting == 0; }));
    Notebook(file, kRead).copy_to(folder / "backup.db"); // a backup, of the same run
    const std::size_t earlier = figures_in(folder / "backup.db");
    ASSERT_LT(earlier, 60U);
    const std::uint64_t commits = bench.rings().status.value().commits;
    bench.train(300);
    ASSERT_TRUE(
        bench.wait_for([&](const StoreStatus& status) { return status.commits > commits; }));
    std::filesystem::rename(folder / "backup.db", file);
    end(bench);
    expect_whole_run(folder / "notes-rescued-1.db", bench);
    EXPECT_EQ(figures_in(file), earlier);
}

#ifdef __linux__
TEST(NotebookWriter, PutsEverythingBackWhereThereAreNoLinks) {
    const WithoutLinks no_links;
    expect_all_put_back();
    EXPECT_GT(refused_links, 1) << "one to make the notebook, one to put it back";
}

TEST(GiveFreeName, SparesWhatHasTheNameWhereThereAreNoLinks) {
    const WithoutLinks no_links;
    const ScratchFolder folder;
    write_file(folder / "new", "mine");
    write_file(folder / "taken", "theirs");
    std::filesystem::create_directory(folder / "frames");
    std::filesystem::create_directory(folder / "empty");
    EXPECT_FALSE(give_free_name(folder / "new", folder / "taken"));
    EXPECT_FALSE(give_free_name(folder / "frames", folder / "empty"));
    EXPECT_EQ(contents_of(folder / "taken"), "theirs");
    EXPECT_TRUE(give_free_name(folder / "new", folder / "free"));
    EXPECT_TRUE(give_free_name(folder / "frames", folder / "film"));
    EXPECT_EQ(contents_of(folder / "free"), "mine");
    EXPECT_TRUE(std::filesystem::is_directory(folder / "film"));
    EXPECT_EQ(folder.file_count(), 4U);
    EXPECT_THROW((void)give_free_name(folder / "missing", folder / "x"),
                 std::filesystem::filesystem_error);
    EXPECT_FALSE(std::filesystem::exists(folder / "x")) << "the name is free again";
}
#endif

/// Waits until the notebook, which holds the bench's run alone, says that it is paused.
void wait_until_paused(Bench& bench, const std::string& file) {
    ASSERT_TRUE(bench.wait_for([](const StoreStatus& status) { return status.commits > 0; }));
    Notebook notebook(file, kRead);
    ASSERT_TRUE(bench.wait_for([&](const StoreStatus&) {
        const auto runs = notebook.runs();
        return !runs.empty() && runs[0].state == RunState::kPaused;
    }));
}

/// A notebook with one run of another seed.
void make_other(const std::string& file) {
    Notebook stranger(file, kWrite);
    RunConfig other = small_config();
    other.seed = 77;
    (void)stranger.add_run(other, Provenance{});
}

/// After another notebook took the place of the bench's: it is whole and the record went on beside
/// it, which is said.
void expect_left_whole(const ScratchFolder& folder, Bench& bench) {
    Notebook replaced(folder / "notes.db", kRead);
    replaced.check_integrity();
    ASSERT_EQ(replaced.runs().size(), 1U);
    EXPECT_EQ(replaced.runs()[0].config.seed, 77U);
    const std::string rescue = folder / "notes-rescued-1.db";
    expect_whole_run(rescue, bench);
    (void)bench.rings().status.refresh();
    EXPECT_EQ(bench.rings().status.value().file, rescue);
    const std::string& notice = bench.rings().status.value().notice;
    EXPECT_NE(notice.find("was replaced by another file"), std::string::npos) << notice;
    EXPECT_NE(notice.find(rescue), std::string::npos) << notice;
    EXPECT_TRUE(bench.rings().status.value().elsewhere);
}

TEST(NotebookWriter, LeavesTheNotebookWholeThatTookItsPlaceAndGoesOnBesideIt) {
    const ScratchFolder folder;
    Bench bench(folder / "notes.db");
    bench.begin(small_config(), 300);
    ASSERT_TRUE(bench.wait_for(
        [](const StoreStatus& status) { return status.commits > 0 && status.waiting == 0; }));
    make_other(folder / "other.db");
    std::filesystem::rename(folder / "other.db", folder / "notes.db"); // our log still lies there
    bench.train(300);
    bench.change_state(RunState::kPaused);
    EXPECT_EQ(bench.finish(), "");
    expect_left_whole(folder, bench);
}

TEST(NotebookWriter, KeepsTheRightsOfTheNotebookInTheOneBesideIt) {
    const ScratchFolder folder;
    { const Notebook made(folder / "notes.db", kWrite); }
    std::filesystem::permissions(folder / "notes.db", kOwnerAlone);
    Bench bench(folder / "notes.db");
    bench.begin(small_config(), 600);
    bench.change_state(RunState::kPaused);
    wait_until_paused(bench, folder / "notes.db");
    make_other(folder / "other.db");
    std::filesystem::rename(folder / "other.db", folder / "notes.db");
    EXPECT_EQ(bench.finish(), "");
    expect_left_whole(folder, bench);
    EXPECT_EQ(rights_on(folder / "notes-rescued-1.db"), kOwnerAlone);
}

TEST(NotebookWriter, NoticesWhileAnotherHoldsTheLockThatItsFileWasReplaced) {
    const ScratchFolder folder;
    Bench bench(folder / "notes.db");
    const auto other = train_past_a_lock(bench, folder / "notes.db");
    ASSERT_TRUE(bench.wait_for([](const StoreStatus& status) { return !status.problem.empty(); }));
    make_other(folder / "other.db");
    std::filesystem::rename(folder / "other.db", folder / "notes.db");
    EXPECT_TRUE(bench.wait_for([](const StoreStatus& status) { return !status.notice.empty(); }));
    other->execute("ROLLBACK");
    EXPECT_EQ(bench.finish(), "");
    expect_left_whole(folder, bench);
}

TEST(NotebookWriter, PutsEverythingBackThatIsTakenAwayWhileAnotherHoldsTheLock) {
    const ScratchFolder folder;
    Bench bench(folder / "notes.db");
    const auto other = train_past_a_lock(bench, folder / "notes.db");
    ASSERT_TRUE(bench.wait_for([](const StoreStatus& status) { return !status.problem.empty(); }));
    std::filesystem::remove(folder / "notes.db");
    EXPECT_TRUE(bench.wait_for([](const StoreStatus& status) { return !status.notice.empty(); }));
    other->execute("ROLLBACK");
    EXPECT_EQ(bench.finish(), "");
    expect_whole_run(folder / "notes.db", bench);
}

#ifdef __linux__
TEST(NotebookWriter, TakesTheNextNameWhenAnotherProcessIsQuicker) {
    const ScratchFolder folder;
    Bench bench(folder / "notes.db");
    bench.begin(small_config(), 600);
    bench.change_state(RunState::kPaused);
    wait_until_paused(bench, folder / "notes.db");
    make_other(folder / "other.db");
    const std::string taken = folder / "notes-rescued-1.db";
    name_taken_first = taken.c_str();
    std::filesystem::rename(folder / "other.db", folder / "notes.db");
    EXPECT_EQ(bench.finish(), "");
    expect_whole_run(folder / "notes-rescued-2.db", bench);
    EXPECT_EQ(contents_of(taken), "theirs");
    EXPECT_EQ(contents_of(taken + "-wal"), "their log");
}
#endif

TEST(NotebookWriter, NoticesWhileNothingIsWrittenThatItsFileWasReplaced) {
    const ScratchFolder folder;
    Bench bench(folder / "notes.db");
    bench.begin(small_config(), 600);
    bench.change_state(RunState::kPaused);
    wait_until_paused(bench, folder / "notes.db");
    make_other(folder / "other.db");
    std::filesystem::rename(folder / "other.db", folder / "notes.db");
    EXPECT_TRUE(bench.wait_for([](const StoreStatus& status) { return !status.notice.empty(); }));
    expect_left_whole(folder, bench);
    EXPECT_EQ(bench.finish(), "");
}

TEST(NotebookWriter, NoticesThatItsFileWasOverwrittenInPlace) {
    const ScratchFolder folder;
    {
        Notebook made(folder / "notes.db", kWrite);
        const StoredRunId earlier = made.add_run(small_config(), Provenance{});
        // More than memory holds of it.
        made.add(earlier, StoredWeights{0, WeightEncoding::kPlain, 0, Bytes(8 << 20)});
    }
    std::filesystem::permissions(folder / "notes.db", kOwnerAlone);
    Bench bench(folder / "notes.db");
    bench.begin(small_config(), 300);
    ASSERT_TRUE(bench.wait_for([](const StoreStatus& status) { return status.commits > 0; }));
    bench.train(300);
    // At rest, all is in the file: longer than an empty one.
    make_other(folder / "other.db");
    ASSERT_TRUE(bench.wait_for([&](const StoreStatus&) {
        return file_size_of(folder / "notes.db-wal") == 0 &&
               file_size_of(folder / "notes.db") > file_size_of(folder / "other.db");
    }));
    write_file(folder / "notes.db", contents_of(folder / "other.db")); // as cp does
#ifdef __linux__
    const std::string taken = folder / "notes-rescued-1.db";
    name_taken_first = taken.c_str();
#endif
    bench.train(300);
    bench.change_state(RunState::kPaused);
    EXPECT_EQ(bench.finish(), "");
    Notebook overwritten(folder / "notes.db", kRead);
    overwritten.check_integrity();
    EXPECT_EQ(overwritten.runs().at(0).config.seed, 77U);
#ifdef __linux__
    const std::string rescue = folder / "notes-rescued-2.db";
    EXPECT_EQ(contents_of(taken), "theirs");
    EXPECT_EQ(contents_of(taken + "-wal"), "their log");
#else
    const std::string rescue = folder / "notes-rescued-1.db";
#endif
    EXPECT_EQ(rights_on(rescue), kOwnerAlone);
    Notebook rescued(rescue, kRead); // what came since is kept
    rescued.check_integrity();
    ASSERT_EQ(rescued.runs().size(), 1U);
    EXPECT_EQ(hash_of(rescued.checkpoint(rescued.runs()[0].id)->state),
              hash_of(bench.run().state()));
    const std::int32_t first = rescued.metrics(rescued.runs()[0].id).at(0).epoch;
    EXPECT_GT(first, 0);
    (void)bench.rings().status.refresh();
    const std::string& notice = bench.rings().status.value().notice;
    EXPECT_NE(notice.find("what was recorded before is lost with it, and the record goes on from "
                          "epoch " +
                          std::to_string(first) + ","),
              std::string::npos)
        << notice;
}

TEST(NotebookWriter, CompletesTheFileThatWasRenamedAndPutsACopyBack) {
    const ScratchFolder folder;
    Bench bench(folder / "notes.db");
    bench.begin(small_config(), 300);
    bench.change_state(RunState::kPaused);
    wait_until_paused(bench, folder / "notes.db");
    std::filesystem::rename(folder / "notes.db", folder / "renamed.db");
    bench.change_state(RunState::kRunning);
    bench.train(300);
    bench.change_state(RunState::kPaused);
    EXPECT_EQ(bench.finish(), "");
    expect_whole_run(folder / "notes.db", bench);
    Notebook renamed(folder / "renamed.db", kRead);
    renamed.check_integrity();
    EXPECT_EQ(renamed.metrics(renamed.runs().at(0).id).size(), 30U) << "as it was renamed";
}

TEST(NotebookWriter, SaysAtTheEndWhatCouldNotBeSaved) {
    const ScratchFolder folder;
    write_file(folder / "file", "x");
    Bench bench(folder / "file/notes.db");
    bench.begin(small_config(), 30);
    EXPECT_NE(bench.finish().find("cannot be opened"), std::string::npos);
}

#ifndef _WIN32
TEST(NotebookWriter, WaitsForRoomOnTheDiskAndThenWritesEverything) {
    // A limit on the size of files stands for a full disk: a write beyond it fails.
    const ScratchFolder folder;
    (void)std::signal(SIGXFSZ, SIG_IGN);
    rlimit usual{};
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &usual), 0);
    { const Notebook make(folder / "notes.db", kWrite); }
    rlimit small = usual;
    small.rlim_cur = std::filesystem::file_size(folder / "notes.db") + 20000;
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
    Bench bench(folder / "notes.db");
    bench.begin(small_config(), 2000);
    const bool noticed =
        bench.wait_for([](const StoreStatus& status) { return !status.problem.empty(); });
    const std::string problem = bench.rings().status.value().problem;
    bench.train(300); // goes on
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &usual), 0);
    ASSERT_TRUE(noticed);
    EXPECT_NE(problem.find("check the disk, or save to another place"), std::string::npos)
        << problem;
    ASSERT_TRUE(bench.wait_for(
        [](const StoreStatus& status) { return status.problem.empty() && status.commits > 0; }));
    bench.change_state(RunState::kPaused);
    EXPECT_EQ(bench.finish(), "");
    Notebook notebook(folder / "notes.db", kRead);
    notebook.check_integrity();
    EXPECT_EQ(notebook.metrics(notebook.runs().at(0).id).size(), 230U);
    EXPECT_EQ(hash_of(notebook.checkpoint(notebook.runs()[0].id)->state),
              hash_of(bench.run().state()));
}
#endif

TEST(NotebookWriter, SavesElsewhereAtTheEndWithAllThatWasWrittenBefore) {
    const ScratchFolder folder;
    Bench bench(folder / "notes.db");
    const auto other = train_past_a_lock(bench, folder / "notes.db");
    EXPECT_NE(bench.finish().find("locked"), std::string::npos);
    EXPECT_EQ(bench.rescue(folder / "rescued.db"), "");
    Notebook notebook(folder / "rescued.db", kRead);
    notebook.check_integrity();
    ASSERT_EQ(notebook.runs().size(), 1U);
    EXPECT_EQ(notebook.metrics(StoredRunId{1}).size(), 60U);
    EXPECT_EQ(notebook.run(StoredRunId{1}).state, RunState::kPaused);
    EXPECT_EQ(hash_of(notebook.checkpoint(StoredRunId{1})->state), hash_of(bench.run().state()));
}

} // namespace
} // namespace grokscope
