#include "engine/store/weight_codec.h"
#include "tests/store/small_run.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <random>

namespace grokscope {
namespace {

using store_test::small_config;

Parameters some_weights(std::uint32_t seed, const RunConfig& config = small_config()) {
    RunConfig seeded = config;
    seeded.seed = seed;
    return store_test::small_initial_state(seeded).parameters;
}

bool same_bits(const Parameters& one, const Parameters& other) {
    return std::memcmp(one.flat().data(), other.flat().data(), one.flat().size_bytes()) == 0;
}

TEST(WeightCodec, GivesBackEveryBit) {
    Parameters weights = some_weights(1);
    // Values at the edges: zeros of both signs, the smallest and the largest.
    const std::span<float> first = weights.view(Tensor::W_E);
    first[0] = 0.0F;
    first[1] = -0.0F;
    first[2] = std::numeric_limits<float>::denorm_min();
    first[3] = -std::numeric_limits<float>::max();
    first[4] = std::numeric_limits<float>::max();
    const ModelShape shape = weights.layout().shape();
    EXPECT_TRUE(same_bits(decode_weights(encode_weights(weights), shape), weights));

    const Parameters base = some_weights(2);
    const Bytes delta = encode_weights(weights, &base);
    EXPECT_TRUE(same_bits(decode_weights(delta, shape, &base), weights));
    EXPECT_TRUE(same_bits(decode_weights(encode_weights(base, &weights), shape, &weights), base));
}

TEST(WeightCodec, DifferencesOfNearWeightsTakeLessRoom) {
    const RunConfig config; // the default shape
    const Parameters base = some_weights(3, config);
    Parameters near = base;
    std::mt19937 generator(1);
    for (float& value : near.flat()) {
        value *= 1.0F + 1e-4F * static_cast<float>(generator() % 100) / 100.0F;
    }
    const std::size_t plain = encode_weights(near).size();
    const std::size_t delta = encode_weights(near, &base).size();
    EXPECT_LT(plain, 4U * 226688U);
    EXPECT_LT(delta, plain * 6 / 10);
}

TEST(WeightCodec, RefusesDamageAndTruncation) {
    const Parameters weights = some_weights(4);
    const ModelShape shape = weights.layout().shape();
    const Bytes bytes = encode_weights(weights);
    std::mt19937 generator(2);
    for (int i = 0; i < 300; ++i) {
        Bytes damaged = bytes;
        const std::size_t at = i < 12 ? static_cast<std::size_t>(i) : generator() % bytes.size();
        damaged[at] ^= static_cast<std::byte>(1U << (generator() % 8));
        EXPECT_THROW((void)decode_weights(damaged, shape), WeightDataError) << at;
    }
    for (std::size_t size = 0; size < bytes.size(); size += size < 20 ? 1 : 511) {
        EXPECT_THROW((void)decode_weights(std::span(bytes).first(size), shape), WeightDataError);
    }
    EXPECT_THROW((void)decode_weights(bytes, ModelShape::of(RunConfig{})), WeightDataError);
    const Parameters other = some_weights(5);
    EXPECT_THROW((void)decode_weights(bytes, shape, &other), WeightDataError);
    Parameters infinite = weights;
    infinite.view(Tensor::W_U)[3] = std::numeric_limits<float>::infinity();
    EXPECT_THROW((void)decode_weights(encode_weights(infinite), shape), WeightDataError);
}

} // namespace
} // namespace grokscope
