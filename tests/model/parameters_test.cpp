// The parameter store: places, sizes, alignment, gaps; and the layout of a probe.
#include "engine/model/parameters.h"
#include "engine/model/probe_state.h"
#include "engine/protocol/weight_record.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace grokscope {
namespace {

constexpr std::size_t kLine = 16; // float32 values in 64 bytes

std::vector<ModelShape> shapes() {
    return {
        {},
        {.p = 5, .d = 36, .heads = 3, .d_mlp = 70},
        {.p = 251, .d = 512, .heads = 8, .d_mlp = 64},
        {.p = 7, .d = 36, .heads = 3, .d_mlp = 70, .layers = 3},
        {.p = 7, .d = 36, .heads = 3, .d_mlp = 70, .layers = 2, .norm = Norm::kPre, .context = 4}};
}

TEST(ParameterLayoutTest, HasTheDefaultModelsSizes) {
    const ParameterLayout layout{ModelShape{}};
    EXPECT_EQ(layout.parameter_count(), 226688U);
    EXPECT_EQ(layout.size(Tensor::W_E), 128U * 114);
    EXPECT_EQ(layout.size(Tensor::W_pos), 3U * 128);
    for (const Tensor attention : {Tensor::W_K, Tensor::W_Q, Tensor::W_V, Tensor::W_O}) {
        EXPECT_EQ(layout.size(attention), 128U * 128);
    }
    EXPECT_EQ(layout.size(Tensor::W_in), 512U * 128);
    EXPECT_EQ(layout.size(Tensor::b_in), 512U);
    EXPECT_EQ(layout.size(Tensor::W_out), 128U * 512);
    EXPECT_EQ(layout.size(Tensor::b_out), 128U);
    EXPECT_EQ(layout.size(Tensor::W_U), 128U * 113);
}

TEST(ParameterLayoutTest, HasAsManyWeightsAsTheConfigurationSays) {
    for (const int layers : {1, 3}) {
        for (const Norm norm : {Norm::kNone, Norm::kPre}) {
            for (const Sequence sequence : {Sequence::kPair, Sequence::kWithOperation}) {
                RunConfig config;
                config.p = 13;
                config.d_model = 36;
                config.d_mlp = 70;
                config.layers = layers;
                config.norm = norm;
                config.sequence = sequence;
                EXPECT_EQ(ParameterLayout(ModelShape::of(config)).parameter_count(),
                          weight_count(config))
                    << layers << (norm == Norm::kPre) << (sequence == Sequence::kPair);
            }
        }
    }
}

TEST(ParameterLayoutTest, PlacesTensorsInOrderWithoutOverlapOnCacheLines) {
    for (const ModelShape& shape : shapes()) {
        const ParameterLayout layout{shape};
        std::size_t end = 0;
        std::size_t count = 0;
        for (const TensorSpec& tensor : layout.tensors()) {
            EXPECT_EQ(tensor.offset % kLine, 0U) << tensor.name;
            EXPECT_GE(tensor.offset, end) << tensor.name;
            EXPECT_LT(tensor.offset, end + kLine) << tensor.name;
            EXPECT_GT(tensor.size, 0U) << tensor.name;
            EXPECT_EQ(&layout.spec(tensor.kind, tensor.layer), &tensor);
            end = tensor.offset + tensor.size;
            count += tensor.size;
        }
        EXPECT_GE(layout.flat_size(), end);
        EXPECT_LT(layout.flat_size(), end + kLine);
        EXPECT_EQ(layout.flat_size() % kLine, 0U);
        EXPECT_EQ(layout.parameter_count(), count);
    }
}

TEST(ParameterLayoutTest, OfOneLayerIsWhatItWas) {
    const ParameterLayout layout{ModelShape{}};
    ASSERT_EQ(layout.tensors().size(), kTensorCount);
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        EXPECT_EQ(layout.tensors()[i].name, kTensorNames[i]);
        EXPECT_EQ(layout.tensors()[i].kind, static_cast<Tensor>(i));
    }
    EXPECT_FALSE(layout.has(Tensor::ln1_gain));
    EXPECT_THROW((void)layout.spec(Tensor::ln1_gain), std::out_of_range);
    EXPECT_THROW((void)layout.spec(Tensor::W_K, 1), std::out_of_range);
    EXPECT_THROW((void)layout.spec(Tensor::W_E, 1), std::out_of_range);
}

