#include "engine/store/rounded_weights.h"
#include "tests/store/small_run.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <random>
#include <vector>

namespace grokscope {
namespace {

using store_test::small_config;

bool same_bits(const Parameters& one, const Parameters& other) {
    return std::memcmp(one.flat().data(), other.flat().data(), one.flat().size_bytes()) == 0;
}

/// Normal weights that move on as training moves them: a little decay, a slow drift, some noise.
class DriftingWeights {
public:
    explicit DriftingWeights(const RunConfig& config) : now_(ModelShape::of(config)), drift_(now_) {
        fill(now_, 0.1F);
        fill(drift_, 0.002F);
    }

    [[nodiscard]] const Parameters& now() const { return now_; }
    void move_on() {
        Parameters noise(now_.layout().shape());
        fill(noise, 0.0002F);
        for (std::size_t i = 0; i < now_.flat().size(); ++i) {
            now_.flat()[i] = 0.98F * now_.flat()[i] + drift_.flat()[i] + noise.flat()[i];
        }
    }

private:
    void fill(Parameters& weights, float scale) {
        std::normal_distribution<float> normal(0, scale);
        for (std::size_t t = 0; t < kTensorCount; ++t) {
            for (float& value : weights.view(static_cast<Tensor>(t))) {
                value = normal(generator_);
            }
        }
    }

    std::mt19937 generator_{1};
    Parameters now_;
    Parameters drift_;
};

void expect_near(const Parameters& rounded, const Parameters& exact) {
    for (std::size_t t = 0; t < kTensorCount; ++t) {
        const auto values = exact.view(static_cast<Tensor>(t));
        const double size = std::sqrt(sum_squares(values) / static_cast<double>(values.size()));
        double worst = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double error = rounded.view(static_cast<Tensor>(t))[i] - values[i];
            worst = std::max(worst, std::fabs(error));
        }
        EXPECT_LE(worst, size / 1024) << kTensorNames[t];
    }
}

TEST(RoundedWeights, AreOffByNoMoreThanStated) {
    DriftingWeights weights{RunConfig{}};
    expect_near(RoundedWeights(weights.now()).parameters(), weights.now());
    Parameters uneven = weights.now(); // one value dwarfs all others
    uneven.view(Tensor::W_E)[5] = 1000;
    expect_near(RoundedWeights(uneven).parameters(), uneven);
    for (float& value : uneven.flat()) {
        value *= 1e-30F;
    }
    expect_near(RoundedWeights(uneven).parameters(), uneven);
}

TEST(RoundedWeights, ComeBackTheSameThroughAWholeChain) {
    DriftingWeights weights{small_config()};
    const ModelShape shape = weights.now().layout().shape();
    std::vector<RoundedWeights> sent;
    std::vector<RoundedWeights> received;
    for (std::size_t i = 0; i < 8; ++i) {
        sent.emplace_back(weights.now());
        const auto back = [&](const std::vector<RoundedWeights>& all, std::size_t by) {
            return i >= by ? &all[i - by] : nullptr;
        };
        const Bytes bytes = sent.back().encode(back(sent, 1), back(sent, 2));
        received.push_back(
            RoundedWeights::decode(bytes, shape, back(received, 1), back(received, 2)));
        EXPECT_TRUE(same_bits(received.back().parameters(), sent.back().parameters())) << i;
        weights.move_on();
    }
    EXPECT_FALSE(same_bits(sent[0].parameters(), sent[7].parameters()));
}

TEST(RoundedWeights, ComeBackFromExtremes) {
    const ModelShape shape = ModelShape::of(small_config());
    Parameters weights(shape); // zeros
    const RoundedWeights zero(weights);
    EXPECT_TRUE(same_bits(
        RoundedWeights::decode(zero.encode(nullptr, nullptr), shape, nullptr, nullptr).parameters(),
        weights));
    weights.view(Tensor::W_U)[3] = std::numeric_limits<float>::max();
    weights.view(Tensor::W_in)[0] = -std::numeric_limits<float>::denorm_min();
    weights.view(Tensor::W_in)[1] = 3;
    const RoundedWeights wide(weights);
    for (const RoundedWeights* before : {static_cast<const RoundedWeights*>(nullptr), &zero}) {
        EXPECT_TRUE(
            same_bits(RoundedWeights::decode(wide.encode(before, nullptr), shape, before, nullptr)
                          .parameters(),
                      wide.parameters()));
    }
    EXPECT_EQ(wide.parameters().view(Tensor::W_U)[3], std::numeric_limits<float>::max());
    // From there back to zero, predicted from values that are far away.
    EXPECT_TRUE(same_bits(
        RoundedWeights::decode(zero.encode(&wide, &zero), shape, &wide, &zero).parameters(),
        zero.parameters()));
    weights.view(Tensor::b_in)[0] = std::numeric_limits<float>::infinity();
    EXPECT_THROW((void)RoundedWeights(weights), std::invalid_argument);
}

TEST(RoundedWeights, TakeLittleRoomWhenTheyMoveSmoothly) {
    DriftingWeights weights{RunConfig{}};
    const RoundedWeights one(weights.now());
    weights.move_on();
    const RoundedWeights two(weights.now());
    weights.move_on();
    const RoundedWeights three(weights.now());
    const std::size_t alone = three.encode(nullptr, nullptr).size();
    const std::size_t predicted = three.encode(&two, &one).size();
    const std::size_t plain = 4 * three.parameters().layout().parameter_count();
    EXPECT_LT(alone, plain * 2 / 5);
    EXPECT_LT(predicted, plain / 6);
}

/// Weights thrown about: in each tensor by `jitter` root mean squares at random, time and again.
class JitteringWeights {
public:
    explicit JitteringWeights(const RunConfig& config) : now_(ModelShape::of(config)) {
        move(0.1F);
    }

