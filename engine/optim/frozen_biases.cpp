// Biases that are not trained: their gradients are zero for every rule behind this one.
#include "engine/optim/rules.h"

#include <algorithm>

namespace grokscope {

namespace {

class FrozenBiases final : public UpdateRule {
public:
    void apply(const Update& update) override {
        for (const Tensor bias : {Tensor::b_in, Tensor::b_out}) {
            std::ranges::fill(update.gradients.view(bias), 0.0F);
        }
    }
};

} // namespace

std::unique_ptr<UpdateRule> make_frozen_biases(const RunConfig&, const Parameters&) {
    return std::make_unique<FrozenBiases>();
}

} // namespace grokscope
