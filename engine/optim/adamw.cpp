// AdamW (1711.05101) on all weights, as engine/model/adamw.h computes it.
#include "engine/model/adamw.h"
#include "engine/compute/worker_pool.h"
#include "engine/model/flat_slices.h"
#include "engine/optim/rules.h"

#include <utility>

namespace grokscope {

namespace {

class AdamW final : public UpdateRule {
public:
    explicit AdamW(const OptimiserSettings& settings) : settings_(settings) {}

    [[nodiscard]] std::vector<std::string> slots() const override {
        return {kFirstSlots.begin(), kFirstSlots.end()};
    }

    void apply(const Update& update) override {
        const AdamWSettings settings{.learning_rate = settings_.learning_rate * update.rate_factor,
                                     .weight_decay = settings_.weight_decay,
                                     .beta1 = settings_.beta1,
                                     .beta2 = settings_.beta2};
        update.pool.run(kSlices, [&](int slice, int) {
            const auto [begin, count] = slice_of(update.parameters.flat().size(), slice);
            adamw_update(settings, update.number, update.parameters.flat().subspan(begin, count),
                         std::as_const(update.gradients).flat().subspan(begin, count),
                         update.slots[0].values.flat().subspan(begin, count),
                         update.slots[1].values.flat().subspan(begin, count));
        });
    }

private:
    const OptimiserSettings settings_;
};

} // namespace

std::unique_ptr<UpdateRule> make_adamw(const RunConfig& config, const Parameters&) {
    return std::make_unique<AdamW>(config);
}

} // namespace grokscope
