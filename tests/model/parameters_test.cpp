// The parameter store: places, sizes, alignment, gaps; and the layout of a probe.
#include "engine/model/parameters.h"
#include "engine/model/probe_state.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace grokscope {
namespace {

constexpr std::size_t kLine = 16; // float32 values in 64 bytes

std::vector<ModelShape> shapes() {
    return {{},
            {.p = 5, .d = 36, .heads = 3, .d_mlp = 70},
            {.p = 251, .d = 512, .heads = 8, .d_mlp = 64}};
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

TEST(ParameterLayoutTest, PlacesTensorsInOrderWithoutOverlapOnCacheLines) {
    for (const ModelShape& shape : shapes()) {
        const ParameterLayout layout{shape};
        std::size_t end = 0;
        std::size_t count = 0;
        for (std::size_t i = 0; i < kTensorCount; ++i) {
            const auto tensor = static_cast<Tensor>(i);
            EXPECT_EQ(layout.offset(tensor) % kLine, 0U) << kTensorNames[i];
            EXPECT_GE(layout.offset(tensor), end) << kTensorNames[i];
            EXPECT_LT(layout.offset(tensor), end + kLine) << kTensorNames[i];
            EXPECT_GT(layout.size(tensor), 0U) << kTensorNames[i];
            end = layout.offset(tensor) + layout.size(tensor);
            count += layout.size(tensor);
        }
        EXPECT_GE(layout.flat_size(), end);
        EXPECT_LT(layout.flat_size(), end + kLine);
        EXPECT_EQ(layout.flat_size() % kLine, 0U);
        EXPECT_EQ(layout.parameter_count(), count);
    }
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
