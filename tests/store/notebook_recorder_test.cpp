// The trainer's end of the notebook: what waits for the disk stays bounded.
#include "engine/store/notebook_recorder.h"

#include "tests/store/small_run.h"

#include <gtest/gtest.h>

#include <utility>

namespace grokscope {
namespace {

constexpr RunId kRun{3};

TEST(NotebookRecorder, TrainingWaitsWhileTooManyWeightsWaitToBeWritten) {
    RunConfig config = store_test::small_config();
    config.weights_every = 1;
    config.exact_weights = true;
    TrainingState state = store_test::small_initial_state(config);
    const std::size_t each = std::as_const(state.parameters).flat().size_bytes();
    StoreRings rings;
    NotebookRecorder recorder(rings, 3 * each);
    recorder.record(Event(event::RunAdded{kRun, config, "arithmetic"}));
    for (state.epoch = 1; state.epoch <= 3; ++state.epoch) {
        recorder.between_epochs(kRun, state, 0, Recorder::Moment::kTrained);
        EXPECT_FALSE(recorder.behind()) << state.epoch;
    }
    recorder.between_epochs(kRun, state, 0, Recorder::Moment::kTrained);
    EXPECT_TRUE(recorder.behind());
    int weights = 0;
    while (std::optional<StoreItem> item = rings.items.try_pop()) {
        const auto* recorded = std::get_if<item::Weights>(&*item);
        weights += recorded != nullptr && recorded->exact ? 1 : 0;
    }
    EXPECT_EQ(weights, 4);
    EXPECT_FALSE(recorder.behind()) << "all of them are written";
}

} // namespace
} // namespace grokscope
