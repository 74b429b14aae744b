#include "engine/analysis/neuron_tuning.h"

#include "engine/analysis/waves.h"
#include "engine/compute/worker_pool.h"
#include "engine/model/row_kernels.h"
#include "engine/protocol/frequencies.h"
#include "tests/analysis/fourier_basis.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>
#include <random>
#include <stdexcept>

namespace grokscope {
namespace {

using Response = std::function<double(int a, int b)>;

/// hidden [p*p, neurons], row a*p + b.
std::vector<float> hidden_of(int p, const std::vector<Response>& responses) {
    std::vector<float> hidden;
    for (int a = 0; a < p; ++a) {
        for (int b = 0; b < p; ++b) {
            for (const Response& response : responses) {
                hidden.push_back(static_cast<float>(response(a, b)));
            }
        }
    }
    return hidden;
}

/// All at once, in rows of `numbers` a at a time.
NeuronTunings tuning_of(int p, int neurons, const std::vector<float>& hidden, WorkerPool& pool,
                        int numbers = 2 * kNumbersTogether) {
    NeuronTuner tuner(p, neurons);
    const auto row = static_cast<std::size_t>(p) * static_cast<std::size_t>(neurons);
    for (int a = 0; a < p; a += numbers) {
        const int count = std::min(numbers, p - a);
        tuner.add(count,
                  std::span(hidden).subspan(static_cast<std::size_t>(a) * row,
                                            static_cast<std::size_t>(count) * row),
                  pool);
    }
    return tuner.finish(pool);
}

/// FVE_k by the definition: T = F n F^T, energy of the 3 x 3 block (2 x 2 at k = p/2) without the
/// constant, over all.
std::vector<double> plain_explained(int p, const std::vector<float>& hidden, int neurons,
                                    int neuron) {
    const std::vector<double> F = test::fourier_basis(p);
    const auto n = static_cast<std::size_t>(p);
    std::vector<double> half(n * n); // F n
    std::vector<double> T(n * n);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t a = 0; a < n; ++a) {
            for (std::size_t b = 0; b < n; ++b) {
                half[i * n + b] +=
                    F[i * n + a] * hidden[(a * n + b) * static_cast<std::size_t>(neurons) +
                                          static_cast<std::size_t>(neuron)];
            }
        }
    }
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
            for (std::size_t b = 0; b < n; ++b) {
                T[i * n + j] += half[i * n + b] * F[j * n + b];
            }
        }
    }
    double total = 0;
    for (std::size_t i = 1; i < n * n; ++i) { // the mean is T[0]
        total += T[i] * T[i];
    }
    std::vector<double> explained;
    for (int k = 1; k <= largest_frequency(p); ++k) {
        std::vector<std::size_t> rows = test::rows_of_frequency(k, p);
        rows.push_back(0);
        double energy = 0;
        for (const std::size_t i : rows) {
            for (const std::size_t j : rows) {
                energy += i + j == 0 ? 0 : T[i * n + j] * T[i * n + j];
            }
        }
        explained.push_back(energy / total);
    }
    return explained;
}

class NeuronTunerAt : public testing::TestWithParam<int> {};

TEST_P(NeuronTunerAt, FindsTheFrequencyOfPureNeurons) {
    const int p = GetParam();
    const Waves w(p);
    const std::vector<Response> pure = {
        [&](int a, int b) { return w.cosine(5, a) * w.cosine(5, b); },
        [&](int a, int b) { return 7 + w.sine(5, a) * w.cosine(5, b); },
        [&](int a, int b) { return w.sine(5, a + b) - 3; },
        [&](int a, int) { return 100 * w.cosine(5, a); },
        [&](int, int b) { return 0.001 * w.sine(5, b); },
        [&](int a, int b) { return w.cosine(5, a - b + p); }};
    WorkerPool pool(1);
    const int count = static_cast<int>(pure.size());
    const NeuronTunings all = tuning_of(p, count, hidden_of(p, pure), pool);
    const std::vector<NeuronTuning>& tuning = all.neurons;
    ASSERT_EQ(tuning.size(), pure.size());
    for (const NeuronTuning& neuron : tuning) {
        EXPECT_EQ(neuron.frequency, 5);
        EXPECT_NEAR(neuron.explained, 1, 1e-5);
        EXPECT_TRUE(neuron.clustered());
        EXPECT_FALSE(neuron.dead());
    }
    EXPECT_NEAR(tuning[0].energy, p * p / 4.0, 1e-3);
    ASSERT_EQ(all.energy_by_frequency.size(), static_cast<std::size_t>(largest_frequency(p)));
    double energy = 0;
    for (const NeuronTuning& neuron : tuning) {
        energy += neuron.energy;
    }
    for (int k = 1; k <= largest_frequency(p); ++k) {
        EXPECT_NEAR(all.energy_by_frequency[static_cast<std::size_t>(k - 1)] / energy,
                    k == 5 ? 1 : 0, 1e-6)
            << "k = " << k;
    }
}

