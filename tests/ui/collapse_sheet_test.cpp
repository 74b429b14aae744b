// The sheet of the collapse: what it offers where nothing was measured, and with figures.
#include "tests/ui/resting_window.h"

#include <gtest/gtest.h>

namespace grokscope::ui {
namespace {

TEST(CollapseSheet, OffersToMeasureAndHasItsSign) {
    RestingWindow window(0);
    window.stage.view.sheet = Action::kCollapse;
    const auto controls = window.drawn_controls();
    EXPECT_TRUE(controls.contains("collapse_measure"));
    EXPECT_TRUE(controls.contains("aboutcollapse"));
    window.click(controls.at("close_collapse"));
    EXPECT_FALSE(window.stage.view.is_open(Action::kCollapse));
}

TEST(CollapseSheet, StandsInEverySizeOnceTheRunHasMemorised) {
    for (const auto& [width, height] : {std::pair{1280.0F, 720.0F}, std::pair{800.0F, 1400.0F}}) {
        RestingWindow window(0, width, height);
        for (const MarkKind kind : {MarkKind::kMemorised, MarkKind::kGrokked}) {
            const std::int32_t epoch = kind == MarkKind::kMemorised ? 3 : 12;
            ASSERT_TRUE(
                window.stage.channels.events.try_push(Event(event::Mark{RunId{1}, kind, epoch})));
        }
        window.stage.view.sheet = Action::kCollapse;
        const auto controls = window.drawn_controls();
        ASSERT_TRUE(controls.contains("close_collapse"));
        EXPECT_LT(controls.at("collapse_measure").bottom(), height) << width;
    }
}

} // namespace
} // namespace grokscope::ui
