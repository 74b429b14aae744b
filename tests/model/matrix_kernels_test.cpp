// Check 7 for what multiplies and adds matrices: every instruction set of this machine against
// plain loops in double, at sizes that are no multiple of any vector.
#include "tests/model/kernel_case.h"

#include <cmath>

namespace grokscope::fused {
namespace {

class MatrixKernels : public OnEverySimdLevel {};

/// Plain element access to matrices that lie in panels.
std::size_t in_panels(std::size_t rows, std::size_t i, std::size_t j) {
    return j / kPanel * rows * kPanel + i * kPanel + j % kPanel;
}

struct ProductCase {
    std::size_t rows, columns, depth;
};

TEST_P(MatrixKernels, MultiplyAgreesWithPlainLoops) {
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

TEST_P(MatrixKernels, MultiplyTakesEitherFactorInPanels) {
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

TEST_P(MatrixKernels, AddMatrixVectorAgrees) {
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

TEST_P(MatrixKernels, ColumnSumsAgree) {
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

TEST_P(MatrixKernels, CalibrationCountsItsOperations) {
    const double flop = of().multiply_adds(1000);
    EXPECT_GT(flop, 0);
    EXPECT_EQ(of().multiply_adds(2000), 2 * flop);
}

INSTANTIATE_TEST_SUITE_P(Check7, MatrixKernels, testing::ValuesIn(available_simd_levels()),
                         test_name_of);

} // namespace
} // namespace grokscope::fused
