// Milestones and phases of two runs that were really trained: their curves, as the notebook
// recorded them every 50 epochs (tests/train/series), with what a reader of the plot would mark.
#include "engine/train/milestones.h"
#include "engine/train/phase_estimator.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace grokscope {
namespace {

using Marks = std::map<MarkKind, int>;

/// Feeds a recorded series; every mark by its first epoch.
Marks marks_of(const std::string& name) {
    std::ifstream file(std::string(GROKSCOPE_SERIES) + "/" + name + ".csv");
    std::string line;
    std::getline(file, line);
    EXPECT_EQ(line, "epoch,train_accuracy,test_accuracy,test_loss,sum_squares,excluded_loss");
    Milestones milestones;
    PhaseEstimator phases;
    Marks marks;
    const auto keep = [&](const std::vector<event::Mark>& news) {
        for (const event::Mark& mark : news) {
            marks.emplace(mark.kind, mark.epoch);
        }
    };
    int rows = 0;
    while (std::getline(file, line)) {
        std::istringstream cells(line);
        std::vector<double> values;
        for (std::string cell; std::getline(cells, cell, ',');) {
            values.push_back(std::stod(cell));
        }
        EXPECT_EQ(values.size(), 6U) << line;
        ProgressRow row;
        row.epoch = static_cast<int>(values[0]);
        row.excluded_loss = values[5];
        keep(phases.observe(row)); // of the weights that enter the epoch: before its figures
        MetricSample sample;
        sample.epoch = row.epoch;
        sample.train_accuracy = values[1];
        sample.test_accuracy = values[2];
        sample.test_loss = values[3];
        sample.weight_sum_squares = values[4];
        keep(milestones.observe(sample));
        keep(phases.observe(sample));
        ++rows;
    }
    EXPECT_GE(rows, 100) << name;
    return marks;
}

TEST(RecordedPhases, OfTheBaselineComeInThePublishedOrder) {
    EXPECT_EQ(marks_of("seed999_baseline"), (Marks{{MarkKind::kMemorised, 150},
                                                   {MarkKind::kCircuitFormation, 1450},
                                                   {MarkKind::kTransition, 3700},
                                                   {MarkKind::kGrokked, 5000},
                                                   {MarkKind::kStable, 5000},
                                                   {MarkKind::kCleanupDone, 8050}}));
}

TEST(RecordedPhases, OfTheFullStencilComeSoonerAndItsBasinStartsAnewAfterASpike) {
    EXPECT_EQ(marks_of("seed999_full"), (Marks{{MarkKind::kMemorised, 150},
                                               {MarkKind::kCircuitFormation, 250},
                                               {MarkKind::kTransition, 900},
                                               {MarkKind::kGrokked, 1900},
                                               {MarkKind::kCleanupDone, 3300},
                                               {MarkKind::kStable, 2750}}));
}

} // namespace
} // namespace grokscope
