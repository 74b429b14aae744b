#include "engine/train/finite_guard.h"

#include "engine/compute/worker_pool.h"
#include "engine/model/flat_slices.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <span>
#include <vector>

namespace grokscope {

namespace {

/// Below these no update can overflow. Gradients up to 2^30 keep both moments below 2^60; a
/// step is then at most rate / (1 - beta1) * moment / epsilon < 2^7 * 2^60 * 2^27, and a moment
/// that came from elsewhere fades within 1 / (1 - beta1) = 2^10 of them: less than 2^105 in all, in
/// the ranges of RunConfig::validate(). Training that works stays far below.
constexpr float kCalmGradient = 0x1p30F;
constexpr float kCalmState = 0x1p60F;

/// True when no magnitude is above `limit`, and none is NaN. On the bits, because a loop over
/// integers is vectorised and this runs every epoch.
bool all_within(std::span<const float> values, float limit) {
    const auto most = std::bit_cast<std::int32_t>(limit);
    std::uint32_t found = 0;
    for (const float value : values) {
        const auto magnitude =
            static_cast<std::int32_t>(std::bit_cast<std::uint32_t>(value) & 0x7fffffffU);
        found |= static_cast<std::uint32_t>(magnitude > most);
    }
    return found == 0;
}

/// True when no value is NaN or infinite.
bool all_finite(std::span<const float> values) {
    return all_within(values, std::numeric_limits<float>::max());
}

/// True when the next step cannot overflow, if its gradients are calm.
bool is_calm(const TrainingState& state) {
    return all_within(state.parameters.flat(), kCalmState) &&
           std::ranges::all_of(state.slots, [](const UpdateSlot& slot) {
               return all_within(slot.values.flat(), kCalmState);
           });
}

/// Name of the first tensor with a value that is not finite; empty when there is none.
std::string first_non_finite(const Parameters& values) {
    for (const TensorSpec& tensor : values.layout().tensors()) {
        if (!all_finite(values.view(tensor))) {
            return tensor.name;
        }
    }
    return {};
}

/// The same for what an update changes: "weights of W_E", "moments of W_U".
std::string first_non_finite_after_update(const TrainingState& state) {
    if (const std::string tensor = first_non_finite(state.parameters); !tensor.empty()) {
        return "weights of " + tensor;
    }
    for (const UpdateSlot& slot : state.slots) {
        if (const std::string tensor = first_non_finite(slot.values); !tensor.empty()) {
            return "moments of " + tensor;
        }
    }
    return {};
}

/// All that is learnt of a probe.
std::array<std::span<const float>, 3> buffers_of(const ProbeState& probe) {
    return {probe.weights, probe.first_moment, probe.second_moment};
}

/// "probe -1"; empty when all probes are finite.
std::string first_non_finite(const std::vector<ProbeState>& probes) {
    const auto found = std::ranges::find_if_not(probes, [](const ProbeState& probe) {
        return std::ranges::all_of(buffers_of(probe), all_finite);
    });
    return found == probes.end() ? std::string() : "probe " + std::to_string(found->offset);
}

std::string first_non_finite_mismatch(const StepResult& result, const Stencil& stencil,
                                      std::int32_t epoch) {
    for (const int k : stencil.offsets()) {
        if (epoch >= std::abs(k) && !std::isfinite(result.mismatch[offset_slot(k)])) {
            return "mismatch " + std::to_string(k);
        }
    }
    return {};
}

std::string remedy(const RunConfig& config) {
    std::string text = "lower the learning rate (--lr, now " +
                       config_detail::in_words(config.learning_rate) +
                       ") or the init scale (--init-scale, now " +
                       config_detail::in_words(config.init_scale) + ")";
    if (!config.stencil.empty()) {
        text += ", or the probes' part (--probe-lr, now " +
                config_detail::in_words(config.probe_learning_rate) + ", --stencil-weight, now " +
                config_detail::in_words(config.stencil_weight) + ")";
    }
    return text;
}

} // namespace

std::string name_of(const RunConfig& config) {
    return "run " + std::string(name_of(config.preset)) + ", seed " + std::to_string(config.seed) +
           ", " + (config.stencil.empty() ? config.label() : "stencil " + config.label());
}

void FiniteGuard::meet(const TrainingState& state) {
    calm_ = is_calm(state);
}

bool FiniteGuard::check_epoch(const TrainingState& state, const StepResult& result,
                              const Gradients& gradients) const {
    const std::string mismatch = first_non_finite_mismatch(result, config_.stencil, state.epoch);
    const bool finite_loss = std::isfinite(result.task_loss);
    const Findings findings = validate(state, gradients);
    if (finite_loss && mismatch.empty() && findings.finite) {
        return !findings.calm || !calm_;
    }
    // From the cause to its effects: weights, then mismatches, then gradients, then probes.
    std::string tensor = first_non_finite(state.parameters);
    bool step_of_probe = false;
    if (!tensor.empty()) {
        tensor.insert(0, "weights of ");
    } else if (!mismatch.empty()) {
        tensor = mismatch;
    } else if (tensor = first_non_finite(gradients); !tensor.empty()) {
        tensor.insert(0, "gradient of ");
    } else {
        tensor = first_non_finite(state.probes);
        step_of_probe = !tensor.empty();
    }
    refuse(!finite_loss    ? "the training loss"
           : step_of_probe ? "the step of a probe"
                           : "the gradient",
           state.epoch, tensor);
}

void FiniteGuard::check_update(const TrainingState& state, std::int32_t epoch) {
    if (const std::string tensor = first_non_finite_after_update(state); !tensor.empty()) {
        refuse("the update of the weights", epoch, tensor);
    }
    calm_ = is_calm(state);
}

void FiniteGuard::check_test_loss(double loss, std::int32_t epoch) const {
    if (!std::isfinite(loss)) {
        refuse("the test loss", epoch, {});
    }
}

FiniteGuard::Findings FiniteGuard::validate(const TrainingState& state,
                                            const Gradients& gradients) const {
    // On the pool: one thread would need a hundredth of an epoch, and all others would wait.
    std::array<Findings, kSlices> found{};
    pool_.run(kSlices, [&](int slice, int) {
        const auto part = [slice](std::span<const float> values) {
            const auto [begin, count] = slice_of(values.size(), slice);
            return values.subspan(begin, count);
        };
        const auto own = part(gradients.flat());
        const bool calm = all_within(own, kCalmGradient);
        bool finite = calm || all_finite(own);
        for (const ProbeState& probe : state.probes) { // have taken their step
            for (const std::span<const float> values : buffers_of(probe)) {
                finite = finite && all_finite(part(values));
            }
        }
        found[static_cast<std::size_t>(slice)] = {finite, calm};
    });
    return {std::ranges::all_of(found, &Findings::finite),
            std::ranges::all_of(found, &Findings::calm)};
}

void FiniteGuard::refuse(const std::string& what, std::int32_t epoch,
                         const std::string& tensor) const {
    std::string sentence = name_of(config_) + ": " + what + " at epoch " + std::to_string(epoch) +
                           " is not a finite number";
    if (!tensor.empty()) {
        sentence += " (first: " + tensor + ")";
    }
    throw NonFiniteError(sentence + "; " + remedy(config_), epoch, tensor);
}

} // namespace grokscope