TEST_P(NeuronTunerAt, AgreesWithTheTwoDimensionalTransform) {
    const int p = GetParam();
    constexpr int kNeurons = 67; // a full block and a part of one
    const Waves w(p);
    std::mt19937 generator(3);
    std::normal_distribution<double> normal;
    std::vector<float> hidden;
    for (int pair = 0; pair < p * p; ++pair) {
        for (int i = 0; i < kNeurons; ++i) {
            const int k = 1 + i % largest_frequency(p);
            const double wave = w.cosine(k, pair / p) + 0.6 * w.sine(k, pair % p + i);
            hidden.push_back(static_cast<float>(std::max(0.0, wave + 0.3 * normal(generator))));
        }
    }
    WorkerPool pool(2);
    const NeuronTunings all = tuning_of(p, kNeurons, hidden, pool);
    const std::vector<NeuronTuning>& tuning = all.neurons;
    // At p = 12 neurons 5 and 65 alternate.
    for (const int i : {0, 1, 5, 63, 64, 65, 66}) {
        const std::vector<double> plain = plain_explained(p, hidden, kNeurons, i);
        const auto best = std::max_element(plain.begin(), plain.end());
        EXPECT_EQ(tuning[static_cast<std::size_t>(i)].frequency, best - plain.begin() + 1);
        EXPECT_NEAR(tuning[static_cast<std::size_t>(i)].explained, *best, 1e-6) << "neuron " << i;
        EXPECT_GT(*best, 0.2);
        EXPECT_LT(*best, 0.95);
    }
    // The blocks of two frequencies share nothing: their energies are parts of the whole.
    const double covered =
        std::accumulate(all.energy_by_frequency.begin(), all.energy_by_frequency.end(), 0.0);
    double energy = 0;
    for (const NeuronTuning& neuron : tuning) {
        energy += neuron.energy;
    }
    EXPECT_LT(covered, energy);
    EXPECT_GT(covered, 0.2 * energy);
}

class NeuronTunerSums : public testing::TestWithParam<int> {};

TEST_P(NeuronTunerSums, TheEnergyOfAllNeuronsByFrequency) {
    const int p = GetParam();
    constexpr int kNeurons = 66;
    const Waves w(p);
    std::mt19937 generator(8);
    std::normal_distribution<double> normal;
    std::vector<float> hidden;
    for (int pair = 0; pair < p * p; ++pair) {
        for (int i = 0; i < kNeurons; ++i) {
            const int k = 1 + i % largest_frequency(p);
            hidden.push_back(
                static_cast<float>(std::max(0.0, i * w.cosine(k, pair / p) + normal(generator))));
        }
    }
    WorkerPool pool(2);
    const NeuronTunings all = tuning_of(p, kNeurons, hidden, pool);
    std::vector<double> expected(static_cast<std::size_t>(largest_frequency(p)));
    for (int i = 0; i < kNeurons; ++i) {
        const std::vector<double> plain = plain_explained(p, hidden, kNeurons, i);
        for (std::size_t k = 0; k < expected.size(); ++k) {
            expected[k] += plain[k] * all.neurons[static_cast<std::size_t>(i)].energy;
        }
    }
    ASSERT_EQ(all.energy_by_frequency.size(), expected.size());
    for (std::size_t k = 0; k < expected.size(); ++k) {
        EXPECT_NEAR(all.energy_by_frequency[k] / expected[k], 1, 1e-9) << "k = " << k + 1;
    }
}

INSTANTIATE_TEST_SUITE_P(Moduli, NeuronTunerSums, testing::Values(8, 10, 22, 29));

class NeuronTunerAtEven : public testing::TestWithParam<int> {};

TEST_P(NeuronTunerAtEven, FindsTheAlternatingFrequencyOfPureNeurons) {
    const int p = GetParam();
    const auto alternating = [](int x) { return x % 2 == 0 ? 1.0 : -1.0; };
    const std::vector<Response> pure = {
        [&](int a, int) { return 3 * alternating(a); },
        [&](int, int b) { return 7 - alternating(b); },
        [&](int a, int b) { return alternating(a + b); }, // of a+b as much as of a-b
        [&](int a, int b) { return std::max(0.0, alternating(a) + 2 * alternating(b)); }};
    WorkerPool pool(1);
    const int count = static_cast<int>(pure.size());
    const NeuronTunings all = tuning_of(p, count, hidden_of(p, pure), pool);
    double energy = 0;
    for (const NeuronTuning& neuron : all.neurons) {
        EXPECT_EQ(neuron.frequency, p / 2);
        EXPECT_NEAR(neuron.explained, 1, 1e-6);
        energy += neuron.energy;
    }
    ASSERT_EQ(all.energy_by_frequency.size(), static_cast<std::size_t>(p / 2));
    EXPECT_NEAR(all.energy_by_frequency.back() / energy, 1, 1e-6);
}

INSTANTIATE_TEST_SUITE_P(Moduli, NeuronTunerAtEven, testing::Values(8, 10, 22, 58));
INSTANTIATE_TEST_SUITE_P(Moduli, NeuronTunerAt, testing::Values(12, 29, 113));

