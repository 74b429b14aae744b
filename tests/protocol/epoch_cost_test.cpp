// What a stencil adds to the counted operations of an epoch of several layers.
#include "engine/protocol/epoch_cost.h"

#include <gtest/gtest.h>

namespace grokscope {
namespace {

TEST(EpochCost, AStencilBesideALayerAddsAForwardPassUpToIt) {
    RunConfig plain;
    plain.p = 23;
    plain.d_model = 32;
    plain.d_mlp = 64;
    plain.probe_width = 16;
    plain.layers = 3;
    plain.norm = Norm::kPre;
    const double n = plain.train_pairs();
    constexpr double d = 32;
    constexpr double m = 64;
    constexpr double w = 16;
    const auto added = [&](const Stencil& stencil, int layer, Control control = Control::kNone) {
        RunConfig config = plain;
        config.stencil = stencil;
        config.probe_layer = layer;
        config.control = control;
        return 1e9 * (gflop_per_epoch(config) - gflop_per_epoch(plain));
    };
    // Both positions of the pairs pass a block: W_O and the MLP; q, k and v of all but the first.
    constexpr double kBehind = d * d + 2 * d * m;
    const double first = 2 * 2 * n * kBehind;
    const double second = first + 2 * 2 * n * (kBehind + 3 * d * d);
    // Of the last block the last position alone has more than k and v.
    const double third = second + 2 * n * kBehind + 2 * 5 * n * d * d;
    // {0} learns (3 products with W2, z and dW1), compares (1 and z) and goes back to mlp_in (1,
    // 1).
    const double probe = 2 * n * m * w * 5 + 2 * n * d * w * 4;
    EXPECT_NEAR(added(Stencil::of({0}), 1) / (first + probe), 1, 1e-9);
    EXPECT_NEAR(added(Stencil::of({0}), 2) / (second + probe), 1, 1e-9);
    EXPECT_NEAR(added(Stencil::of({0}), 3) / (third + probe), 1, 1e-9);
    EXPECT_EQ(added(Stencil::of({0}), 0), added(Stencil::of({0}), 3));
    const double forward_probe = 2 * n * m * w * 4 + 2 * n * d * w * 3; // nothing goes back
    EXPECT_NEAR(added(Stencil::of({1}), 1) / (first + forward_probe), 1, 1e-9);
    const double frozen = 2 * n * m * w * 2 + 2 * n * d * w * 2;
    EXPECT_NEAR(added(Stencil::of({0}), 1, Control::kFrozenProbe) / (first + frozen), 1, 1e-9);
}

} // namespace
} // namespace grokscope
