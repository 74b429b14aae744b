// RunConfig: everything that identifies a run. Two runs with equal configurations have equal bits.
// Its fields, and the table that describes each of them: a setting is added here, and where it
// acts.
#pragma once

#include "engine/protocol/arithmetic.h"
#include "engine/protocol/control.h"
#include "engine/protocol/frequency_set.h"
#include "engine/protocol/measure_plan.h"
#include "engine/protocol/setting.h"
#include "engine/protocol/stencil.h"
#include "engine/protocol/tensor_set.h"
#include "engine/protocol/weight_edits.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope {

/// Which published experiment the initial weights, split and optimiser follow (science.md 1.4).
enum class Preset : std::uint8_t { kNanda, kTransformerLens };
inline constexpr std::array<std::string_view, 2> kPresetNames = {"nanda", "transformerlens"};

/// Which slow part of the gradient Grokfast strengthens (2405.20233): an exponential average, or
/// the mean of the last hundred gradients.
enum class Grokfast : std::uint8_t { kNone, kEma, kMa };
inline constexpr std::array<std::string_view, 3> kGrokfastNames = {"none", "ema", "ma"};

/// Which implementation computes an epoch: libtorch, the fused one for one plain layer, or the one
/// for any number of layers. kAuto takes the fused one where it can compute the configuration, else
/// the one for layers.
enum class StepKind : std::uint8_t { kAuto, kReference, kFused, kLayers };
inline constexpr std::array<std::string_view, 4> kStepNames = {"auto", "reference", "fused",
                                                               "layers"};

/// What the reference step computes on: the processor, a CUDA device, or the latter where there is
/// one. The other steps know the processor alone.
enum class Device : std::uint8_t { kCpu, kCuda, kAuto };
inline constexpr std::array<std::string_view, 3> kDeviceNames = {"cpu", "cuda", "auto"};

/// What stands before attention, before the MLP and before the unembedding: nothing, or a LayerNorm
/// with gain and bias, eps 1e-5.
enum class Norm : std::uint8_t { kNone, kPre };
inline constexpr std::array<std::string_view, 2> kNormNames = {"none", "pre"};

/// What a hidden unit of an MLP does to its input; GELU is the exact one, with erf.
enum class Activation : std::uint8_t { kRelu, kGelu };
inline constexpr std::array<std::string_view, 2> kActivationNames = {"relu", "gelu"};

/// The tokens that a model reads, the answer behind the last: `a b =`, or `a op b =`.
enum class Sequence : std::uint8_t { kPair, kWithOperation };
inline constexpr std::array<std::string_view, 2> kSequenceNames = {"pair", "operation"};

/// The rate after warm-up: as it is, or a half cosine down to learning_rate_min at the last epoch.
enum class Schedule : std::uint8_t { kConstant, kCosine };
inline constexpr std::array<std::string_view, 2> kScheduleNames = {"constant", "cosine"};

// Ranges, units and what is said of the fields stand in kSettings, below.

/// What is learnt, from which pairs.
struct TaskSettings {
    static constexpr SettingGroup kGroup = SettingGroup::kTask;

    Preset preset = Preset::kNanda;
    Operation operation = Operation::kAdd;
    /// The answers of Operation::kTable; empty for every other operation.
    OperationTable table;
    /// Modulus, prime or not; prime for division. Of a table, its rows.
    int p = 113;
    /// Share of all pairs that trains. Both sides must be non-empty.
    double train_fraction = 0.3;
    /// Seed of weights and probes, and of the split unless split_seed is given.
    std::uint32_t seed = 999;
    /// Seed of the split. Absent: the run's seed (`nanda`), 598 (`transformerlens`).
    std::optional<std::uint32_t> split_seed;

    /// What its pairs are and what each answers.
    [[nodiscard]] Arithmetic arithmetic() const { return {operation, p, table}; }

    friend bool operator==(const TaskSettings&, const TaskSettings&) = default;
};

/// The model, and how it begins.
struct ModelSettings {
    static constexpr SettingGroup kGroup = SettingGroup::kModel;

