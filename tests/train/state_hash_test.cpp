// hash_of: equal for equal states, different for a single bit anywhere.
#include "engine/train/state_hash.h"

#include "engine/model/training_state.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <set>
#include <vector>

namespace grokscope {
namespace {

TrainingState some_state() {
    TrainingState state(ModelShape{.p = 5, .d = 8, .heads = 2, .d_mlp = 8});
    state.probes.emplace_back(-1, ProbeLayout{8, 2, 8});
    state.previous.push_back(state.parameters);
    float value = 0.5F;
    for (float& weight : state.parameters.flat()) {
        weight = value += 0.25F;
    }
    return state;
}

TEST(StateHashTest, IsEqualForACopy) {
    const TrainingState state = some_state();
    const TrainingState copy = state; // NOLINT(performance-unnecessary-copy-initialization)
    EXPECT_EQ(hash_of(copy), hash_of(state));
    EXPECT_EQ(hash_of(some_state()), hash_of(state));
}

TEST(StateHashTest, ChangesWithEveryPartOfTheState) {
    const std::vector<std::function<void(TrainingState&)>> changes = {
        [](TrainingState&) {},
        [](TrainingState& s) { s.parameters.flat()[0] = -s.parameters.flat()[0]; },
        [](TrainingState& s) { s.parameters.flat().back() += 1; },
        [](TrainingState& s) { s.first_moment().flat()[3] = 1e-30F; },
        [](TrainingState& s) { s.first_moment().flat()[4] = 1e-30F; },
        [](TrainingState& s) { s.second_moment().flat()[3] = 1e-30F; },
        [](TrainingState& s) { s.second_moment().flat()[3] = -0.0F; },
        [](TrainingState& s) { s.updates = 1; },
        [](TrainingState& s) { s.epoch = 1; },
        [](TrainingState& s) { s.probes[0].weights[0] = 1; },
        [](TrainingState& s) { s.probes[0].first_moment[0] = 1; },
        [](TrainingState& s) { s.probes[0].second_moment[0] = 1; },
        [](TrainingState& s) { s.probes[0].adam_steps = 1; },
        [](TrainingState& s) { s.probes[0].offset = 1; },
        [](TrainingState& s) { s.probes.clear(); },
        [](TrainingState& s) { s.previous[0].flat()[1] = 1; },
        [](TrainingState& s) { s.previous.clear(); },
    };
    std::set<std::uint64_t> hashes;
    for (const auto& change : changes) {
        TrainingState state = some_state();
        change(state);
        hashes.insert(hash_of(state));
    }
    EXPECT_EQ(hashes.size(), changes.size());
}

} // namespace
} // namespace grokscope
