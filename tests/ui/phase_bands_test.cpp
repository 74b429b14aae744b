#include "ui/core/phase_bands.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace grokscope::ui {
namespace {

RunRecord run_until(std::int32_t epoch, const std::vector<EpochMark>& marks) {
    RunRecord run;
    run.samples.emplace_back();
    run.samples.back().epoch = epoch;
    run.marks = marks;
    return run;
}

/// "M 0-1400, F 1400-9400".
std::string in_words(const std::vector<PhaseBand>& bands) {
    std::string text;
    for (const PhaseBand& band : bands) {
        text += text.empty() ? "" : ", ";
        text += "MFCS"[static_cast<int>(band.stage)];
        text += " " + std::to_string(band.from) + "-" + std::to_string(band.to);
    }
    return text;
}

TEST(PhaseBands, FollowOneAnotherFromTheFirstEpochToTheNewest) {
    const RunRecord run = run_until(20000, {{MarkKind::kMemorised, 150},
                                            {MarkKind::kCircuitFormation, 1400},
                                            {MarkKind::kTransition, 9400},
                                            {MarkKind::kGrokked, 10000},
                                            {MarkKind::kCleanupDone, 14000}});
    EXPECT_EQ(in_words(phase_bands(run)), "M 0-1400, F 1400-9400, C 9400-14000, S 14000-20000");
}

TEST(PhaseBands, EndWithTheStageThatIsStillGoingOn) {
    EXPECT_EQ(in_words(phase_bands(run_until(900, {}))), "M 0-900");
    EXPECT_EQ(in_words(phase_bands(run_until(2000, {{MarkKind::kCircuitFormation, 1400}}))),
              "M 0-1400, F 1400-2000");
}

TEST(PhaseBands, LeaveOutAStageThatTookNoTime) {
    EXPECT_EQ(in_words(phase_bands(run_until(
                  2000, {{MarkKind::kCircuitFormation, 1400}, {MarkKind::kTransition, 1400}}))),
              "M 0-1400, C 1400-2000");
    EXPECT_EQ(in_words(phase_bands(run_until(1400, {{MarkKind::kCircuitFormation, 1400}}))),
              "M 0-1400");
}

TEST(PhaseBands, SkipAStageWhoseMarkIsMissing) {
    EXPECT_EQ(in_words(phase_bands(run_until(5000, {{MarkKind::kTransition, 3000}}))),
              "M 0-3000, C 3000-5000");
}

TEST(PhaseBands, ArePartedByTheLinesOfEvents) {
    // Their grounds differ too little to be told apart by themselves.
    const RunRecord run = run_until(20000, {{MarkKind::kTransition, 9400},
                                            {MarkKind::kCircuitFormation, 9800},
                                            {MarkKind::kCleanupDone, 14000}});
    for (const PhaseBand& band : phase_bands(run)) {
        const auto begins = [&](const EpochMark& mark) { return mark.epoch == band.from; };
        EXPECT_TRUE(band.from == 0 || std::ranges::any_of(run.marks, begins)) << band.from;
    }
}

TEST(PhaseBands, AreNoneWithoutSamples) {
    EXPECT_TRUE(phase_bands(RunRecord{}).empty());
    EXPECT_TRUE(phase_bands(run_until(0, {})).empty());
}

} // namespace
} // namespace grokscope::ui