TEST(ParameterLayoutTest, OfLayersNamesEachBlocksTensorsAndPutsLayerNormLast) {
    const ParameterLayout layout{ModelShape{
        .p = 7, .d = 32, .heads = 4, .d_mlp = 64, .layers = 2, .norm = Norm::kPre, .context = 4}};
    std::vector<std::string> names;
    for (const TensorSpec& tensor : layout.tensors()) {
        names.push_back(tensor.name);
    }
    EXPECT_EQ(names, (std::vector<std::string>{"W_E",
                                               "W_pos",
                                               "blocks.0.W_K",
                                               "blocks.0.W_Q",
                                               "blocks.0.W_V",
                                               "blocks.0.W_O",
                                               "blocks.0.W_in",
                                               "blocks.0.b_in",
                                               "blocks.0.W_out",
                                               "blocks.0.b_out",
                                               "blocks.1.W_K",
                                               "blocks.1.W_Q",
                                               "blocks.1.W_V",
                                               "blocks.1.W_O",
                                               "blocks.1.W_in",
                                               "blocks.1.b_in",
                                               "blocks.1.W_out",
                                               "blocks.1.b_out",
                                               "W_U",
                                               "blocks.0.ln1.gain",
                                               "blocks.0.ln1.bias",
                                               "blocks.0.ln2.gain",
                                               "blocks.0.ln2.bias",
                                               "blocks.1.ln1.gain",
                                               "blocks.1.ln1.bias",
                                               "blocks.1.ln2.gain",
                                               "blocks.1.ln2.bias",
                                               "ln_final.gain",
                                               "ln_final.bias"}));
    EXPECT_EQ(layout.spec(Tensor::W_E).shape, (std::vector<int>{32, 9})) << "numbers, =, operation";
    EXPECT_EQ(layout.spec(Tensor::W_pos).shape, (std::vector<int>{4, 32}));
    EXPECT_EQ(layout.spec(Tensor::W_out, 1).name, "blocks.1.W_out");
    EXPECT_EQ(layout.spec(Tensor::ln2_gain, 1).name, "blocks.1.ln2.gain");
    EXPECT_TRUE(std::ranges::is_sorted(layout.tensors(), {}, &TensorSpec::is_layer_norm));
    // 12 d^2 of each block at d_mlp = 4 d: the published size of 2603.29262.
    const ParameterLayout published{ModelShape{.p = 97,
                                               .d = 512,
                                               .heads = 8,
                                               .d_mlp = 2048,
                                               .layers = 48,
                                               .norm = Norm::kPre,
                                               .context = 4}};
    EXPECT_NEAR(static_cast<double>(published.parameter_count()), 151e6, 1e6);
}

TEST(ParametersTest, StartAtZeroOnACacheLine) {
    for (const ModelShape& shape : shapes()) {
        Parameters parameters(shape);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(parameters.flat().data()) % 64, 0U);
        EXPECT_EQ(sum_squares(parameters.flat()), 0.0);
    }
}

TEST(ParametersTest, ViewsAreWindowsOnTheFlatBuffer) {
    Parameters parameters(ModelShape{.p = 5, .d = 36, .heads = 3, .d_mlp = 70});
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        std::ranges::fill(parameters.view(static_cast<Tensor>(i)), static_cast<float>(i + 1));
    }
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        const auto view = parameters.view(static_cast<Tensor>(i));
        EXPECT_TRUE(std::ranges::all_of(view, [&](float value) {
            return value == static_cast<float>(i + 1);
        })) << kTensorNames[i];
    }
    const auto filled = std::ranges::count_if(parameters.flat(), [](float v) { return v != 0; });
    EXPECT_EQ(static_cast<std::size_t>(filled), parameters.layout().parameter_count());
    EXPECT_LT(static_cast<std::size_t>(filled), parameters.flat().size()); // there are gaps
}

TEST(ParametersTest, ACopyIsIndependent) {
    Parameters one(ModelShape{.p = 5, .d = 36, .heads = 3, .d_mlp = 70});
    const Parameters copy = one;
    one.view(Tensor::W_U)[0] = 1;
    EXPECT_EQ(copy.view(Tensor::W_U)[0], 0.0F);
    EXPECT_EQ(copy.layout(), one.layout());
}

TEST(ParametersTest, WhatWasMovedFromStillKnowsItsLayout) {
    Parameters parameters{ModelShape{}};
    const Parameters taken = std::move(parameters);
    // NOLINTNEXTLINE(bugprone-use-after-move): that is what is asked
    EXPECT_EQ(parameters.layout(), taken.layout());
    EXPECT_EQ(parameters.layout().tensors().size(), kTensorCount);
}

TEST(ParametersTest, SumOfSquaresIsTakenInDouble) {
    std::vector<float> values(1'000'001, 1e-4F);
    values[0] = 1e2F;
    // In float32 the small terms would vanish beside 1e4.
    EXPECT_NEAR(sum_squares(values), 1e4 + 1e-2, 1e-6);
}

TEST(ProbeLayoutTest, PlacesTensorsInOrderWithoutOverlapOnCacheLines) {
    for (const ProbeLayout& layout :
         {ProbeLayout{}, ProbeLayout{36, 1, 70}, ProbeLayout{32, 7, 65}}) {
        EXPECT_EQ(layout.W1(), 0U);
        EXPECT_GE(layout.b1(), layout.W1() + layout.W1_size());
        EXPECT_GE(layout.W2(), layout.b1() + layout.b1_size());
        EXPECT_GE(layout.b2(), layout.W2() + layout.W2_size());
        EXPECT_GE(layout.flat_size(), layout.b2() + layout.b2_size());
        for (const std::size_t place :
             {layout.b1(), layout.W2(), layout.b2(), layout.flat_size()}) {
            EXPECT_EQ(place % kLine, 0U);
        }
    }
    const ProbeLayout standard;
    EXPECT_EQ(standard.W1_size() + standard.b1_size() + standard.W2_size() + standard.b2_size(),
              64U * 128 + 64 + 512 * 64 + 512);
}

TEST(ProbeStateTest, StartsAtZero) {
    const ProbeState probe(-3, ProbeLayout{});
    EXPECT_EQ(probe.offset, -3);
    EXPECT_EQ(probe.adam_steps, 0);
    for (const auto* buffer : {&probe.weights, &probe.first_moment, &probe.second_moment}) {
        EXPECT_EQ(buffer->size(), probe.layout.flat_size());
        EXPECT_EQ(sum_squares(*buffer), 0.0);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer->data()) % 64, 0U);
    }
}

} // namespace
} // namespace grokscope
