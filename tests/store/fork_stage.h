// A small run in a notebook, and forks of it, for the tests of forks.
#pragma once

#include "engine/store/stored_run_reader.h"
#include "engine/train/state_hash.h"
#include "tests/store/scratch_folder.h"
#include "tests/store/small_run.h"
#include "tests/store/training_session.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace grokscope::store_test {

inline constexpr RunId kOriginal{1};
inline constexpr RunId kFork{2};

inline RunConfig original_config() {
    RunConfig config = small_config({-1, 2});
    config.epochs = 200;
    config.eval_every = 10;
    return config;
}

/// Trains with a notebook, and keeps states for forks.
class Session : public store_test::TrainingSession {
public:
    explicit Session(const std::string& file) : TrainingSession(file, small_parts(), 2, true) {}
};

/// A notebook with the original, finished.
inline std::string with_original(const ScratchFolder& folder,
                                 const RunConfig& config = original_config()) {
    const std::string file = folder / "notes.db";
    Session session(file);
    EXPECT_TRUE(session.ask(command::AddRun{kOriginal, config, true, "made-up"}, kOriginal));
    EXPECT_EQ(session.end(), "");
    return file;
}

inline std::shared_ptr<const BranchStart> fork_of(const std::string& file, std::int64_t run,
                                                  std::int32_t epoch, const RunConfig& config) {
    Notebook notebook(file, Notebook::Access::kReadOnly);
    return read_for_forking(notebook, static_cast<StoredRunId>(run), epoch, config, Recorded::kAll);
}

/// Trains a fork of run 1 to its end, under the number 2 in this session.
inline void train_fork(const std::string& file, std::int32_t epoch, const RunConfig& config,
                       std::int64_t original = 1) {
    Session session(file);
    ASSERT_TRUE(
        session.ask(command::BranchRun{kFork, fork_of(file, original, epoch, config)}, kFork))
        << session.text[kFork];
    EXPECT_EQ(session.end(), "");
}

inline RunConfig without_decay() {
    RunConfig config = original_config();
    config.weight_decay = 0;
    return config;
}

inline std::vector<MetricSample> metrics(const std::string& file, std::int64_t run) {
    Notebook notebook(file, Notebook::Access::kReadOnly);
    return notebook.metrics(static_cast<StoredRunId>(run));
}

inline std::uint64_t last_state(const std::string& file, std::int64_t run) {
    Notebook notebook(file, Notebook::Access::kReadOnly);
    return hash_of(notebook.checkpoint(static_cast<StoredRunId>(run))->state);
}

} // namespace grokscope::store_test
