// The lists of a measure row as one JSON object.
#include "engine/protocol/frequencies.h"
#include "engine/store/notebook_impl.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <type_traits>

namespace grokscope {

namespace {

using Json = nlohmann::ordered_json;

/// No list of a row is longer, whatever the configuration.
constexpr std::size_t kLongestList = 4096;

/// Calls visit(name, list) for every list that each record has.
template <typename Row, typename Visit>
void visit_lists(Row& row, Visit visit) {
    visit("key_frequencies", row.key_frequencies);
    visit("excluded_by_frequency", row.excluded_by_frequency);
    visit("fit_coefficients", row.fit_coefficients);
    visit("clock_coherence", row.clock_coherence);
    visit("neurons_by_frequency", row.neurons_by_frequency);
}

template <typename Measures, typename Visit>
void visit_final_lists(Measures& measures, Visit visit) {
    visit("key_frequencies", measures.key_frequencies);
    visit("excluded_by_frequency", measures.excluded_by_frequency);
    visit("clock_coherence", measures.clock_coherence);
}

template <typename Measures, typename Visit>
void visit_final_numbers(Measures& measures, Visit visit) {
    visit("restricted_loss", measures.restricted_loss.all);
    visit("restricted_loss_train", measures.restricted_loss.train);
    visit("restricted_loss_test", measures.restricted_loss.test);
    visit("excluded_loss", measures.excluded_loss);
    visit("fit_r_squared", measures.fit_r_squared);
    visit("fit_loss", measures.fit_loss);
}

template <typename Number>
Number number_of(const Json& value) {
    if (std::is_floating_point_v<Number> && value.is_null()) {
        return std::numeric_limits<Number>::quiet_NaN(); // JSON has no NaN
    }
    const double number = value.is_number() ? value.get<double>() : std::nan("");
    constexpr double kLargest =
        std::is_integral_v<Number> ? 1e9 : static_cast<double>(std::numeric_limits<Number>::max());
    const bool whole = std::is_floating_point_v<Number> || number == std::floor(number);
    if (!(std::fabs(number) <= kLargest) || !whole) {
        throw DamagedRecord("a list of a measure row has an entry that is no such number");
    }
    return static_cast<Number>(number);
}

} // namespace

std::string progress_details(const ProgressRow& row) {
    Json object = Json::object();
    visit_lists(row, [&](const char* name, const auto& list) { object[name] = list; });
    object["sum_squares"] = row.sum_squares;
    object["neuron_amplitude"] = row.neuron_amplitude;
    if (row.final_measures) {
        Json& part = object["final"] = Json::object();
        visit_final_lists(*row.final_measures,
                          [&](const char* name, const auto& list) { part[name] = list; });
        visit_final_numbers(*row.final_measures,
                            [&](const char* name, double figure) { part[name] = figure; });
    }
    return object.dump(); // NaN becomes null
}

void read_progress_details(const std::string& text, ProgressRow& row) {
    const Json object = Json::parse(text, nullptr, false);
    if (!object.is_object()) {
        throw DamagedRecord("the lists of a measure row are not a JSON object");
    }
    const auto list_in = [](const Json& part, const char* name) -> const Json& {
        const auto found = part.find(name);
        if (found == part.end() || !found->is_array() || found->size() > kLongestList) {
            throw DamagedRecord(std::string("a measure row has no list \"") + name + "\"");
        }
        return *found;
    };
    const auto read_from = [&](const Json& part, const char* name, auto& list) {
        list.clear();
        for (const Json& value : list_in(part, name)) {
            list.push_back(number_of<typename std::decay_t<decltype(list)>::value_type>(value));
        }
    };
    const auto read = [&](const char* name, auto& list) { read_from(object, name, list); };
    visit_lists(row, read);
    row.neuron_amplitude.clear();
    if (object.contains("neuron_amplitude")) { // later than the first records
        read("neuron_amplitude", row.neuron_amplitude);
    }
    row.final_measures.reset();
    if (object.contains("final")) {
        const Json& part = object["final"];
        FinalMeasures& measures = row.final_measures.emplace();
        visit_final_lists(measures,
                          [&](const char* name, auto& list) { read_from(part, name, list); });
        visit_final_numbers(measures, [&](const char* name, double& figure) {
            if (!part.contains(name)) {
                throw DamagedRecord(std::string("the final measures of a row have no \"") + name +
                                    "\"");
            }
            figure = number_of<double>(part[name]);
        });
    }
    const Json& sums = list_in(object, "sum_squares");
    if (sums.size() != row.sum_squares.size()) {
        throw DamagedRecord("a measure row does not have one sum of squares per tensor");
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
        row.sum_squares[i] = number_of<double>(sums[i]);
    }
}

void complete_frequencies(ProgressRow& row) {
    const auto whole = static_cast<std::size_t>(largest_frequency(row.order));
    const auto complete = [whole, order = row.order](auto& list, auto missing) {
        if (order % 2 == 0 && list.size() + 1 == whole) {
            list.push_back(missing);
        }
    };
    complete(row.fit_coefficients, std::numeric_limits<double>::quiet_NaN());
    complete(row.neuron_amplitude, std::numeric_limits<float>::quiet_NaN());
    complete(row.neurons_by_frequency, 0);
}

} // namespace grokscope
