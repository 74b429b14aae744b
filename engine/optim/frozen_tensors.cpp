// Tensors that keep their bits: their gradients are zero for every rule behind this one, and what
// decay and memories of earlier gradients do to them is undone.
#include "engine/optim/rules.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

class FrozenTensors final : public UpdateRule {
public:
    FrozenTensors(const RunConfig& config, const ParameterLayout& layout) {
        for (const TensorSpec& tensor : layout.tensors()) {
            const auto kind = static_cast<std::size_t>(tensor.kind);
            if (kind < kTensorCount && config.frozen.contains(kTensorNames[kind])) {
                kept_.emplace_back(tensor, std::vector<float>());
            }
        }
    }

    void apply(const Update& update) override {
        for (auto& [tensor, values] : kept_) {
            const std::span<const float> now = std::as_const(update.parameters).view(tensor);
            values.assign(now.begin(), now.end());
            std::ranges::fill(update.gradients.view(tensor), 0.0F);
        }
    }
    void settle(const Update& update) override {
        for (const auto& [tensor, values] : kept_) {
            std::ranges::copy(values, update.parameters.view(tensor).begin());
        }
    }

private:
    std::vector<std::pair<TensorSpec, std::vector<float>>> kept_; ///< values: of this update alone
};

} // namespace

std::unique_ptr<UpdateRule> make_frozen_tensors(const RunConfig& config,
                                                const Parameters& parameters) {
    return std::make_unique<FrozenTensors>(config, parameters.layout());
}

} // namespace grokscope
