// The loops of a block against plain loops, on every instruction set, at sizes that fill no vector.
#include "engine/model/layers/block_kernels.h"
#include "tests/model/kernel_case.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>
#include <vector>

namespace grokscope {
namespace {

using fused::random_values;
using layers::BlockKernels;

class LayersKernels : public testing::TestWithParam<fused::SimdLevel> {
protected:
    [[nodiscard]] static const BlockKernels<float>& of() {
        return layers::block_kernels<float>(GetParam());
    }
};

double gelu(double x) {
    return 0.5 * x * std::erfc(-x / std::sqrt(2.0));
}

double gelu_slope(double x) {
    constexpr double kPi = 3.14159265358979323846;
    return 0.5 * std::erfc(-x / std::sqrt(2.0)) + x * std::exp(-0.5 * x * x) / std::sqrt(2 * kPi);
}

TEST_P(LayersKernels, GeluIsTheExactOneToTheLastPlacesOfFloat) {
    std::vector<float> x;
    for (double value = -20; value <= 20; value += 0.00137) {
        x.push_back(static_cast<float>(value));
    }
    x.insert(x.end(), {0.0F, -0.0F, 1e-30F, -1e-30F, 100.0F, -100.0F, 1e30F});
    const std::size_t count = x.size();
    std::vector<float> h(count + layers::kRowSlack);
    std::vector<float> slope(count + layers::kRowSlack);
    std::vector<float> bias(count + layers::kRowSlack);
    std::copy(x.begin(), x.end(), h.begin());
    of().activate({.rows = 1,
                   .columns = count,
                   .stride = count,
                   .gelu = true,
                   .bias = bias.data(),
                   .h = h.data(),
                   .slope = slope.data()});
    for (std::size_t i = 0; i < count; ++i) {
        const double value = x[i];
        // Phi is exact to 2e-7 of 1 and, below zero, to 1e-5 of itself: its exponent is rounded.
        const double bound = std::max(2e-7 * std::abs(value), 1e-37);
        ASSERT_NEAR(h[i], gelu(value), bound) << value;
        ASSERT_NEAR(h[i], gelu(value), 1e-5 * std::abs(gelu(value)) + 1e-37) << value;
        ASSERT_NEAR(slope[i], gelu_slope(value), 3e-7) << value;
    }
}

TEST_P(LayersKernels, ReluAddsTheBiasAndKeepsWhatIsNoNumber) {
    std::vector<float> h{-1, 2, 0.5F, std::nanf(""), -3};
    h.resize(h.size() + layers::kRowSlack, 7);
    std::vector<float> slope(h.size(), 7);
    std::vector<float> bias{0, -3, 0, 0, 3};
    bias.resize(h.size());
    of().activate({.rows = 1,
                   .columns = 5,
                   .stride = 5,
                   .bias = bias.data(),
                   .h = h.data(),
                   .slope = slope.data()});
    EXPECT_EQ(h[0], 0);
    EXPECT_EQ(h[1], 0);
    EXPECT_EQ(h[2], 0.5F);
    EXPECT_TRUE(std::isnan(h[3]));
    EXPECT_EQ(h[4], 0);
    EXPECT_EQ(h[5], 7) << "nothing behind the row";
    EXPECT_EQ((std::array{slope[0], slope[1], slope[2], slope[4], slope[5]}),
              (std::array{0.0F, 0.0F, 1.0F, 0.0F, 7.0F}));
}

TEST_P(LayersKernels, LayerNormHasMeanZeroAndVarianceOneAtEveryWidth) {
    for (const std::size_t columns : {1, 3, 8, 16, 21, 70, 128}) {
        const std::size_t stride = columns + layers::kRowSlack + 3;
        constexpr std::size_t kRows = 5;
        std::vector<float> x = random_values<float>(kRows * stride, 1, 3);
        for (float& value : x) {
            value += 40; // a mean that a careless variance would feel
        }
        const std::vector<float> gain = random_values<float>(stride, 2);
        const std::vector<float> bias = random_values<float>(stride, 3);
        std::vector<float> xhat(x.size());
        std::vector<float> y(x.size());
        std::vector<float> scale(kRows);
        of().norm({kRows, columns, stride, x.data(), gain.data(), bias.data(), xhat.data(),
                   y.data(), scale.data()});
        for (std::size_t i = 0; i < kRows; ++i) {
            double mean = 0;
            double square = 0;
            for (std::size_t j = 0; j < columns; ++j) {
                mean += x[i * stride + j] / static_cast<double>(columns);
            }
            for (std::size_t j = 0; j < columns; ++j) {
                square += std::pow(x[i * stride + j] - mean, 2) / static_cast<double>(columns);
            }
            const double factor = 1 / std::sqrt(square + 1e-5);
            EXPECT_NEAR(scale[i] / factor, 1, 1e-4) << columns;
            for (std::size_t j = 0; j < columns; ++j) {
                const double place = (x[i * stride + j] - mean) * factor;
                ASSERT_NEAR(xhat[i * stride + j], place, 1e-4 * std::abs(place) + 2e-5 * factor);
                ASSERT_NEAR(y[i * stride + j], xhat[i * stride + j] * gain[j] + bias[j], 1e-5);
            }
            ASSERT_EQ(y[i * stride + columns], 0) << "nothing behind the row";
        }
    }
}

/// Some sequences of random rows.
struct Sequences {
    static constexpr std::size_t kItems = 5;
    std::size_t slots, first_query, heads, d_head, part, stride;
    std::vector<float> rows, weights, z;
    std::vector<const float*> places;

