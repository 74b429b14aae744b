#include "ui/views/circle/circle_pca.h"

#include "engine/protocol/frequencies.h"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <string>

namespace grokscope::ui {
namespace {

using Points = std::vector<std::complex<double>>;

struct BestRing {
    int frequency = 1;
    double order = 0;
    double roundness = 0;
};

/// exp(2 pi i r / p), r = 0..p-1.
Points turns(std::size_t p) {
    Points all(p);
    for (std::size_t r = 0; r < p; ++r) {
        all[r] =
            std::polar(1.0, 2 * std::numbers::pi * static_cast<double>(r) / static_cast<double>(p));
    }
    return all;
}

Points directions(const Points& z) {
    Points all(z.size());
    for (std::size_t x = 0; x < z.size(); ++x) {
        const double length = std::abs(z[x]);
        all[x] = length > 0 ? z[x] / length : 0.0;
    }
    return all;
}

/// The frequency and direction of turning that the angles follow best, and R. What alternates turns
/// nowhere: k = p/2 is no ring.
BestRing best_ring(const Points& direction, const Points& turn) {
    const std::size_t p = direction.size();
    const auto modulus = static_cast<int>(p);
    BestRing best;
    for (int k = 1; k <= largest_frequency(modulus); ++k) {
        if (frequency_dimensions(k, modulus) < 2) {
            continue;
        }
        const auto step = static_cast<std::size_t>(k);
        std::complex<double> with;
        std::complex<double> against;
        for (std::size_t x = 0, r = 0; x < p; ++x, r = (r + step) % p) {
            with += direction[x] * std::conj(turn[r]);
            against += direction[x] * turn[r];
        }
        const double order = std::max(std::abs(with), std::abs(against)) / static_cast<double>(p);
        if (order > best.order) {
            best = {k, order, 0};
        }
    }
    return best;
}

double roundness(const Points& z, const Points& turn, int frequency) {
    std::complex<double> with;
    std::complex<double> against;
    double energy = 0;
    for (std::size_t x = 0; x < z.size(); ++x) {
        const std::complex<double>& w = turn[static_cast<std::size_t>(frequency) * x % z.size()];
        with += z[x] * std::conj(w);
        against += z[x] * w;
        energy += std::norm(z[x]);
    }
    return energy > 0 ? std::max(std::norm(with), std::norm(against)) /
                            (static_cast<double>(z.size()) * energy)
                      : 0;
}

/// Turns z, and mirrors it where that fits better, onto the reference.
void align(Points& z, std::span<const PlanePoint> reference) {
    std::complex<double> turned;
    std::complex<double> mirrored;
    for (std::size_t x = 0; x < z.size(); ++x) {
        const std::complex<double> there{reference[x].x, reference[x].y};
        turned += std::conj(z[x]) * there;
        mirrored += z[x] * there;
    }
    const bool mirror = std::abs(mirrored) > std::abs(turned);
    const std::complex<double> overlap = mirror ? mirrored : turned;
    if (!(std::abs(overlap) > 0)) {
        return;
    }
    const std::complex<double> rotation = overlap / std::abs(overlap);
    for (std::complex<double>& point : z) {
        point = rotation * (mirror ? std::conj(point) : point);
    }
}

} // namespace

PcaPlanes project_pca(std::span<const float> embedding, int p, int d_model,
                      const PcaPlanes* reference) {
    if (p < 3 || d_model < 2 * kPcaPlanes ||
        embedding.size() != static_cast<std::size_t>(p) * static_cast<std::size_t>(d_model)) {
        throw std::invalid_argument("an embedding of " + std::to_string(p) + " x " +
                                    std::to_string(d_model) + " numbers was expected, got " +
                                    std::to_string(embedding.size()));
    }
    using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    Eigen::MatrixXd E = Eigen::Map<const Matrix>(embedding.data(), p, d_model).cast<double>();
    E.rowwise() -= E.colwise().mean();
    PcaPlanes planes;
    if (!E.allFinite()) {
        return planes; // no plane
    }
    // Of the smaller of the two products; the points are the same.
    const bool by_token = p <= d_model;
    const Eigen::MatrixXd product =
        by_token ? Eigen::MatrixXd(E * E.transpose()) : Eigen::MatrixXd(E.transpose() * E);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(product);
    const Eigen::VectorXd& variances = solver.eigenvalues(); // growing
    const double total = product.trace();
    const Points turn = turns(static_cast<std::size_t>(p));
    for (int plane = 0; plane < kPcaPlanes; ++plane) {
        const Eigen::Index last = variances.size() - 1 - 2 * plane;
        if (last < 1 || !(variances[last - 1] > 1e-12 * total)) {
            break; // fewer dimensions than that
        }
        const auto coordinate = [&](Eigen::Index component) -> Eigen::VectorXd {
            const auto vector = solver.eigenvectors().col(component);
            return by_token ? Eigen::VectorXd(vector * std::sqrt(variances[component]))
                            : Eigen::VectorXd(E * vector);
        };
        const Eigen::VectorXd along = coordinate(last);
        const Eigen::VectorXd across = coordinate(last - 1);
        Points z(static_cast<std::size_t>(p));
        for (int x = 0; x < p; ++x) {
            z[static_cast<std::size_t>(x)] = {along[x], across[x]};
        }
        const auto index = static_cast<std::size_t>(plane);
        if (reference != nullptr && (*reference)[index].view.points.size() == z.size()) {
            align(z, (*reference)[index].view.points);
        }
        PcaPlane& result = planes[index];
        const BestRing ring = best_ring(directions(z), turn);
        result.variance = (variances[last] + variances[last - 1]) / total;
        result.view.has_plane = true;
        result.view.frequency = ring.frequency;
        result.view.order = ring.order;
        result.view.roundness = roundness(z, turn, ring.frequency);
        result.view.condition = variances[last] / variances[last - 1];
        for (const std::complex<double>& point : z) {
            result.view.points.push_back(
                {static_cast<float>(point.real()), static_cast<float>(point.imag())});
            result.view.radius = std::max(result.view.radius, static_cast<float>(std::abs(point)));
        }
    }
    return planes;
}

bool PcaHistory::update(const RunRecord& run, const GroupIndex& index, int most) {
    if (run.id != run_ || run.generation != generation_ || index.is_identity() != plain_ ||
        entries_[0].empty()) {
        plain_ = index.is_identity();
        run_ = run.id;
        generation_ = run.generation;
        radius_ = 0;
        for (auto& curve : entries_) {
            curve.clear();
        }
        const EmbeddingFrame& first = run.embeddings.front();
        reference_ = project_pca(OrderedRows(first, index).values(), index.order(), first.d_model);
        add(first, index);
    }
    const std::vector<CircleHistory::Entry>& seen = entries_[0];
    const std::vector<EmbeddingFrame>& frames = run.embeddings;
    for (; most > 0; --most) {
        if (seen.back().epoch < frames.back().epoch) {
            add(frames.back(), index);
            continue;
        }
        // The middle of the longest stretch of frames that were not looked at.
        std::size_t longest = 0;
        std::size_t middle = 0;
        std::size_t next = 0; // in seen
        std::size_t begin = 0;
        for (std::size_t i = 0; i <= frames.size(); ++i) {
            while (i < frames.size() && next < seen.size() && seen[next].epoch < frames[i].epoch) {
                ++next;
            }
            const bool known =
                i == frames.size() || (next < seen.size() && seen[next].epoch == frames[i].epoch);
            if (!known) {
                continue;
            }
            if (i - begin > longest) {
                longest = i - begin;
                middle = begin + longest / 2;
            }
            begin = i + 1;
        }
        if (longest == 0) {
            return true;
        }
        add(frames[middle], index);
    }
    return false;
}

void PcaHistory::add(const EmbeddingFrame& frame, const GroupIndex& index) {
    const PcaPlanes planes =
        project_pca(OrderedRows(frame, index).values(), index.order(), frame.d_model, &reference_);
    for (std::size_t plane = 0; plane < entries_.size(); ++plane) {
        const CircleProjection& view = planes[plane].view;
        const auto place =
            std::lower_bound(entries_[plane].begin(), entries_[plane].end(), frame.epoch,
                             [](const CircleHistory::Entry& entry, std::int32_t epoch) {
                                 return entry.epoch < epoch;
                             });
        entries_[plane].insert(place, {frame.epoch, view.has_plane
                                                        ? static_cast<float>(view.order)
                                                        : std::numeric_limits<float>::quiet_NaN()});
        radius_ = std::max(radius_, view.radius);
    }
}

} // namespace grokscope::ui
