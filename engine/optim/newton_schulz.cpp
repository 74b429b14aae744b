#include "engine/optim/newton_schulz.h"

#include <algorithm>
#include <cmath>

namespace grokscope {

namespace {

constexpr int kSteps = 5;
// X becomes a X + (b G + c G G) X with G = X X^T.
constexpr auto kA = static_cast<float>(3.4445);
constexpr auto kB = static_cast<float>(-4.7750);
constexpr auto kC = static_cast<float>(2.0315);

std::size_t whole_panels(std::size_t columns) {
    return fused::panels_of(columns) * fused::kPanel;
}

} // namespace

NewtonSchulz::NewtonSchulz(std::size_t rows, std::size_t columns)
    : kernels_(fused::kernels<float>(fused::best_simd_level())), rows_(rows), columns_(columns),
      low_(std::min(rows, columns)), wide_(std::max(rows, columns)), low_row_(whole_panels(low_)),
      wide_row_(whole_panels(wide_)), x_(low_ * wide_row_), gram_(low_ * low_row_),
      square_(low_ * low_row_), x_panels_(low_ * wide_row_), x_t_panels_(wide_ * low_row_),
      gram_panels_(low_ * low_row_) {
}

void NewtonSchulz::orthogonalise(float* matrix) {
    take(matrix);
    for (int i = 0; i < kSteps; ++i) {
        step();
    }
    give(matrix);
}

void NewtonSchulz::take(const float* matrix) {
    double squares = 0;
    for (std::size_t i = 0; i < rows_ * columns_; ++i) {
        squares += static_cast<double>(matrix[i]) * matrix[i];
    }
    const auto norm = static_cast<float>(std::sqrt(squares) + 1e-7);
    const bool turned = rows_ > columns_;
    for (std::size_t i = 0; i < low_; ++i) {
        for (std::size_t j = 0; j < wide_; ++j) {
            x_[i * wide_row_ + j] =
                (turned ? matrix[j * columns_ + i] : matrix[i * columns_ + j]) / norm;
        }
    }
}

void NewtonSchulz::step() {
    kernels_.pack(low_, wide_, x_.data(), wide_row_, 1, x_panels_.data());
    kernels_.pack(wide_, low_, x_.data(), 1, wide_row_, x_t_panels_.data());
    kernels_.multiply({.rows = low_, // G = X X^T
                       .columns = low_,
                       .depth = wide_,
                       .a = x_.data(),
                       .a_row = wide_row_,
                       .b = x_t_panels_.data(),
                       .b_panel = wide_ * fused::kPanel,
                       .c = gram_.data(),
                       .c_row = low_row_});
    kernels_.pack(low_, low_, gram_.data(), low_row_, 1, gram_panels_.data());
    kernels_.multiply({.rows = low_, // G G
                       .columns = low_,
                       .depth = low_,
                       .a = gram_.data(),
                       .a_row = low_row_,
                       .b = gram_panels_.data(),
                       .b_panel = low_ * fused::kPanel,
                       .c = square_.data(),
                       .c_row = low_row_});
    for (std::size_t i = 0; i < low_; ++i) {
        for (std::size_t j = 0; j < low_; ++j) {
            const std::size_t at = i * low_row_ + j;
            square_[at] = kB * gram_[at] + kC * square_[at];
        }
        square_[i * low_row_ + i] += kA;
    }
    kernels_.multiply({.rows = low_, // (a + b G + c G G) X
                       .columns = wide_,
                       .depth = low_,
                       .a = square_.data(),
                       .a_row = low_row_,
                       .b = x_panels_.data(),
                       .b_panel = low_ * fused::kPanel,
                       .c = x_.data(),
                       .c_row = wide_row_});
}

void NewtonSchulz::give(float* matrix) const {
    const bool turned = rows_ > columns_;
    for (std::size_t i = 0; i < low_; ++i) {
        for (std::size_t j = 0; j < wide_; ++j) {
            matrix[turned ? j * columns_ + i : i * columns_ + j] = x_[i * wide_row_ + j];
        }
    }
}

} // namespace grokscope
