// What one epoch computes, behind one interface: ReferenceStep (libtorch), FusedStep (CPU, one
// plain layer) and LayersStep (CPU, any number of layers). Threads: a step is used by one thread,
// the trainer's; it may use a worker pool inside a call.
#pragma once

#include "engine/model/parameters.h"
#include "engine/model/probe_state.h"
#include "engine/protocol/stencil.h"
#include "engine/task/task.h"

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>

namespace grokscope {

class WorkerPool;

/// Figures of the forward pass of an epoch, over the training pairs, or the selected ones of them.
struct StepResult {
    double task_loss = 0;     ///< mean cross-entropy of float64-cast logits, nats
    std::int64_t correct = 0; ///< pairs whose argmax (lowest index on a tie) is the label
    /// m_k after the probe's update, by offset_slot(k); NaN where skipped or not in the stencil.
    std::array<double, kOffsetSlots> mismatch{};
};

/// Figures of some of the pairs that were evaluated; NaN when there are none.
struct PartEvaluation {
    double loss = std::numeric_limits<double>::quiet_NaN(); ///< mean cross-entropy, nats
    double accuracy = std::numeric_limits<double>::quiet_NaN();
};

struct Evaluation {
    double loss = 0;          ///< mean cross-entropy, nats
    std::int64_t correct = 0; ///< as above
    /// Of the pairs that PairSet::mirrored marks with 1 and with 0; without marks all NaN.
    PartEvaluation mirrored = {};
    PartEvaluation truly_new = {};
};

/// One run's step. It owns neither parameters nor moments nor random numbers, so that a run may
/// change implementation between two epochs. Calls in an epoch: gradients(), then the caller
/// updates the parameters, then load() with the new ones; evaluate() and logits() at any point
/// after load().
class Step {
public:
    virtual ~Step() = default;

    /// Makes `parameters` the current weights and prepares what depends on them alone. They must
    /// stay alive and unchanged until the next load(). Forgets nothing of past epochs.
    virtual void load(const Parameters& parameters) = 0;

    /// Which training pairs the next gradients() are of: places in the `train` that the step was
    /// made with, each once, in the order in which their losses are added up; empty: all, as before
    /// the first call. Stays until it is called again; the rows are copied. evaluate() and the rest
    /// do not care. Throws std::invalid_argument where the step knows no batches (FusedStep), and
    /// for a place outside the training pairs.
    virtual void select_rows(std::span<const std::uint32_t> rows) {
        if (!rows.empty()) {
            throw std::invalid_argument(description() + " takes all training pairs at once");
        }
    }

    /// One epoch at the loaded weights: forward; phase 1, in which every active probe takes one
    /// Adam step (offset k is active once |k| epochs are remembered); L_total = L_task + lambda *
    /// sum of m_k; backward into `gradients` (overwritten, gaps zero). Last, remembers this epoch's
    /// activations for the offsets that need them. Throws std::runtime_error only when the library
    /// underneath does; a non-finite loss is returned, not thrown.
    virtual StepResult gradients(std::span<ProbeState> probes, Gradients& gradients) = 0;

    /// Loss and right answers of the loaded weights on any pairs, and on those with and without a
    /// mark apart. The marks change no bit of the figures of all pairs.
    virtual Evaluation evaluate(const PairSet& pairs) = 0;

    /// Logits [pairs, p] of the loaded weights, row by row.
    virtual void logits(std::span<const Pair> pairs, std::span<float> out) = 0;

    /// `mlp_hidden` [pairs, d_mlp] of the loaded weights at the last position, row by row.
    virtual void mlp_hidden(std::span<const Pair> pairs, std::span<float> out) = 0;

    /// Both of the above from one forward pass where the implementation can, the same bits.
    virtual void activations(std::span<const Pair> pairs, std::span<float> logits_out,
                             std::span<float> mlp_hidden_out) {
        logits(pairs, logits_out);
        mlp_hidden(pairs, mlp_hidden_out);
    }

    /// Rebuilds the remembered epochs, bit for bit, from their weights (newest first); none forgets
    /// all. load() must follow.
    virtual void recall(const std::deque<Parameters>& previous) = 0;

    /// For the record: "reference, libtorch 1.13.1, CPU" or "fused, AVX-512, 2 threads".
    [[nodiscard]] virtual std::string description() const = 0;
};

} // namespace grokscope