    Sequences(std::size_t slot_count, std::size_t first, std::size_t head_count, std::size_t width)
        : slots(slot_count), first_query(first), heads(head_count), d_head(width),
          part(heads * d_head + 5), stride(3 * part + layers::kRowSlack),
          rows(random_values<float>(slots * kItems * stride, 4)),
          weights(slots * slots * kItems * heads + layers::kRowSlack), z(slots * kItems * stride) {
        for (std::size_t i = 0; i < slots * kItems; ++i) {
            places.push_back(rows.data() + i * stride);
        }
    }
    void attend(const BlockKernels<float>& kernels) {
        kernels.attention({kItems, slots, first_query, heads, d_head, part, places.data(),
                           weights.data(), z.data(), stride});
    }
    [[nodiscard]] float weight(std::size_t query, std::size_t slot, std::size_t item,
                               std::size_t head) const {
        return weights[((query - first_query) * slots + slot) * kItems * heads + item * heads +
                       head];
    }
};

TEST_P(LayersKernels, AttentionAddsUpToOneAndIsThatOfPlainLoops) {
    for (const std::size_t d_head : {3, 8, 16, 35}) {
        for (const std::size_t slots : {1, 2, 3, 4}) {
            for (const std::size_t heads : {1, 3}) {
                for (std::size_t first = 0; first < slots; ++first) {
                    Sequences s(slots, first, heads, d_head);
                    s.attend(of());
                    for (std::size_t query = first; query < slots; ++query) {
                        for (std::size_t i = 0; i < Sequences::kItems; ++i) {
                            for (std::size_t h = 0; h < heads; ++h) {
                                const float* q =
                                    s.places[query * Sequences::kItems + i] + h * d_head;
                                std::array<double, 4> e{};
                                double sum = 0;
                                double found = 0;
                                for (std::size_t slot = 0; slot <= query; ++slot) {
                                    const float* k = s.places[slot * Sequences::kItems + i] +
                                                     s.part + h * d_head;
                                    const double score = std::inner_product(q, q + d_head, k, 0.0) /
                                                         std::sqrt(static_cast<double>(d_head));
                                    e.at(slot) = std::exp(score);
                                    sum += e.at(slot);
                                    found += s.weight(query, slot, i, h);
                                }
                                ASSERT_NEAR(found, 1, 3e-7);
                                for (std::size_t slot = 0; slot <= query; ++slot) {
                                    ASSERT_NEAR(s.weight(query, slot, i, h), e.at(slot) / sum,
                                                1e-6);
                                }
                                for (std::size_t j = 0; j < d_head; ++j) {
                                    double z = 0;
                                    for (std::size_t slot = 0; slot <= query; ++slot) {
                                        z += e.at(slot) / sum *
                                             s.places[slot * Sequences::kItems + i]
                                                     [2 * s.part + h * d_head + j];
                                    }
                                    ASSERT_NEAR(
                                        s.z[((query - first) * Sequences::kItems + i) * s.stride +
                                            h * d_head + j],
                                        z, 1e-5);
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

TEST_P(LayersKernels, AttentionSeesNothingOfLaterPositions) {
    Sequences before(4, 0, 2, 16);
    Sequences after(4, 0, 2, 16);
    for (std::size_t i = 0; i < Sequences::kItems * after.stride; ++i) { // the last position
        after.rows[3 * Sequences::kItems * after.stride + i] += 5;
    }
    before.attend(of());
    after.attend(of());
    const std::size_t earlier = 3 * Sequences::kItems * before.stride;
    EXPECT_TRUE(std::equal(before.z.begin(),
                           before.z.begin() + static_cast<std::ptrdiff_t>(earlier),
                           after.z.begin()));
    EXPECT_NE(before.z[earlier], after.z[earlier]);
}

INSTANTIATE_TEST_SUITE_P(EverySimdLevel, LayersKernels,
                         testing::ValuesIn(fused::available_simd_levels()), fused::test_name_of);

} // namespace
} // namespace grokscope
