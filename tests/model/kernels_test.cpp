// Check 7: every kernel on every instruction set of this machine against plain loops in double, at
// sizes that are no multiple of any vector.
#include "engine/model/fused/kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace grokscope::fused {
namespace {

template <typename T>
std::vector<T> random_values(std::size_t count, unsigned seed, double scale = 1) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal(0, scale);
    std::vector<T> values(count);
    for (T& value : values) {
        value = static_cast<T>(normal(random));
    }
    return values;
}

/// Plain element access to matrices that lie in panels.
std::size_t in_panels(std::size_t rows, std::size_t i, std::size_t j) {
    return j / kPanel * rows * kPanel + i * kPanel + j % kPanel;
}

class KernelsOf : public testing::TestWithParam<SimdLevel> {
protected:
    [[nodiscard]] static const Kernels<float>& of() { return kernels<float>(GetParam()); }
};

struct ProductCase {
    std::size_t rows, columns, depth;
};

TEST_P(KernelsOf, MultiplyAgreesWithPlainLoops) {
    for (const ProductCase& size :
         {ProductCase{1, 1, 1}, ProductCase{5, 113, 7}, ProductCase{7, 59, 64},
          ProductCase{192, 113, 128}, ProductCase{13, 200, 33}, ProductCase{23, 128, 640}}) {
        const auto a = random_values<float>(size.rows * size.depth, 1);
        const auto b = random_values<float>(size.depth * size.columns, 2);
        const std::size_t panels = panels_of(size.columns);
        std::vector<float> packed(panels * size.depth * kPanel, 99);
        std::vector<float> packed_transposed(packed.size(), 99);
        of().pack(size.depth, size.columns, b.data(), size.columns, 1, packed.data());
        std::vector<float> bt(b.size()); // [columns, depth]
        for (std::size_t k = 0; k < size.depth; ++k) {
            for (std::size_t j = 0; j < size.columns; ++j) {
                bt[j * size.depth + k] = b[k * size.columns + j];
                ASSERT_EQ(packed[in_panels(size.depth, k, j)], b[k * size.columns + j]);
            }
            for (std::size_t j = size.columns; j < panels * kPanel; ++j) {
                ASSERT_EQ(packed[in_panels(size.depth, k, j)], 0);
            }
        }
        of().pack(size.depth, size.columns, bt.data(), 1, size.depth, packed_transposed.data());
        EXPECT_EQ(packed, packed_transposed);

        for (const bool accumulate : {false, true}) {
            const std::size_t c_row = panels * kPanel + 16;
            const std::vector<float> before = random_values<float>(size.rows * c_row, 3);
            std::vector<float> exact = before;
            std::vector<float> masked = before;
            std::vector<float> transposed = before;
            std::vector<float> sums(panels * kPanel, 0);
            const auto mask = random_values<float>(panels * size.rows * kPanel, 4);
            Product<float> product{.rows = size.rows,
                                   .columns = size.columns,
                                   .depth = size.depth,
                                   .a = a.data(),
                                   .a_row = size.depth,
                                   .b = packed.data(),
                                   .b_panel = size.depth * kPanel,
                                   .c = exact.data(),
                                   .c_row = c_row,
                                   .accumulate = accumulate,
                                   .exact_columns = true};
            of().multiply(product);
            product.c = masked.data();
            product.exact_columns = false;
            product.mask = mask.data();
            product.mask_panel = size.rows * kPanel;
            product.sums = sums.data();
            of().multiply(product);
            // The same with A read by columns.
            std::vector<float> at(a.size());
            for (std::size_t i = 0; i < size.rows; ++i) {
                for (std::size_t k = 0; k < size.depth; ++k) {
                    at[k * size.rows + i] = a[i * size.depth + k];
                }
            }
            product.a = at.data();
            product.a_row = 1;
            product.a_col = size.rows;
            product.c = transposed.data();
            product.mask = nullptr;
            product.sums = nullptr;
            product.exact_columns = true;
            of().multiply(product);
            std::vector<double> expected_sums(size.columns, 0);
            for (std::size_t i = 0; i < size.rows; ++i) {
                for (std::size_t j = 0; j < size.columns; ++j) {
                    double value = accumulate ? before[i * c_row + j] : 0;
                    for (std::size_t k = 0; k < size.depth; ++k) {
                        value +=
                            static_cast<double>(a[i * size.depth + k]) * b[k * size.columns + j];
                    }
                    const double tolerance = 2e-6 * std::sqrt(static_cast<double>(size.depth)) * 4;
                    ASSERT_NEAR(exact[i * c_row + j], value, tolerance);
                    ASSERT_EQ(exact[i * c_row + j], transposed[i * c_row + j]);
                    const bool kept = mask[in_panels(size.rows, i, j)] > 0;
                    ASSERT_NEAR(masked[i * c_row + j], kept ? value : 0, tolerance);
                    expected_sums[j] += masked[i * c_row + j];
                }
                for (std::size_t j = size.columns; j < c_row; ++j) {
                    ASSERT_EQ(exact[i * c_row + j], before[i * c_row + j]) << "beyond the columns";
                }
            }
            for (std::size_t j = 0; j < size.columns; ++j) {
                ASSERT_NEAR(sums[j], expected_sums[j], 1e-4);
            }
        }
    }
}

