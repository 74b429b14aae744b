#include "engine/store/config_json.h"

#include <nlohmann/json.hpp>

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

using Json = nlohmann::ordered_json;

/// Far beyond any configuration; a longer text is not worth parsing.
constexpr std::size_t kLongestText = 1 << 16;
/// What a message quotes of a wrong value, at most.
constexpr std::size_t kLongestQuote = 40;

/// Calls visit(name, member) for every field, in order. The structured binding breaks the build
/// when RunConfig gains or loses a field: then it is named here too.
template <typename Config, typename Visit>
void visit_fields(Config& config, Visit visit) {
    auto& [preset, operation, p, train_fraction, seed, split_seed, learning_rate, warmup_epochs,
           weight_decay, beta1, beta2, init_scale, d_model, heads, d_mlp, train_biases, epochs,
           eval_every, snapshot_every, progress_every, stop_when_stable, stop_when_grokked, stencil,
           stencil_weight, probe_width, probe_learning_rate, step] = config;
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
    visit("stop_when_stable", stop_when_stable);
    visit("stop_when_grokked", stop_when_grokked);
    visit("stencil", stencil);
    visit("stencil_weight", stencil_weight);
    visit("probe_width", probe_width);
    visit("probe_learning_rate", probe_learning_rate);
    visit("step", step);
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

std::string quoted(const Json& value) {
    std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
    if (text.size() > kLongestQuote) {
        text.resize(kLongestQuote);
        text += "...";
    }
    return text;
}

/// Fills fields from values and gathers the mistakes.
class FieldReader {
public:
    explicit FieldReader(std::vector<std::string>& mistakes) : mistakes_(mistakes) {}

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
        mistakes_.push_back("\"" + std::string(name) + "\" must be " + expected + ", got " +
                            quoted(value));
    }

    std::vector<std::string>& mistakes_;
};

[[noreturn]] void refuse(const std::vector<std::string>& mistakes) {
    std::string text;
    for (const std::string& mistake : mistakes) {
        text += (text.empty() ? "" : "; ") + mistake;
    }
    throw ConfigTextError(text);
}

Json parse(std::string_view text) {
    if (text.size() > kLongestText) {
        throw ConfigTextError("the configuration has " + std::to_string(text.size()) +
                              " characters, at most " + std::to_string(kLongestText) +
                              " are expected");
    }
    try {
        Json object = Json::parse(text);
        if (!object.is_object()) {
            throw ConfigTextError("the configuration must be a JSON object, got " + quoted(object));
        }
        return object;
    } catch (const Json::parse_error& error) {
        throw ConfigTextError("the configuration is not JSON: mistake at character " +
                              std::to_string(error.byte));
    } catch (const Json::exception&) { // a number beyond double
        throw ConfigTextError("the configuration is not JSON: a number is too large");
    }
}

} // namespace

std::string config_to_json(const RunConfig& config) {
    Json object = Json::object();
    visit_fields(config,
                 [&](const char* name, const auto& field) { object[name] = as_json(field); });
    return object.dump();
}

RunConfig config_from_json(std::string_view text) {
    Json object = parse(text);
    std::vector<std::string> mistakes;
    FieldReader reader(mistakes);

    // The preset decides the defaults of what is left out.
    Preset preset = Preset::kNanda;
    if (const auto found = object.find("preset"); found != object.end()) {
        reader.read("preset", *found, preset);
        object.erase(found);
    }
    RunConfig config = RunConfig::of(preset);
    visit_fields(config, [&](const char* name, auto& field) {
        if (const auto found = object.find(name); found != object.end()) {
            reader.read(name, *found, field);
            object.erase(found);
        }
    });
    for (const auto& [name, value] : object.items()) {
        mistakes.push_back("unknown field " + quoted(Json(name)));
    }
    const std::vector<std::string> out_of_range = config.validate();
    mistakes.insert(mistakes.end(), out_of_range.begin(), out_of_range.end());
    if (!mistakes.empty()) {
        refuse(mistakes);
    }
    return config;
}

} // namespace grokscope