    /// Factor on every initial matrix.
    double init_scale = 1.0;
    /// Width of the residual stream, a multiple of heads.
    int d_model = 128;
    /// Attention heads, a divisor of d_model.
    int heads = 4;
    /// Hidden units of the MLP.
    int d_mlp = 512;
    /// False in `transformerlens`: biases are zero and frozen there.
    bool train_biases = true;
    /// Blocks of attention and MLP.
    int layers = 1;
    /// LayerNorm.
    Norm norm = Norm::kNone;
    /// Of the hidden units of each MLP.
    Activation activation = Activation::kRelu;
    /// The tokens that a pair is shown as.
    Sequence sequence = Sequence::kPair;

    friend bool operator==(const ModelSettings&, const ModelSettings&) = default;
};

/// The update of an epoch, AdamW and its rivals (science.md 6.6), and what computes it.
struct OptimiserSettings {
    static constexpr SettingGroup kGroup = SettingGroup::kOptimiser;

    /// Rate after warm-up.
    double learning_rate = 1e-3;
    /// Epochs of linear warm-up W, rate * min(epoch/W, 1); 0 is constant.
    int warmup_epochs = 10;
    /// Decoupled weight decay.
    double weight_decay = 1.0;
    /// First-moment decay.
    double beta1 = 0.9;
    /// Second-moment decay.
    double beta2 = 0.98;
    /// Training pairs in an update; 0 is all of them. Then an epoch is an update, not a pass.
    int batch = 0;
    /// The largest norm of the whole gradient, which is scaled down to it; 0 is no limit.
    double clip = 0;
    /// What becomes of the rate after warm-up. A cosine ends at the last epoch, so that then
    /// `epochs` belongs to the course.
    Schedule schedule = Schedule::kConstant;
    /// Rate of the last epoch of a cosine.
    double learning_rate_min = 1e-5;
    /// Implementation of the step. Part of the identity: they agree to rounding only, and
    /// training amplifies rounding.
    StepKind step = StepKind::kAuto;
    /// What it computes on. Part of the identity as the implementation is; the run's record says
    /// what kAuto took.
    Device device = Device::kCpu;
    /// What is added to each gradient before anything else.
    Grokfast grokfast = Grokfast::kNone;
    /// StableMax in place of softmax in the loss, of training and test alike.
    bool stablemax = false;
    /// Each tensor's gradient loses its part along the tensor.
    bool orthogonal_gradient = false;
    /// Muon moves the matrices of the block, AdamW the rest.
    bool muon = false;
    /// Rate of Muon after warm-up.
    double muon_learning_rate = 0.02;
    /// Decoupled weight decay of Muon's matrices; with its rate as much a step as AdamW's 1.0.
    double muon_decay = 0.05;
    /// All weights keep their initial norm, which is 0.8 of that without it.
    bool norm_clamp = false;
    /// What logits are divided by in the loss.
    double temperature = 1.0;
    /// Frequencies that the embedding loses behind every update, those of the operation's group.
    FrequencySet without_frequencies;
    /// Tensors that no update moves, whatever the gradient or the decay.
    TensorSet frozen;
    /// What is done to the embeddings before the first epoch of its own.
    WeightEdits edits;

    friend bool operator==(const OptimiserSettings&, const OptimiserSettings&) = default;
};

/// The probes of a run, and what a control run changes of them.
struct StencilSettings {
    static constexpr SettingGroup kGroup = SettingGroup::kStencil;

    /// Offsets of the probes. None: the baseline.
    Stencil stencil;
    /// Weight lambda of the sum of mismatches in the loss.
    double stencil_weight = 0.1;
    /// Hidden units of each probe.
    int probe_width = 64;
    /// Rate of each probe's Adam.
    double probe_learning_rate = 1e-3;
    /// The layer beside whose MLP the probes sit, from 1; 0 is the last.
    int probe_layer = 0;
    /// What a control run changes about its stencil (science.md 2.3). Each needs a stencil, except
    /// kActivationPenalty, which takes none and weighs by stencil_weight.
    Control control = Control::kNone;

    friend bool operator==(const StencilSettings&, const StencilSettings&) = default;
};

/// What is evaluated and recorded, and how often.
struct RecordingSettings {
    static constexpr SettingGroup kGroup = SettingGroup::kRecording;

