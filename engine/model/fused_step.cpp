#include "engine/model/fused_step.h"

#include "engine/model/fused/fused_core.h"

#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope {

struct FusedStep::Impl {
    fused::FusedCore<float> core;
};

namespace {

fused::CoreOptions options_of(const RunConfig& config, fused::SimdLevel simd) {
    if (const std::vector<std::string> mistakes = config.validate(); !mistakes.empty()) {
        throw std::invalid_argument("the fused step needs a valid configuration: " +
                                    mistakes.front());
    }
    if (!is_for_fused_step(config)) {
        throw std::invalid_argument("the fused step computes one layer without layer normalisation "
                                    "and all pairs at once, got " +
                                    std::to_string(config.layers) + " layers, batch " +
                                    std::to_string(config.batch));
    }
    fused::CoreOptions options = fused::CoreOptions::of(config);
    options.simd = simd;
    return options;
}

} // namespace

bool FusedStep::supports(const RunConfig& config) {
    return is_for_fused_step(config) && config.validate().empty();
}

FusedStep::FusedStep(const RunConfig& config, const PairSet& train, WorkerPool& pool,
                     fused::SimdLevel simd)
    : impl_(new Impl{{options_of(config, simd), train, pool}}) {
}

FusedStep::~FusedStep() = default;

void FusedStep::load(const Parameters& parameters) {
    impl_->core.load(parameters);
}

StepResult FusedStep::gradients(std::span<ProbeState> probes, Gradients& gradients) {
    return impl_->core.gradients(probes, gradients);
}

Evaluation FusedStep::evaluate(const PairSet& pairs) {
    return impl_->core.evaluate(pairs);
}

void FusedStep::logits(std::span<const Pair> pairs, std::span<float> out) {
    impl_->core.logits(pairs, out);
}

void FusedStep::mlp_hidden(std::span<const Pair> pairs, std::span<float> out) {
    impl_->core.mlp_hidden(pairs, out);
}

void FusedStep::activations(std::span<const Pair> pairs, std::span<float> logits_out,
                            std::span<float> mlp_hidden_out) {
    impl_->core.activations(pairs, logits_out, mlp_hidden_out);
}

void FusedStep::recall(const std::deque<Parameters>& previous) {
    impl_->core.recall(previous);
}

std::vector<fused::PhaseTime> FusedStep::phase_times() const {
    return impl_->core.phase_times();
}

std::string FusedStep::description() const {
    const int threads = impl_->core.threads();
    return "fused, " + std::string(fused::name_of(impl_->core.simd())) + ", " +
           std::to_string(threads) + (threads == 1 ? " thread" : " threads");
}

} // namespace grokscope
