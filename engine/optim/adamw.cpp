// AdamW (1711.05101), as engine/model/adamw.h computes it, on all weights that no other rule moves.
#include "engine/model/adamw.h"

#include "engine/compute/worker_pool.h"
#include "engine/model/flat_slices.h"
#include "engine/optim/rules.h"

#include <cstddef>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

/// Values of the flat buffers, gaps behind tensors included, that are treated alike.
struct Range {
    std::size_t begin;
    std::size_t size;
    bool decayed;
};

/// What AdamW moves: all of it, or without Muon's matrices. LayerNorm is never decayed.
std::vector<Range> own_ranges(const RunConfig& config, const ParameterLayout& layout) {
    std::vector<Range> ranges;
    for (std::size_t i = 0; i < layout.tensors().size(); ++i) {
        const TensorSpec& tensor = layout.tensors()[i];
        if (config.muon && tensor.is_hidden_matrix()) {
            continue;
        }
        const std::size_t begin = tensor.offset;
        const std::size_t end = layout.end_with_gap(i);
        const bool decayed = !tensor.is_layer_norm();
        if (!ranges.empty() && ranges.back().begin + ranges.back().size == begin &&
            ranges.back().decayed == decayed) {
            ranges.back().size = end - ranges.back().begin;
        } else {
            ranges.push_back({begin, end - begin, decayed});
        }
    }
    return ranges;
}

class AdamW final : public UpdateRule {
public:
    AdamW(const RunConfig& config, const ParameterLayout& layout)
        : settings_(config), ranges_(own_ranges(config, layout)) {}

    [[nodiscard]] std::vector<std::string> slots() const override {
        return {kFirstSlots.begin(), kFirstSlots.end()};
    }

    void apply(const Update& update) override {
        const AdamWSettings settings{.learning_rate = settings_.learning_rate * update.rate_factor,
                                     .weight_decay = settings_.weight_decay,
                                     .beta1 = settings_.beta1,
                                     .beta2 = settings_.beta2};
        AdamWSettings undecayed = settings;
        undecayed.weight_decay = 0;
        update.pool.run(kSlices, [&](int slice, int) {
            for (const Range& range : ranges_) {
                const auto [first, count] = slice_of(range.size, slice);
                const std::size_t begin = range.begin + first;
                adamw_update(range.decayed ? settings : undecayed, update.number,
                             update.parameters.flat().subspan(begin, count),
                             std::as_const(update.gradients).flat().subspan(begin, count),
                             update.slots[0].values.flat().subspan(begin, count),
                             update.slots[1].values.flat().subspan(begin, count));
            }
        });
    }

private:
    const OptimiserSettings settings_;
    const std::vector<Range> ranges_;
};

} // namespace

std::unique_ptr<UpdateRule> make_adamw(const RunConfig& config, const Parameters& initial) {
    return std::make_unique<AdamW>(config, initial.layout());
}

} // namespace grokscope
