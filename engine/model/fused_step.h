// The fast step for the one-layer model on a CPU: the same mathematics as autograd with about an
// eighth of the operations, all of it in cache. fused/README.md derives it.
// Threads: as Step; each call works on the pool it was given.
#pragma once

#include "engine/model/fused/kernels.h"
#include "engine/model/fused/phase_time.h"
#include "engine/model/step.h"

#include <memory>
#include <vector>

namespace grokscope {

class FusedStep final : public Step {
public:
    /// True for every valid configuration of one layer, without LayerNorm, with ReLU, `a b =` and
    /// all training pairs in an update (is_for_fused_step).
    [[nodiscard]] static bool supports(const RunConfig& config);

    /// `pool` outlives this; `train` is copied in this step's own order of pairs. `simd` may ask
    /// for less than the machine has. Throws std::invalid_argument when the configuration is not
    /// supported or the machine lacks the instruction set.
    FusedStep(const RunConfig& config, const PairSet& train, WorkerPool& pool,
              fused::SimdLevel simd = fused::best_simd_level());
    ~FusedStep() override;
    FusedStep(const FusedStep&) = delete;
    FusedStep& operator=(const FusedStep&) = delete;

    void load(const Parameters& parameters) override;
    StepResult gradients(std::span<ProbeState> probes, Gradients& gradients) override;
    Evaluation evaluate(const PairSet& pairs) override;
    void logits(std::span<const Pair> pairs, std::span<float> out) override;
    void mlp_hidden(std::span<const Pair> pairs, std::span<float> out) override;
    void activations(std::span<const Pair> pairs, std::span<float> logits_out,
                     std::span<float> mlp_hidden_out) override;
    void recall(const std::deque<Parameters>& previous) override;
    [[nodiscard]] std::string description() const override;

    /// Time spent in each phase since construction.
    [[nodiscard]] std::vector<fused::PhaseTime> phase_times() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace grokscope