    /// Epochs between evaluations. The grok epoch depends on it.
    int eval_every = 10;
    /// Epochs between recorded embeddings and spectra.
    int snapshot_every = 20;
    /// Epochs between rows of progress measures; 0 computes none.
    int progress_every = 50;
    /// Which instruments of the laboratory measure recorded weights, and how often.
    MeasurePlan measure;
    /// Epochs between recorded weights, beside those of the start and of marks.
    int weights_every = 100;
    /// Records all weights bit for bit; without it only those of the start and of marks are, and
    /// the others are rounded.
    bool exact_weights = false;
    /// MB that recorded weights may take in the notebook: they are recorded less often where they
    /// would take more (weight_record.h).
    int weights_budget = 4000;

    friend bool operator==(const RecordingSettings&, const RecordingSettings&) = default;
};

/// When a run ends.
struct EndSettings {
    static constexpr SettingGroup kGroup = SettingGroup::kEnd;

    /// Epochs after which the run is finished.
    int epochs = 25000;
    /// Ends the run once the stable basin is confirmed.
    bool stop_when_stable = false;
    /// Ends the run at the grok epoch.
    bool stop_when_grokked = false;

    friend bool operator==(const EndSettings&, const EndSettings&) = default;
};

/// Full configuration of one run. Every range is enforced by validate(); defaults are the
/// `nanda` experiment of science.md section 1. The structs are bases, so that a field needs no
/// more than its name, and code that wants one group only takes that one.
struct RunConfig : TaskSettings,
                   StencilSettings,
                   OptimiserSettings,
                   ModelSettings,
                   RecordingSettings,
                   EndSettings {
    [[nodiscard]] static RunConfig of(Preset preset);

    /// The split seed in force.
    [[nodiscard]] std::uint32_t effective_split_seed() const {
        return split_seed.value_or(preset == Preset::kTransformerLens ? 598U : seed);
    }
    /// The factor on initial matrices in force.
    [[nodiscard]] double effective_init_scale() const {
        return init_scale * (norm_clamp ? 0.8 : 1.0);
    }
    /// True when the probes' settings mean something.
    [[nodiscard]] bool has_probes() const { return !stencil.empty() || control != Control::kNone; }
    /// True when a rule of science.md 6.6 takes part in the update or in the loss.
    [[nodiscard]] bool is_rival() const;
    /// The layer that probes compare and the activation penalty weighs, from 0.
    [[nodiscard]] int effective_probe_layer() const {
        return (probe_layer > 0 ? probe_layer : layers) - 1;
    }
    /// True for a plain run: neither probes nor a control nor a rival's rule.
    [[nodiscard]] bool is_baseline() const { return !has_probes() && !is_rival(); }
    /// "baseline", "[-1,0,+1]", "[-1,0,+1] frozen", "penalty 0.1", "grokfast ema, temperature 2",
    /// "[0] muon": the label shown everywhere.
    [[nodiscard]] std::string label() const;
    /// Elements of the operation's group, 0 where it has none.
    [[nodiscard]] int order() const { return group_order(operation, p); }
    /// Number of pairs there are: those for which the operation is defined.
    [[nodiscard]] int all_pairs() const { return arithmetic().pairs(); }
    /// Number of training pairs: trunc(train_fraction * all_pairs()) in double, as Python computes
    /// it.
    [[nodiscard]] int train_pairs() const {
        return static_cast<int>(train_fraction * static_cast<double>(all_pairs()));
    }

    /// All mistakes, one sentence each, naming the value, the range and the option; empty when the
    /// configuration is usable.
    [[nodiscard]] std::vector<std::string> validate() const;
    /// Throws std::invalid_argument with all mistakes in its text, if there are any.
    void require_valid() const;

    friend bool operator==(const RunConfig&, const RunConfig&) = default;
};

/// Whether the step that knows one plain layer and full batches alone can compute it.
[[nodiscard]] bool is_for_fused_step(const RunConfig& config);

/// The configuration without what leaves the figures as they are: when the run ends, unless its
/// rate falls towards that, and what is recorded beside them; and the probes' settings where there
/// are none. Runs with equal courses
/// have the same figures, bit for bit, as far as they go.
[[nodiscard]] RunConfig course_of(const RunConfig& config);

