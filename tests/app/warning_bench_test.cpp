// Leads, misses and false alarms of early warnings, over made-up runs whose figures are known.
#include "app/commands/warning_bench.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace grokscope {
namespace {

/// Evaluated every 100 epochs: memorised at 200, and grokked at `grok` unless that is 0.
WarningRecord made_up(std::int64_t number, std::int32_t grok, std::int32_t last = 4000) {
    WarningRecord record;
    record.number = number;
    record.label = "made up";
    for (std::int32_t epoch = 0; epoch <= last; epoch += 100) {
        MetricSample sample;
        sample.epoch = epoch;
        sample.train_accuracy = epoch >= 200 ? 1 : 0.5;
        sample.test_accuracy = grok > 0 && epoch >= grok ? 1 : 0.1;
        sample.train_loss = 0.1;
        sample.test_loss = 5;
        sample.weight_sum_squares = 1000;
        record.metrics.push_back(sample);
    }
    return record;
}

void add_ildr(WarningRecord& record, std::int32_t rises) {
    for (const MetricSample& sample : record.metrics) {
        Reading reading;
        reading.epoch = sample.epoch;
        reading.instrument = "ildr";
        reading.figures = {{"ildr", {sample.epoch >= rises ? 3.0 : 1.0}}};
        record.readings.push_back(std::move(reading));
    }
}

std::size_t place_of(std::string_view id) {
    const auto rules = warning_rules();
    const auto found = std::ranges::find(rules, id, &WarningRule::id);
    EXPECT_NE(found, rules.end()) << id;
    return static_cast<std::size_t>(found - rules.begin());
}

WarningOutcome outcome_of(const std::vector<WarningRecord>& records, std::size_t run,
                          std::string_view rule) {
    for (const WarningOutcome& outcome : warning_outcomes(records)) {
        if (outcome.run == run && outcome.rule == place_of(rule)) {
            return outcome;
        }
    }
    ADD_FAILURE() << rule << " says nothing of run " << run;
    return {};
}

TEST(WarningBench, CountsLeadsMissesAndFalseAlarms) {
    std::vector<WarningRecord> records;
    for (const auto& [grok, rises] :
         {std::pair{2000, 1000}, {3000, 1000}, {2000, 2500}, {3000, 9000}, {0, 1500}, {0, 9000}}) {
        records.push_back(made_up(static_cast<std::int64_t>(records.size()) + 1, grok));
        add_ildr(records.back(), rises);
    }
    records.push_back(made_up(7, 2000)); // not measured: it counts nowhere
    const auto outcomes = warning_outcomes(records);
    EXPECT_EQ(outcomes.size(), 7 * warning_rules().size());
    const WarningScore score = warning_scores(outcomes)[place_of("ildr")];
    EXPECT_EQ(score.grokked, 4);
    EXPECT_EQ(score.early, 2);
    EXPECT_EQ(score.late, 1);
    EXPECT_EQ(score.never, 2);
    EXPECT_EQ(score.false_alarms, 1);
    // It has to last 100 epochs: 1,000 is heard at 1,100.
    EXPECT_EQ(score.least_lead, 900);
    EXPECT_EQ(score.median_lead, 1400);
    EXPECT_EQ(score.most_lead, 1900);
    const std::string table = warnings_in_words(outcomes);
    EXPECT_NE(table.find("2 of 4"), std::string::npos) << table;
    EXPECT_NE(table.find("1400 (900..1900)"), std::string::npos) << table;
    EXPECT_NE(table.find("not recorded: the commutator defect"), std::string::npos) << table;
}

TEST(WarningBench, HearsFiguresThatFallAndThatRise) {
    std::vector<WarningRecord> records{made_up(1, 3000), made_up(2, 3000)};
    for (MetricSample& sample : records[0].metrics) {
        sample.weight_sum_squares = sample.epoch >= 1500 ? 890 : 1000;
        sample.test_loss = sample.epoch >= 1800 ? 4 : 5;
    }
    for (const MetricSample& sample : records[0].metrics) {
        ProgressRow row;
        row.epoch = sample.epoch;
        row.gini_W_E = sample.epoch >= 1200 ? 0.4 : 0.2;
        row.restricted_loss.all = sample.epoch >= 1300 ? 1.9 : 4.0;
        records[0].measures.push_back(std::move(row));
        Snapshot snapshot;
        snapshot.epoch = sample.epoch;
        snapshot.spectrum =
            sample.epoch >= 1400 ? std::vector<float>{9, 1, 1, 1} : std::vector<float>{2, 2, 2, 2};
        records[0].spectra.push_back(std::move(snapshot));
    }
    EXPECT_EQ(outcome_of(records, 0, "norm").alarm, 1600);
    EXPECT_EQ(outcome_of(records, 0, "test_loss").alarm, 1900);
    EXPECT_EQ(outcome_of(records, 0, "gini").alarm, 1300);
    EXPECT_EQ(outcome_of(records, 0, "restricted").alarm, 1400);
    EXPECT_EQ(outcome_of(records, 0, "entropy").alarm, 1500);
    EXPECT_FALSE(outcome_of(records, 1, "gini").heard) << "no measures are recorded";
    EXPECT_TRUE(outcome_of(records, 1, "norm").heard);
    EXPECT_EQ(outcome_of(records, 1, "norm").alarm, std::nullopt);
}

TEST(WarningBench, TheTrivialRivalKnowsTheOthersAndNotItsOwnRun) {
    // Ratios of grok to memorised: 10, 15, 20, and one that never grokked.
    const std::vector<WarningRecord> records{made_up(1, 2000), made_up(2, 3000), made_up(3, 4000),
                                             made_up(4, 0)};
    EXPECT_EQ(outcome_of(records, 0, "multiple").alarm, 1850) << "(1 + 17.5) / 2 * 200";
    EXPECT_EQ(outcome_of(records, 1, "multiple").alarm, 1600) << "(1 + 15) / 2 * 200";
    EXPECT_EQ(outcome_of(records, 3, "multiple").alarm, 1600) << "a false alarm";
    const std::vector<WarningRecord> lonely{made_up(1, 2000)};
    EXPECT_FALSE(outcome_of(lonely, 0, "multiple").heard);
    const std::vector<WarningRecord> brief{made_up(1, 2000), made_up(2, 0, 1000)};
    EXPECT_EQ(outcome_of(brief, 1, "multiple").alarm, std::nullopt) << "it ends before";
}

TEST(WarningBench, WritesARowForEachRunAndRule) {
    std::vector<WarningRecord> records{made_up(1, 2000), made_up(5, 0)};
    records[1].label = "=1+1";
    add_ildr(records[0], 1000);
    add_ildr(records[1], 1000);
    const std::string csv = warnings_csv(records, warning_outcomes(records));
    EXPECT_TRUE(csv.starts_with(
        "run,configuration,warning,alarm_epoch,grok_epoch,lead,last_epoch,outcome\n"));
    EXPECT_NE(csv.find("\n1,\"made up\",ildr,1100,2000,900,4000,early\n"), std::string::npos)
        << csv;
    EXPECT_NE(csv.find(",ildr,1100,nan,nan,4000,false alarm\n"), std::string::npos) << csv;
    EXPECT_NE(csv.find("\n1,\"made up\",commutator,nan,2000,nan,4000,not recorded\n"),
              std::string::npos);
    EXPECT_EQ(csv.find("5,=1+1"), std::string::npos) << "no cell is a formula";
    EXPECT_EQ(std::ranges::count(csv, '\n'), 1 + 2 * std::ssize(warning_rules()));
}

} // namespace
} // namespace grokscope
