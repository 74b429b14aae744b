// RunConfig: everything that identifies a run. Two runs with equal configurations have equal bits.
#pragma once

#include "engine/protocol/control.h"
#include "engine/protocol/stencil.h"

#include <cstdint>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace grokscope {

/// Which published experiment the initial weights, split and optimiser follow (science.md 1.4).
enum class Preset : std::uint8_t { kNanda, kTransformerLens };

/// The arithmetic to learn. Only addition exists so far; the type is the seam for the others.
enum class Operation : std::uint8_t { kAdd };

/// True when (a, b) and (b, a), each other's mirror, have the same answer.
[[nodiscard]] constexpr bool is_commutative(Operation operation) {
    return operation == Operation::kAdd;
}

/// Which implementation computes an epoch. kAuto takes the fused one where it supports the shape.
enum class StepKind : std::uint8_t { kAuto, kReference, kFused };

/// Full configuration of one run. Every range is enforced by validate(); defaults are the
/// `nanda` experiment of science.md section 1.
struct RunConfig {
    Preset preset = Preset::kNanda;
    Operation operation = Operation::kAdd;
    /// Modulus, 5..251, prime or not. Default 113.
    int p = 113;
    /// Share of all pairs that trains, 0.05..0.95. Default 0.3. Both sides must be non-empty.
    double train_fraction = 0.3;
    /// Seed of weights and probes, and of the split unless split_seed is given, 0..2^32-1.
    std::uint32_t seed = 999;
    /// Seed of the split, 0..2^32-1. Default: the run's seed (`nanda`), 598 (`transformerlens`).
    std::optional<std::uint32_t> split_seed;

    /// AdamW rate after warm-up, 1e-5..1e-1. Default 1e-3.
    double learning_rate = 1e-3;
    /// Epochs of linear warm-up W, rate * min(epoch/W, 1), 0..1000; 0 is constant. Default 10.
    int warmup_epochs = 10;
    /// Decoupled weight decay, 0..10. Default 1.
    double weight_decay = 1.0;
    /// First-moment decay, 0..0.999. Default 0.9.
    double beta1 = 0.9;
    /// Second-moment decay, 0..0.9999. Default 0.98.
    double beta2 = 0.98;
    /// Factor on every initial matrix, 0.1..4. Default 1.
    double init_scale = 1.0;

    /// Width of the residual stream, 32..512, a multiple of heads. Default 128.
    int d_model = 128;
    /// Attention heads, a divisor of d_model. Default 4.
    int heads = 4;
    /// Hidden units of the MLP, 64..2048. Default 512.
    int d_mlp = 512;
    /// False in `transformerlens`: biases are zero and frozen there.
    bool train_biases = true;

    /// Epochs after which the run is finished, 1..1,000,000. Default 25,000.
    int epochs = 25000;
    /// Epochs between evaluations, 1..1000. Default 10.
    int eval_every = 10;
    /// Epochs between recorded embeddings and spectra, 1..10000. Default 20.
    int snapshot_every = 20;
    /// Epochs between rows of progress measures, 0..10000; 0 computes none. Default 50.
    int progress_every = 50;
    /// Epochs between figures of class separation (ILDR), an early warning that goes with a row of
    /// progress measures: a multiple of their interval, 0..10000; 0 computes none. Default 0.
    int ildr_every = 0;
    /// The same for the commutator defect, which costs several epochs each time. Default 0.
    int commutator_every = 0;
    /// Epochs between recorded weights, 1..10000; beside those of the start and of marks. Default
    /// 100.
    int weights_every = 100;
    /// Records all weights bit for bit; without it only those of the start and of marks are, and
    /// the others are rounded. Default false.
    bool exact_weights = false;
    /// Ends the run once the stable basin is confirmed. Default false.
    bool stop_when_stable = false;
    /// Ends the run at the grok epoch. Default false.
    bool stop_when_grokked = false;

    /// Offsets of the probes, a subset of -8..8. Default none: the baseline.
    Stencil stencil;
    /// Weight lambda of the sum of mismatches in the loss, 0..10. Default 0.1.
    double stencil_weight = 0.1;
    /// Hidden units of each probe, 1..512. Default 64.
    int probe_width = 64;
    /// Rate of each probe's Adam, 1e-5..1e-1. Default 1e-3.
    double probe_learning_rate = 1e-3;

    /// Implementation of the step. Default kAuto. Part of the identity: the two agree to rounding
    /// only, and training amplifies rounding.
    StepKind step = StepKind::kAuto;

    /// What a control run changes about its stencil (science.md 2.3). Default kNone. Each needs a
    /// stencil, except kActivationPenalty, which takes none and weighs by stencil_weight.
    Control control = Control::kNone;

