#include "engine/model/layers_step.h"

#include "engine/model/layers/layers_core.h"

#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope {

struct LayersStep::Impl {
    layers::LayersCore<float> core;
};

namespace {

layers::CoreOptions options_of(const RunConfig& config, fused::SimdLevel simd) {
    if (const std::vector<std::string> mistakes = config.validate(); !mistakes.empty()) {
        throw std::invalid_argument("the step for layers needs a valid configuration: " +
                                    mistakes.front());
    }
    layers::CoreOptions options = layers::CoreOptions::of(config);
    options.simd = simd;
    return options;
}

} // namespace

LayersStep::LayersStep(const RunConfig& config, const PairSet& train, WorkerPool& pool,
                       fused::SimdLevel simd)
    : impl_(new Impl{{options_of(config, simd), train, pool}}) {
}

LayersStep::~LayersStep() = default;

void LayersStep::load(const Parameters& parameters) {
    impl_->core.load(parameters);
}

void LayersStep::select_rows(std::span<const std::uint32_t> rows) {
    impl_->core.select_rows(rows);
}

StepResult LayersStep::gradients(std::span<ProbeState> probes, Gradients& gradients) {
    return impl_->core.gradients(probes, gradients);
}

Evaluation LayersStep::evaluate(const PairSet& pairs) {
    return impl_->core.evaluate(pairs);
}

void LayersStep::logits(std::span<const Pair> pairs, std::span<float> out) {
    impl_->core.activations(pairs, out, {});
}

void LayersStep::mlp_hidden(std::span<const Pair> pairs, std::span<float> out) {
    impl_->core.activations(pairs, {}, out);
}

void LayersStep::activations(std::span<const Pair> pairs, std::span<float> logits_out,
                             std::span<float> mlp_hidden_out) {
    impl_->core.activations(pairs, logits_out, mlp_hidden_out);
}

void LayersStep::recall(const std::deque<Parameters>& previous) {
    impl_->core.recall(previous);
}

std::string LayersStep::description() const {
    const int threads = impl_->core.threads();
    return "layers, " + std::string(fused::name_of(impl_->core.simd())) + ", " +
           std::to_string(threads) + (threads == 1 ? " thread" : " threads");
}

} // namespace grokscope
