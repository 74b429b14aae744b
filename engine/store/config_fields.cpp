#include "engine/store/config_fields.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace grokscope {

namespace {

/// Calls visit(name, member) for every field, in order. The structured binding breaks the build
/// when RunConfig gains or loses a field: then it is named here too.
template <typename Config, typename Visit>
void visit_fields(Config& config, Visit visit) {
    auto& [preset, operation, p, train_fraction, seed, split_seed, learning_rate, warmup_epochs,
           weight_decay, beta1, beta2, init_scale, d_model, heads, d_mlp, train_biases, epochs,
           eval_every, snapshot_every, progress_every, ildr_every, commutator_every, weights_every,
           exact_weights, stop_when_stable, stop_when_grokked, stencil, stencil_weight, probe_width,
           probe_learning_rate, step, control] = config;
    visit("preset", preset);
    visit("operation", operation);
    visit("p", p);
    visit("train_fraction", train_fraction);
    visit("seed", seed);
    visit("split_seed", split_seed);
    visit("learning_rate", learning_rate);
    visit("warmup_epochs", warmup_epochs);
    visit("weight_decay", weight_decay);
    visit("beta1", beta1);
    visit("beta2", beta2);
    visit("init_scale", init_scale);
    visit("d_model", d_model);
    visit("heads", heads);
    visit("d_mlp", d_mlp);
    visit("train_biases", train_biases);
    visit("epochs", epochs);
    visit("eval_every", eval_every);
    visit("snapshot_every", snapshot_every);
    visit("progress_every", progress_every);
    visit("ildr_every", ildr_every);
    visit("commutator_every", commutator_every);
    visit("weights_every", weights_every);
    visit("exact_weights", exact_weights);
    visit("stop_when_stable", stop_when_stable);
    visit("stop_when_grokked", stop_when_grokked);
    visit("stencil", stencil);
    visit("stencil_weight", stencil_weight);
    visit("probe_width", probe_width);
    visit("probe_learning_rate", probe_learning_rate);
    visit("step", step);
    visit("control", control);
}

constexpr std::array kPresets = {Preset::kNanda, Preset::kTransformerLens};
constexpr std::array kOperations = {Operation::kAdd};
constexpr std::array kStepKinds = {StepKind::kAuto, StepKind::kReference, StepKind::kFused};
constexpr std::span<const Preset> values_of(Preset) {
    return kPresets;
}
constexpr std::span<const Operation> values_of(Operation) {
    return kOperations;
}
constexpr std::span<const StepKind> values_of(StepKind) {
    return kStepKinds;
}
constexpr auto kControlKinds = [] {
    std::array<Control, kControls.size()> kinds{};
    std::ranges::transform(kControls, kinds.begin(), &ControlText::control);
    return kinds;
}();
constexpr std::span<const Control> values_of(Control) {
    return kControlKinds;
}

// ---------------------------------------------------------------------------------- writing

template <typename Plain>
requires std::is_arithmetic_v<Plain> Json as_json(Plain value) {
    return value;
}
template <typename Enumeration>
requires std::is_enum_v<Enumeration> Json as_json(Enumeration value) {
    return std::string(name_of(value));
}
Json as_json(const std::optional<std::uint32_t>& value) {
    return value ? Json(*value) : Json(nullptr);
}
Json as_json(const Stencil& stencil) {
    return stencil.offsets();
}

// ---------------------------------------------------------------------------------- reading

/// Fills one field from a value.
class FieldReader {
public:
    /// What is wrong with the value, one sentence; empty when it was taken.
    [[nodiscard]] const std::string& mistake() const { return mistake_; }

    void read(const char* name, const Json& value, bool& field) {
        if (value.is_boolean()) {
            field = value.get<bool>();
        } else {
            refuse(name, "true or false", value);
        }
    }
    void read(const char* name, const Json& value, double& field) {
        if (value.is_number()) {
            field = value.get<double>();
        } else {
            refuse(name, "a number", value);
        }
    }
    template <std::integral Integer>
    void read(const char* name, const Json& value, Integer& field) {
        if (const auto number = integer<Integer>(value)) {
            field = *number;
        } else {
            refuse(name,
                   "an integer between " + std::to_string(std::numeric_limits<Integer>::min()) +
                       " and " + std::to_string(std::numeric_limits<Integer>::max()),
                   value);
        }
    }
    void read(const char* name, const Json& value, std::optional<std::uint32_t>& field) {
        if (value.is_null()) {
            field.reset();
        } else {
            read(name, value, field.emplace());
        }
    }
    template <typename Enumeration>
    requires std::is_enum_v<Enumeration>
    void read(const char* name, const Json& value, Enumeration& field) {
        std::string choices;
        for (const Enumeration choice : values_of(field)) {
            if (value.is_string() && value.get_ref<const std::string&>() == name_of(choice)) {
                field = choice;
                return;
            }
            choices += (choices.empty() ? "\"" : ", \"") + std::string(name_of(choice)) + "\"";
        }
        refuse(name, "one of " + choices, value);
    }
    void read(const char* name, const Json& value, Stencil& field) {
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
            refuse(name, "a list of offsets in -8..8", value);
        }
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

    void refuse(const char* name, const std::string& expected, const Json& value) {
        mistake_ = "\"" + std::string(name) + "\" must be " + expected + ", got " + quoted(value);
    }

    std::string mistake_;
};

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
    visit_fields(config,
                 [&](const char* name, const auto& field) { object[name] = as_json(field); });
    return object;
}

std::string set_config_field(RunConfig& config, std::string_view name, const Json& value) {
    FieldReader reader;
    bool known = false;
    visit_fields(config, [&](const char* field_name, auto& field) {
        if (name == field_name) {
            known = true;
            reader.read(field_name, value, field);
        }
    });
    return known ? reader.mistake() : "unknown field " + quoted(Json(name));
}

} // namespace grokscope
