#include "engine/train/run.h"

#include "engine/compute/worker_pool.h"
#include "engine/model/adamw.h"
#include "engine/train/engine_parts.h"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <span>
#include <utility>

namespace grokscope {

namespace {

/// Slices of the flat buffers in one pass over them; more than any sensible number of workers, so
/// that a core lent away delays little. Fixed, so that the arithmetic cannot depend on the pool.
constexpr int kSlices = 16;

struct Slice {
    std::size_t begin;
    std::size_t count;
};

/// The values of one of kSlices slices, which start on cache lines: 16 float32 values. The flat
/// buffers are whole lines.
Slice slice_of(std::size_t size, int slice) {
    constexpr std::size_t kValuesPerLine = 16;
    const auto begin_of = [&](int i) {
        return size / kValuesPerLine * static_cast<std::size_t>(i) / kSlices * kValuesPerLine;
    };
    return {begin_of(slice), begin_of(slice + 1) - begin_of(slice)};
}

/// The configuration, checked before any part is made of it.
const RunConfig& checked(const RunConfig& config) {
    config.require_valid();
    return config;
}

/// Below these no AdamW step can overflow. Gradients up to 2^30 keep both moments below 2^60; a
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
           all_within(state.first_moment.flat(), kCalmState) &&
           all_within(state.second_moment.flat(), kCalmState);
}

/// Name of the first tensor with a value that is not finite; empty when there is none.
std::string first_non_finite(const Parameters& values) {
    for (std::size_t i = 0; i < kTensorCount; ++i) {
        if (!all_finite(values.view(static_cast<Tensor>(i)))) {
            return std::string(kTensorNames[i]);
        }
    }
    return {};
}

/// The same for what an AdamW step changes: "weights of W_E", "moments of W_U".
std::string first_non_finite_after_step(const TrainingState& state) {
    for (const auto& [what, values] : {std::pair("weights of ", &state.parameters),
                                       std::pair("moments of ", &state.first_moment),
                                       std::pair("moments of ", &state.second_moment)}) {
        if (const std::string tensor = first_non_finite(*values); !tensor.empty()) {
            return what + tensor;
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

Run::Run(const RunConfig& config, const EngineParts& parts, WorkerPool& pool)
    : config_(checked(config)), snapshot_maker_(parts.make_snapshot), pool_(pool),
      task_(parts.make_task(config_)), state_(parts.make_initial_state(config_)),
      gradients_(state_.parameters.layout().shape()), probes_before_(state_.probes),
      step_(parts.make_step(config_, task_, pool_)), calm_(is_calm(state_)) {
    step_->load(state_.parameters);
}

Run::~Run() = default;

std::optional<MetricSample> Run::advance_one_epoch() {
    const auto began = std::chrono::steady_clock::now();
    const double cpu_began = pool_.cpu_seconds();
    const std::int32_t epoch = state_.epoch;

    probes_before_ = state_.probes; // same sizes every time: no allocation
    StepResult result;
    std::optional<TrainingState> before; // when the update may overflow
    try {
        result = step_->gradients(state_.probes, gradients_);
        const Findings findings = look_through();
        refuse_non_finite(result, findings.finite);
        if (!findings.calm || !calm_) {
            before.emplace(state_);
            before->probes = probes_before_;
        }
    } catch (...) {
        state_.probes = probes_before_;
        step_->recall(state_.previous); // it may remember the failed epoch
        step_->load(state_.parameters);
        throw;
    }
    remember_parameters();
    update_parameters();
    if (before) {
        refuse_overflow(*before);
    }
    step_->load(state_.parameters);

    std::optional<MetricSample> sample;
    if (epoch % config_.eval_every == 0) {
        const Evaluation test = step_->evaluate(task_.test);
        if (!std::isfinite(test.loss)) {
            throw NonFiniteError(non_finite_sentence("the test loss", epoch, {}), epoch, {});
        }
        const auto share = [](std::int64_t correct, const PairSet& of) {
            return static_cast<double>(correct) / static_cast<double>(of.size());
        };
        sample.emplace();
        sample->epoch = epoch;
        sample->train_loss = result.task_loss;
        sample->test_loss = test.loss;
        sample->train_accuracy = share(result.correct, task_.train);
        sample->test_accuracy = share(test.correct, task_.test);
        sample->mirrored_loss = test.mirrored.loss;
        sample->new_loss = test.truly_new.loss;
        sample->mirrored_accuracy = test.mirrored.accuracy;
        sample->new_accuracy = test.truly_new.accuracy;
        sample->mismatch = result.mismatch;
        sample->weight_sum_squares = sum_squares(state_.parameters.flat());
    }
    time_.wall += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    time_.cpu += pool_.cpu_seconds() - cpu_began;
    if (sample) {
        sample->wall_seconds = time_.wall;
        sample->cpu_seconds = time_.cpu;
    }
    return sample;
}

Run::Findings Run::look_through() const {
    // On the pool: one thread would need a hundredth of an epoch, and all others would wait.
    std::array<Findings, kSlices> found{};
    pool_.run(kSlices, [&](int slice, int) {
        const auto part = [slice](std::span<const float> values) {
            const auto [begin, count] = slice_of(values.size(), slice);
            return values.subspan(begin, count);
        };
        const auto gradients = part(gradients_.flat());
        const bool calm = all_within(gradients, kCalmGradient);
        bool finite = calm || all_finite(gradients);
        for (const ProbeState& probe : state_.probes) { // have taken their step
            for (const std::span<const float> values : buffers_of(probe)) {
                finite = finite && all_finite(part(values));
            }
        }
        found[static_cast<std::size_t>(slice)] = {finite, calm};
    });
    return {std::ranges::all_of(found, &Findings::finite),
            std::ranges::all_of(found, &Findings::calm)};
}

void Run::refuse_non_finite(const StepResult& result, bool rest_is_finite) const {
    const std::int32_t epoch = state_.epoch;
    const std::string mismatch = first_non_finite_mismatch(result, config_.stencil, epoch);
    const bool finite_loss = std::isfinite(result.task_loss);
    if (finite_loss && mismatch.empty() && rest_is_finite) {
        return;
    }
    // From the cause to its effects: weights, then mismatches, then gradients, then probes.
    std::string tensor = first_non_finite(state_.parameters);
    bool step_of_probe = false;
    if (!tensor.empty()) {
        tensor.insert(0, "weights of ");
    } else if (!mismatch.empty()) {
        tensor = mismatch;
    } else if (tensor = first_non_finite(gradients_); !tensor.empty()) {
        tensor.insert(0, "gradient of ");
    } else {
        tensor = first_non_finite(state_.probes);
        step_of_probe = !tensor.empty();
    }
    const std::string what = !finite_loss    ? "the training loss"
                             : step_of_probe ? "the step of a probe"
                                             : "the gradient";
    throw NonFiniteError(non_finite_sentence(what, epoch, tensor), epoch, tensor);
}

void Run::refuse_overflow(const TrainingState& before) {
    const std::string tensor = first_non_finite_after_step(state_);
    if (tensor.empty()) {
        calm_ = is_calm(state_);
        return;
    }
    restore(before, time_);
    throw NonFiniteError(non_finite_sentence("the step of AdamW", epoch(), tensor), epoch(),
                         tensor);
}

std::string Run::non_finite_sentence(const std::string& what, std::int32_t epoch,
                                     const std::string& tensor) const {
    std::string sentence = name_of(config_) + ": " + what + " at epoch " + std::to_string(epoch) +
                           " is not a finite number";
    if (!tensor.empty()) {
        sentence += " (first: " + tensor + ")";
    }
    return sentence + "; " + remedy(config_);
}

void Run::remember_parameters() {
    const auto depth = static_cast<std::size_t>(config_.stencil.depth());
    if (depth == 0) {
        return;
    }
    if (state_.previous.size() < depth) {
        state_.previous.push_front(state_.parameters);
        return;
    }
    // The oldest buffer becomes the newest: a copy without an allocation.
    Parameters oldest = std::move(state_.previous.back());
    state_.previous.pop_back();
    oldest = state_.parameters;
    state_.previous.push_front(std::move(oldest));
}

void Run::update_parameters() {
    if (!config_.train_biases) {
        std::ranges::fill(gradients_.view(Tensor::b_in), 0.0F);
        std::ranges::fill(gradients_.view(Tensor::b_out), 0.0F);
    }
    // A warm-up over W epochs gives epoch 0 the rate 0.
    const double warmup =
        config_.warmup_epochs == 0
            ? 1.0
            : std::min(static_cast<double>(state_.epoch) / config_.warmup_epochs, 1.0);
    const AdamWSettings settings{.learning_rate = config_.learning_rate * warmup,
                                 .weight_decay = config_.weight_decay,
                                 .beta1 = config_.beta1,
                                 .beta2 = config_.beta2};
    const std::int64_t step_number = state_.adam_steps + 1;
    pool_.run(kSlices, [&](int slice, int) {
        const auto [begin, count] = slice_of(state_.parameters.flat().size(), slice);
        adamw_update(settings, step_number, state_.parameters.flat().subspan(begin, count),
                     std::as_const(gradients_).flat().subspan(begin, count),
                     state_.first_moment.flat().subspan(begin, count),
                     state_.second_moment.flat().subspan(begin, count));
    });
    state_.adam_steps = step_number;
    ++state_.epoch;
}

void Run::restore(const TrainingState& state, TrainingTime time) {
    const auto remembered = std::min(config_.stencil.depth(), static_cast<int>(state.epoch));
    const bool fits =
        state.parameters.layout() == state_.parameters.layout() && state.epoch >= 0 &&
        std::ranges::equal(state.probes, state_.probes,
                           [](const ProbeState& one, const ProbeState& other) {
                               return one.offset == other.offset && one.layout == other.layout;
                           }) &&
        state.previous.size() == static_cast<std::size_t>(remembered);
    if (!fits) {
        throw std::invalid_argument(name_of(config_) + ": the state of epoch " +
                                    std::to_string(state.epoch) +
                                    " has another shape or other probes than the configuration; "
                                    "resume it under the configuration it was saved with");
    }
    state_ = state;
    probes_before_ = state_.probes;
    calm_ = is_calm(state_);
    time_ = time;
    step_->recall(state_.previous);
    step_->load(state_.parameters);
}

Snapshot Run::make_snapshot() const {
    if (!snapshot_maker_) {
        throw std::logic_error("this run was made without a way to make snapshots");
    }
    Snapshot snapshot = snapshot_maker_(config_, state_.parameters);
    snapshot.epoch = state_.epoch;
    return snapshot;
}

} // namespace grokscope