/// True when nothing but chance tells when the one groks from when the other does: equal courses
/// apart from the seed and the implementation of the step.
[[nodiscard]] bool are_alike(const RunConfig& one, const RunConfig& other);

/// Takes operation and p from the configuration's table, if it has one. For whoever makes a
/// configuration in which nobody gave them.
void fit_to_table(RunConfig& config, bool operation_is_given, bool p_is_given);

/// Takes the weight decay away where a rule of the configuration wants none. For whoever makes a
/// configuration in which nobody gave a decay.
void drop_unwanted_decay(RunConfig& config);

/// True when the two runs may be compared as a pair: equal in everything but the stencil and what
/// belongs to it, the control, the rules of rivals, with the decay that they drop, the
/// implementation of the step, and when to stop.
[[nodiscard]] bool is_paired(const RunConfig& one, const RunConfig& other);

/// What labels say of a setting that makes a rival: "grokfast ema", "temperature 2", "muon".
[[nodiscard]] std::string rule_label(const Setting& setting, const RunConfig& config);

[[nodiscard]] constexpr std::string_view name_of(Preset preset) {
    return kPresetNames[static_cast<std::size_t>(preset)];
}
[[nodiscard]] constexpr std::string_view name_of(Grokfast kind) {
    return kGrokfastNames[static_cast<std::size_t>(kind)];
}
[[nodiscard]] constexpr std::string_view name_of(StepKind kind) {
    return kStepNames[static_cast<std::size_t>(kind)];
}
[[nodiscard]] constexpr std::string_view name_of(Device device) {
    return kDeviceNames[static_cast<std::size_t>(device)];
}
[[nodiscard]] constexpr std::string_view name_of(Norm norm) {
    return kNormNames[static_cast<std::size_t>(norm)];
}
[[nodiscard]] constexpr std::string_view name_of(Activation activation) {
    return kActivationNames[static_cast<std::size_t>(activation)];
}
[[nodiscard]] constexpr std::string_view name_of(Sequence sequence) {
    return kSequenceNames[static_cast<std::size_t>(sequence)];
}
[[nodiscard]] constexpr std::string_view name_of(Schedule schedule) {
    return kScheduleNames[static_cast<std::size_t>(schedule)];
}

// ----------------------------------------------------------------------------------- the table

/// How false and true are told of RunConfig::train_biases.
inline constexpr std::array<std::string_view, 2> kBiasWords = {"no biases", "biases trained"};
inline constexpr SettingRange kSeeds{0, std::numeric_limits<std::uint32_t>::max()};

