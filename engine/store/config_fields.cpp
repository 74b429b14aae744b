#include "engine/store/config_fields.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace grokscope {

namespace {

// ---------------------------------------------------------------------------------- writing

template <typename Plain>
requires std::is_arithmetic_v<Plain> Json as_json(const Setting&, Plain value) {
    return value;
}
template <typename Enumeration>
requires std::is_enum_v<Enumeration> Json as_json(const Setting& setting, Enumeration value) {
    return std::string(setting.choices[static_cast<std::size_t>(value)]);
}
Json as_json(const Setting&, const std::optional<std::uint32_t>& value) {
    return value ? Json(*value) : Json(nullptr);
}
Json as_json(const Setting&, const MeasurePlan& plan) {
    return plan.text();
}

Json as_json(const Setting&, const FrequencySet& set) {
    return set.frequencies();
}
Json as_json(const Setting&, const TensorSet& set) {
    return set.text();
}
Json as_json(const Setting&, const WeightEdits& edits) {
    return edits.text();
}
Json as_json(const Setting&, const OperationTable& table) {
    return table.text();
}
Json as_json(const Setting&, const Stencil& stencil) {
    return stencil.offsets();
}

// ---------------------------------------------------------------------------------- reading

/// Fills one field from a value.
class FieldReader {
public:
    explicit FieldReader(const Setting& setting) : setting_(setting) {}

    /// What is wrong with the value, one sentence; empty when it was taken.
    [[nodiscard]] const std::string& mistake() const { return mistake_; }

    void read(const Json& value, bool& field) {
        if (value.is_boolean()) {
            field = value.get<bool>();
        } else {
            refuse("true or false", value);
        }
    }
    void read(const Json& value, double& field) {
        if (value.is_number()) {
            field = value.get<double>();
        } else {
            refuse("a number", value);
        }
    }
    template <std::integral Integer>
    void read(const Json& value, Integer& field) {
        if (const auto number = integer<Integer>(value)) {
            field = *number;
        } else {
            refuse("an integer between " + std::to_string(std::numeric_limits<Integer>::min()) +
                       " and " + std::to_string(std::numeric_limits<Integer>::max()),
                   value);
        }
    }
    void read(const Json& value, std::optional<std::uint32_t>& field) {
        if (value.is_null()) {
            field.reset();
        } else {
            read(value, field.emplace());
        }
    }
    template <typename Enumeration>
    requires std::is_enum_v<Enumeration>
    void read(const Json& value, Enumeration& field) {
        std::string choices;
        for (std::size_t i = 0; i < setting_.choices.size(); ++i) {
            if (value.is_string() && value.get_ref<const std::string&>() == setting_.choices[i]) {
                field = static_cast<Enumeration>(i);
                return;
            }
            choices += (i == 0 ? "\"" : ", \"") + std::string(setting_.choices[i]) + "\"";
        }
        refuse("one of " + choices, value);
    }
    void read(const Json& value, Stencil& field) {
        Stencil stencil;
        const bool sound = value.is_array() && std::ranges::all_of(value, [&](const Json& entry) {
                               const auto offset = integer<int>(entry);
                               const bool fits =
                                   offset && *offset >= -kMaxOffset && *offset <= kMaxOffset;
                               if (fits) {
                                   stencil.insert(*offset);
                               }
                               return fits;
                           });
        if (sound) {
            field = stencil;
        } else {
            refuse("a list of offsets in -8..8", value);
        }
    }
    void read(const Json& value, FrequencySet& field) {
        std::vector<int> frequencies;
        const bool sound = value.is_array() && std::ranges::all_of(value, [&](const Json& entry) {
                               const auto k = integer<int>(entry);
                               frequencies.push_back(k.value_or(0));
                               return k && *k >= 1 && *k <= FrequencySet::kLargest;
                           });
        if (sound) {
            field = FrequencySet::of(frequencies);
        } else {
            refuse("a list of frequencies in 1.." + std::to_string(FrequencySet::kLargest), value);
        }
    }
    void read(const Json& value, MeasurePlan& field) {
        read_text(value, "a text like \"ildr:100,commutator:500\"", field,
                  [](std::string_view text, std::string& mistake) {
                      return MeasurePlan::parse(text, mistake);
                  });
    }
    void read(const Json& value, TensorSet& field) {
        const auto parse = [](std::string_view text, std::string& mistake) {
            return text.empty() ? TensorSet() : TensorSet::parse(text, mistake);
        };
        read_text(value, "a text like \"W_E,W_U\"", field, parse);
    }
    void read(const Json& value, WeightEdits& field) {
        read_text(value, "a text like \"shuffle,scale:0=0.5\"", field, WeightEdits::parse);
    }
    void read(const Json& value, OperationTable& field) {
        const auto parse = [](std::string_view text, std::string& mistake) {
            return text.empty() ? OperationTable() : OperationTable::parse(text, {}, mistake);
        };
        read_text(value, "the text of a table, a line each row", field, parse);
    }

private:
    /// The value, if it is a whole number that fits.
    template <typename Integer>
    static std::optional<Integer> integer(const Json& value) {
        if (value.is_number_unsigned() &&
            value.get<std::uint64_t>() <=
                static_cast<std::uint64_t>(std::numeric_limits<Integer>::max())) {
            return static_cast<Integer>(value.get<std::uint64_t>());
        }
        if (value.is_number_integer() && !value.is_number_unsigned() &&
            value.get<std::int64_t>() >=
                static_cast<std::int64_t>(std::numeric_limits<Integer>::min()) &&
            value.get<std::int64_t>() <=
                static_cast<std::int64_t>(std::numeric_limits<Integer>::max())) {
            return static_cast<Integer>(value.get<std::int64_t>());
        }
        return std::nullopt;
    }

