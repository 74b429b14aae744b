#include "engine/store/progress_table.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <sstream>
#include <string>
#include <vector>

namespace grokscope {
namespace {

ProgressRow grokked_row() {
    ProgressRow row;
    row.epoch = 600;
    row.key_frequencies = {1, 10, 16};
    row.full_loss = {1e-3, 0.1, 1.0 / 3};
    row.restricted_loss = {6.7e-6, 2, 3};
    row.excluded_loss = 13.8;
    row.excluded_by_frequency = {1.5, 2.5, 3.5};
    row.clock_coherence = {0.5, 0.25, 1};
    row.clustered_neurons = 7;
    row.neurons = 512;
    row.neurons_by_frequency = {4, 0, 3};
    row.neuron_amplitude = {0.5F, 0.25F};
    row.sum_squares[0] = 115.5;
    row.total_sum_squares = 1779.0841;
    row.final_measures = FinalMeasures{.key_frequencies = {10, 16},
                                       .restricted_loss = {0.5, 0.25, 0.125},
                                       .excluded_loss = 21.5,
                                       .excluded_by_frequency = {4.5, 5.5},
                                       .fit_r_squared = 0.9,
                                       .fit_loss = 0.01,
                                       .clock_coherence = {1, 0.5}};
    return row;
}

std::vector<Reading> readings() {
    Reading ildr;
    ildr.epoch = 600;
    ildr.instrument = "ildr";
    ildr.figures = {{"ildr", {0.75}}, {"class_separation", {1.5}}};
    ildr.seconds = 0.25;
    Reading later = ildr;
    later.epoch = 650;
    later.figures[0].values = {0.875};
    return {ildr, later};
}

std::vector<std::vector<std::string>> cells_of(const std::string& csv) {
    std::vector<std::vector<std::string>> lines;
    std::istringstream text(csv);
    for (std::string line; std::getline(text, line);) {
        std::istringstream cells(line + ",");
        lines.emplace_back();
        for (std::string cell; std::getline(cells, cell, ',');) {
            lines.back().push_back(cell);
        }
    }
    return lines;
}

TEST(ProgressCsv, NamesEveryColumnAndFillsIt) {
    const auto lines = cells_of(progress_csv(std::vector{grokked_row()}, readings()));
    ASSERT_EQ(lines.size(), 3U);
    ASSERT_EQ(lines[0].size(), lines[1].size());
    ASSERT_EQ(lines[0].size(), lines[2].size());
    EXPECT_EQ(lines[2][0], "650") << "an epoch with a reading alone";
    EXPECT_EQ(lines[2][1], "nan");
    const auto cell = [&](const std::string& name) {
        for (std::size_t i = 0; i < lines[0].size(); ++i) {
            if (lines[0][i] == name) {
                return lines[1][i];
            }
        }
        return "no column " + name;
    };
    EXPECT_EQ(lines[0][0], "epoch");
    EXPECT_EQ(cell("epoch"), "600");
    EXPECT_EQ(cell("full_loss_all"), "0.001");
    EXPECT_EQ(std::stod(cell("full_loss_test")), 1.0 / 3); // reads back to the last bit
    EXPECT_EQ(cell("restricted_loss_all"), "6.7e-06");
    EXPECT_EQ(cell("excluded_loss"), "13.8");
    EXPECT_EQ(cell("fit_r_squared"), "nan");
    EXPECT_EQ(cell("clustered_neurons"), "7");
    EXPECT_EQ(cell("sum_sq_W_E"), "115.5");
    EXPECT_EQ(cell("sum_sq_W_U"), "0");
    EXPECT_EQ(cell("sum_sq_total"), "1779.0841");
    EXPECT_EQ(cell("key_frequencies"), "1 10 16");
    EXPECT_EQ(cell("excluded_by_frequency"), "1.5 2.5 3.5");
    EXPECT_EQ(cell("clock_coherence"), "0.5 0.25 1");
    EXPECT_EQ(cell("clusters"), "1:4 3:3");
    EXPECT_EQ(cell("ildr"), "0.75");
    EXPECT_EQ(cell("commutator_defect"), "nan");
    EXPECT_EQ(cell("commutator_published"), "nan");
    EXPECT_EQ(cell("warning_seconds"), "0.25");
    EXPECT_EQ(cell("class_separation"), "1.5");
    // New columns stand last, in the order of the instruments.
    std::vector<std::string> later{"commutator_published"};
    for (const InstrumentSpec& instrument : instruments()) {
        for (const FigureSpec& figure : instrument.figures) {
            if (figure.axis == FigureAxis::kNone && figure.id != "ildr" &&
                !figure.id.starts_with("commutator_")) {
                later.push_back(figure.id);
            }
        }
    }
    ASSERT_GT(lines[0].size(), later.size());
    EXPECT_EQ(
        std::vector(lines[0].end() - static_cast<std::ptrdiff_t>(later.size()), lines[0].end()),
        later);
    EXPECT_EQ(lines[2][lines[2].size() - later.size() + 1], "1.5") << "class_separation";
    EXPECT_EQ(cell("final_restricted_loss_test"), "0.125");
    EXPECT_EQ(cell("final_excluded_loss"), "21.5");
    EXPECT_EQ(cell("final_key_frequencies"), "10 16");
    EXPECT_EQ(cell("final_excluded_by_frequency"), "4.5 5.5");
    EXPECT_EQ(cell("final_clock_coherence"), "1 0.5");
}

std::vector<ProgressRow> rows_of(const std::vector<std::int32_t>& epochs) {
    std::vector<ProgressRow> rows(epochs.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i].epoch = epochs[i];
    }
    return rows;
}

TEST(ProgressCsv, HasOneLinePerRowAndAlwaysAHeader) {
    EXPECT_EQ(cells_of(progress_csv({})).size(), 1U);
    EXPECT_EQ(cells_of(progress_csv(rows_of({0, 50, 100}))).size(), 4U);
}

TEST(ProgressJson, HoldsTheSameNumbersAndNullsForGaps) {
    std::vector<ProgressRow> rows;
    rows.push_back(grokked_row());
    rows.emplace_back().epoch = 700;
    const auto json = nlohmann::json::parse(progress_json(rows, std::vector{readings()[0]}));
    ASSERT_EQ(json.size(), 2U);
    EXPECT_EQ(json[0]["epoch"], 600);
    EXPECT_EQ(json[0]["full_loss_test"].get<double>(), 1.0 / 3);
    EXPECT_EQ(json[0]["key_frequencies"], (std::vector{1, 10, 16}));
    EXPECT_EQ(json[0]["neurons_by_frequency"], (std::vector{4, 0, 3}));
    EXPECT_EQ(json[0]["neuron_amplitude"], (std::vector{0.5, 0.25}));
    EXPECT_TRUE(json[0]["fit_loss"].is_null());
    EXPECT_TRUE(json[1]["excluded_loss"].is_null());
    EXPECT_TRUE(json[1]["key_frequencies"].empty());
    EXPECT_EQ(json[0]["ildr"], 0.75);
    EXPECT_EQ(json[0]["final_key_frequencies"], (std::vector{10, 16}));
    EXPECT_EQ(json[0]["final_fit_r_squared"], 0.9);
    EXPECT_TRUE(json[1]["ildr"].is_null());
    EXPECT_TRUE(json[1]["final_excluded_loss"].is_null());
    EXPECT_TRUE(json[1]["final_key_frequencies"].empty());
    EXPECT_TRUE(json[1]["gini_W_E"].is_null()); // of an operation without a group
}

TEST(ProgressJson, HasFiguresOfInstrumentsThatThisVersionLacks) {
    InstrumentSpec other;
    other.id = "tomorrow";
    other.figures = {{.id = "height", .label = "height"},
                     {.id = "colours", .label = "colours", .axis = FigureAxis::kFrequency}};
    InstrumentSpec unread = other;
    unread.id = "never";
    unread.figures = {{.id = "nothing", .label = "nothing"}};
    Reading reading;
    reading.epoch = 5;
    reading.instrument = "tomorrow";
    reading.figures = {{"height", {2}}, {"colours", {1, 2, 3}}};
    const auto json =
        nlohmann::json::parse(progress_json({}, std::vector{reading}, std::vector{other, unread}));
    ASSERT_EQ(json.size(), 1U);
    EXPECT_EQ(json[0]["height"], 2);
    EXPECT_EQ(json[0]["colours"], (std::vector{1, 2, 3}));
    EXPECT_TRUE(json[0]["full_loss_all"].is_null());
    EXPECT_FALSE(json[0].contains("nothing"));
}

} // namespace
} // namespace grokscope
