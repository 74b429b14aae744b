#include "engine/store/progress_table.h"

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <vector>

namespace grokscope {

namespace {

/// Calls visit(name, number) for every column that is one number, in order.
template <typename Visit>
void visit_numbers(const ProgressRow& row, Visit visit) {
    visit("epoch", row.epoch);
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
    visit("clustered_neurons", row.clustered_neurons);
    visit("dead_neurons", row.dead_neurons);
    visit("neurons", row.neurons);
    for (std::size_t i = 0; i < kProgressTensors.size(); ++i) {
        visit("sum_sq_" + std::string(kProgressTensors[i]), row.sum_squares[i]);
    }
    visit("sum_sq_total", row.total_sum_squares);
    visit("compute_seconds", row.compute_seconds);
    visit("ildr", row.ildr);
    visit("commutator_defect", row.commutator_defect);
    visit("warning_seconds", row.warning_seconds);
    const FinalMeasures final_measures = row.final_measures.value_or(FinalMeasures{});
    visit_losses("final_restricted_loss", final_measures.restricted_loss);
    visit("final_excluded_loss", final_measures.excluded_loss);
    visit("final_fit_r_squared", final_measures.fit_r_squared);
    visit("final_fit_loss", final_measures.fit_loss);
}

/// The same for those that later versions added: they stand last.
template <typename Visit>
void visit_later_numbers(const ProgressRow& row, Visit visit) {
    visit("commutator_published", row.commutator_published);
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

std::string progress_csv(std::span<const ProgressRow> rows) {
    std::vector<std::string> header;
    visit_numbers(ProgressRow{}, [&](std::string_view name, auto) { header.emplace_back(name); });
    header.insert(header.end(), kListColumns.begin(), kListColumns.end());
    visit_later_numbers(ProgressRow{},
                        [&](std::string_view name, auto) { header.emplace_back(name); });
    std::vector<std::string> lines{joined(header, ',')};
    for (const ProgressRow& row : rows) {
        std::vector<std::string> cells;
        visit_numbers(row,
                      [&](std::string_view, auto number) { cells.push_back(in_text(number)); });
        cells.push_back(in_text(row.key_frequencies));
        cells.push_back(in_text(row.excluded_by_frequency));
        cells.push_back(in_text(row.clock_coherence));
        cells.push_back(clusters_in_text(row.neurons_by_frequency));
        const auto push_final = [&](const auto& list) {
            cells.push_back(row.final_measures ? in_text((*row.final_measures).*list) : "nan");
        };
        push_final(&FinalMeasures::key_frequencies);
        push_final(&FinalMeasures::excluded_by_frequency);
        push_final(&FinalMeasures::clock_coherence);
        visit_later_numbers(
            row, [&](std::string_view, auto number) { cells.push_back(in_text(number)); });
        lines.push_back(joined(cells, ','));
    }
    lines.emplace_back(); // the last line ends too
    return joined(lines, '\n');
}

std::string progress_json(std::span<const ProgressRow> rows) {
    nlohmann::ordered_json array = nlohmann::ordered_json::array();
    for (const ProgressRow& row : rows) {
        nlohmann::ordered_json object;
        const auto add = [&](std::string_view name, auto number) {
            // The library would write a NaN as null too; here it is meant.
            object[std::string(name)] = std::isnan(static_cast<double>(number))
                                            ? nlohmann::ordered_json(nullptr)
                                            : nlohmann::ordered_json(number);
        };
        visit_numbers(row, add);
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
        visit_later_numbers(row, add);
        array.push_back(std::move(object));
    }
    return array.dump(1) + "\n";
}

} // namespace grokscope