/// Every field, in the order of files.
inline constexpr std::array kSettings{
    Setting{.field = &RunConfig::preset,
            .key = "preset",
            .thing = "the preset",
            .choices = kPresetNames,
            .begins = true},
    Setting{.field = &RunConfig::operation,
            .key = "operation",
            .option = "--op",
            .thing = "the operation",
            .word = "operation",
            .choices = kOperationNames,
            .help = "operation to learn: {}",
            .begins = true},
    Setting{.field = &RunConfig::p,
            .key = "p",
            .option = "--p",
            .thing = "the modulus",
            .word = "p",
            .range = {5, 251},
            .help = "modulus, {}, prime or not",
            .form = {.place = 1,
                     .control = "field_p",
                     .label = "modulus p",
                     .sentence = "Small ones train quickly; primes draw the clearest circles.",
                     .tooltip = "The numbers are 0 to p - 1, and answers are taken modulo p."},
            .begins = true},
    Setting{
        .field = &RunConfig::train_fraction,
        .key = "train_fraction",
        .option = "--frac",
        .thing = "the training fraction",
        .word = "fraction",
        .range = {0.05, 0.95},
        .help = "share of all pairs that trains, {}",
        .form = {.place = 2,
                 .control = "field_frac",
                 .label = "share of pairs to train on",
                 .sentence = "With few pairs it may never generalise, with many it need not wait.",
                 .tooltip = "Which share of all pairs of numbers is shown to the network. The rest "
                            "tests it."}},
    Setting{.field = &RunConfig::seed,
            .key = "seed",
            .option = "--seed",
            .thing = "the seed",
            .range = kSeeds,
            .help = "seed of weights, split and probes, {}",
            .chance = true,
            .begins = true},
    Setting{.field = &RunConfig::split_seed,
            .key = "split_seed",
            .option = "--split-seed",
            .thing = "the seed of the split",
            .word = "split seed",
            .range = kSeeds,
            .help = "seed of the split alone, {}",
            .unset = "the run's seed",
            .begins = true},
    Setting{.field = &RunConfig::learning_rate,
            .key = "learning_rate",
            .option = "--lr",
            .thing = "the learning rate",
            .word = "rate",
            .range = {1e-5, 0.1},
            .help = "rate of AdamW, {}",
            .form = {.place = 4,
                     .control = "field_lr",
                     .label = "learning rate",
                     .sentence = "Too large and the loss stops being a number.",
                     .tooltip = "How far each epoch moves the weights."}},
    Setting{.field = &RunConfig::warmup_epochs,
            .key = "warmup_epochs",
            .option = "--warmup",
            .thing = "the warm-up",
            .word = "warm-up",
            .range = {0, 1000},
            .unit = "epochs",
            .help = "epochs of linear warm-up, {}"},
    Setting{.field = &RunConfig::weight_decay,
            .key = "weight_decay",
            .option = "--weight-decay",
            .thing = "the weight decay",
            .word = "decay",
            .range = {0, 10},
            .help = "decoupled weight decay, {}",
            .form = {.place = 3,
                     .control = "field_decay",
                     .label = "weight decay",
                     .sentence = "It drives the clean-up: without it the jump may not come.",
                     .tooltip = "How strongly weights are pulled towards zero in each epoch."}},
    Setting{.field = &RunConfig::beta1,
            .key = "beta1",
            .option = "--beta1",
            .thing = "beta1",
            .word = "beta1",
            .range = {0, 0.999},
            .help = "first-moment decay, {}"},
    Setting{.field = &RunConfig::beta2,
            .key = "beta2",
            .option = "--beta2",
            .thing = "beta2",
            .word = "beta2",
            .range = {0, 0.9999},
            .help = "second-moment decay, {}"},
    Setting{.field = &RunConfig::init_scale,
            .key = "init_scale",
            .option = "--init-scale",
            .thing = "the init scale",
            .word = "initial scale",
            .range = {0.1, 4},
            .help = "factor on the initial weights, {}",
            .begins = true},
    Setting{.field = &RunConfig::d_model,
            .key = "d_model",
            .option = "--d-model",
            .thing = "the model width",
            .word = "width",
            .range = {32, 512},
            .help = "model width, {}",
            .begins = true},
    Setting{.field = &RunConfig::heads,
            .key = "heads",
            .option = "--heads",
            .thing = "the number of heads",
            .word = "heads",
            .range = {1, 512},
            .help = "attention heads, {}, a divisor of the model width",
            .begins = true},
    Setting{.field = &RunConfig::d_mlp,
            .key = "d_mlp",
            .option = "--d-mlp",
            .thing = "the MLP width",
            .word = "MLP width",
            .range = {64, 2048},
            .unit = "hidden units",
            .help = "hidden units of the MLP, {}",
            .begins = true},
    Setting{.field = &RunConfig::train_biases,
            .key = "train_biases",
            .thing = "the training of biases",
            .choices = kBiasWords,
            .begins = true},
    Setting{.field = &RunConfig::epochs,
            .key = "epochs",
            .option = "--epochs",
            .thing = "the number of epochs",
            .range = {1, 1000000},
            .help = "epochs to train, {}",
            .form = {.place = 5,
                     .control = "field_epochs",
                     .label = "epochs at most",
                     .sentence = "The run ends there, grokked or not.",
                     .tooltip = "Where the run ends at the latest."},
            .course = false},
    Setting{.field = &RunConfig::eval_every,
            .key = "eval_every",
            .option = "--eval-every",
            .thing = "the evaluation interval",
            .range = {1, 1000},
            .unit = "epochs",
            .help = "epochs between evaluations, {}"},
    Setting{.field = &RunConfig::snapshot_every,
            .key = "snapshot_every",
            .option = "--snapshot-every",
            .thing = "the snapshot interval",
            .range = {1, 10000},
            .unit = "epochs",
            .help = "epochs between recorded embeddings, {}",
            .course = false},
    Setting{.field = &RunConfig::progress_every,
            .key = "progress_every",
            .option = "--progress-every",
            .thing = "the progress interval",
            .range = {0, 10000},
            .unit = "epochs",
            .help = "epochs between rows of progress measures, {}; 0 computes none",
            .course = false},
    Setting{.field = &RunConfig::measure,
            .key = "measure",
            .option = "--measure",
            .thing = "the plan of measurements",
            .range = {MeasurePlan::kLeast, MeasurePlan::kMost},
            .unit = "epochs",
            .help = "instruments of the laboratory and the epochs between their readings, {}, as "
                    "ildr:100,commutator:500; a name alone takes its usual interval",
            .unset = "none",
            .course = false},
    Setting{.field = &RunConfig::weights_every,
            .key = "weights_every",
            .option = "--weights-every",
            .thing = "the interval of recorded weights",
            .range = {1, 10000},
            .unit = "epochs",
            .help =
                "epochs between recorded weights, {}; those of the start and of marks beside them",
            .course = false},
    Setting{.field = &RunConfig::exact_weights,
            .key = "exact_weights",
            .option = "--exact-weights",
            .thing = "exact weights",
            .help = "record all weights bit for bit, in five times the room; else only those of "
                    "the start and of marks are exact",
            .course = false},
    Setting{.field = &RunConfig::stop_when_stable,
            .key = "stop_when_stable",
            .option = "--until-stable",
            .thing = "the end when stable",
            .help = "end once both accuracies have stayed at 99 % for 1,000 epochs",
            .course = false},
    Setting{.field = &RunConfig::stop_when_grokked,
            .key = "stop_when_grokked",
            .option = "--until-grok",
            .thing = "the end at the grok epoch",
            .help = "end at the grok epoch",
            .course = false},
    Setting{.field = &RunConfig::stencil,
            .key = "stencil",
            .option = "--stencil",
            .thing = "the offsets of a stencil",
            .range = {-kMaxOffset, kMaxOffset},
            .help = "probe offsets in {}, e.g. -1,0,1; `baseline` is none",
            .paired = true},
    Setting{.field = &RunConfig::stencil_weight,
            .key = "stencil_weight",
            .option = "--stencil-weight",
            .thing = "the stencil weight",
            .word = "stencil weight",
            .range = {0, 10},
            .help = "weight of the mismatches in the loss, {}",
            .form = {.place = 6,
                     .control = "field_lambda",
                     .label = "weight of the probes",
                     .sentence = "This is lambda, how hard the probes pull. At 0 they only watch.",
                     .tooltip = "Weight of the probes' errors in the loss."},
            .paired = true,
            .probes = true},
    Setting{.field = &RunConfig::probe_width,
            .key = "probe_width",
            .option = "--probe-width",
            .thing = "the probe width",
            .word = "probe width",
            .range = {1, 512},
            .unit = "hidden units",
            .help = "hidden units of a probe, {}",
            .form = {.place = 7,
                     .control = "field_width",
                     .label = "width of a probe",
                     .sentence = "64 is the published one.",
                     .tooltip = "Hidden units of each probe."},
            .paired = true,
            .probes = true},
    Setting{.field = &RunConfig::probe_learning_rate,
            .key = "probe_learning_rate",
            .option = "--probe-lr",
            .thing = "the probe learning rate",
            .word = "probe rate",
            .range = {1e-5, 0.1},
            .help = "rate of the probes' Adam, {}",
            .paired = true,
            .probes = true},
    Setting{.field = &RunConfig::step,
            .key = "step",
            .option = "--engine",
            .thing = "the implementation of the step",
            .choices = kStepNames,
            .help = "implementation of the step: {}",
            .paired = true,
            .chance = true,
            .begins = true},
    Setting{.field = &RunConfig::control,
            .key = "control",
            .option = "--control",
            .thing = "the control",
            .choices = kControlNames,
            .help =
                "what a control run changes of its stencil: {}; the last goes without a stencil",
            .paired = true},
    Setting{.field = &RunConfig::grokfast,
            .key = "grokfast",
            .option = "--grokfast",
            .thing = "the kind of Grokfast",
            .choices = kGrokfastNames,
            .help = "strengthen the slow part of the gradient (2405.20233): {}",
            .paired = true,
            .rival = "grokfast",
            .rival_meaning = "Adds to each gradient a multiple of its average over the past, so "
                             "that what changes slowly counts for more."},
    Setting{
        .field = &RunConfig::stablemax,
        .key = "stablemax",
        .option = "--stablemax",
        .thing = "the use of StableMax",
        .help = "StableMax in place of softmax in the loss (2501.04697)",
        .paired = true,
        .rival = "stablemax",
        .rival_meaning =
            "StableMax takes the place of softmax in the loss. It grows in a straight line, not "
            "exponentially, so that no loss is rounded to 0."},
    Setting{.field = &RunConfig::orthogonal_gradient,
            .key = "orthogonal_gradient",
            .option = "--orthogonal-gradient",
            .thing = "the use of orthogonal gradients",
            .help = "take from each gradient its part along the weights (2501.04697); decay 0, "
                    "unless given",
            .paired = true,
            .rival = "orthogonal gradient",
            .rival_meaning =
                "Takes from each gradient its part along the weights, which only scales them.",
            .drops_decay = true},
    Setting{.field = &RunConfig::muon,
            .key = "muon",
            .option = "--muon",
            .thing = "the use of Muon",
            .help = "Muon on the matrices of the block, AdamW on the rest",
            .paired = true,
            .rival = "muon",
            .rival_meaning = "Gives every update of the block's matrices nearly the same strength "
                             "in all directions. "
                             "AdamW moves the rest."},
    Setting{.field = &RunConfig::muon_learning_rate,
            .key = "muon_learning_rate",
            .option = "--muon-lr",
            .thing = "the learning rate of Muon",
            .word = "Muon's rate",
            .range = {1e-5, 1},
            .help = "rate of Muon, {}",
            .paired = true,
            .needs = "--muon"},
    Setting{.field = &RunConfig::muon_decay,
            .key = "muon_decay",
            .option = "--muon-decay",
            .thing = "the weight decay of Muon",
            .word = "Muon's decay",
            .range = {0, 10},
            .help = "decoupled weight decay of Muon's matrices, {}",
            .paired = true,
            .needs = "--muon"},
    Setting{.field = &RunConfig::norm_clamp,
            .key = "norm_clamp",
            .option = "--norm-clamp",
            .thing = "the norm clamp",
            .help = "hold the norm of all weights at its start, 0.8 of the usual one (2210.01117); "
                    "decay 0, unless given",
            .paired = true,
            .rival = "norm clamp",
            .rival_meaning =
                "Holds the norm of all weights where it begins, at 0.8 of the usual one.",
            .drops_decay = true},
    Setting{.field = &RunConfig::temperature,
            .key = "temperature",
            .option = "--temperature",
            .thing = "the temperature",
            .range = {0.01, 100},
            .help = "what logits are divided by in the loss, {}",
            .paired = true,
            .rival = "temperature",
            .rival_meaning =
                "Divides the logits in the loss, so that the network is sure of less."},
    Setting{.field = &RunConfig::without_frequencies,
            .key = "without_frequencies",
            .option = "--without-frequencies",
            .thing = "the frequencies to leave out",
            .range = {1, FrequencySet::kLargest},
            .help = "frequencies that the embedding loses behind every update, {}, as 23,41",
            .unset = "none",
            .paired = true,
            .rival = "without",
            .rival_meaning = "Takes frequencies out of the embedding behind every update."},
    Setting{.field = &RunConfig::layers,
            .key = "layers",
            .option = "--layers",
            .thing = "the number of layers",
            .word = "layers",
            .range = {1, 48},
            .help = "blocks of attention and MLP, {}",
            .form = {.place = 8,
                     .control = "field_layers",
                     .label = "layers",
                     .sentence = "One is the published model. More than four need LayerNorm.",
                     .tooltip = "Blocks of attention and MLP, one behind the other."},
            .begins = true},
    Setting{
        .field = &RunConfig::norm,
        .key = "norm",
        .option = "--norm",
        .thing = "the layer normalisation",
        .word = "norm",
        .choices = kNormNames,
        .help = "LayerNorm before attention, MLP and unembedding: {}; more than 4 layers need "
                "it",
        .form = {.place = 10,
                 .control = "field_norm",
                 .label = "layer normalisation",
                 .sentence = "Pre is LayerNorm before every part. The published model has none.",
                 .tooltip = "What keeps the numbers inside the network at one size. With many "
                            "layers it does not train without."},
        .begins = true},
    Setting{.field = &RunConfig::activation,
            .key = "activation",
            .option = "--activation",
            .thing = "the activation",
            .word = "activation",
            .choices = kActivationNames,
            .help = "activation of hidden units: {}",
            .begins = true},
    Setting{.field = &RunConfig::sequence,
            .key = "sequence",
            .option = "--sequence",
            .thing = "the sequence",
            .word = "sequence",
            .choices = kSequenceNames,
            .help = "tokens of a pair: {}, that is a b = or a op b =",
            .begins = true},
    Setting{.field = &RunConfig::batch,
            .key = "batch",
            .option = "--batch",
            .thing = "the batch",
            .word = "batch",
            .range = {0, 63001},
            .unit = "pairs",
            .help = "training pairs in an update, {}; 0 takes all",
            .form = {.place = 9,
                     .control = "field_batch",
                     .label = "pairs in an update",
                     .sentence = "0 shows all training pairs in every update.",
                     .tooltip = "How many training pairs the network sees in each update; where "
                                "that is not all of them, an epoch is one such update."}},
    Setting{.field = &RunConfig::clip,
            .key = "clip",
            .option = "--clip",
            .thing = "the clip",
            .word = "clip",
            .range = {0, 1000},
            .help = "largest norm of the whole gradient, {}; 0 is no limit"},
    Setting{.field = &RunConfig::schedule,
            .key = "schedule",
            .option = "--schedule",
            .thing = "the schedule",
            .word = "schedule",
            .choices = kScheduleNames,
            .help = "rate after warm-up: {}, which falls to --lr-min at the last of --epochs"},
    Setting{.field = &RunConfig::learning_rate_min,
            .key = "learning_rate_min",
            .option = "--lr-min",
            .thing = "the last learning rate",
            .word = "last rate",
            .range = {0, 0.1},
            .help = "rate at the end of a cosine, {}",
            .needs = "--schedule"},
    Setting{.field = &RunConfig::table,
            .key = "table",
            .option = "--table",
            .thing = "the table",
            .word = "table",
            .range = {OperationTable::kSmallest, OperationTable::kLargest},
            .help = "table to learn, a CSV file of p lines of p answers, p in {}, nothing where "
                    "there is none; it decides --op and --p",
            .unset = "none",
            .begins = true},
    Setting{.field = &RunConfig::frozen,
            .key = "frozen_tensors",
            .option = "--freeze",
            .thing = "the frozen tensors",
            .choices = TensorSet::kNames,
            .help = "tensors that no update moves, of {}, as W_E,W_U",
            .unset = "none",
            .paired = true,
            .rival = "frozen",
            .rival_meaning = "Leaves these tensors as they are, update after update."},
    Setting{.field = &RunConfig::edits,
            .key = "edited_weights",
            .thing = "the edits of the weights",
            .paired = true},
    Setting{.field = &RunConfig::probe_layer,
            .key = "probe_layer",
            .option = "--probe-layer",
            .thing = "the layer of the probes",
            .word = "probe layer",
            .range = {0, 48},
            .help = "layer beside whose MLP the probes sit, {}; 0 is the last",
            .paired = true,
            .probes = true},
    Setting{.field = &RunConfig::device,
            .key = "device",
            .option = "--device",
            .thing = "the device",
            .word = "device",
            .choices = kDeviceNames,
            .help = "what the reference step computes on: {}, which is CUDA where there is a "
                    "device; own steps know the processor alone",
            .paired = true,
            .chance = true,
            .begins = true},
    Setting{.field = &RunConfig::weights_budget,
            .key = "weights_budget",
            .option = "--weights-budget",
            .thing = "the room for recorded weights",
            .range = {1, 1'000'000},
            .unit = "MB",
            .help = "MB that recorded weights may take, {}; where they would take more, they are "
                    "recorded half as often, or a quarter, until they fit",
            .course = false},
};

} // namespace grokscope
