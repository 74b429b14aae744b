#include "engine/analysis/stable_rank.h"

#include <Eigen/Dense>

#include <limits>
#include <stdexcept>
#include <string>

namespace grokscope {

double stable_rank(std::span<const float> matrix, std::size_t rows, std::size_t columns) {
    if (rows == 0 || columns == 0 || matrix.size() != rows * columns) {
        throw std::invalid_argument(
            "the rank of " + std::to_string(rows) + " rows and " + std::to_string(columns) +
            " columns needs as many values, got " + std::to_string(matrix.size()));
    }
    using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Eigen::MatrixXd W =
        Eigen::Map<const Matrix>(matrix.data(), static_cast<Eigen::Index>(rows),
                                 static_cast<Eigen::Index>(columns))
            .cast<double>();
    const double squares = W.squaredNorm();
    if (!(squares > 0 && squares < std::numeric_limits<double>::infinity())) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    Eigen::MatrixXd products;
    if (rows < columns) {
        products.noalias() = W * W.transpose();
    } else {
        products.noalias() = W.transpose() * W;
    }
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(products, Eigen::EigenvaluesOnly);
    return squares / solver.eigenvalues().tail<1>()(0);
}

} // namespace grokscope
