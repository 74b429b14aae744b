#include "engine/store/progress_table.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

/// What is known of one epoch.
struct EpochRow {
    std::int32_t epoch = 0;
    const ProgressRow* row = nullptr; ///< null: there are readings alone
    std::vector<const Reading*> readings = {};

    [[nodiscard]] double figure(std::string_view id) const {
        double found = std::numeric_limits<double>::quiet_NaN();
        for (const Reading* reading : readings) {
            const double number = reading->number(id);
            found = std::isnan(number) ? found : number;
        }
        return found;
    }
    [[nodiscard]] double seconds_of_readings() const {
        return std::accumulate(
            readings.begin(), readings.end(), 0.0,
            [](double sum, const Reading* reading) { return sum + reading->seconds; });
    }
};

std::vector<EpochRow> by_epoch(std::span<const ProgressRow> rows,
                               std::span<const Reading> readings) {
    std::map<std::int32_t, EpochRow> epochs;
    for (const ProgressRow& row : rows) {
        epochs[row.epoch].row = &row;
    }
    for (const Reading& reading : readings) {
        epochs[reading.epoch].readings.push_back(&reading);
    }
    std::vector<EpochRow> all;
    for (auto& [epoch, row] : epochs) {
        row.epoch = epoch;
        all.push_back(std::move(row));
    }
    return all;
}

/// Columns that figures of instruments had before instruments described them: they keep their
/// places.
constexpr std::array<std::string_view, 3> kPlacedFigures = {"ildr", "commutator_defect",
                                                            "commutator_published"};

/// Figures of the instruments that have no place yet, those of one number or the others.
std::vector<std::string> later_figures(bool single, std::span<const Reading> readings,
                                       std::span<const InstrumentSpec> others) {
    std::vector<std::string> ids;
    const auto add_those_of = [&](const InstrumentSpec& instrument) {
        for (const FigureSpec& figure : instrument.figures) {
            if ((figure.axis == FigureAxis::kNone) == single &&
                std::ranges::find(kPlacedFigures, figure.id) == kPlacedFigures.end()) {
                ids.push_back(figure.id);
            }
        }
    };
    std::ranges::for_each(instruments(), add_those_of);
    for (const InstrumentSpec& instrument : others) {
        const bool read =
            std::ranges::find(readings, instrument.id, &Reading::instrument) != readings.end();
        if (read && find_instrument(instrument.id) == nullptr) {
            add_those_of(instrument);
        }
    }
    return ids;
}

/// Calls visit(name, number) for every column that is one number, in order.
template <typename Visit>
void visit_numbers(const EpochRow& known, Visit visit_known) {
    visit_known("epoch", known.epoch);
    static const ProgressRow kNone;
    const ProgressRow& row = known.row != nullptr ? *known.row : kNone;
    const auto visit = [&](std::string_view name, auto number) {
        if (known.row != nullptr) {
            visit_known(name, number);
        } else {
            visit_known(name, std::numeric_limits<double>::quiet_NaN());
        }
    };
    const auto visit_losses = [&](const std::string& name, const LossBySplit& loss) {
        visit(name + "_all", loss.all);
        visit(name + "_train", loss.train);
        visit(name + "_test", loss.test);
    };
    visit_losses("full_loss", row.full_loss);
    visit_losses("restricted_loss", row.restricted_loss);
    visit("excluded_loss", row.excluded_loss);
    visit("fit_r_squared", row.fit_r_squared);
    visit("fit_loss", row.fit_loss);
    visit("gini_W_E", row.gini_W_E);
    visit("gini_W_L", row.gini_W_L);
    visit("ipr_W_E", row.ipr_W_E);
    visit("ipr_W_L", row.ipr_W_L);
    const auto visit_neurons = [&](std::string_view name, int count) {
        if (row.neurons > 0) {
            visit(name, count);
        } else { // none were looked at: the operation has no group
            visit(name, std::numeric_limits<double>::quiet_NaN());
        }
    };
    visit_neurons("clustered_neurons", row.clustered_neurons);
    visit_neurons("dead_neurons", row.dead_neurons);
    visit_neurons("neurons", row.neurons);
    for (std::size_t i = 0; i < kProgressTensors.size(); ++i) {
        visit("sum_sq_" + std::string(kProgressTensors[i]), row.sum_squares[i]);
    }
    visit("sum_sq_total", row.total_sum_squares);
    visit("compute_seconds", row.compute_seconds);
    visit_known("ildr", known.figure("ildr"));
    visit_known("commutator_defect", known.figure("commutator_defect"));
    visit_known("warning_seconds", known.seconds_of_readings());
    const FinalMeasures final_measures = row.final_measures.value_or(FinalMeasures{});
    visit_losses("final_restricted_loss", final_measures.restricted_loss);
    visit("final_excluded_loss", final_measures.excluded_loss);
    visit("final_fit_r_squared", final_measures.fit_r_squared);
    visit("final_fit_loss", final_measures.fit_loss);
}

/// The same for those that later versions added: they stand last.
template <typename Visit>
void visit_later_numbers(const EpochRow& row, const std::vector<std::string>& later, Visit visit) {
    visit("commutator_published", row.figure("commutator_published"));
    for (const std::string& id : later) {
        visit(id, row.figure(id));
    }
}

