// The step for transformers of any depth on a CPU: the mathematics of autograd on distinct rows
// only. docs/engine.md derives it.
// Threads: as Step; each call works on the pool it was given.
#pragma once

#include "engine/model/fused/kernels.h"
#include "engine/model/step.h"

#include <memory>

namespace grokscope {

class LayersStep final : public Step {
public:
    /// `pool` outlives this; `train` is copied. `simd` may ask for less than the machine has.
    /// Throws std::invalid_argument when the configuration has mistakes or the machine lacks the
    /// instruction set.
    LayersStep(const RunConfig& config, const PairSet& train, WorkerPool& pool,
               fused::SimdLevel simd = fused::best_simd_level());
    ~LayersStep() override;
    LayersStep(const LayersStep&) = delete;
    LayersStep& operator=(const LayersStep&) = delete;

    void load(const Parameters& parameters) override;
    void select_rows(std::span<const std::uint32_t> rows) override;
    StepResult gradients(std::span<ProbeState> probes, Gradients& gradients) override;
    Evaluation evaluate(const PairSet& pairs) override;
    void logits(std::span<const Pair> pairs, std::span<float> out) override;
    void mlp_hidden(std::span<const Pair> pairs, std::span<float> out) override;
    void activations(std::span<const Pair> pairs, std::span<float> logits_out,
                     std::span<float> mlp_hidden_out) override;
    void recall(const std::deque<Parameters>& previous) override;
    [[nodiscard]] std::string description() const override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace grokscope
