// The algorithmic complexity of the weights (arXiv 2603.29262), with its control and with a rank
// beside it: science.md 6.2.
#include "engine/analysis/block_complexity.h"
#include "engine/analysis/stable_rank.h"
#include "engine/lab/instruments.h"
#include "engine/protocol/group_index.h"
#include "engine/task/mersenne_twister.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

constexpr double kNoShare = std::numeric_limits<double>::quiet_NaN();

double ratio(double of, double over) {
    return over > 0 ? of / over : kNoShare;
}

/// What one tensor reads, or several together: bits add up.
struct Sums {
    BlockComplexity found;
    BlockComplexity shuffled;

    void add(const Sums& other) {
        found.bits += other.found.bits;
        found.blocks += other.found.blocks;
        found.missing += other.found.missing;
        shuffled.bits += other.shuffled.bits;
    }
    [[nodiscard]] double bdm_ratio() const { return ratio(found.bits, shuffled.bits); }
};

class Complexity final : public Instrument {
public:
    explicit Complexity(const Bench& bench) : config_(bench.config) {
        const GroupIndex group(config_.operation, config_.p);
        columns_ = group.elements();
        for (int number = 0; number < config_.p; ++number) {
            if (std::ranges::find(group.elements(), number) == group.elements().end()) {
                columns_.push_back(number);
            }
        }
    }

    std::vector<FigureValues> measure(const Subject& subject) override {
        PythonRandom random(seed_of(config_, subject.epoch, "complexity"));
        Sums all;
        std::array<Sums, kTensorCount> sums; // of the tensors of all blocks
        std::array<double, kTensorCount> ranks{};
        for (const TensorSpec& tensor : subject.weights.layout().tensors()) {
            if (tensor.shape.size() < 2) { // a bias has no blocks
                continue;
            }
            const auto kind = static_cast<std::size_t>(tensor.kind);
            const std::span<const float> values = subject.weights.view(tensor);
            const auto columns = static_cast<std::size_t>(tensor.shape.back());
            const std::size_t rows = values.size() / columns;
            const Sums found = measure(in_order(tensor, values), rows, columns, random);
            all.add(found);
            sums[kind].add(found);
            ranks[kind] += stable_rank(values, rows, columns);
        }
        FigureValues ratios{"bdm_ratio_tensor", {}};
        FigureValues mean_ranks{"stable_rank_tensor", {}};
        const ModelShape& shape = subject.weights.layout().shape();
        for (std::size_t kind = 0; kind < kTensorCount; ++kind) {
            const TensorSpec& first = subject.weights.layout().spec(static_cast<Tensor>(kind));
            const int count = first.is_hidden_matrix() ? shape.layers : 1;
            ratios.values.push_back(sums[kind].bdm_ratio());
            mean_ranks.values.push_back(first.shape.size() > 1 ? ranks[kind] / count : kNoShare);
        }
        const double ratio_W_E = ratios.values.front();
        const double rank_W_E = mean_ranks.values.front();
        return {{"bdm_ratio", {all.bdm_ratio()}},
                {"bdm_ratio_W_E", {ratio_W_E}},
                {"stable_rank_W_E", {rank_W_E}},
                std::move(ratios),
                std::move(mean_ranks),
                {"bdm_missing",
                 {ratio(static_cast<double>(all.found.missing),
                        static_cast<double>(all.found.blocks))}}};
    }

private:
    /// Values with the columns that are numbers in the order of the group's index, others behind.
    [[nodiscard]] std::vector<float> in_order(const TensorSpec& tensor,
                                              std::span<const float> values) const {
        std::vector<float> ordered(values.begin(), values.end()); // '=' stays where it is
        if (tensor.kind != Tensor::W_E && tensor.kind != Tensor::W_U) {
            return ordered;
        }
        const auto columns = static_cast<std::size_t>(tensor.shape.back());
        for (std::size_t row = 0; row < ordered.size(); row += columns) {
            for (std::size_t i = 0; i < columns_.size(); ++i) {
                ordered[row + i] = values[row + static_cast<std::size_t>(columns_[i])];
            }
        }
        return ordered;
    }

    static Sums measure(const std::vector<float>& values, std::size_t rows, std::size_t columns,
                        PythonRandom& random) {
        const ComplexityTable& table = ComplexityTable::built_in();
        std::vector<std::uint8_t> letters = quartile_letters(values);
        Sums sums;
        sums.found = block_complexity(letters, rows, columns, table);
        random.shuffle(std::span(letters));
        sums.shuffled = block_complexity(letters, rows, columns, table);
        return sums;
    }

    const RunConfig& config_;
    std::vector<int> columns_; // which number stands at which column
};

} // namespace

std::unique_ptr<Instrument> make_complexity(const Bench& bench) {
    return std::make_unique<Complexity>(bench);
}

} // namespace grokscope
