#include "app/bench/bench_table.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>

namespace grokscope::bench {

double median(std::vector<double> values) {
    if (values.empty()) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    std::ranges::sort(values);
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

Row at_least(Row row, double bound) {
    row.target = fmt::format(">= {:g}", bound);
    row.met = row.value() >= bound;
    return row;
}

Row at_most(Row row, double bound) {
    row.target = fmt::format("<= {:g}", bound);
    row.met = row.value() <= bound;
    return row;
}

void Table::note(std::string_view text) {
    out_ << text << std::endl;
    notes_.emplace_back(text);
}

void Table::begin() {
    if (restart_) {
        restart_();
    }
}

void Table::add(Row row) {
    if (row.met) {
        const double others = row.timing && other_work_ ? other_work_().value_or(0) : 0;
        row.verdict = others > kBearable ? "undecided" : *row.met ? "met" : "missed";
        if (others > kBearable) {
            row.what += fmt::format(" (other work took {:.0f} % of the machine)", 100 * others);
        }
    }
    out_ << fmt::format("{:<16} {:>10.4g} {:<8} {:<8} {:<10} {}", row.name, row.value(), row.unit,
                        row.target, row.verdict == "missed" ? "MISSED" : row.verdict, row.what)
         << std::endl;
    rows_.push_back(std::move(row));
}

std::string Table::json() const {
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (const Row& row : rows_) {
        nlohmann::ordered_json entry = {{"name", row.name},
                                        {"what", row.what},
                                        {"unit", row.unit},
                                        {"median", row.value()},
                                        {"rounds", row.rounds}};
        if (row.met) {
            entry["target"] = row.target;
            entry["verdict"] = row.verdict;
        }
        rows.push_back(std::move(entry));
    }
    return nlohmann::ordered_json{{"rows", rows}, {"notes", notes_}}.dump(2) + "\n";
}

} // namespace grokscope::bench
