#include "engine/protocol/config.h"

#include "engine/protocol/frequencies.h"

#include <algorithm>
#include <functional>
#include <stdexcept>

namespace grokscope {

namespace {

using config_detail::in_words;

/// Adds a sentence unless low <= value <= high; a NaN is a mistake too.
template <typename Number>
void require_range(std::vector<std::string>& mistakes, const Setting& setting, Number value) {
    const auto low = static_cast<Number>(setting.range.low);
    const auto high = static_cast<Number>(setting.range.high);
    if (!(value >= low && value <= high)) {
        mistakes.push_back(std::string(setting.thing) + " (" + std::string(setting.option) +
                           ") must lie between " + in_words(low) + " and " + in_words(high) +
                           ", got " + in_words(value));
    }
}

void require_ranges(std::vector<std::string>& mistakes, const RunConfig& config) {
    for (const Setting& setting : kSettings) {
        visit_value(setting, config, [&]<typename Value>(const Value& value) {
            if constexpr (std::is_same_v<Value, int> || std::is_same_v<Value, double>) {
                require_range(mistakes, setting, value);
            } // no other type has values beyond its range
        });
    }
}

void require_fitting_control(std::vector<std::string>& mistakes, const StencilSettings& settings) {
    if (settings.control == Control::kActivationPenalty && !settings.stencil.empty()) {
        mistakes.push_back("the control (--control) activation-penalty works without probes: leave "
                           "--stencil out, got " +
                           settings.stencil.label());
    } else if (settings.control != Control::kNone &&
               settings.control != Control::kActivationPenalty && settings.stencil.empty()) {
        mistakes.push_back("the control (--control) " + std::string(name_of(settings.control)) +
                           " changes a stencil's probes: give --stencil, too");
    }
}

void require_fitting_probe_layer(std::vector<std::string>& mistakes, const RunConfig& config) {
    if (config.probe_layer > 0 && config.probe_layer > config.layers) {
        mistakes.push_back("the layer of the probes (--probe-layer) must be at most the number of "
                           "layers (--layers), " +
                           std::to_string(config.layers) + ", got " +
                           std::to_string(config.probe_layer) + "; 0 is the last");
    }
}

/// The configuration with all settings of which `wanted` is true as `source` has them.
template <typename Wanted>
RunConfig with_those_of(const RunConfig& source, RunConfig config, Wanted wanted) {
    for (const Setting& setting : kSettings) {
        if (wanted(setting)) {
            copy_value(setting, source, config);
        }
    }
    return config;
}

/// True when the setting has another value than by default.
bool is_on(const Setting& setting, const RunConfig& config) {
    return !have_equal_value(setting, config, RunConfig{});
}

/// True when it means something in this configuration.
bool acts(const Setting& setting, const RunConfig& config) {
    if (!setting.needs.empty()) {
        return is_on(*std::ranges::find(kSettings, setting.needs, &Setting::option), config);
    }
    return !setting.probes || config.has_probes();
}

/// "grokfast ema, temperature 2"; empty without rivals' rules.
std::string rival_label(const RunConfig& config) {
    std::string label;
    for (const Setting& setting : kSettings) {
        if (!setting.rival.empty() && is_on(setting, config)) {
            label += (label.empty() ? "" : ", ") + rule_label(setting, config);
        }
    }
    return label;
}

/// "[-1,0,+1]", "[-1,0,+1] frozen", "penalty 0.1"
std::string probes_label(const RunConfig& config) {
    const std::string_view changed = text_of(config.control).label;
    if (config.control == Control::kActivationPenalty) {
        return std::string(changed) + " " + in_words(config.stencil_weight);
    }
    return config.stencil.label() + (changed.empty() ? "" : " ") + std::string(changed);
}

bool wants_no_decay(const RunConfig& config) {
    return std::ranges::any_of(kSettings, [&](const Setting& setting) {
        return setting.drops_decay && is_on(setting, config);
    });
}

/// A rule of the run has taken its decay away.
bool has_dropped_decay(const RunConfig& config) {
    return config.weight_decay == 0 && wants_no_decay(config);
}

void require_rivals_that_go_together(std::vector<std::string>& mistakes,
                                     const OptimiserSettings& settings) {
    if (settings.muon && settings.orthogonal_gradient) {
        mistakes.emplace_back("--muon gives the gradients of its matrices a direction of its own, "
                              "which undoes --orthogonal-gradient: give one of them");
    }
}

void require_frequencies_of_group(std::vector<std::string>& mistakes, const RunConfig& config) {
    const int largest = largest_frequency(config.order());
    if (largest == 0 && !config.without_frequencies.empty()) {
        mistakes.push_back("there are no frequencies to leave out (--without-frequencies): " +
                           config.arithmetic().why_no_group());
        return;
    }
    for (const int k : config.without_frequencies.frequencies()) {
        if (k > largest) {
            mistakes.push_back(
                "the frequencies to leave out (--without-frequencies) must lie between 1 and " +
                std::to_string(largest) + " at p = " + std::to_string(config.p) + ", got " +
                std::to_string(k));
            return;
        }
    }
}

/// Without norm the initial scales multiply the residual stream from block to block.
constexpr int kMostLayersWithoutNorm = 4;

void require_fitting_model(std::vector<std::string>& mistakes, const RunConfig& config) {
    if (config.norm == Norm::kNone && config.layers > kMostLayersWithoutNorm) {
        mistakes.push_back("without layer normalisation (--norm) the loss of a model begins at 13 "
                           "with 4 layers (--layers) and at 561 with 8, so that it does not train: "
                           "give --norm pre, or at most 4 layers, got " +
                           std::to_string(config.layers));
    }
    if (config.preset == Preset::kTransformerLens &&
        (config.layers != 1 || config.norm != Norm::kNone || config.sequence != Sequence::kPair)) {
        mistakes.emplace_back("the preset transformerlens is a model of one layer (--layers 1) "
                              "without layer normalisation (--norm none) that reads a b = "
                              "(--sequence pair): take the preset nanda for others");
    }
    if (config.step == StepKind::kFused && !is_for_fused_step(config)) {
        mistakes.emplace_back("the implementation of the step (--engine) fused computes one layer "
                              "without layer normalisation, ReLU, the sequence pair and all pairs "
                              "in an update: give auto or layers for other models");
    }
    if (config.device == Device::kCuda &&
        (config.step == StepKind::kFused || config.step == StepKind::kLayers)) {
        mistakes.push_back("the implementation of the step (--engine) " +
                           std::string(name_of(config.step)) +
                           " computes on the processor alone: give auto or reference for the "
                           "device (--device) cuda");
    }
}

void require_fitting_batch(std::vector<std::string>& mistakes, const RunConfig& config) {
    if (config.batch > config.train_pairs()) {
        mistakes.push_back("the batch (--batch) must have at most as many pairs as train, " +
                           std::to_string(config.train_pairs()) + ", got " +
                           std::to_string(config.batch) + "; 0 takes all of them");
    }
    if (config.batch > 0 && !config.stencil.empty()) {
        mistakes.emplace_back("a stencil (--stencil) compares each pair with itself in other "
                              "epochs, and a batch (--batch) has other pairs in each: give one of "
                              "them");
    }
}

void require_fitting_schedule(std::vector<std::string>& mistakes, const RunConfig& config) {
    if (config.schedule == Schedule::kCosine && config.learning_rate_min > config.learning_rate) {
        mistakes.push_back(
            "the last learning rate (--lr-min) must not be above the learning rate, " +
            in_words(config.learning_rate) + ", got " + in_words(config.learning_rate_min));
    }
}

void require_fitting_table(std::vector<std::string>& mistakes, const TaskSettings& settings) {
    const OperationTable& table = settings.table;
    if (settings.operation == Operation::kTable && table.empty()) {
        mistakes.emplace_back("the operation (--op) table needs the table: give it with "
                              "--table FILE");
    } else if (settings.operation != Operation::kTable && !table.empty()) {
        mistakes.push_back("the table (--table) " + table.name() +
                           " is an operation of its own: leave --op out, got " +
                           std::string(name_of(settings.operation)));
    } else if (!table.empty() && table.p() != settings.p) {
        mistakes.push_back(
            "the table (--table) " + table.name() + " has " + std::to_string(table.p()) +
            " rows, which is its p: leave --p out, got " + std::to_string(settings.p));
    }
}

void require_frozen_that_stay(std::vector<std::string>& mistakes, const RunConfig& config) {
    if (config.frozen.empty()) {
        return;
    }
    if (config.frozen.has_all() && config.norm == Norm::kNone) {
        mistakes.emplace_back("the frozen tensors (--freeze) are all there are: nothing would be "
                              "trained");
    }
    if (config.norm_clamp) {
        mistakes.emplace_back("--norm-clamp scales all tensors, --freeze keeps some as they are: "
                              "give one of them");
    }
    if (config.frozen.contains("W_E") && !config.without_frequencies.empty()) {
        mistakes.emplace_back("--without-frequencies changes W_E behind every update, --freeze "
                              "keeps it as it is: give one of them");
    }
}

void require_edits_of_numbers(std::vector<std::string>& mistakes, const RunConfig& config) {
    for (const WeightEdits::Scaled& one : config.edits.scaled) {
        if (one.number < 0 || one.number >= config.p) {
            mistakes.push_back("the numbers whose embeddings are scaled (--scale-row) lie between "
                               "0 and " +
                               std::to_string(config.p - 1) + ", got " +
                               std::to_string(one.number));
        }
    }
}

/// The shortest "%g": no zero in front of a power of ten.
std::string compact(double value) {
    std::string text = in_words(value);
    if (const std::size_t power = text.find("e-0"); power != std::string::npos) {
        text.erase(power + 2, 1);
    }
    return text;
}

/// Whole numbers in full: "4294967295".
std::string in_full(double value) {
    return value == static_cast<double>(static_cast<std::int64_t>(value))
               ? std::to_string(static_cast<std::int64_t>(value))
               : compact(value);
}

/// "1,000,000", "0.00001"
std::string as_people_write(double value) {
    std::string text = in_full(value);
    if (text.find('e') != std::string::npos) {
        char buffer[32];
        std::snprintf(buffer, sizeof buffer, "%.5f", value);
        return buffer;
    }
    if (text.find('.') == std::string::npos) {
        for (std::size_t i = text.size(); i > 3; i -= 3) {
            if (text[i - 4] != '-') {
                text.insert(i - 3, ",");
            }
        }
    }
    return text;
}

bool has_range(const Setting& setting) {
    return setting.range.low < setting.range.high;
}

} // namespace

std::string rule_label(const Setting& setting, const RunConfig& config) {
    std::string label(setting.rival);
    visit_value(setting, config, [&]<typename Value>(const Value& value) {
        if constexpr (std::is_enum_v<Value>) {
            label += " " + std::string(setting.choices[static_cast<std::size_t>(value)]);
        } else if constexpr (std::is_floating_point_v<Value>) {
            label += " " + in_words(value);
        } else if constexpr (std::is_same_v<Value, FrequencySet> ||
                             std::is_same_v<Value, TensorSet>) {
            label += " " + value.text();
        }
    });
    return label;
}

RunConfig RunConfig::of(Preset preset) {
    RunConfig config;
    config.preset = preset;
    if (preset == Preset::kTransformerLens) {
        config.warmup_epochs = 0;
        config.train_biases = false;
    }
    return config;
}

std::string RunConfig::label() const {
    const std::string rivals = rival_label(*this);
    if (rivals.empty()) {
        return probes_label(*this);
    }
    return has_probes() ? probes_label(*this) + " " + rivals : rivals;
}

bool RunConfig::is_rival() const {
    return std::ranges::any_of(kSettings, [this](const Setting& setting) {
        return !setting.rival.empty() && is_on(setting, *this);
    });
}

std::vector<std::string> RunConfig::validate() const {
    std::vector<std::string> mistakes;
    require_ranges(mistakes, *this);
    if (heads >= 1 && d_model % heads != 0) {
        mistakes.push_back("the number of heads (--heads) must divide the model width " +
                           std::to_string(d_model) + ", got " + std::to_string(heads));
    }
    require_fitting_model(mistakes, *this);
    require_fitting_schedule(mistakes, *this);
    require_fitting_control(mistakes, *this);
    require_fitting_probe_layer(mistakes, *this);
    require_rivals_that_go_together(mistakes, *this);
    require_fitting_table(mistakes, *this);
    require_frozen_that_stay(mistakes, *this);
    require_edits_of_numbers(mistakes, *this);
    if (mistakes.empty() && operation == Operation::kDivide && !is_prime(p)) {
        mistakes.push_back("the operation (--op) div needs a prime modulus (--p), where every "
                           "number but 0 can be divided by; got " +
                           std::to_string(p));
    }
    if (mistakes.empty()) {
        require_frequencies_of_group(mistakes, *this);
    }
    if (mistakes.empty() && (train_pairs() < 1 || train_pairs() >= all_pairs())) {
        mistakes.push_back("the training fraction (--frac) " + in_words(train_fraction) +
                           " leaves one side of the split empty at p = " + std::to_string(p));
    }
    if (mistakes.empty()) {
        require_fitting_batch(mistakes, *this);
    }
    return mistakes;
}

void RunConfig::require_valid() const {
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

RunConfig course_of(const RunConfig& config) {
    RunConfig course = with_those_of({}, config, [&](const Setting& setting) {
        return !setting.course || !acts(setting, config);
    });
    if (config.schedule != Schedule::kConstant) {
        course.epochs = config.epochs;
    }
    if (course.probe_layer == course.layers) { // the last has two names
        course.probe_layer = 0;
    }
    return course;
}

bool is_for_fused_step(const RunConfig& config) {
    return config.layers == 1 && config.norm == Norm::kNone &&
           config.activation == Activation::kRelu && config.sequence == Sequence::kPair &&
           config.batch == 0;
}

bool are_alike(const RunConfig& one, const RunConfig& other) {
    return with_those_of(one, course_of(other), std::mem_fn(&Setting::chance)) == course_of(one);
}

bool is_paired(const RunConfig& one, const RunConfig& other) {
    const RunConfig own = course_of(one);
    RunConfig same = with_those_of(own, course_of(other), std::mem_fn(&Setting::paired));
    if (has_dropped_decay(one) || has_dropped_decay(other)) {
        same.weight_decay = own.weight_decay;
    }
    return same == own;
}

void fit_to_table(RunConfig& config, bool operation_is_given, bool p_is_given) {
    if (config.table.empty()) {
        return;
    }
    if (!operation_is_given) {
        config.operation = Operation::kTable;
    }
    if (!p_is_given) {
        config.p = config.table.p();
    }
}

void drop_unwanted_decay(RunConfig& config) {
    if (wants_no_decay(config)) {
        config.weight_decay = 0;
    }
}

void copy_value(const Setting& setting, const RunConfig& source, RunConfig& config) {
    std::visit([&](auto field) { config.*field = source.*field; }, setting.field.member);
}

bool have_equal_value(const Setting& setting, const RunConfig& one, const RunConfig& other) {
    return std::visit([&](auto field) { return one.*field == other.*field; }, setting.field.member);
}

void take_preset(RunConfig& config, Preset preset) {
    const RunConfig before = RunConfig::of(config.preset);
    const RunConfig after = RunConfig::of(preset);
    config = with_those_of(after, config, [&](const Setting& setting) {
        return !have_equal_value(setting, before, after);
    });
}

std::string range_text(const Setting& setting) {
    return has_range(setting) ? in_full(setting.range.low) + ".." + in_full(setting.range.high)
                              : std::string();
}

std::string range_in_words(const Setting& setting) {
    if (!has_range(setting)) {
        return {};
    }
    const std::string unit(setting.unit);
    return as_people_write(setting.range.low) + " to " + as_people_write(setting.range.high) +
           (unit.empty() ? "" : " " + unit);
}

std::string choices_text(const Setting& setting) {
    std::string text;
    for (std::size_t i = 0; i < setting.choices.size(); ++i) {
        text += i == 0 ? "" : i + 1 < setting.choices.size() ? ", " : " or ";
        text += setting.choices[i];
    }
    return text;
}

} // namespace grokscope
