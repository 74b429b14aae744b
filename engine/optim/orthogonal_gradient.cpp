// Orthogonal gradient, perp-Grad of 2501.04697: each tensor's gradient without its part along the
// tensor, at its own norm; so no step makes weights larger or smaller to move the loss alone.
#include "engine/compute/worker_pool.h"
#include "engine/optim/rules.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace grokscope {

namespace {

class OrthogonalGradient final : public UpdateRule {
public:
    explicit OrthogonalGradient(const ParameterLayout& layout) : tensors_(layout.tensors().size()) {
        for (std::size_t tensor = 0; tensor < tensors_; ++tensor) {
            const std::size_t first = layout.tensors()[tensor].offset;
            const std::size_t size = layout.tensors()[tensor].size;
            for (std::size_t done = 0; done < size; done += kPiece) {
                pieces_.push_back({tensor, first + done, std::min(kPiece, size - done)});
            }
        }
        sums_.resize(pieces_.size());
    }

    void apply(const Update& update) override {
        const float* const weights = update.parameters.flat().data();
        float* const gradients = update.gradients.flat().data();
        run_pieces(update.pool, [&](const Piece& piece) {
            return sums_of(weights + piece.begin, gradients + piece.begin, piece.count);
        });
        const std::vector<Sums> before = by_tensor();
        run_pieces(update.pool, [&](const Piece& piece) {
            const Sums& of = before[piece.tensor];
            const double share = of.weight_gradient / (of.weights + kTiny);
            return subtract(weights + piece.begin, share, gradients + piece.begin, piece.count);
        });
        const std::vector<Sums> after = by_tensor();
        run_pieces(update.pool, [&](const Piece& piece) {
            const auto factor =
                static_cast<float>(std::sqrt(before[piece.tensor].gradients) /
                                   (std::sqrt(after[piece.tensor].gradients) + kTiny));
            for (std::size_t i = 0; i < piece.count; ++i) {
                gradients[piece.begin + i] *= factor;
            }
            return Sums{};
        });
    }

private:
    /// Values that are added up as one, whoever does it.
    static constexpr std::size_t kPiece = 4096;
    /// Keeps a tensor of zeros, a bias at the start, from dividing by zero.
    static constexpr double kTiny = 1e-30;

    struct Piece {
        std::size_t tensor;
        std::size_t begin;
        std::size_t count;
    };
    /// Sums of products, in double.
    struct Sums {
        double weights = 0;         ///< w w
        double weight_gradient = 0; ///< w g
        double gradients = 0;       ///< g g
    };

    static Sums sums_of(const float* weights, const float* gradients, std::size_t count) {
        Sums sums;
        for (std::size_t i = 0; i < count; ++i) {
            const double w = weights[i];
            const double g = gradients[i];
            sums.weights += w * w;
            sums.weight_gradient += w * g;
            sums.gradients += g * g;
        }
        return sums;
    }

    /// g -= share * w; the sum of what is left, squared.
    static Sums subtract(const float* weights, double share, float* gradients, std::size_t count) {
        Sums sums;
        for (std::size_t i = 0; i < count; ++i) {
            gradients[i] = static_cast<float>(gradients[i] - share * weights[i]);
            const double g = gradients[i];
            sums.gradients += g * g;
        }
        return sums;
    }

    template <typename Visit>
    void run_pieces(WorkerPool& pool, Visit visit) {
        pool.run(static_cast<int>(pieces_.size()), [&](int piece, int) {
            const auto i = static_cast<std::size_t>(piece);
            sums_[i] = visit(pieces_[i]);
        });
    }

    /// Piece by piece, whoever summed them.
    [[nodiscard]] std::vector<Sums> by_tensor() const {
        std::vector<Sums> sums(tensors_);
        for (std::size_t i = 0; i < pieces_.size(); ++i) {
            Sums& to = sums[pieces_[i].tensor];
            to.weights += sums_[i].weights;
            to.weight_gradient += sums_[i].weight_gradient;
            to.gradients += sums_[i].gradients;
        }
        return sums;
    }

    std::size_t tensors_;
    std::vector<Piece> pieces_;
    std::vector<Sums> sums_; ///< of each piece
};

} // namespace

std::unique_ptr<UpdateRule> make_orthogonal_gradient(const RunConfig&, const Parameters& initial) {
    return std::make_unique<OrthogonalGradient>(initial.layout());
}

} // namespace grokscope
