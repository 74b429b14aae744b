#include "engine/analysis/spectrum2d.h"

#include "engine/analysis/dft_plan.h"

#include <complex>
#include <stdexcept>
#include <string>

namespace grokscope {

namespace {

using Complex = std::complex<float>;

/// Coefficient k of a real signal of this length, whose first half is stored.
Complex coefficient(std::span<const Complex> half, std::size_t length, std::size_t k) {
    return k < half.size() ? half[k] : std::conj(half[length - k]);
}

} // namespace

std::vector<float> amplitudes_2d(std::span<const float> matrix, std::size_t rows,
                                 std::size_t columns) {
    if (rows == 0 || columns == 0 || matrix.size() != rows * columns) {
        throw std::invalid_argument(
            "a spectrum of " + std::to_string(rows) + " rows and " + std::to_string(columns) +
            " columns needs as many values, got " + std::to_string(matrix.size()));
    }
    const auto length = [](std::size_t size) { return static_cast<int>(size); };
    const DftPlan along_rows({length(columns), length(rows), length(columns)});
    const std::size_t half = along_rows.coefficients();
    std::vector<Complex> first(rows * half);
    along_rows.execute(matrix, first);
    // Down the columns by linearity: of the real parts and of the imaginary ones, both real
    // signals.
    const DftPlan down({length(rows), 2, length(rows)});
    std::vector<float> parts(2 * rows);
    std::vector<Complex> done(2 * down.coefficients());
    const std::span<const Complex> real(done.data(), down.coefficients());
    const std::span<const Complex> imaginary(done.data() + down.coefficients(),
                                             down.coefficients());
    std::vector<float> amplitudes(rows * columns);
    for (std::size_t column = 0; column < half; ++column) {
        for (std::size_t row = 0; row < rows; ++row) {
            parts[row] = first[row * half + column].real();
            parts[rows + row] = first[row * half + column].imag();
        }
        down.execute(parts, done);
        for (std::size_t row = 0; row < rows; ++row) {
            const float amplitude = std::abs(coefficient(real, rows, row) +
                                             Complex(0, 1) * coefficient(imaginary, rows, row));
            amplitudes[row * columns + column] = amplitude;
            // The matrix is real: its mirror has the same.
            amplitudes[(rows - row) % rows * columns + (columns - column) % columns] = amplitude;
        }
    }
    return amplitudes;
}

} // namespace grokscope