    /// `parse` turns the text into a value, or says what is wrong with it.
    template <typename Value, typename Parse>
    void read_text(const Json& value, const std::string& expected, Value& field, Parse parse) {
        std::string mistake;
        if (value.is_string()) {
            field = parse(value.get_ref<const std::string&>(), mistake);
        } else {
            mistake = "must be " + expected + ", got " + quoted(value);
        }
        if (!mistake.empty()) {
            mistake_ = "\"" + std::string(setting_.key) + "\" " + mistake;
        }
    }

    void refuse(const std::string& expected, const Json& value) {
        mistake_ =
            "\"" + std::string(setting_.key) + "\" must be " + expected + ", got " + quoted(value);
    }

    const Setting& setting_;
    std::string mistake_;
};

/// Settings of older versions that became entries of RunConfig::measure.
struct FormerInterval {
    std::string_view key;
    std::string_view instrument;
};
constexpr std::array<FormerInterval, 2> kFormerIntervals = {
    {{"ildr_every", "ildr"}, {"commutator_every", "commutator"}}};

std::string set_interval(RunConfig& config, const FormerInterval& former, const Json& value) {
    const std::int64_t every = value.is_number_integer() ? value.get<std::int64_t>() : -1;
    if (every < 0 || every > MeasurePlan::kMost) {
        return "\"" + std::string(former.key) + "\" must be an integer between 0 and " +
               std::to_string(MeasurePlan::kMost) + ", got " + quoted(value);
    }
    if (every > 0) {
        config.measure.set(former.instrument, static_cast<int>(every));
    }
    return {};
}

} // namespace

std::string quoted(const Json& value) {
    constexpr std::size_t kLongestQuote = 40;
    std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
    if (text.size() > kLongestQuote) {
        text.resize(kLongestQuote);
        text += "...";
    }
    return text;
}

Json config_as_json(const RunConfig& config) {
    Json object = Json::object();
    for (const Setting& setting : kSettings) {
        object[setting.key] = visit_value(
            setting, config, [&](const auto& value) { return as_json(setting, value); });
    }
    return object;
}

std::string set_config_field(RunConfig& config, std::string_view name, const Json& value) {
    if (const auto former = std::ranges::find(kFormerIntervals, name, &FormerInterval::key);
        former != kFormerIntervals.end()) {
        return set_interval(config, *former, value);
    }
    const auto setting = std::ranges::find(kSettings, name, &Setting::key);
    if (setting == kSettings.end()) {
        return "unknown field " + quoted(Json(name));
    }
    FieldReader reader(*setting);
    visit_value(*setting, config, [&](auto& field) { reader.read(value, field); });
    return reader.mistake();
}

} // namespace grokscope
