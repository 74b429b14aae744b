// The table of settings: every field of a RunConfig has its row, and a row says what is so.
#include "engine/protocol/config.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace grokscope {
namespace {

/// Takes the place of a value of any type.
struct Anything {
    template <typename Value>
    operator Value() const; // NOLINT(google-explicit-constructor)
};

template <typename Settings, std::size_t... I>
constexpr bool has_fields(std::index_sequence<I...>) {
    return requires {
        Settings{((void)I, Anything{})...};
    };
}

/// The number of fields of a struct: of how many values it can be made, at most.
template <typename Settings, std::size_t Count = 24>
constexpr std::size_t fields_of() {
    if constexpr (has_fields<Settings>(std::make_index_sequence<Count>{})) {
        return Count;
    } else {
        return fields_of<Settings, Count - 1>();
    }
}

/// Where the value of a setting begins, in bytes behind the beginning of its struct.
template <typename Settings>
std::ptrdiff_t place_of(const Setting& setting, const RunConfig& config) {
    const auto* begin = reinterpret_cast<const char*>(&static_cast<const Settings&>(config));
    return visit_value(setting, config, [begin](const auto& value) {
        return reinterpret_cast<const char*>(&value) - begin;
    });
}

/// One row for each field of the struct, and none twice.
template <typename Settings>
void expect_rows() {
    const RunConfig config;
    std::set<std::ptrdiff_t> places;
    for (const Setting& setting : kSettings) {
        if (setting.field.group == Settings::kGroup) {
            const std::ptrdiff_t place = place_of<Settings>(setting, config);
            EXPECT_TRUE(place >= 0 && place < static_cast<std::ptrdiff_t>(sizeof(Settings)))
                << setting.key << " is in another struct";
            EXPECT_TRUE(places.insert(place).second) << setting.key << " has two rows";
        }
    }
    EXPECT_EQ(places.size(), fields_of<Settings>()) << "a field has no row in kSettings";
}

TEST(Settings, EveryFieldHasOneRow) {
    expect_rows<TaskSettings>();
    expect_rows<StencilSettings>();
    expect_rows<OptimiserSettings>();
    expect_rows<ModelSettings>();
    expect_rows<RecordingSettings>();
    expect_rows<EndSettings>();
    EXPECT_EQ(fields_of<RunConfig>(), 6U) << "beside those structs RunConfig has no fields";
}

TEST(Settings, FieldsAreCountedAsTheyAre) {
    struct None {};
    struct Three {
        int one;
        std::optional<std::uint32_t> two;
        Stencil three;
    };
    EXPECT_EQ(fields_of<None>(), 0U);
    EXPECT_EQ(fields_of<Three>(), 3U);
    EXPECT_EQ(fields_of<EndSettings>(), 3U);
}

TEST(Settings, NamesAreUsedOnce) {
    std::set<std::string_view> keys;
    std::set<std::string_view> options;
    std::set<int> places;
    for (const Setting& setting : kSettings) {
        EXPECT_TRUE(keys.insert(setting.key).second) << setting.key;
        EXPECT_FALSE(setting.thing.empty()) << setting.key;
        EXPECT_TRUE(setting.option.empty() || options.insert(setting.option).second) << setting.key;
        EXPECT_TRUE(setting.form.place == 0 || places.insert(setting.form.place).second)
            << setting.key;
    }
}

/// How often "{}" stands in the help.
int blanks_in(const Setting& setting) {
    int blanks = 0;
    for (std::size_t at = setting.help.find("{}"); at != std::string_view::npos;
         at = setting.help.find("{}", at + 2)) {
        ++blanks;
    }
    return blanks;
}

TEST(Settings, HelpSaysRangeOrChoicesOfWhatHasAny) {
    for (const Setting& setting : kSettings) {
        if (!setting.option.empty()) {
            const bool flag = std::holds_alternative<bool RunConfig::*>(setting.field.member);
            EXPECT_EQ(blanks_in(setting), flag ? 0 : 1) << setting.key;
            EXPECT_NE(range_text(setting).empty(), choices_text(setting).empty() && !flag)
                << setting.key;
        }
    }
}

TEST(Settings, DefaultsLieWithinTheirRanges) {
    const RunConfig plain;
    for (const Setting& setting : kSettings) {
        visit_value(setting, plain, [&]<typename Value>(const Value& value) {
            if constexpr (std::is_enum_v<Value>) {
                EXPECT_LT(static_cast<std::size_t>(value), setting.choices.size()) << setting.key;
                EXPECT_EQ(name_of(value), setting.choices[static_cast<std::size_t>(value)]);
            } else if constexpr (std::is_arithmetic_v<Value> && !std::is_same_v<Value, bool>) {
                EXPECT_LT(setting.range.low, setting.range.high) << setting.key;
                EXPECT_GE(static_cast<double>(value), setting.range.low) << setting.key;
                EXPECT_LE(static_cast<double>(value), setting.range.high) << setting.key;
            }
        });
    }
}

const Setting& row(std::string_view key) {
    return *std::ranges::find(kSettings, key, &Setting::key);
}

TEST(Settings, RangesAreToldAsTheyStand) {
    EXPECT_EQ(range_text(row("p")), "5..251");
    EXPECT_EQ(range_text(row("train_fraction")), "0.05..0.95");
    EXPECT_EQ(range_text(row("seed")), "0..4294967295");
    EXPECT_EQ(range_text(row("learning_rate")), "1e-5..0.1");
    EXPECT_EQ(range_text(row("stencil")), "-8..8");
    EXPECT_EQ(range_text(row("step")), "");
    EXPECT_EQ(range_in_words(row("p")), "5 to 251");
    EXPECT_EQ(range_in_words(row("epochs")), "1 to 1,000,000");
    EXPECT_EQ(range_in_words(row("seed")), "0 to 4,294,967,295");
    EXPECT_EQ(range_in_words(row("learning_rate")), "0.00001 to 0.1");
    EXPECT_EQ(range_in_words(row("probe_width")), "1 to 512 hidden units");
    EXPECT_EQ(choices_text(row("step")), "auto, reference, fused or layers");
    EXPECT_EQ(choices_text(row("p")), "");
}

/// Gives the setting another value than it has.
void change(const Setting& setting, RunConfig& config) {
    visit_value(setting, config, [&]<typename Value>(Value& value) {
        if constexpr (std::is_same_v<Value, bool>) {
            value = !value;
        } else if constexpr (std::is_arithmetic_v<Value>) {
            value = static_cast<Value>(value * 2 + 1);
        } else if constexpr (std::is_enum_v<Value>) {
            value = static_cast<Value>(static_cast<int>(value) + 1);
        } else if constexpr (std::is_same_v<Value, Stencil>) {
            value = Stencil::of({3});
        } else if constexpr (std::is_same_v<Value, MeasurePlan>) {
            value.set("ildr", 30);
        } else if constexpr (std::is_same_v<Value, FrequencySet>) {
            value = FrequencySet::of({3, 7});
        } else if constexpr (std::is_same_v<Value, TensorSet>) {
            value.set("W_O", true);
        } else if constexpr (std::is_same_v<Value, WeightEdits>) {
            value.shuffled = true;
        } else if constexpr (std::is_same_v<Value, OperationTable>) {
            value = OperationTable("zeros", 5, std::vector<std::int16_t>(25));
        } else {
            value = 77;
        }
    });
}

/// What is equal after a change of one setting.
struct Kept {
    bool course;
    bool alike;
    bool paired;
    friend bool operator==(const Kept&, const Kept&) = default;
};

Kept kept_after_change(const Setting& setting, const RunConfig& config) {
    RunConfig other = config;
    change(setting, other);
    EXPECT_FALSE(have_equal_value(setting, config, other)) << setting.key;
    EXPECT_NE(config, other) << setting.key;
    return {course_of(config) == course_of(other), are_alike(config, other),
            is_paired(config, other)};
}

TEST(Settings, EachChangesWhatTheComparisonsSay) {
    const std::set<std::string_view> recorded = {
        "epochs",        "snapshot_every", "progress_every",   "measure",          "weights_every",
        "exact_weights", "weights_budget", "stop_when_stable", "stop_when_grokked"};
    const std::map<std::string_view, Kept> others = {
        {"seed", {false, true, false}},           {"step", {false, true, true}},
        {"stencil", {false, false, true}},        {"stencil_weight", {false, false, true}},
        {"probe_width", {false, false, true}},    {"probe_learning_rate", {false, false, true}},
        {"control", {false, false, true}},        {"grokfast", {false, false, true}},
        {"stablemax", {false, false, true}},      {"orthogonal_gradient", {false, false, true}},
        {"muon", {false, false, true}},           {"muon_learning_rate", {false, false, true}},
        {"muon_decay", {false, false, true}},     {"norm_clamp", {false, false, true}},
        {"temperature", {false, false, true}},    {"without_frequencies", {false, false, true}},
        {"frozen_tensors", {false, false, true}}, {"edited_weights", {false, false, true}},
        {"probe_layer", {false, false, true}},    {"device", {false, true, true}},
    };
    RunConfig config;
    config.stencil = Stencil::of({-1, 0});
    config.layers = 2; // of one layer the first is the last
    config.muon = true;
    for (const Setting& setting : kSettings) {
        if (setting.key == "preset" || setting.key == "operation") {
            continue; // the one below; the other has a single value
        }
        if (setting.key == "learning_rate_min") {
            RunConfig falling;
            falling.schedule = Schedule::kCosine;
            EXPECT_EQ(kept_after_change(setting, falling), (Kept{false, false, false}));
            continue;
        }
        const auto other = others.find(setting.key);
        const Kept expected = recorded.contains(setting.key) ? Kept{true, true, true}
                              : other != others.end()        ? other->second
                                                             : Kept{false, false, false};
        EXPECT_EQ(kept_after_change(setting, config), expected) << setting.key;
    }
    EXPECT_EQ(kept_after_change(row("preset"), config), (Kept{false, false, false}));
    for (const char* const idle :
         {"stencil_weight", "probe_width", "probe_learning_rate", "probe_layer",
          "muon_learning_rate", "muon_decay", "learning_rate_min"}) {
        EXPECT_EQ(kept_after_change(row(idle), RunConfig{}), (Kept{true, true, true})) << idle;
    }
}

TEST(Settings, WhatOneNeedsIsAnotherOption) {
    for (const Setting& setting : kSettings) {
        EXPECT_TRUE(setting.needs.empty() || std::ranges::find(kSettings, setting.needs,
                                                               &Setting::option) != kSettings.end())
            << setting.key;
    }
}

TEST(Settings, APresetTakesWhatItDecidesAndKeepsTheRest) {
    RunConfig config;
    config.p = 97;
    config.warmup_epochs = 4;
    take_preset(config, Preset::kTransformerLens);
    RunConfig expected = RunConfig::of(Preset::kTransformerLens);
    expected.p = 97;
    EXPECT_EQ(config, expected);
    take_preset(config, Preset::kNanda);
    EXPECT_EQ(config.warmup_epochs, 10);
    EXPECT_TRUE(config.train_biases);
    EXPECT_EQ(config.p, 97);
}

} // namespace
} // namespace grokscope
