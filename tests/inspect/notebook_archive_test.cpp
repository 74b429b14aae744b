// Weights out of a real notebook, found by the configuration of a run that this process trains.
#include "engine/inspect/notebook_archive.h"

#include "engine/compute/worker_pool.h"
#include "tests/inspect/naive_ablation.h"
#ifdef __linux__
#include "tests/store/file_locks.h"
#endif
#include "tests/store/scratch_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace grokscope {
namespace {

RunConfig small_config() {
    RunConfig config;
    config.p = 7;
    config.d_model = 32;
    config.d_mlp = 64;
    config.train_fraction = 0.5;
    return config;
}

TEST(NotebookArchive, GivesBackTheWeightsOfARunThatThisProcessOwns) {
    const store_test::ScratchFolder folder;
    const std::string file = folder / "notebook.db";
    NotebookArchive archive(
        [&] {
            return NotebookInUse{file, {}};
        },
        "here/1/x"); // before the file exists
    EXPECT_THROW((void)archive.find(small_config(), {}), std::exception);

    const RunConfig config = small_config();
    const Parameters first = test::random_parameters(ModelShape::of(config), 1);
    const Parameters second = test::random_parameters(ModelShape::of(config), 2);
    Notebook notebook(file, Notebook::Access::kReadWrite);
    const StoredRunId strangers = notebook.add_run(config, {});
    notebook.set_owner(strangers, "there/2/y", 0);
    const StoredRunId ours = notebook.add_run(config, {});
    notebook.set_owner(ours, "here/1/x", 0);
    notebook.add(ours, {0, WeightEncoding::kPlain, 0, encode_weights(first)});
    notebook.add(ours, {100, WeightEncoding::kDelta, 0, encode_weights(second, &first)});

    const auto number = archive.find(config, {});
    ASSERT_TRUE(number);
    EXPECT_EQ(*number, static_cast<std::int64_t>(ours));
    EXPECT_EQ(archive.epochs(*number), (std::vector<std::int32_t>{0, 100}));
    EXPECT_TRUE(std::ranges::equal(archive.weights(*number, 100).flat(), second.flat()));
    EXPECT_THROW((void)archive.weights(*number, 50), std::exception);
    RunConfig other = config;
    other.seed = 5;
    EXPECT_FALSE(archive.find(other, {}));
}

TEST(NotebookArchive, GoesWithTheRecordToAnotherFile) {
    const store_test::ScratchFolder folder;
    std::string file = folder / "notebook.db";
    NotebookArchive archive([&] { return NotebookInUse{file, {}}; }, "here/1/x");
    const RunConfig config = small_config();
    Notebook notebook(file, Notebook::Access::kReadWrite);
    const StoredRunId run = notebook.add_run(config, {});
    notebook.set_owner(run, "here/1/x", 0);
    const auto number = archive.find(config, {}).value();
    notebook.copy_to(folder / "rescued.db");
    Notebook rescued(folder / "rescued.db", Notebook::Access::kReadWrite);
    const Parameters weights = test::random_parameters(ModelShape::of(config), 1);
    rescued.add(run, {100, WeightEncoding::kPlain, 0, encode_weights(weights)});
    EXPECT_TRUE(archive.epochs(number).empty());
    file = folder / "rescued.db";
    EXPECT_EQ(archive.epochs(number), (std::vector<std::int32_t>{100}));
}

/// A notebook with a finished run of this process.
StoredRunId add_finished(Notebook& notebook) {
    const StoredRunId run = notebook.add_run(small_config(), {});
    notebook.set_owner(run, "here/1/x", 0);
    notebook.set_state(run, RunState::kFinished, "");
    return run;
}

#ifdef __linux__
TEST(NotebookArchive, LeavesTheLocksOfTheNotebookInUse) {
    const store_test::ScratchFolder folder;
    const std::string file = folder / "notebook.db";
    Notebook notebook(file, Notebook::Access::kReadWrite);
    const store_test::NotebookLocks locks(file);
    ASSERT_TRUE(locks.any());
    {
        NotebookArchive archive(
            [&] {
                return NotebookInUse{file, notebook.identity()};
            },
            "here/1/x");
        const StoredRunId run = add_finished(notebook);
        const Parameters weights = test::random_parameters(ModelShape::of(small_config()), 1);
        notebook.add(run, {100, WeightEncoding::kPlain, 0, encode_weights(weights)});
        const auto number = archive.find(small_config(), {}).value();
        EXPECT_TRUE(std::ranges::equal(archive.weights(number, 100).flat(), weights.flat()));
        EXPECT_TRUE(locks.are_kept());
    }
    EXPECT_TRUE(locks.are_kept()) << "when it is closed, too";
}
#endif

TEST(NotebookArchive, GoesToTheFileThatWasPutBackUnderTheSameName) {
    const store_test::ScratchFolder folder;
    const std::string file = folder / "notebook.db";
    Notebook notebook(file, Notebook::Access::kReadWrite);
    NotebookInUse in_use{file, notebook.identity()};
    NotebookArchive archive([&] { return in_use; }, "here/1/x");
    const StoredRunId run = add_finished(notebook);
    const auto number = archive.find(small_config(), {}).value();
    std::filesystem::remove(file);
    notebook.copy_to(file);
    Notebook again(file, Notebook::Access::kReadWrite);
    const Parameters weights = test::random_parameters(ModelShape::of(small_config()), 1);
    again.add(run, {100, WeightEncoding::kPlain, 0, encode_weights(weights)});
    EXPECT_TRUE(archive.epochs(number).empty()) << "as long as that is the one in use";
    in_use.identity = again.identity();
    EXPECT_EQ(archive.epochs(number), (std::vector<std::int32_t>{100}));
}

TEST(NotebookArchive, IsTheSamePlaceOnceTheFileThatItHasOpenIsIdentified) {
    const store_test::ScratchFolder folder;
    const std::string file = folder / "notebook.db";
    Notebook notebook(file, Notebook::Access::kReadWrite);
    NotebookInUse in_use{file, {}};
    NotebookArchive archive([&] { return in_use; }, "here/1/x");
    const std::uint64_t place = archive.place();
    in_use.identity = notebook.identity(); // its writer has opened it
    EXPECT_EQ(archive.place(), place) << "else a record that is only looked at loses its weights";
}

TEST(NotebookArchive, WritesIntoTheFileInUseAndIntoNoneThatHasItsName) {
    const store_test::ScratchFolder folder;
    const std::string file = folder / "notebook.db";
    auto notebook = std::make_optional<Notebook>(file, Notebook::Access::kReadWrite);
    const NotebookInUse in_use{file, notebook->identity()};
    NotebookArchive archive([&] { return in_use; }, "here/1/x");
    const auto number = static_cast<std::int64_t>(add_finished(*notebook));
    WorkerPool pool(1);
    EXPECT_TRUE(archive.measure_finished(number, pool, {}));
    std::filesystem::rename(file, folder / "moved.db");
    EXPECT_THROW((void)archive.measure_finished(number, pool, {}), NotebookError);
    EXPECT_FALSE(std::filesystem::exists(file)) << "nothing is made there";
    {
        Notebook other(file, Notebook::Access::kReadWrite);
        (void)add_finished(other);
    }
    EXPECT_THROW((void)archive.measure_finished(number, pool, {}), NotebookError);
}

TEST(NotebookArchive, TellsABranchFromTheRunItCameFrom) {
    const store_test::ScratchFolder folder;
    const std::string file = folder / "notebook.db";
    NotebookArchive archive([&] { return NotebookInUse{file, {}}; }, "here/1/x");
    const RunConfig config = small_config();
    Notebook notebook(file, Notebook::Access::kReadWrite);
    Provenance provenance;
    provenance.parent = "the parent's uuid";
    const auto add = [&](const Provenance& where) {
        const StoredRunId run = notebook.add_run(config, where);
        notebook.set_owner(run, "here/1/x", 0);
        return static_cast<std::int64_t>(run);
    };
    const std::int64_t parent = add({});
    provenance.parent_epoch = 100;
    const std::int64_t early = add(provenance);
    provenance.parent_epoch = 200;
    const std::int64_t late = add(provenance);
    EXPECT_EQ(archive.find(config, {}), parent);
    EXPECT_EQ(archive.find(config, BranchPoint{"the parent's uuid", 100}), early);
    EXPECT_EQ(archive.find(config, BranchPoint{"the parent's uuid", 200}), late);
    EXPECT_FALSE(archive.find(config, BranchPoint{"the parent's uuid", 300}));
    EXPECT_FALSE(archive.find(config, BranchPoint{"another uuid", 100}));
    EXPECT_EQ(archive.find(config, {}), parent);
    const std::int64_t again = add({}); // the run was reset and began anew
    EXPECT_EQ(archive.find(config, {}), again);
}

} // namespace
} // namespace grokscope
