#include "engine/analysis/weight_path.h"

#include <Eigen/Dense>
#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>

namespace grokscope {

namespace {

/// Values of each record that are multiplied at once: they are held in double.
constexpr std::size_t kPart = 4096;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Some records in a row.
struct Chunk {
    std::size_t first = 0; // record
    std::vector<Parameters> records;
};

/// `count` values of each record from `offset` on, [records, count].
std::vector<double> in_double(const Chunk& part, std::size_t offset, std::size_t count) {
    std::vector<double> values;
    values.reserve(part.records.size() * count);
    for (const Parameters& record : part.records) {
        const auto some = record.flat().subspan(offset, count);
        values.insert(values.end(), some.begin(), some.end());
    }
    return values;
}

/// Writes the products of the records of a with those of b, and their mirror image.
void multiply(const Chunk& a, const Chunk& b, Eigen::MatrixXd& gram) {
    const auto rows = static_cast<int>(a.records.size());
    const auto columns = static_cast<int>(b.records.size());
    std::vector<double> products(a.records.size() * b.records.size());
    const std::size_t values = a.records.front().flat().size();
    for (std::size_t offset = 0; offset < values; offset += kPart) {
        const std::size_t count = std::min(kPart, values - offset);
        const std::vector<double> of_a = in_double(a, offset, count);
        const std::vector<double> of_b = in_double(b, offset, count);
        const auto length = static_cast<int>(count);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, columns, length, 1, of_a.data(),
                    length, of_b.data(), length, 1, products.data(), columns);
    }
    for (std::size_t i = 0; i < a.records.size(); ++i) {
        for (std::size_t j = 0; j < b.records.size(); ++j) {
            const auto row = static_cast<Eigen::Index>(a.first + i);
            const auto column = static_cast<Eigen::Index>(b.first + j);
            gram(row, column) = products[i * b.records.size() + j];
            gram(column, row) = gram(row, column);
        }
    }
}

std::vector<double> speeds_of(const Parameters& now, const Parameters& before, double epochs) {
    std::vector<double> speeds;
    for (const TensorSpec& tensor : now.layout().tensors()) {
        const auto to = now.view(tensor);
        const auto from = before.view(tensor);
        double squares = 0;
        for (std::size_t j = 0; j < to.size(); ++j) {
            const double moved = static_cast<double>(to[j]) - from[j];
            squares += moved * moved;
        }
        speeds.push_back(std::sqrt(squares) / epochs);
    }
    return speeds;
}

/// Adds coordinates and shares, from the products of all records with all.
void add_components(Eigen::MatrixXd gram, WeightPath& path) {
    const Eigen::VectorXd of_rows = gram.rowwise().mean();
    gram.colwise() -= of_rows;
    gram.rowwise() -= of_rows.transpose();
    gram.array() += of_rows.mean();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(gram); // growing
    const Eigen::Index count = gram.rows();
    const double total = gram.trace();
    // What the rounding of products leaves of records that are equal.
    const bool moves = total > 1e-13 * of_rows.cwiseAbs().sum();
    for (std::size_t i = 0; i < kPathComponents; ++i) {
        const Eigen::Index column = count - 1 - static_cast<Eigen::Index>(i);
        if (!moves) {
            path.shares[i] = kNone;
        } else if (column >= 0) {
            const double variance = std::max(0.0, solver.eigenvalues()(column));
            const auto direction = solver.eigenvectors().col(column);
            const double scale = std::sqrt(variance) * (direction(0) > 0 ? -1 : 1);
            path.shares[i] = variance / total;
            for (std::size_t point = 0; point < path.points.size(); ++point) {
                path.points[point].coordinates[i] =
                    scale * direction(static_cast<Eigen::Index>(point));
            }
        }
    }
}

} // namespace

WeightPath weight_path(std::span<const std::int32_t> epochs, const WeightsOf& weights_of,
                       std::size_t room) {
    if (epochs.empty()) {
        throw std::invalid_argument("a path needs recorded weights, got none");
    }
    WeightPath path;
    const Parameters first = weights_of(epochs.front());
    for (const TensorSpec& tensor : first.layout().tensors()) {
        path.tensors.push_back(tensor.name);
    }
    const std::size_t values = first.flat().size();
    const std::size_t together = std::max<std::size_t>(1, room / values / 2);
    const auto read = [&](std::size_t begin) {
        Chunk part{begin, {}};
        for (std::size_t i = begin; i < std::min(epochs.size(), begin + together); ++i) {
            part.records.push_back(weights_of(epochs[i]));
        }
        return part;
    };
    const auto n = static_cast<Eigen::Index>(epochs.size());
    Eigen::MatrixXd gram(n, n);
    std::optional<Parameters> before;
    for (std::size_t row = 0; row < epochs.size(); row += together) {
        const Chunk a = read(row);
        for (const Parameters& record : a.records) {
            const std::int32_t epoch = epochs[path.points.size()];
            PathPoint point{epoch, {}, std::vector<double>(path.tensors.size(), kNone)};
            if (before) {
                point.speeds = speeds_of(record, *before, epoch - path.points.back().epoch);
            }
            path.points.push_back(std::move(point));
            before = record;
        }
        multiply(a, a, gram);
        for (std::size_t column = row + together; column < epochs.size(); column += together) {
            multiply(a, read(column), gram);
        }
    }
    add_components(std::move(gram), path);
    return path;
}

} // namespace grokscope