    [[nodiscard]] static RunConfig of(Preset preset);

    /// The split seed in force.
    [[nodiscard]] std::uint32_t effective_split_seed() const {
        return split_seed.value_or(preset == Preset::kTransformerLens ? 598U : seed);
    }
    /// True for a plain run: neither probes nor a control.
    [[nodiscard]] bool is_baseline() const { return stencil.empty() && control == Control::kNone; }
    /// "baseline", "[-1,0,+1]", "[-1,0,+1] frozen", "penalty 0.1": the label shown everywhere.
    [[nodiscard]] std::string label() const;
    /// Number of training pairs: trunc(train_fraction * p^2) in double, as Python computes it.
    [[nodiscard]] int train_pairs() const {
        return static_cast<int>(train_fraction * (static_cast<double>(p) * p));
    }

    /// All mistakes, one sentence each, naming the value, the range and the option; empty when the
    /// configuration is usable.
    [[nodiscard]] std::vector<std::string> validate() const;
    /// Throws std::invalid_argument with all mistakes in its text, if there are any.
    void require_valid() const;

    friend bool operator==(const RunConfig&, const RunConfig&) = default;
};

/// The configuration without what leaves the figures as they are: when the run ends, and what is
/// recorded beside them; and the probes' settings where there are none. Runs with equal courses
/// have the same figures, bit for bit, as far as they go.
[[nodiscard]] RunConfig course_of(const RunConfig& config);

/// True when nothing but chance tells when the one groks from when the other does: equal courses
/// apart from the seed and the implementation of the step.
[[nodiscard]] bool are_alike(const RunConfig& one, const RunConfig& other);

/// True when the two runs may be compared as a pair: equal in everything but the stencil and what
/// belongs to it, the control, the implementation of the step, and when to stop.
[[nodiscard]] bool is_paired(const RunConfig& one, const RunConfig& other);

[[nodiscard]] std::string_view name_of(Preset preset);
[[nodiscard]] std::string_view name_of(Operation operation);
[[nodiscard]] std::string_view name_of(StepKind kind);

// ------------------------------------------------------------------------------- definitions

namespace config_detail {

template <typename Number>
std::string in_words(Number value) {
    std::string text = std::to_string(value);
    if constexpr (std::is_floating_point_v<Number>) {
        char buffer[32];
        std::snprintf(buffer, sizeof buffer, "%g", static_cast<double>(value));
        text = buffer;
    }
    return text;
}

/// Adds a sentence unless low <= value <= high; a NaN is a mistake too.
template <typename Number>
void require_range(std::vector<std::string>& mistakes, const char* what, const char* option,
                   Number value, Number low, Number high) {
    if (!(value >= low && value <= high)) {
        mistakes.push_back(std::string(what) + " (" + option + ") must lie between " +
                           in_words(low) + " and " + in_words(high) + ", got " + in_words(value));
    }
}

/// Adds a sentence when figures that go with a row of progress measures come at an epoch without.
inline void require_multiple(std::vector<std::string>& mistakes, const char* option, int value,
                             int progress_every) {
    if (value != 0 && (progress_every <= 0 || value % progress_every != 0)) {
        mistakes.push_back(std::string("early warnings (") + option +
                           ") go with rows of progress measures: give a multiple of "
                           "--progress-every, which is " +
                           std::to_string(progress_every) + ", got " + std::to_string(value));
    }
}

} // namespace config_detail

inline std::string_view name_of(Preset preset) {
    return preset == Preset::kNanda ? "nanda" : "transformerlens";
}

inline std::string_view name_of(Operation) {
    return "add";
}

inline std::string_view name_of(StepKind kind) {
    switch (kind) {
    case StepKind::kAuto:
        return "auto";
    case StepKind::kReference:
        return "reference";
    case StepKind::kFused:
        return "fused";
    }
    return "unknown";
}

inline RunConfig RunConfig::of(Preset preset) {
    RunConfig config;
    config.preset = preset;
    if (preset == Preset::kTransformerLens) {
        config.warmup_epochs = 0;
        config.train_biases = false;
    }
    return config;
}

inline std::string RunConfig::label() const {
    if (control == Control::kActivationPenalty) {
        return std::string(text_of(control).label) + " " + config_detail::in_words(stencil_weight);
    }
    const std::string_view changed = text_of(control).label;
    return changed.empty() ? stencil.label() : stencil.label() + " " + std::string(changed);
}

