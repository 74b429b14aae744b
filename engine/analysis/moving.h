// Matrices that move along a direction: values with their rates of change, and products of such.
#pragma once

#include "engine/model/aligned_buffer.h"

#include <cblas.h>
#include <cstddef>
#include <cstdint>

namespace grokscope {

/// What a pass computes: values, or, of values that are known, their rates along a direction.
enum class Part : std::uint8_t { kValue, kRate };

/// A buffer of numbers and what each of them changes by along a direction.
template <typename T>
struct Moving {
    AlignedBuffer<T> value, rate;

    explicit Moving(std::size_t size = 0) : value(size), rate(size) {}
    [[nodiscard]] T* of(Part part) { return part == Part::kValue ? value.data() : rate.data(); }
};

/// A factor of a product: row-major with so many values from row to row; transposed is read the
/// other way.
template <typename T>
struct Factor {
    const T* value;
    const T* rate;
    std::size_t stride;
    bool transposed = false;
};

/// Where a product goes.
template <typename T>
struct Result {
    T* value;
    T* rate;
    std::size_t stride;
};

template <typename T>
[[nodiscard]] Factor<T> factor_of(const Moving<T>& matrix, std::size_t stride,
                                  std::size_t first = 0, bool transposed = false) {
    return {matrix.value.data() + first, matrix.rate.data() + first, stride, transposed};
}

template <typename T>
[[nodiscard]] Factor<T> transposed(Factor<T> factor) {
    factor.transposed = !factor.transposed;
    return factor;
}

template <typename T>
[[nodiscard]] Result<T> result_of(Moving<T>& matrix, std::size_t stride, std::size_t first = 0) {
    return {matrix.value.data() + first, matrix.rate.data() + first, stride};
}

/// c = alpha a b + beta c, plain; a is [rows, depth].
template <typename T>
void multiply(std::size_t rows, std::size_t columns, std::size_t depth, T alpha, const T* a,
              std::size_t a_stride, bool a_transposed, const T* b, std::size_t b_stride,
              bool b_transposed, T beta, T* c, std::size_t c_stride) {
    const auto order = [](bool transposed) { return transposed ? CblasTrans : CblasNoTrans; };
    const auto gemm = [&](auto function) {
        function(CblasRowMajor, order(a_transposed), order(b_transposed),
                 static_cast<blasint>(rows), static_cast<blasint>(columns),
                 static_cast<blasint>(depth), alpha, a, static_cast<blasint>(a_stride), b,
                 static_cast<blasint>(b_stride), beta, c, static_cast<blasint>(c_stride));
    };
    if constexpr (sizeof(T) == sizeof(double)) {
        gemm(cblas_dgemm);
    } else {
        gemm(cblas_sgemm);
    }
}

/// c = alpha a b + beta c, or its rate, alpha (a' b + a b') + beta c'.
template <typename T>
void multiply(Part part, std::size_t rows, std::size_t columns, std::size_t depth,
              const Factor<T>& a, const Factor<T>& b, const Result<T>& c, T beta = 0, T alpha = 1) {
    const auto term = [&](const T* left, const T* right, T* to, T keep) {
        multiply(rows, columns, depth, alpha, left, a.stride, a.transposed, right, b.stride,
                 b.transposed, keep, to, c.stride);
    };
    if (part == Part::kValue) {
        term(a.value, b.value, c.value, beta);
    } else {
        term(a.rate, b.value, c.rate, beta);
        term(a.value, b.rate, c.rate, 1);
    }
}

/// y += alpha x.
template <typename T>
void add_scaled(std::size_t size, T alpha, const T* x, T* y) {
    if constexpr (sizeof(T) == sizeof(double)) {
        cblas_daxpy(static_cast<blasint>(size), alpha, x, 1, y, 1);
    } else {
        cblas_saxpy(static_cast<blasint>(size), alpha, x, 1, y, 1);
    }
}

/// y = or += a x, with a [rows, columns] row-major without gaps; transposed: of a^T.
template <typename T>
void multiply_vector(std::size_t rows, std::size_t columns, const T* a, bool transposed, const T* x,
                     T beta, T* y) {
    const auto gemv = [&](auto function) {
        function(CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, static_cast<blasint>(rows),
                 static_cast<blasint>(columns), T(1), a, static_cast<blasint>(columns), x, 1, beta,
                 y, 1);
    };
    if constexpr (sizeof(T) == sizeof(double)) {
        gemv(cblas_dgemv);
    } else {
        gemv(cblas_sgemv);
    }
}

/// a += x y^T, a [rows, columns] row-major without gaps.
template <typename T>
void add_outer(std::size_t rows, std::size_t columns, const T* x, const T* y, T* a) {
    const auto ger = [&](auto function) {
        function(CblasRowMajor, static_cast<blasint>(rows), static_cast<blasint>(columns), T(1), x,
                 1, y, 1, a, static_cast<blasint>(columns));
    };
    if constexpr (sizeof(T) == sizeof(double)) {
        ger(cblas_dger);
    } else {
        ger(cblas_sger);
    }
}

} // namespace grokscope
