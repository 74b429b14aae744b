#include "engine/analysis/principal_ring.h"

#include "engine/protocol/frequencies.h"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope {

namespace {

constexpr double kTurn = 2 * std::numbers::pi;

/// Mean of exp(i(theta(x) - sign 2 pi k x / n)).
double alignment(const std::vector<double>& theta, int k, int sign) {
    const auto n = static_cast<int>(theta.size());
    std::complex<double> sum;
    for (int x = 0; x < n; ++x) {
        const double turn = kTurn * (static_cast<double>(k) * x / n);
        sum += std::polar(1.0, theta[static_cast<std::size_t>(x)] - sign * turn);
    }
    return std::abs(sum) / n;
}

double mean_error(const std::vector<double>& theta) {
    const std::size_t n = theta.size();
    double sum = 0;
    for (std::size_t u = 0; u < n; ++u) {
        for (std::size_t v = 0; v < n; ++v) {
            sum += std::abs(
                std::remainder(theta[(u + v) % n] - theta[u] - theta[v] + theta[0], kTurn));
        }
    }
    return sum / static_cast<double>(n * n);
}

} // namespace

PrincipalRing principal_ring(std::span<const float> rows, std::size_t width) {
    const std::size_t n = width == 0 ? 0 : rows.size() / width;
    if (n < 3 || rows.size() != n * width) {
        throw std::invalid_argument("a principal ring needs three rows or more of " +
                                    std::to_string(width) + " values, got " +
                                    std::to_string(rows.size()) + " values");
    }
    using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    Eigen::MatrixXd E = Eigen::Map<const Rows>(rows.data(), static_cast<Eigen::Index>(n),
                                               static_cast<Eigen::Index>(width))
                            .cast<double>();
    E.rowwise() -= E.colwise().mean();
    constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
    const PrincipalRing none{kNaN, 0, kNaN, kNaN};
    if (!E.allFinite()) {
        return none;
    }
    const Eigen::MatrixXd product = E * E.transpose();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(product);
    const Eigen::VectorXd& variances = solver.eigenvalues(); // growing
    const Eigen::Index last = variances.size() - 1;
    if (!(variances[last - 1] > 1e-12 * product.trace())) {
        return none;
    }
    std::vector<double> theta;
    for (Eigen::Index x = 0; x < variances.size(); ++x) {
        theta.push_back(
            std::atan2(solver.eigenvectors()(x, last - 1) * std::sqrt(variances[last - 1]),
                       solver.eigenvectors()(x, last) * std::sqrt(variances[last])));
    }
    PrincipalRing ring;
    const auto order = static_cast<int>(n);
    for (int k = 1; k <= largest_frequency(order); ++k) {
        const double quality = std::max(alignment(theta, k, 1), alignment(theta, k, -1));
        if (frequency_dimensions(k, order) == 2 && quality > ring.quality) {
            ring.quality = quality;
            ring.frequency = k;
        }
    }
    ring.homomorphism_error = mean_error(theta);
    ring.variance = (variances[last] + variances[last - 1]) / product.trace();
    return ring;
}

} // namespace grokscope