TEST_P(KernelsOf, MultiplyTakesEitherFactorInPanels) {
    constexpr std::size_t kRows = 11;
    constexpr std::size_t kDepth = 192;
    constexpr std::size_t kColumns = 70;
    const auto a = random_values<float>(kRows * kDepth, 1);
    const auto b = random_values<float>(kDepth * 3 * kPanel * 2, 2); // rows of three, one used
    std::vector<float> a_panels(a.size());
    for (std::size_t i = 0; i < kRows; ++i) {
        for (std::size_t k = 0; k < kDepth; ++k) {
            a_panels[in_panels(kRows, i, k)] = a[i * kDepth + k];
        }
    }
    std::vector<float> c(2 * kRows * kPanel);
    of().multiply({.rows = kRows,
                   .columns = kColumns,
                   .depth = kDepth,
                   .a = a_panels.data(),
                   .a_row = kPanel,
                   .a_panel = kRows * kPanel,
                   .b = b.data(),
                   .b_panel = kDepth * 3 * kPanel,
                   .b_row = 3 * kPanel,
                   .c = c.data(),
                   .c_row = kPanel,
                   .c_panel = kRows * kPanel});
    for (std::size_t i = 0; i < kRows; ++i) {
        for (std::size_t j = 0; j < kColumns; ++j) {
            double value = 0;
            for (std::size_t k = 0; k < kDepth; ++k) {
                value += static_cast<double>(a[i * kDepth + k]) *
                         b[j / kPanel * kDepth * 3 * kPanel + k * 3 * kPanel + j % kPanel];
            }
            ASSERT_NEAR(c[in_panels(kRows, i, j)], value, 1e-4);
        }
    }
}

TEST_P(KernelsOf, AddMatrixVectorAgrees) {
    constexpr std::size_t kDepth = 128;
    for (const std::size_t rows : {1U, 3U, 4U, 9U}) {
        const auto a = random_values<float>(2 * rows * kPanel, 1);
        const auto x = random_values<float>(2 * 200, 2);
        std::vector<float> c(rows * 3, 1);
        of().add_matrix_vector(rows, kDepth, a.data(), rows * kPanel, x.data(), 200, c.data(), 3);
        for (std::size_t i = 0; i < rows; ++i) {
            double value = 1;
            for (std::size_t k = 0; k < kDepth; ++k) {
                value += static_cast<double>(a[in_panels(rows, i, k)]) *
                         x[k / kPanel * 200 + k % kPanel];
            }
            EXPECT_NEAR(c[i * 3], value, 2e-5);
            EXPECT_EQ(c[i * 3 + 1], 1);
        }
    }
}

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

TEST_P(KernelsOf, AttentionWeightsAreASoftmaxEvenOfFarScores) {
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

TEST_P(KernelsOf, GatherAgrees) {
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

TEST_P(KernelsOf, ScatterAgrees) {
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

TEST_P(KernelsOf, LossKeepsItsDigitsAndItsGradients) {
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

TEST_P(KernelsOf, LossOfAnEasyRowIsNotQuantised) {
    // A float32 log-softmax would give 0 or 1.2e-7 here.
    std::vector<float> row(kPanel, 0);
    row[3] = 20;
    const std::uint16_t label = 3;
    const LossSums found =
        of().loss({.rows = 1, .classes = 5, .logits = row.data(), .row = kPanel, .labels = &label});
    EXPECT_NEAR(found.loss / (4 * std::exp(-20.0)), 1, 1e-6);
    EXPECT_EQ(found.correct, 1);
}

TEST_P(KernelsOf, ATieGoesToTheLowestClass) {
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

TEST_P(KernelsOf, LossPassesOnWhatIsNotANumber) {
    std::vector<float> row(kPanel, 0);
    row[2] = std::nanf("");
    const std::uint16_t label = 1;
    const LossSums found =
        of().loss({.rows = 1, .classes = 5, .logits = row.data(), .row = kPanel, .labels = &label});
    EXPECT_FALSE(std::isfinite(found.loss));
}

TEST_P(KernelsOf, ColumnSumsAgree) {
    for (const std::size_t rows : {1U, 2U, 5U, 20U}) {
        const auto matrix = random_values<float>(rows * 100, 1);
        std::vector<float> sums(96);
        of().column_sums(rows, 96, matrix.data(), 100, sums.data());
        for (std::size_t j = 0; j < 96; ++j) {
            double value = 0;
            for (std::size_t i = 0; i < rows; ++i) {
                value += matrix[i * 100 + j];
            }
            ASSERT_NEAR(sums[j], value, 1e-5);
        }
    }
}

TEST_P(KernelsOf, ProbeErrorAgrees) {
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

TEST_P(KernelsOf, AdamWAgreesAndSlicesGiveTheSameBits) {
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

TEST_P(KernelsOf, CalibrationCountsItsOperations) {
    const double flop = of().multiply_adds(1000);
    EXPECT_GT(flop, 0);
    EXPECT_EQ(of().multiply_adds(2000), 2 * flop);
}

INSTANTIATE_TEST_SUITE_P(Check7, KernelsOf, testing::ValuesIn(available_simd_levels()),
                         [](const auto& level) {
                             std::string name(name_of(level.param));
                             std::erase(name, '-');
                             return name;
                         });

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

} // namespace
} // namespace grokscope::fused
