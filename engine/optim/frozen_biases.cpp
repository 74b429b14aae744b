// Biases that are not trained: their gradients are zero for every rule behind this one.
#include "engine/optim/rules.h"

#include <algorithm>

namespace grokscope {

namespace {

class FrozenBiases final : public UpdateRule {
public:
    void apply(const Update& update) override {
        for (const TensorSpec& tensor : update.gradients.layout().tensors()) {
            if (tensor.is_mlp_bias()) {
                std::ranges::fill(update.gradients.view(tensor), 0.0F);
            }
        }
    }
};

} // namespace

std::unique_ptr<UpdateRule> make_frozen_biases(const RunConfig&, const Parameters&) {
    return std::make_unique<FrozenBiases>();
}

} // namespace grokscope