constexpr std::array<std::string_view, 7> kListColumns = {
    "key_frequencies",       "excluded_by_frequency",       "clock_coherence",      "clusters",
    "final_key_frequencies", "final_excluded_by_frequency", "final_clock_coherence"};

template <typename Number>
std::string in_text(Number number) {
    if (std::isnan(static_cast<double>(number))) {
        return "nan"; // as the stored traces write it, whatever its sign
    }
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    return {buffer.data(), end};
}

std::string joined(const std::vector<std::string>& parts, char between) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) {
            text.push_back(between);
        }
        text.append(parts[i]);
    }
    return text;
}

template <typename Number>
std::string in_text(const std::vector<Number>& numbers) {
    std::vector<std::string> parts;
    for (const Number number : numbers) {
        parts.push_back(in_text(number));
    }
    return joined(parts, ' ');
}

std::string clusters_in_text(const std::vector<int>& neurons_by_frequency) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < neurons_by_frequency.size(); ++i) {
        if (neurons_by_frequency[i] > 0) {
            parts.push_back(joined({in_text(i + 1), in_text(neurons_by_frequency[i])}, ':'));
        }
    }
    return joined(parts, ' ');
}

} // namespace

std::string progress_csv(std::span<const ProgressRow> rows, std::span<const Reading> readings,
                         std::span<const InstrumentSpec> others) {
    const std::vector<std::string> later = later_figures(true, readings, others);
    std::vector<std::string> header;
    const auto push_name = [&](std::string_view name, auto) { header.emplace_back(name); };
    visit_numbers(EpochRow{}, push_name);
    header.insert(header.end(), kListColumns.begin(), kListColumns.end());
    visit_later_numbers(EpochRow{}, later, push_name);
    std::vector<std::string> lines{joined(header, ',')};
    for (const EpochRow& known : by_epoch(rows, readings)) {
        std::vector<std::string> cells;
        const auto push = [&](std::string_view, auto number) { cells.push_back(in_text(number)); };
        visit_numbers(known, push);
        const auto push_list = [&](const auto& text_of) {
            cells.push_back(known.row != nullptr ? text_of(*known.row) : "nan");
        };
        push_list([](const ProgressRow& row) { return in_text(row.key_frequencies); });
        push_list([](const ProgressRow& row) { return in_text(row.excluded_by_frequency); });
        push_list([](const ProgressRow& row) { return in_text(row.clock_coherence); });
        push_list(
            [](const ProgressRow& row) { return clusters_in_text(row.neurons_by_frequency); });
        const auto push_final = [&](const auto& list) {
            push_list([&](const ProgressRow& row) {
                return row.final_measures ? in_text((*row.final_measures).*list) : "nan";
            });
        };
        push_final(&FinalMeasures::key_frequencies);
        push_final(&FinalMeasures::excluded_by_frequency);
        push_final(&FinalMeasures::clock_coherence);
        visit_later_numbers(known, later, push);
        lines.push_back(joined(cells, ','));
    }
    lines.emplace_back(); // the last line ends too
    return joined(lines, '\n');
}

std::string progress_json(std::span<const ProgressRow> rows, std::span<const Reading> readings,
                          std::span<const InstrumentSpec> others) {
    const std::vector<std::string> later = later_figures(true, readings, others);
    const std::vector<std::string> lists = later_figures(false, readings, others);
    nlohmann::ordered_json array = nlohmann::ordered_json::array();
    for (const EpochRow& known : by_epoch(rows, readings)) {
        nlohmann::ordered_json object;
        const auto add = [&](std::string_view name, auto number) {
            // The library would write a NaN as null too; here it is meant.
            object[std::string(name)] = std::isnan(static_cast<double>(number))
                                            ? nlohmann::ordered_json(nullptr)
                                            : nlohmann::ordered_json(number);
        };
        visit_numbers(known, add);
        const ProgressRow row = known.row != nullptr ? *known.row : ProgressRow();
        object["key_frequencies"] = row.key_frequencies;
        object["excluded_by_frequency"] = row.excluded_by_frequency;
        object["clock_coherence"] = row.clock_coherence;
        object["neurons_by_frequency"] = row.neurons_by_frequency;
        object["fit_coefficients"] = row.fit_coefficients;
        const FinalMeasures final_measures = row.final_measures.value_or(FinalMeasures{});
        object["final_key_frequencies"] = final_measures.key_frequencies;
        object["final_excluded_by_frequency"] = final_measures.excluded_by_frequency;
        object["final_clock_coherence"] = final_measures.clock_coherence;
        object["neuron_amplitude"] = row.neuron_amplitude;
        visit_later_numbers(known, later, add);
        for (const std::string& id : lists) {
            nlohmann::ordered_json& list = object[id] = nlohmann::ordered_json::array();
            for (const Reading* reading : known.readings) {
                const auto figure = std::ranges::find(reading->figures, id, &FigureValues::id);
                list = figure != reading->figures.end() ? nlohmann::ordered_json(figure->values)
                                                        : list;
            }
        }
        array.push_back(std::move(object));
    }
    return array.dump(1) + "\n";
}

} // namespace grokscope
