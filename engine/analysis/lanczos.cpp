#include "engine/analysis/lanczos.h"

#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace grokscope {

namespace {

/// The Ritz pair number `index` of T, with the vectors that it is made of.
RitzPair ritz_pair(const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>& solved, Eigen::Index index,
                   const Eigen::MatrixXd& basis, double last_beta) {
    const Eigen::VectorXd weights = solved.eigenvectors().col(index);
    const Eigen::VectorXd vector = (basis.leftCols(weights.size()) * weights).normalized();
    return {solved.eigenvalues()[index], std::abs(last_beta * weights[weights.size() - 1]),
            std::vector<double>(vector.begin(), vector.end())};
}

} // namespace

SpectrumEnds lanczos(const SymmetricMap& map, std::vector<double> start, int steps) {
    const auto size = static_cast<Eigen::Index>(start.size());
    const Eigen::Map<Eigen::VectorXd> first(start.data(), size);
    const double length = first.norm();
    if (!(length > 0) || !std::isfinite(length) || steps < 1) {
        throw std::invalid_argument("Lanczos's method needs a start of finite length above 0 and "
                                    "at least one step, got length " +
                                    std::to_string(length) + " and " + std::to_string(steps) +
                                    " steps");
    }
    const Eigen::Index most = std::min<Eigen::Index>(steps, size);
    Eigen::MatrixXd basis(size, most); // columns
    Eigen::MatrixXd T = Eigen::MatrixXd::Zero(most, most);
    basis.col(0) = first / length;
    Eigen::VectorXd next(size);
    double scale = 0; // of A, from below
    double beta = 0;
    Eigen::Index taken = 0;
    while (true) {
        map({basis.col(taken).data(), start.size()}, {next.data(), start.size()});
        T(taken, taken) = basis.col(taken).dot(next);
        ++taken;
        for (int pass = 0; pass < 2; ++pass) { // the second removes what rounding left
            const auto known = basis.leftCols(taken);
            const Eigen::VectorXd part = known.transpose() * next;
            next.noalias() -= known * part;
        }
        beta = next.norm();
        scale = std::max({scale, std::abs(T(taken - 1, taken - 1)), beta});
        constexpr double kRounding = 1e-13;
        if (taken == most || !(beta > kRounding * scale)) {
            break;
        }
        T(taken, taken - 1) = T(taken - 1, taken) = beta;
        basis.col(taken) = next / beta;
    }
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solved(T.topLeftCorner(taken, taken));
    return {ritz_pair(solved, taken - 1, basis, beta),
            ritz_pair(solved, 0, basis, beta),
            {{basis.data(), basis.data() + size * taken}, T.topLeftCorner(taken, taken).trace()}};
}

TraceEstimate hutchinson(const SymmetricMap& map, std::size_t size, int draws,
                         const std::function<void(std::span<double>)>& draw,
                         const KrylovSpace& known) {
    if (draws < 2) {
        throw std::invalid_argument("a trace needs two draws or more, got " +
                                    std::to_string(draws));
    }
    const auto rows = static_cast<Eigen::Index>(size);
    const Eigen::Map<const Eigen::MatrixXd> basis(
        known.basis.data(), rows,
        static_cast<Eigen::Index>(known.basis.size() / std::max<std::size_t>(size, 1)));
    Eigen::VectorXd z(rows);
    Eigen::VectorXd out(rows);
    Eigen::VectorXd found(draws);
    for (double& value : found) {
        draw({z.data(), size});
        if (basis.cols() > 0) {
            const Eigen::VectorXd part = basis.transpose() * z;
            z.noalias() -= basis * part;
        }
        map({z.data(), size}, {out.data(), size});
        value = z.dot(out);
    }
    const double mean = found.mean();
    const double squares = (found.array() - mean).square().sum();
    return {known.trace + mean, std::sqrt(squares / (draws - 1) / draws)};
}

} // namespace grokscope
