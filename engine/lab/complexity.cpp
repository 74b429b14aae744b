// The algorithmic complexity of the weights (arXiv 2603.29262), with its control and with a rank
// beside it: science.md 6.2.
#include "engine/analysis/block_complexity.h"
#include "engine/analysis/stable_rank.h"
#include "engine/lab/instruments.h"
#include "engine/protocol/group_index.h"
#include "engine/store/array_files.h"
#include "engine/task/mersenne_twister.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double ratio(double of, double over) {
    return over > 0 ? of / over : kNone;
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
        FigureValues ratios{"bdm_ratio_tensor", {}};
        FigureValues ranks{"stable_rank_tensor", {}};
        Sums all;
        double ratio_W_E = kNone;
        double rank_W_E = kNone;
        for (const NamedArray& tensor : own_arrays(subject.weights)) {
            Sums sums;
            double rank = kNone;
            if (tensor.shape.size() > 1) { // a bias has no blocks
                const auto columns = static_cast<std::size_t>(tensor.shape.back());
                const std::size_t rows = tensor.values.size() / columns;
                sums = measure(in_order(tensor, columns), rows, columns, random);
                rank = stable_rank(tensor.values, rows, columns);
            }
            all.add(sums);
            ratios.values.push_back(sums.bdm_ratio());
            ranks.values.push_back(rank);
            if (tensor.name == "W_E") {
                ratio_W_E = sums.bdm_ratio();
                rank_W_E = rank;
            }
        }
        return {{"bdm_ratio", {all.bdm_ratio()}},
                {"bdm_ratio_W_E", {ratio_W_E}},
                {"stable_rank_W_E", {rank_W_E}},
                std::move(ratios),
                std::move(ranks),
                {"bdm_missing",
                 {ratio(static_cast<double>(all.found.missing),
                        static_cast<double>(all.found.blocks))}}};
    }

private:
    /// Values with the columns that are numbers in the order of the group's index, others behind.
    [[nodiscard]] std::vector<float> in_order(const NamedArray& tensor, std::size_t columns) const {
        if (tensor.name != "W_E" && tensor.name != "W_U") {
            return tensor.values;
        }
        std::vector<float> ordered = tensor.values; // '=' stays where it is, the last
        for (std::size_t row = 0; row < ordered.size(); row += columns) {
            for (std::size_t i = 0; i < columns_.size(); ++i) {
                ordered[row + i] = tensor.values[row + static_cast<std::size_t>(columns_[i])];
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