    [[nodiscard]] const Parameters& now() const { return now_; }
    /// To another place near where they began; nothing foretells it.
    void move(float jitter) {
        std::normal_distribution<float> normal(0, 1);
        generator_.seed(moves_++ == 0 ? 1 : moves_);
        for (float& value : now_.flat()) {
            value += jitter * normal(generator_);
        }
    }

private:
    std::mt19937 generator_{1};
    Parameters now_;
    std::uint32_t moves_ = 0;
};

TEST(RoundedWeights, TakeSixBitsAValueHoweverTheyJitter) {
    const std::size_t values = ParameterLayout(ModelShape::of(RunConfig{})).parameter_count();
    for (const float share : {0.02F, 0.05F, 0.08F}) { // of the root mean square, per record
        JitteringWeights weights{RunConfig{}};
        std::vector<RoundedWeights> records;
        std::vector<Parameters> exact;
        for (std::size_t i = 0; i < 4; ++i) {
            exact.push_back(weights.now());
            records.emplace_back(weights.now(), i >= 2 ? &records[i - 1] : nullptr,
                                 i >= 2 ? &records[i - 2] : nullptr);
            weights.move(0.1F * share);
        }
        const RoundedWeights alike(exact[3]);
        const std::size_t size = records[3].encode(&records[2], &records[1]).size();
        EXPECT_LT(static_cast<double>(size) * 8, 6.3 * static_cast<double>(values)) << share;
        EXPECT_LT(size, alike.encode(&records[2], &records[1]).size()) << share;
        // No value is off by more than a sixteenth of the jitter, nor by more than 1/128.
        const Parameters back = records[3].parameters();
        double worst = 0;
        for (std::size_t i = 0; i < back.flat().size(); ++i) {
            worst = std::max(worst,
                             std::fabs(static_cast<double>(back.flat()[i]) - exact[3].flat()[i]));
        }
        const double jitter = 0.1 * share; // two records foretell no less than one
        EXPECT_LE(worst, jitter * 1.3 / 16) << share;
        EXPECT_LE(worst, 0.1 / 128 * 1.1) << share;
    }
}

TEST(RoundedWeights, KeepEveryDigitWhileTheyMoveSmoothly) {
    DriftingWeights weights{RunConfig{}};
    std::vector<RoundedWeights> records;
    for (std::size_t i = 0; i < 3; ++i) {
        records.emplace_back(weights.now());
        weights.move_on();
    }
    EXPECT_TRUE(same_bits(RoundedWeights(weights.now(), &records[2], &records[1]).parameters(),
                          RoundedWeights(weights.now()).parameters()));
}

TEST(RoundedWeights, RefuseWhatIsDamagedOrOfAnotherShape) {
    DriftingWeights weights{small_config()};
    const ModelShape shape = weights.now().layout().shape();
    const RoundedWeights before(weights.now());
    weights.move_on();
    const Bytes sound = RoundedWeights(weights.now()).encode(&before, nullptr);
    (void)RoundedWeights::decode(sound, shape, &before, nullptr);
    EXPECT_THROW((void)RoundedWeights::decode(sound, ModelShape::of(RunConfig{}), nullptr, nullptr),
                 WeightDataError);
    EXPECT_THROW((void)RoundedWeights::decode(sound, ModelShape::of(RunConfig{}), &before, nullptr),
                 WeightDataError);
    EXPECT_THROW((void)RoundedWeights::decode(sound, shape, nullptr, nullptr), WeightDataError);
    std::mt19937 generator(2);
    for (int i = 0; i < 2000; ++i) {
        Bytes bytes = sound;
        if (generator() % 4 == 0) {
            bytes.resize(generator() % bytes.size());
        } else {
            bytes[generator() % bytes.size()] ^= std::byte(1U << generator() % 8);
        }
        if (bytes == sound) {
            continue;
        }
        try { // a flipped bit may lie where zlib looks away, but then the values are the same
            const RoundedWeights back = RoundedWeights::decode(bytes, shape, &before, nullptr);
            EXPECT_TRUE(same_bits(back.parameters(), RoundedWeights(weights.now()).parameters()));
        } catch (const WeightDataError& error) {
            EXPECT_NE(std::string(error.what()), "");
        }
    }
}

} // namespace
} // namespace grokscope
