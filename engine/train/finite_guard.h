// The guard against values that are not finite: looks through what an epoch has made and refuses to
// go on, in a sentence that says what came first and what to change.
// Threads: used by one thread, the trainer's; looks on the pool.
#pragma once

#include "engine/model/step.h"
#include "engine/model/training_state.h"
#include "engine/protocol/config.h"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace grokscope {

class WorkerPool;

/// Training cannot go on: a loss, a gradient, a mismatch or a new weight is not a finite number.
/// what() is one sentence that names the run, the epoch and the tensor, and says what to change.
class NonFiniteError : public std::runtime_error {
public:
    NonFiniteError(const std::string& sentence, std::int32_t epoch, std::string tensor)
        : std::runtime_error(sentence), epoch_(epoch), tensor_(std::move(tensor)) {}

    /// The epoch whose figures are not finite.
    [[nodiscard]] std::int32_t epoch() const { return epoch_; }
    /// The first tensor in storage order that is not finite, "gradient of W_E", "weights of W_U",
    /// "moments of W_E", "mismatch -1" or "probe 0"; empty when only the loss is not.
    [[nodiscard]] const std::string& tensor() const { return tensor_; }

private:
    std::int32_t epoch_;
    std::string tensor_;
};

/// "run nanda, seed 999, stencil [-1,0,+1]": how messages name a run.
[[nodiscard]] std::string name_of(const RunConfig& config);

/// Watches over one run. An update can overflow only where gradients or state are large, which a
/// run that learns never is: only then its result is looked through, too.
class FiniteGuard {
public:
    /// `config` and `pool` outlive this.
    FiniteGuard(const RunConfig& config, WorkerPool& pool) : config_(config), pool_(pool) {}

    /// To be told of every state that no update of this run has made.
    void meet(const TrainingState& state);

    /// Looks at what an epoch has computed, before the update: loss, mismatches, gradients, and the
    /// probes, which have taken their steps. Throws NonFiniteError. True when the update may
    /// overflow: then keep the state and call check_update().
    [[nodiscard]] bool check_epoch(const TrainingState& state, const StepResult& result,
                                   const Gradients& gradients) const;

    /// Looks at the state that the update of `epoch` has made. Throws NonFiniteError.
    void check_update(const TrainingState& state, std::int32_t epoch);

    /// Throws NonFiniteError unless the loss on the test pairs is a number.
    void check_test_loss(double loss, std::int32_t epoch) const;

private:
    /// What the gradients and the probes' new states are like.
    struct Findings {
        bool finite = true; ///< neither NaN nor infinity
        bool calm = true;   ///< the gradients are too small for an overflow in one step
    };
    [[nodiscard]] Findings validate(const TrainingState& state, const Gradients& gradients) const;
    [[noreturn]] void refuse(const std::string& what, std::int32_t epoch,
                             const std::string& tensor) const;

    const RunConfig& config_;
    WorkerPool& pool_;
    /// The state is too small for an overflow in an update with calm gradients.
    bool calm_ = false;
};

} // namespace grokscope
