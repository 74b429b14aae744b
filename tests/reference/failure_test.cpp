// A run whose numbers overflow stops with a sentence and keeps its last good state, whichever step
// computes it.
#include "engine/compute/worker_pool.h"
#include "engine/parts/standard_parts.h"
#include "engine/train/run.h"
#include "engine/train/state_hash.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

namespace grokscope {
namespace {

struct Overflow {
    StepKind step;
    std::string name; ///< of the tensor, as the error must give it; "*" for any
    std::function<void(TrainingState&)> cause;
};

void PrintTo(const Overflow& value, std::ostream* out) {
    *out << name_of(value.step) << ", " << value.name;
}

class Overflows : public testing::TestWithParam<Overflow> {};

TEST_P(Overflows, StopTheRunAndKeepItsLastGoodState) {
    RunConfig config;
    config.p = 23;
    config.d_model = 32;
    config.d_mlp = 64;
    config.stencil = Stencil::of({-1, 0, 1});
    config.step = GetParam().step;
    WorkerPool pool(2);
    grokscope::Run run(config, standard_engine_parts(), pool);
    for (int i = 0; i < 4; ++i) {
        (void)run.advance_one_epoch();
    }
    TrainingState state = run.state();
    GetParam().cause(state);
    run.restore(state);
    const std::uint64_t before = hash_of(run.state());
    try {
        (void)run.advance_one_epoch();
        FAIL() << "went on";
    } catch (const NonFiniteError& error) {
        EXPECT_EQ(error.epoch(), 4);
        if (GetParam().name != "*") {
            EXPECT_EQ(error.tensor(), GetParam().name);
        } else {
            EXPECT_FALSE(error.tensor().empty()) << error.what();
        }
        EXPECT_NE(std::string(error.what()).find("epoch 4"), std::string::npos) << error.what();
    }
    EXPECT_EQ(hash_of(run.state()), before);
    EXPECT_EQ(run.epoch(), 4);
}

std::vector<Overflow> overflows() {
    constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
    std::vector<Overflow> cases;
    for (const StepKind step : {StepKind::kReference, StepKind::kFused, StepKind::kLayers}) {
        cases.push_back({step, "weights of W_in",
                         [](TrainingState& s) { s.parameters.view(Tensor::W_in)[5] = kNaN; }});
        cases.push_back({step, "weights of W_U",
                         [](TrainingState& s) { s.parameters.view(Tensor::W_U)[0] = -INFINITY; }});
        cases.push_back({step, "*", [](TrainingState& s) { // logits overflow
                             for (float& w : s.parameters.view(Tensor::W_U)) {
                                 w = std::copysign(3e38F, w);
                             }
                         }});
        cases.push_back({step, "*", [](TrainingState& s) { // the residual stream overflows
                             for (float& w : s.parameters.view(Tensor::W_E)) {
                                 w *= 3e37F;
                             }
                         }});
        cases.push_back({step, "mismatch 0", [](TrainingState& s) {
                             s.probes[1].weights[s.probes[1].layout.b2()] = kNaN;
                         }});
    }
    return cases;
}

INSTANTIATE_TEST_SUITE_P(AllSteps, Overflows, testing::ValuesIn(overflows()));

} // namespace
} // namespace grokscope