TEST(NeuronTuner, ReadsThePhaseOfEachNumberAndTheSharesOfFrequencies) {
    constexpr int kP = 23;
    const Waves w(kP);
    const auto wave = [](int k, int x, double phase) {
        return std::cos(2 * std::numbers::pi * k * x / kP + phase);
    };
    const std::vector<Response> responses = {
        [&](int a, int b) { return 3 + wave(4, a, 0.7) + 2 * wave(4, b, -1.1); },
        [&](int a, int b) { return wave(6, a, -3) + wave(4, b, 2); }, // half of each
        [](int, int) { return 1.0; }};                                // dead: in no mean
    WorkerPool pool(1);
    NeuronTuner tuner(kP, 3);
    tuner.add(kP, hidden_of(kP, responses), pool);
    const NeuronTunings tunings = tuner.finish(pool);
    const InputPhases phases = tuner.input_phases(0, 4, w);
    EXPECT_NEAR(phases.first, 0.7, 1e-6);
    EXPECT_NEAR(phases.second, -1.1, 1e-6);
    EXPECT_NEAR(tuner.input_phases(1, 6, w).first, -3, 1e-6);
    EXPECT_NEAR(tuner.input_phases(1, 4, w).second, 2, 1e-6);
    EXPECT_NEAR(tunings.share_by_frequency[3], 0.75, 1e-6);
    EXPECT_NEAR(tunings.share_by_frequency[5], 0.25, 1e-6);
    EXPECT_NEAR(tunings.share_by_frequency[0], 0, 1e-6);
    EXPECT_THROW((void)NeuronTuner(kP, 3).input_phases(0, 4, w), std::logic_error);
}

TEST(NeuronTuner, CountsUnitsThatDoNotVaryAsDead) {
    WorkerPool pool(1);
    const std::vector<NeuronTuning> tuning =
        tuning_of(13, 3,
                  hidden_of(13, {[](int, int) { return 0.0; }, [](int, int) { return 20.0; },
                                 [](int a, int b) { return a == 3 && b == 4 ? 0.1 : 0.0; }}),
                  pool)
            .neurons;
    EXPECT_TRUE(tuning[0].dead());
    EXPECT_TRUE(tuning[1].dead());
    EXPECT_FALSE(tuning[1].clustered());
    EXPECT_FALSE(tuning[2].dead());
}

TEST(NeuronTuner, BitsDependNeitherOnThreadsNorOnPortionsNorOnWhatWasBefore) {
    constexpr int kP = 31;
    constexpr int kNeurons = 200;
    std::mt19937 generator(5);
    std::normal_distribution<float> normal;
    std::vector<float> hidden(kP * kP * kNeurons);
    for (float& value : hidden) {
        value = normal(generator);
    }
    WorkerPool one(1);
    WorkerPool three(3);
    const NeuronTunings expected = tuning_of(kP, kNeurons, hidden, one, kP);
    NeuronTuner reused(kP, kNeurons);
    for (int repeat = 0; repeat < 3; ++repeat) {
        reused.clear();
        reused.add(kP, hidden, three);
        const NeuronTunings again = reused.finish(three);
        const NeuronTunings portions = tuning_of(kP, kNeurons, hidden, three, kNumbersTogether);
        EXPECT_EQ(again.energy_by_frequency, expected.energy_by_frequency);
        EXPECT_EQ(portions.energy_by_frequency, expected.energy_by_frequency);
        for (std::size_t i = 0; i < expected.neurons.size(); ++i) {
            ASSERT_EQ(again.neurons[i].explained, expected.neurons[i].explained);
            ASSERT_EQ(portions.neurons[i].explained, expected.neurons[i].explained);
            ASSERT_EQ(portions.neurons[i].energy, expected.neurons[i].energy);
        }
    }
}

TEST(NeuronTuner, RefusesWrongSizesAndAnEarlyFinish) {
    WorkerPool pool(1);
    EXPECT_THROW(NeuronTuner(2, 5), std::invalid_argument);
    EXPECT_THROW(NeuronTuner(5, 0), std::invalid_argument);
    NeuronTuner tuner(5, 2);
    EXPECT_THROW(tuner.add(1, std::vector<float>(9), pool), std::invalid_argument);
    EXPECT_THROW(tuner.add(6, std::vector<float>(60), pool), std::invalid_argument);
    tuner.add(4, std::vector<float>(40), pool);
    EXPECT_THROW(static_cast<void>(tuner.finish(pool)), std::logic_error);
    EXPECT_THROW(tuner.add(2, std::vector<float>(20), pool), std::invalid_argument);
    tuner.add(1, std::vector<float>(10), pool);
    EXPECT_THROW(tuner.add(1, std::vector<float>(10), pool), std::invalid_argument); // after 5
    EXPECT_NO_THROW(static_cast<void>(tuner.finish(pool)));
}

} // namespace
} // namespace grokscope
