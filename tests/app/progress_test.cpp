// Progress as text: what is printed, how often, and that a bar fits its line.
#include "app/progress.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace grokscope {
namespace {

MetricSample sample_at(std::int32_t epoch) {
    MetricSample sample;
    sample.epoch = epoch;
    sample.train_loss = 0.5;
    sample.test_loss = 2.25;
    sample.train_accuracy = 0.75;
    sample.test_accuracy = 0.125;
    sample.wall_seconds = (epoch + 1) * 0.01; // 100 epochs a second
    return sample;
}

std::ptrdiff_t lines_in(const std::string& text) {
    return std::ranges::count(text, '\n');
}

TEST(Progress, WritesTimesAsPeopleDo) {
    EXPECT_EQ(clock_text(0), "0:00");
    EXPECT_EQ(clock_text(7.4), "0:07");
    EXPECT_EQ(clock_text(750), "12:30");
    EXPECT_EQ(clock_text(59.6), "1:00");
    EXPECT_EQ(clock_text(3 * 3600 + 5 * 60), "3:05:00");
    EXPECT_EQ(clock_text(-3), "0:00");
}

TEST(Progress, PrintsALineAboutEveryHundredEpochs) {
    EXPECT_EQ(line_interval(1), 100);
    EXPECT_EQ(line_interval(10), 100);
    EXPECT_EQ(line_interval(30), 120);
    EXPECT_EQ(line_interval(1000), 1000);
    std::ostringstream out;
    Progress progress(out, ProgressStyle::kLines, RunConfig{});
    for (std::int32_t epoch = 0; epoch < 1000; epoch += 10) {
        progress.show(sample_at(epoch), Progress::Clock::now());
    }
    EXPECT_EQ(lines_in(out.str()), 10);
    EXPECT_EQ(out.str().find('\r'), std::string::npos);
    EXPECT_EQ(out.str().find('\033'), std::string::npos);
}

TEST(Progress, AnAlarmAfterGrokkingIsNamedLate) {
    std::ostringstream out;
    Progress progress(out, ProgressStyle::kLines, RunConfig{});
    progress.show(event::Mark{RunId{1}, MarkKind::kCommutatorAlarm, 1500});
    progress.show(event::Mark{RunId{1}, MarkKind::kGrokked, 1630});
    progress.show(event::Mark{RunId{1}, MarkKind::kSeparationAlarm, 2400});
    EXPECT_NE(out.str().find("1500: gradients stop commuting (early warning)"), std::string::npos);
    EXPECT_NE(out.str().find("2400: classes separate (late: it had grokked)"), std::string::npos);
}

TEST(Progress, LinesHoldAllFigures) {
    RunConfig config;
    config.stencil = Stencil::of({0});
    std::ostringstream out;
    Progress progress(out, ProgressStyle::kLines, config);
    progress.begin("fake");
    MetricSample sample = sample_at(100);
    sample.mismatch[offset_slot(0)] = 0.0625;
    progress.show(sample, Progress::Clock::now());
    for (const char* text : {"mismatch_0", "0.0625", "2.25", "0.1250", "100.0", "4:09"}) {
        EXPECT_NE(out.str().find(text), std::string::npos) << text << " in\n" << out.str();
    }
}

TEST(Progress, BarFitsItsLineAtAnyWidth) {
    RunConfig config;
    config.stop_when_grokked = true;
    for (const int columns : {20, 40, 80, 120, 200}) {
        std::ostringstream out;
        const Progress progress(out, ProgressStyle::kBar, config, columns);
        EXPECT_LT(progress.bar(sample_at(24'990)).size(), static_cast<std::size_t>(columns));
        EXPECT_FALSE(progress.bar(sample_at(0)).empty());
    }
    std::ostringstream out;
    const Progress wide(out, ProgressStyle::kBar, config, 200);
    const std::string half = wide.bar(sample_at(12'499));
    EXPECT_EQ(std::ranges::count(half, '#'), 20);
    EXPECT_NE(half.find("at most 2:05 left"), std::string::npos) << half;
}

TEST(Progress, BarIsRedrawnAtMostTenTimesASecond) {
    std::ostringstream out;
    Progress progress(out, ProgressStyle::kBar, RunConfig{}, 80);
    const auto start = Progress::Clock::now();
    for (int i = 0; i < 1000; ++i) {
        progress.show(sample_at(i * 10), start + std::chrono::milliseconds(i));
    }
    EXPECT_EQ(std::ranges::count(out.str(), '\r'), 10);
    EXPECT_EQ(lines_in(out.str()), 0);
}

TEST(Progress, MarksStandAboveTheBar) {
    std::ostringstream out;
    Progress progress(out, ProgressStyle::kBar, RunConfig{}, 80);
    progress.show(sample_at(10), Progress::Clock::now());
    out.str("");
    progress.show(event::Mark{RunId{1}, MarkKind::kGrokked, 5130});
    EXPECT_EQ(out.str(), "\r\033[Kepoch 5130: grokked\n");
}

TEST(Progress, QuietSaysNothing) {
    std::ostringstream out;
    Progress progress(out, ProgressStyle::kNone, RunConfig{});
    progress.begin("fake");
    progress.show(sample_at(100), Progress::Clock::now());
    progress.show(event::Mark{RunId{1}, MarkKind::kGrokked, 100});
    progress.say("done");
    EXPECT_TRUE(out.str().empty());
}

} // namespace
} // namespace grokscope
