// Check 7 for the loops over pairs, probes and weights: every instruction set of this machine
// against plain loops in double, at sizes that are no multiple of any vector; and the choice among
// the sets.
#include "tests/model/kernel_case.h"

#include <cmath>
#include <numeric>
#include <span>
#include <stdexcept>

namespace grokscope::fused {
namespace {

class PairKernels : public OnEverySimdLevel {};

/// Random pairs, sorted by first token so that there are runs of odd lengths.
struct RandomPairs {
    RandomPairs(std::size_t count, std::size_t p, unsigned seed) : a(count), b(count) {
        std::mt19937 random(seed);
        for (std::size_t i = 0; i < count; ++i) {
            a[i] = static_cast<std::uint16_t>(random() % p);
            b[i] = static_cast<std::uint16_t>(random() % p);
        }
        std::ranges::sort(a);
    }
    std::vector<std::uint16_t> a, b;
};

TEST_P(PairKernels, AttentionWeightsAreASoftmaxEvenOfFarScores) {
    for (const std::size_t heads : {1U, 3U, 4U, 7U}) {
        for (const double spread : {1.0, 100.0, 1000.0}) {
            constexpr std::size_t kPairs = 37;
            constexpr std::size_t kTokens = 59;
            const RandomPairs pairs(kPairs, kTokens, 1);
            const auto s0 = random_values<float>(kTokens * heads, 2, spread);
            const auto s1 = random_values<float>(kTokens * heads, 3, spread);
            const auto s2 = random_values<float>(heads, 4, spread);
            // One value more than is ours to write.
            std::vector<float> w0(kPairs * heads + 1, 7), w1(w0), w2(w0);
            of().attention_weights(kPairs, heads, pairs.a.data(), pairs.b.data(), s0.data(),
                                   s1.data(), s2.data(), w0.data(), w1.data(), w2.data());
            for (std::size_t i = 0; i < kPairs; ++i) {
                for (std::size_t h = 0; h < heads; ++h) {
                    const double x0 = s0[pairs.a[i] * heads + h];
                    const double x1 = s1[pairs.b[i] * heads + h];
                    const double x2 = s2[h];
                    const double top = std::max({x0, x1, x2});
                    const double sum = std::exp(x0 - top) + std::exp(x1 - top) + std::exp(x2 - top);
                    // The scores are exact in float32, but their difference is rounded.
                    const double tolerance = 1e-6 + 1e-7 * spread * 4;
                    ASSERT_NEAR(w0[i * heads + h], std::exp(x0 - top) / sum, tolerance);
                    ASSERT_NEAR(w1[i * heads + h], std::exp(x1 - top) / sum, tolerance);
                    ASSERT_NEAR(w2[i * heads + h], std::exp(x2 - top) / sum, tolerance);
                }
            }
            EXPECT_EQ(w0.back(), 7);
            EXPECT_EQ(w1.back(), 7);
            EXPECT_EQ(w2.back(), 7);
        }
    }
}

TEST_P(PairKernels, GatherAgrees) {
    for (const std::size_t heads : {1U, 2U, 3U, 4U, 7U, 8U}) {
        constexpr std::size_t kPairs = 41;
        constexpr std::size_t kTokens = 17;
        const RandomPairs pairs(kPairs, kTokens, 5);
        const auto w0 = random_values<float>(kPairs * heads, 1);
        const auto w1 = random_values<float>(kPairs * heads, 2);
        const auto table = random_values<float>(2 * kTokens * heads * kPanel, 3);
        const auto base = random_values<float>(kPanel, 4);
        for (const bool relu : {false, true}) {
            constexpr std::size_t kRow = 80;
            std::vector<float> out(kPairs * kRow, 7);
            of().gather({.rows = kPairs,
                         .heads = heads,
                         .a = pairs.a.data(),
                         .b = pairs.b.data(),
                         .weights0 = w0.data(),
                         .weights1 = w1.data(),
                         .table0 = table.data(),
                         .table1 = table.data() + kTokens * heads * kPanel,
                         .base = base.data(),
                         .out = out.data(),
                         .out_row = kRow,
                         .relu = relu});
            for (std::size_t i = 0; i < kPairs; ++i) {
                for (std::size_t j = 0; j < kPanel; ++j) {
                    double value = base[j];
                    for (std::size_t h = 0; h < heads; ++h) {
                        const std::size_t row0 = pairs.a[i] * heads + h;
                        const std::size_t row1 = (kTokens + pairs.b[i]) * heads + h;
                        value += static_cast<double>(w0[i * heads + h]) * table[row0 * kPanel + j];
                        value += static_cast<double>(w1[i * heads + h]) * table[row1 * kPanel + j];
                    }
                    ASSERT_NEAR(out[i * kRow + j], relu ? std::max(value, 0.0) : value, 2e-5);
                }
                ASSERT_EQ(out[i * kRow + kPanel], 7);
            }
        }
    }
}

TEST_P(PairKernels, ScatterAgrees) {
    constexpr std::size_t kPairs = 30;
    constexpr std::size_t kPanels = 3;
    constexpr std::size_t kRow = kPanels * kPanel + 16;
    const auto y = random_values<float>(kPairs * kRow, 1);
    for (const std::size_t heads : {1U, 2U, 4U, 7U}) {
        const auto weights = random_values<float>(kPairs * heads, 2);
        const std::size_t panel_stride = heads * kPanel * 5;
        const auto table = random_values<float>(kPanels * panel_stride, 3);
        for (const std::size_t count : {0U, 1U, 2U, 3U, 4U, 5U, 9U, 17U}) {
            std::vector<std::uint32_t> pairs(count);
            for (std::size_t n = 0; n < count; ++n) {
                pairs[n] = static_cast<std::uint32_t>((n * 7 + 3) % kPairs);
            }
            for (const bool wants_dots : {false, true}) {
                std::vector<float> gradient(table.size(), 7);
                std::vector<float> dots(kPairs * heads, 7);
                of().scatter({.pairs = pairs.data(),
                              .count = count,
                              .heads = heads,
                              .panels = kPanels,
                              .y = y.data(),
                              .y_row = kRow,
                              .weights = weights.data(),
                              .table = wants_dots ? table.data() : nullptr,
                              .gradient = gradient.data(),
                              .panel_stride = panel_stride,
                              .dots = wants_dots ? dots.data() : nullptr});
                for (std::size_t h = 0; h < heads; ++h) {
                    for (std::size_t j = 0; j < kPanels * kPanel; ++j) {
                        double value = 0;
                        for (const std::uint32_t pair : pairs) {
                            value +=
                                static_cast<double>(weights[pair * heads + h]) * y[pair * kRow + j];
                        }
                        const std::size_t at = j / kPanel * panel_stride + h * kPanel + j % kPanel;
                        ASSERT_NEAR(gradient[at], value, 2e-5) << count << " pairs";
                    }
                    for (std::size_t pair = 0; pair < kPairs; ++pair) {
                        double value = 7;
                        if (wants_dots && std::ranges::find(pairs, pair) != pairs.end()) {
                            value = 0;
                            for (std::size_t j = 0; j < kPanels * kPanel; ++j) {
                                const std::size_t at =
                                    j / kPanel * panel_stride + h * kPanel + j % kPanel;
                                value += static_cast<double>(y[pair * kRow + j]) * table[at];
                            }
                        }
                        ASSERT_NEAR(dots[pair * heads + h], value, 1e-4);
                    }
                }
                EXPECT_EQ(gradient[heads * kPanel], 7) << "another token's row";
            }
        }
    }
}

TEST_P(PairKernels, LossKeepsItsDigitsAndItsGradients) {
    for (const std::size_t classes : {5U, 59U, 64U, 113U, 251U}) {
        const std::size_t padded = panels_of(classes) * kPanel;
        for (const double scale : {0.1, 3.0, 60.0}) {
            constexpr std::size_t kRows = 9;
            std::vector<float> logits = random_values<float>(kRows * padded, 1, scale);
            std::vector<std::uint16_t> labels(kRows);
            for (std::size_t i = 0; i < kRows; ++i) {
                labels[i] = static_cast<std::uint16_t>((i * 31 + 2) % classes);
            }
            logits[0 * padded + labels[0]] += 30; // a loss of 1e-10 and less
            logits[1 * padded + labels[1]] -= 30;
            std::vector<float> gradients = logits;
            std::vector<float> sums(padded, 0);
            double expected_loss = 0;
            std::int64_t expected_correct = 0;
            std::vector<double> expected(kRows * padded, 0);
            for (std::size_t i = 0; i < kRows; ++i) {
                const float* x = logits.data() + i * padded;
                const auto top = static_cast<std::size_t>(std::max_element(x, x + classes) - x);
                double others = 0; // relative to the right answer, as small as it may be
                for (std::size_t c = 0; c < classes; ++c) {
                    if (c != labels[i]) {
                        others += std::exp(static_cast<double>(x[c]) - x[labels[i]]);
                    }
                }
                expected_loss += std::log1p(others);
                expected_correct += top == labels[i] ? 1 : 0;
                for (std::size_t c = 0; c < classes; ++c) {
                    expected[i * padded + c] =
                        c == labels[i]
                            ? -others / (1 + others) / 5
                            : std::exp(static_cast<double>(x[c]) - x[labels[i]]) / (1 + others) / 5;
                }
            }
            const LossSums found = of().loss({.rows = kRows,
                                              .classes = classes,
                                              .logits = gradients.data(),
                                              .row = padded,
                                              .labels = labels.data(),
                                              .gradient_scale = 0.2,
                                              .gradient_sums = sums.data()});
            EXPECT_NEAR(found.loss / expected_loss, 1, 1e-6) << classes << " classes";
            EXPECT_EQ(found.correct, expected_correct);
            std::vector<double> expected_sums(padded, 0);
            for (std::size_t i = 0; i < kRows; ++i) {
                for (std::size_t c = 0; c < padded; ++c) {
                    const double value = expected[i * padded + c];
                    ASSERT_NEAR(gradients[i * padded + c], value, 1e-5 * std::abs(value) + 1e-20)
                        << "class " << c << " of row " << i;
                    expected_sums[c] += value;
                }
            }
            for (std::size_t c = 0; c < padded; ++c) {
                ASSERT_NEAR(sums[c], expected_sums[c], 1e-6);
            }
        }
    }
}

/// Loss and slopes of one row by the definition, in double.
double loss_by_definition(std::span<const float> logits, std::size_t label, const LossRule& rule,
                          std::vector<double>& slopes) {
    std::vector<double> s, slope;
    for (const float logit : logits) {
        const double x = logit / rule.temperature;
        s.push_back(!rule.stablemax ? std::exp(x) : x >= 0 ? x + 1 : 1 / (1 - x));
        slope.push_back(!rule.stablemax || x < 0 ? (rule.stablemax ? s.back() * s.back() : s.back())
                                                 : 1.0);
    }
    const double sum = std::accumulate(s.begin(), s.end(), 0.0);
    slopes.clear();
    for (std::size_t c = 0; c < s.size(); ++c) {
        slopes.push_back((slope[c] / sum - (c == label ? slope[c] / s[c] : 0)) / rule.temperature);
    }
    return -std::log(s[label] / sum);
}

TEST_P(PairKernels, LossFollowsItsRule) {
    for (const LossRule& rule :
         {LossRule{2, false}, {0.3, false}, {1, true}, {1.7, true}, {1, false}}) {
        for (const std::size_t classes : {5U, 64U, 113U}) {
            const std::size_t padded = panels_of(classes) * kPanel;
            constexpr std::size_t kRows = 7;
            const std::vector<float> logits = random_values<float>(kRows * padded, 1, 2);
            std::vector<std::uint16_t> labels(kRows);
            for (std::size_t i = 0; i < kRows; ++i) {
                labels[i] = static_cast<std::uint16_t>((i * 31 + 2) % classes);
            }
            std::vector<float> gradients = logits;
            std::vector<float> sums(padded, 0);
            const LossSums found = of().loss({.rows = kRows,
                                              .classes = classes,
                                              .logits = gradients.data(),
                                              .row = padded,
                                              .labels = labels.data(),
                                              .rule = rule,
                                              .gradient_scale = 0.2,
                                              .gradient_sums = sums.data()});
            double expected = 0;
            std::vector<double> slopes;
            for (std::size_t i = 0; i < kRows; ++i) {
                expected += loss_by_definition(std::span(logits).subspan(i * padded, classes),
                                               labels[i], rule, slopes);
                for (std::size_t c = 0; c < padded; ++c) {
                    const double value = c < classes ? 0.2 * slopes[c] : 0;
                    ASSERT_NEAR(gradients[i * padded + c], value, 2e-6 * std::abs(value) + 1e-7)
                        << "class " << c << " of row " << i << ", temperature " << rule.temperature
                        << ", stablemax " << rule.stablemax;
                }
            }
            EXPECT_NEAR(found.loss / expected, 1, 1e-6) << classes << " classes";
        }
    }
}

TEST_P(PairKernels, EveryRulePassesOnWhatIsNotANumber) {
    for (const bool stablemax : {false, true}) {
        for (const float wrong : {std::nanf(""), INFINITY}) {
            for (const std::size_t at : {1U, 2U}) { // the answer, and another
                std::vector<float> row(kPanel, 0);
                row[at] = wrong;
                const std::uint16_t label = 1;
                const LossSums found = of().loss({.rows = 1,
                                                  .classes = 5,
                                                  .logits = row.data(),
                                                  .row = kPanel,
                                                  .labels = &label,
                                                  .rule = {1, stablemax}});
                EXPECT_FALSE(std::isfinite(found.loss))
                    << stablemax << ", " << wrong << " at " << at;
            }
        }
    }
}

TEST_P(PairKernels, LossOfAnEasyRowIsNotQuantised) {
    // A float32 log-softmax would give 0 or 1.2e-7 here.
    std::vector<float> row(kPanel, 0);
    row[3] = 20;
    const std::uint16_t label = 3;
    const LossSums found =
        of().loss({.rows = 1, .classes = 5, .logits = row.data(), .row = kPanel, .labels = &label});
    EXPECT_NEAR(found.loss / (4 * std::exp(-20.0)), 1, 1e-6);
    EXPECT_EQ(found.correct, 1);
}

TEST_P(PairKernels, LossOfPartsIsThatOfTheirRowsAndChangesNoOther) {
    constexpr std::size_t kRows = 9;
    const std::vector<float> rows = random_values<float>(kRows * kPanel, 4);
    const std::vector<std::uint16_t> labels{0, 1, 2, 3, 4, 0, 1, 2, 3};
    const std::vector<std::uint8_t> parts{1, 0, 0, 1, 1, 1, 0, 1, 0};
    const auto loss_of = [&](std::size_t first, std::size_t count, const std::uint8_t* marks,
                             LossSums* sums) {
        std::vector<float> logits = rows;
        return of().loss({.rows = count,
                          .classes = 5,
                          .logits = logits.data() + first * kPanel,
                          .row = kPanel,
                          .labels = labels.data() + first,
                          .parts = marks,
                          .part_sums = sums});
    };
    std::array<LossSums, 2> expected{};
    for (std::size_t i = 0; i < kRows; ++i) {
        const LossSums row = loss_of(i, 1, nullptr, nullptr);
        expected[parts[i]].loss += row.loss;
        expected[parts[i]].correct += row.correct;
    }
    std::array<LossSums, 2> found{};
    const LossSums all = loss_of(0, kRows, parts.data(), found.data());
    for (const std::size_t part : {0U, 1U}) {
        EXPECT_EQ(found[part].loss, expected[part].loss);
        EXPECT_EQ(found[part].correct, expected[part].correct);
    }
    EXPECT_EQ(all.loss, loss_of(0, kRows, nullptr, nullptr).loss) << "every bit of it";
    EXPECT_EQ(all.correct, expected[0].correct + expected[1].correct);
}

TEST_P(PairKernels, ATieGoesToTheLowestClass) {
    for (const std::size_t first : {0U, 1U, 17U, 40U}) {
        std::vector<float> row(kPanel, -1);
        row[first] = 2;
        row[58] = 2;
        for (const std::size_t answer : {first, std::size_t{58}}) {
            std::vector<float> logits = row;
            const auto label = static_cast<std::uint16_t>(answer);
            const LossSums found = of().loss({.rows = 1,
                                              .classes = 59,
                                              .logits = logits.data(),
                                              .row = kPanel,
                                              .labels = &label});
            EXPECT_EQ(found.correct, answer == first ? 1 : 0);
            EXPECT_NEAR(found.loss, std::log(2 + 57 * std::exp(-3.0)), 1e-6);
        }
    }
}

TEST_P(PairKernels, LossPassesOnWhatIsNotANumber) {
    std::vector<float> row(kPanel, 0);
    row[2] = std::nanf("");
    const std::uint16_t label = 1;
    const LossSums found =
        of().loss({.rows = 1, .classes = 5, .logits = row.data(), .row = kPanel, .labels = &label});
    EXPECT_FALSE(std::isfinite(found.loss));
}

TEST_P(PairKernels, ProbeErrorAgrees) {
    for (const std::size_t rows : {1U, 7U, 192U}) {
        const auto product = random_values<float>(rows * kPanel, 1);
        const auto target = random_values<float>(rows * kPanel, 2);
        const auto bias = random_values<float>(kPanel, 3);
        for (const int mode : {0, 1, 2}) { // no y, overwrite y, add to y
            constexpr std::size_t kRow = 70;
            const auto before = random_values<float>(rows * kRow, 4);
            std::vector<float> y = before;
            std::vector<float> error = product;
            const double squares = of().probe_error({.rows = rows,
                                                     .error = error.data(),
                                                     .target = target.data(),
                                                     .bias = bias.data(),
                                                     .scale = 0.25,
                                                     .y = mode == 0 ? nullptr : y.data(),
                                                     .y_row = kRow,
                                                     .add = mode == 2});
            double expected = 0;
            for (std::size_t i = 0; i < rows; ++i) {
                for (std::size_t j = 0; j < kPanel; ++j) {
                    const std::size_t at = i * kPanel + j;
                    const double e = static_cast<double>(product[at]) + bias[j] - target[at];
                    expected += e * e;
                    ASSERT_NEAR(error[at], 0.25 * e, 1e-6);
                    const double old = before[i * kRow + j];
                    const double now = mode == 0 ? old : (mode == 2 ? old : 0) - 0.25 * e;
                    ASSERT_NEAR(y[i * kRow + j], now, 1e-6);
                }
                ASSERT_EQ(y[i * kRow + kPanel], before[i * kRow + kPanel]);
            }
            EXPECT_NEAR(squares / expected, 1, 1e-6);
        }
    }
}

TEST_P(PairKernels, AdamWAgreesAndSlicesGiveTheSameBits) {
    constexpr std::size_t kCount = 211;
    const AdamWScalars<float> s{0.999F, 0.9F, 0.1F, 0.98F, 0.02F, 1.25F, 1e-8F, 1e-3F};
    const auto gradient = random_values<float>(kCount, 1);
    const auto first = random_values<float>(kCount, 2);
    auto second = random_values<float>(kCount, 3);
    for (float& value : second) {
        value *= value;
    }
    second[5] = 0;
    const auto weights = random_values<float>(kCount, 4);
    auto w = weights, m1 = first, m2 = second;
    of().adamw(s, kCount, w.data(), gradient.data(), m1.data(), m2.data());
    auto sw = weights, sm1 = first, sm2 = second;
    for (const auto& [begin, end] :
         {std::pair<std::size_t, std::size_t>{0, 1}, {1, 48}, {48, 211}}) {
        of().adamw(s, end - begin, sw.data() + begin, gradient.data() + begin, sm1.data() + begin,
                   sm2.data() + begin);
    }
    EXPECT_EQ(w, sw);
    EXPECT_EQ(m1, sm1);
    EXPECT_EQ(m2, sm2);
    for (std::size_t i = 0; i < kCount; ++i) {
        const double g = gradient[i];
        const double n1 = 0.9 * first[i] + 0.1 * g;
        const double n2 = 0.98 * second[i] + 0.02 * g * g;
        ASSERT_NEAR(m1[i], n1, 1e-6);
        ASSERT_NEAR(m2[i], n2, 1e-6);
        ASSERT_NEAR(w[i], 0.999 * weights[i] - 1e-3 * n1 / (std::sqrt(n2) * 1.25 + 1e-8), 1e-6);
    }
}

INSTANTIATE_TEST_SUITE_P(Check7, PairKernels, testing::ValuesIn(available_simd_levels()),
                         test_name_of);

TEST(SimdLevels, StartWithThePortableOneAndRefuseWhatIsMissing) {
    const auto levels = available_simd_levels();
    ASSERT_FALSE(levels.empty());
    EXPECT_EQ(best_simd_level(), levels.back());
    for (const SimdLevel level : levels) {
        EXPECT_EQ(kernels<float>(level).level, level);
        EXPECT_EQ(kernels<double>(level).level, level);
    }
#if defined(__x86_64__)
    EXPECT_THROW((void)kernels<float>(SimdLevel::kNeon), std::invalid_argument);
#endif
}

TEST(SimdLevels, ALimitHoldsForEveryChoiceUntilTheNext) {
    const auto levels = available_simd_levels();
    for (const SimdLevel level : levels) {
        limit_simd_level(level);
        EXPECT_EQ(best_simd_level(), level);
        EXPECT_EQ(available_simd_levels().front(), levels.front());
    }
    EXPECT_EQ(available_simd_levels(), levels) << "the last limit was the best level";
#if defined(__x86_64__)
    EXPECT_THROW(limit_simd_level(SimdLevel::kNeon), std::invalid_argument);
    EXPECT_EQ(available_simd_levels(), levels);
#endif
}

} // namespace
} // namespace grokscope::fused
