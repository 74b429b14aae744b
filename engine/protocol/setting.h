// A setting of a run: all that the program knows of one field of a RunConfig. The table of them is
// kSettings in config.h; command line, files, forms, descriptions and comparisons loop over it.
#pragma once

#include <cstdint>
#include <cstdio>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace grokscope {

struct RunConfig;
class Stencil;
class MeasurePlan;
class FrequencySet;
class OperationTable;
class TensorSet;
struct WeightEdits;
enum class Preset : std::uint8_t;
enum class Operation : std::uint8_t;
enum class StepKind : std::uint8_t;
enum class Device : std::uint8_t;
enum class Control : std::uint8_t;
enum class Grokfast : std::uint8_t;
enum class Norm : std::uint8_t;
enum class Activation : std::uint8_t;
enum class Sequence : std::uint8_t;
enum class Schedule : std::uint8_t;

/// The struct of RunConfig to which a field belongs; help lists settings in this order.
enum class SettingGroup : std::uint8_t { kTask, kStencil, kOptimiser, kModel, kRecording, kEnd };

/// A setting in the window's form for a new run.
struct FormWords {
    /// Place in the form, from 1 on; 0: the form has none.
    int place = 0;
    /// Name in the table of controls.
    const char* control = nullptr;
    std::string_view label = {};
    /// What to expect of the value, behind its range: short sentences.
    std::string_view sentence = {};
    /// What it is: sentences.
    const char* tooltip = nullptr;
};

/// The smallest and the largest value, both allowed.
struct SettingRange {
    double low = 0;
    double high = 0;
};

/// Where a setting stands: its field and the struct of RunConfig that has it.
struct SettingField {
    template <typename Value, typename Settings>
    constexpr SettingField(Value Settings::*field) // NOLINT(google-explicit-constructor)
        : member(static_cast<Value RunConfig::*>(field)), group(Settings::kGroup) {}

    std::variant<bool RunConfig::*, int RunConfig::*, std::uint32_t RunConfig::*,
                 std::optional<std::uint32_t> RunConfig::*, double RunConfig::*,
                 Preset RunConfig::*, Operation RunConfig::*, StepKind RunConfig::*,
                 Control RunConfig::*, Grokfast RunConfig::*, Stencil RunConfig::*,
                 MeasurePlan RunConfig::*, FrequencySet RunConfig::*, Norm RunConfig::*,
                 Activation RunConfig::*, Sequence RunConfig::*, Schedule RunConfig::*,
                 OperationTable RunConfig::*, TensorSet RunConfig::*, WeightEdits RunConfig::*,
                 Device RunConfig::*>
        member;
    SettingGroup group;
};

/// One field of a RunConfig. Its default is that of a RunConfig{}.
struct Setting {
    SettingField field;
    /// Name in TOML and JSON, and so in notebooks.
    std::string_view key;
    /// Option of the command line; empty: none.
    std::string_view option = {};
    /// What a sentence about a wrong value calls it.
    std::string_view thing = {};
    /// In front of the value where a run is described and differs from its preset; empty: not told.
    std::string_view word = {};
    /// Of numbers, of the offsets of a stencil, of frequencies, and of the rows of a table.
    SettingRange range = {};
    /// Names of an enumeration's values, in their order; of a bool, how false and true are told; of
    /// a set, its members.
    std::span<const std::string_view> choices = {};
    /// What numbers count, in the plural; empty: nothing, or the label says so.
    std::string_view unit = {};
    /// What help says, without the default; {} stands for range or choices.
    std::string_view help = {};
    /// In words, the default of a setting that may be absent.
    std::string_view unset = {};
    FormWords form = {};
    /// The figures depend on it.
    bool course = true;
    /// Runs that differ only here may be compared as a pair.
    bool paired = false;
    /// Means nothing without a stencil or a control.
    bool probes = false;
    /// Means nothing unless the setting with this option is on; empty: of itself.
    std::string_view needs = {};
    /// How labels call a run in which it is on: one that races a plain run; empty: it makes none.
    /// A number's value, or a choice, follows the word.
    std::string_view rival = {};
    /// What the rule does, one sentence for the list of rivals.
    const char* rival_meaning = nullptr;
    /// Where it is on there is no weight decay, unless one was given.
    bool drops_decay = false;
    /// Tells apart runs that are alike but for chance, or rounding.
    bool chance = false;
    /// Shapes the beginning of a run, or all of it: a fork has the value of its original.
    bool begins = false;
};

/// Calls visit(value) with the value of the setting in `config`, const or not.
template <typename Config, typename Visit>
decltype(auto) visit_value(const Setting& setting, Config& config, Visit&& visit) {
    return std::visit([&](auto field) -> decltype(auto) { return visit(config.*field); },
                      setting.field.member);
}

namespace config_detail {

/// A number as sentences about it write it.
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

} // namespace config_detail

/// "5..251", "1e-5..0.1"; empty of what has no range.
[[nodiscard]] std::string range_text(const Setting& setting);
/// "5 to 251", "1 to 1,000,000 epochs", "0.00001 to 0.1": the same as people write it, with its
/// unit.
[[nodiscard]] std::string range_in_words(const Setting& setting);
/// "auto, reference or fused"; empty of what has no choices.
[[nodiscard]] std::string choices_text(const Setting& setting);

/// Gives the setting the value that it has in `source`.
void copy_value(const Setting& setting, const RunConfig& source, RunConfig& config);
[[nodiscard]] bool have_equal_value(const Setting& setting, const RunConfig& one,
                                    const RunConfig& other);

/// Takes `preset`, and of the settings that it decides those that it wants; keeps all others.
void take_preset(RunConfig& config, Preset preset);

} // namespace grokscope
