// Plans of measurements: as text and back, and what is refused.
#include "engine/protocol/measure_plan.h"

#include "engine/protocol/instrument.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope {
namespace {

MeasurePlan parsed(std::string_view text) {
    std::string mistake;
    MeasurePlan plan = MeasurePlan::parse(text, mistake);
    EXPECT_EQ(mistake, "") << text;
    return plan;
}

TEST(MeasurePlan, IsInTheOrderOfItsNames) {
    const MeasurePlan plan = parsed("ildr:100,commutator:500");
    EXPECT_EQ(plan.text(), "commutator:500,ildr:100");
    EXPECT_EQ(plan, parsed("commutator:500,ildr:100"));
    EXPECT_EQ(parsed(plan.text()), plan);
    EXPECT_EQ(parsed(""), MeasurePlan());
    EXPECT_EQ(plan.every("ildr"), 100);
    EXPECT_EQ(plan.every("llc"), 0);
}

TEST(MeasurePlan, KnowsWhenAnInstrumentIsDue) {
    const MeasurePlan plan = parsed("ildr:100");
    EXPECT_TRUE(plan.is_due("ildr", 0));
    EXPECT_TRUE(plan.is_due("ildr", 300));
    EXPECT_FALSE(plan.is_due("ildr", 350));
    EXPECT_FALSE(plan.is_due("commutator", 300));
}

TEST(MeasurePlan, ANameAloneTakesItsUsualInterval) {
    std::string mistake;
    const auto usual = [](std::string_view name) { return name == "ildr" ? 70 : 5; };
    EXPECT_EQ(MeasurePlan::parse("ildr,other,third:9", mistake, usual).text(),
              "ildr:70,other:5,third:9");
    EXPECT_EQ(MeasurePlan::parse("ildr", mistake).text(), "");
    EXPECT_NE(mistake, "") << "where nobody knows what is usual";
}

TEST(MeasurePlan, RefusesWhatIsNone) {
    for (const char* const text :
         {"ildr:0", "ildr:10001", "ildr:-5", "ildr:", "ildr:1e3", ":100", "IL DR:5", "ildr:100,",
          ",ildr:100", "ildr:5,ildr:6", "ildr:5;commutator:6", "ildr: 5", "\x1b[31m:5"}) {
        std::string mistake;
        const MeasurePlan plan = MeasurePlan::parse(text, mistake);
        if (std::string_view(text) == "ildr:100,") { // an end is no entry
            EXPECT_EQ(plan.text(), "ildr:100");
            continue;
        }
        EXPECT_TRUE(plan.empty()) << text;
        EXPECT_NE(mistake.find("1..10000"), std::string::npos) << text << ": " << mistake;
    }
    std::string mistake;
    std::string many;
    for (int i = 0; i < 65; ++i) {
        many += "name" + std::to_string(i) + ":5,";
    }
    EXPECT_TRUE(MeasurePlan::parse(many, mistake).empty());
    MeasurePlan plan;
    EXPECT_THROW(plan.set("ildr", 10'001), std::invalid_argument);
    EXPECT_THROW(plan.set("", 5), std::invalid_argument);
}

TEST(MeasurePlan, ZeroTakesAnInstrumentOut) {
    MeasurePlan plan = parsed("ildr:100,commutator:500");
    plan.set("ildr", 0);
    plan.set("never_there", 0);
    plan.set("commutator", 20);
    EXPECT_EQ(plan.text(), "commutator:20");
}

TEST(Instruments, DescribeFiguresThatNoOtherHas) {
    std::set<std::string> names;
    std::vector<InstrumentSpec> all = instruments();
    all.push_back(progress_instrument());
    for (const InstrumentSpec& instrument : all) {
        EXPECT_FALSE(instrument.label.empty()) << instrument.id;
        EXPECT_FALSE(instrument.sentence.empty()) << instrument.id;
        EXPECT_TRUE(instrument.default_every >= MeasurePlan::kLeast &&
                    instrument.default_every <= MeasurePlan::kMost);
        for (const FigureSpec& figure : instrument.figures) {
            EXPECT_TRUE(names.insert(figure.id).second) << figure.id;
            EXPECT_FALSE(figure.label.empty()) << figure.id;
            EXPECT_TRUE(figure.sentence.ends_with('.')) << figure.id;
        }
        for (const AlarmRule& rule : instrument.alarms) {
            const FigureSpec* figure = find_figure(instrument, rule.figure);
            ASSERT_NE(figure, nullptr) << rule.figure;
            EXPECT_EQ(figure->axis, FigureAxis::kNone);
            EXPECT_GT(rule.times, 1);
        }
    }
}

TEST(Instruments, AProgressRowReadsAsItDescribesItself) {
    ProgressRow row;
    row.run = RunId{3};
    row.epoch = 400;
    row.life = 2;
    row.order = 7;
    row.key_frequencies = {1, 3};
    row.excluded_by_frequency = {0.5, 0.75};
    row.full_loss.test = 1.25;
    row.gini_W_E = 0.5;
    row.neurons = 64;
    row.clustered_neurons = 12;
    row.neuron_amplitude = {1, 2, 3};
    row.sum_squares[4] = 9;
    const Reading reading = reading_of(row);
    EXPECT_EQ(reading.epoch, 400);
    EXPECT_EQ(reading.run, RunId{3});
    EXPECT_EQ(reading.life, 2U);
    ASSERT_EQ(reading.figures.size(), progress_instrument().figures.size());
    for (std::size_t i = 0; i < reading.figures.size(); ++i) {
        EXPECT_EQ(reading.figures[i].id, progress_instrument().figures[i].id);
    }
    EXPECT_EQ(reading.number("full_loss_test"), 1.25);
    EXPECT_TRUE(std::isnan(reading.number("excluded_loss")));
    EXPECT_EQ(reading.number("gini_W_E"), 0.5);
    EXPECT_EQ(reading.number("clustered_neurons"), 12);
    row.neurons = 0; // none were looked at
    EXPECT_TRUE(std::isnan(reading_of(row).number("clustered_neurons")));
    const auto list = [&](const char* id) {
        return std::ranges::find(reading.figures, id, &FigureValues::id)->values;
    };
    EXPECT_EQ(list("neuron_amplitude"), (std::vector<double>{1, 2, 3}));
    EXPECT_EQ(list("sum_sq").at(4), 9);
    EXPECT_EQ(list("excluded_by_frequency").at(0), 0.5);
    EXPECT_TRUE(std::isnan(list("excluded_by_frequency").at(1))) << "no key frequency";
    EXPECT_EQ(list("excluded_by_frequency").at(2), 0.75);
    EXPECT_TRUE(std::isnan(reading.number("neuron_amplitude"))) << "a list is no number";
}

} // namespace
} // namespace grokscope