inline RunConfig course_of(const RunConfig& config) {
    const RunConfig plain;
    RunConfig course = config;
    course.epochs = plain.epochs;
    course.snapshot_every = plain.snapshot_every;
    course.progress_every = plain.progress_every;
    course.ildr_every = plain.ildr_every;
    course.commutator_every = plain.commutator_every;
    course.weights_every = plain.weights_every;
    course.exact_weights = plain.exact_weights;
    course.stop_when_stable = plain.stop_when_stable;
    course.stop_when_grokked = plain.stop_when_grokked;
    if (config.is_baseline()) { // without probes their settings mean nothing
        course.stencil_weight = plain.stencil_weight;
        course.probe_width = plain.probe_width;
        course.probe_learning_rate = plain.probe_learning_rate;
    }
    return course;
}

inline bool are_alike(const RunConfig& one, const RunConfig& other) {
    RunConfig neutral = course_of(other);
    neutral.seed = one.seed;
    neutral.step = one.step;
    return neutral == course_of(one);
}

inline bool is_paired(const RunConfig& one, const RunConfig& other) {
    RunConfig neutral = course_of(other);
    neutral.stencil = one.stencil;
    neutral.stencil_weight = one.stencil_weight;
    neutral.probe_width = one.probe_width;
    neutral.probe_learning_rate = one.probe_learning_rate;
    neutral.control = one.control;
    neutral.step = one.step;
    return neutral == course_of(one);
}

inline std::vector<std::string> RunConfig::validate() const {
    using config_detail::require_range;
    std::vector<std::string> mistakes;
    require_range(mistakes, "the modulus", "--p", p, 5, 251);
    require_range(mistakes, "the training fraction", "--frac", train_fraction, 0.05, 0.95);
    require_range(mistakes, "the learning rate", "--lr", learning_rate, 1e-5, 1e-1);
    require_range(mistakes, "the warm-up", "--warmup", warmup_epochs, 0, 1000);
    require_range(mistakes, "the weight decay", "--weight-decay", weight_decay, 0.0, 10.0);
    require_range(mistakes, "beta1", "--beta1", beta1, 0.0, 0.999);
    require_range(mistakes, "beta2", "--beta2", beta2, 0.0, 0.9999);
    require_range(mistakes, "the init scale", "--init-scale", init_scale, 0.1, 4.0);
    require_range(mistakes, "the model width", "--d-model", d_model, 32, 512);
    require_range(mistakes, "the number of heads", "--heads", heads, 1, 512);
    require_range(mistakes, "the MLP width", "--d-mlp", d_mlp, 64, 2048);
    require_range(mistakes, "the number of epochs", "--epochs", epochs, 1, 1000000);
    require_range(mistakes, "the evaluation interval", "--eval-every", eval_every, 1, 1000);
    require_range(mistakes, "the snapshot interval", "--snapshot-every", snapshot_every, 1, 10000);
    require_range(mistakes, "the progress interval", "--progress-every", progress_every, 0, 10000);
    require_range(mistakes, "the interval of ILDR", "--ildr-every", ildr_every, 0, 10000);
    require_range(mistakes, "the interval of the commutator defect", "--commutator-every",
                  commutator_every, 0, 10000);
    config_detail::require_multiple(mistakes, "--ildr-every", ildr_every, progress_every);
    config_detail::require_multiple(mistakes, "--commutator-every", commutator_every,
                                    progress_every);
    require_range(mistakes, "the interval of recorded weights", "--weights-every", weights_every, 1,
                  10000);
    require_range(mistakes, "the stencil weight", "--stencil-weight", stencil_weight, 0.0, 10.0);
    require_range(mistakes, "the probe width", "--probe-width", probe_width, 1, 512);
    require_range(mistakes, "the probe learning rate", "--probe-lr", probe_learning_rate, 1e-5,
                  1e-1);
    if (heads >= 1 && d_model % heads != 0) {
        mistakes.push_back("the number of heads (--heads) must divide the model width " +
                           std::to_string(d_model) + ", got " + std::to_string(heads));
    }
    if (control == Control::kActivationPenalty && !stencil.empty()) {
        mistakes.push_back("the control (--control) activation-penalty works without probes: leave "
                           "--stencil out, got " +
                           stencil.label());
    } else if (control != Control::kNone && control != Control::kActivationPenalty &&
               stencil.empty()) {
        mistakes.push_back("the control (--control) " + std::string(name_of(control)) +
                           " changes a stencil's probes: give --stencil, too");
    }
    if (mistakes.empty() && (train_pairs() < 1 || train_pairs() >= p * p)) {
        mistakes.push_back("the training fraction (--frac) " +
                           config_detail::in_words(train_fraction) +
                           " leaves one side of the split empty at p = " + std::to_string(p));
    }
    return mistakes;
}

inline void RunConfig::require_valid() const {
    std::string text;
    for (const std::string& mistake : validate()) {
        if (!text.empty()) {
            text += "; ";
        }
        text += mistake;
    }
    if (!text.empty()) {
        throw std::invalid_argument(text);
    }
}

} // namespace grokscope
