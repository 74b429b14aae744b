// Lottery, depth, valley and path as pictures, of made-up runs that grok.
#include "tests/ui/fake_engine.h"
#include "tests/ui/fake_inspector.h"
#include "tests/ui/fake_laboratory.h"
#include "tests/ui/pictures/gl_context.h"
#include "tests/ui/pictures/golden.h"
#include "tests/ui/pictures/picture_stage.h"
#include "ui/core/study_controller.h"
#include "ui/views/depth/depth.h"
#include "ui/views/depth/depth_panel.h"
#include "ui/views/lottery/lottery_panel.h"
#include "ui/views/path/path_panel.h"
#include "ui/views/valley/valley_panel.h"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace grokscope::ui {
namespace {

/// Two recorded runs, the inspector of made-up weights behind them.
struct Fixture {
    testing::PictureStage stage;
    InspectChannels channels;
    StudyController controller;
    RunConfig config;
    gl::Size size;

    Fixture(testing::GlContext& context, gl::Size pixels, ThemeKind theme)
        : stage(context, pixels, theme), size(pixels) {
        Channels arriving;
        config.p = 31;
        add(arriving, RunId{1}, config);
        RunConfig other = config;
        other.stencil = Stencil::of({-1, 0, 1});
        add(arriving, RunId{2}, other);
        stage.view.selected = RunId{1};
    }
    void add(Channels& arriving, RunId id, const RunConfig& settings) {
        EXPECT_TRUE(arriving.events.try_push(event::RunAdded{id, settings, "made up"}));
        for (int epoch = 0; epoch <= 3000; epoch += 100) {
            EXPECT_TRUE(arriving.metrics.try_push(fake::sample_at(id, settings, epoch)));
            ProgressRow row = fake::progress_at(id, settings, epoch);
            if (epoch >= 500 && epoch <= 1000) {
                row.key_frequencies.push_back(2); // one that is lost
            }
            EXPECT_TRUE(arriving.progress.try_push(std::move(row)));
            for (const char* instrument : {"features", "mediation", "skip"}) {
                EXPECT_TRUE(arriving.laboratory.readings.try_push(
                    fake::reading_at(id, settings, *find_instrument(instrument), epoch)));
            }
            (void)stage.book.drain(arriving);
        }
        EXPECT_TRUE(arriving.events.try_push(event::Mark{id, MarkKind::kMemorised, 160}));
        EXPECT_TRUE(arriving.events.try_push(
            event::Mark{id, MarkKind::kGrokked, fake::grok_epoch(settings)}));
        (void)stage.book.drain(arriving);
    }
    /// The sheet once all is answered that it asks.
    [[nodiscard]] testing::Picture sheet(const std::function<void(const PanelInput&)>& panel) {
        const auto with_desk = [&](const PanelInput& given) {
            PanelInput input = given;
            input.study = &controller;
            panel(input);
        };
        stage.frame(with_desk);
        if (controller.ask(channels, 1, false)) {
            EXPECT_TRUE(channels.study.refresh());
            StudyReply reply{channels.study.value(), {}};
            for (const StudySubject& subject : reply.query.subjects) {
                reply.answers.push_back(std::make_shared<const StudyAnswer>(
                    fake::study(reply.query.kind, subject, stage.book.find(subject.run)->config)));
            }
            channels.study_reply.publish(reply);
            EXPECT_TRUE(controller.take(channels, 1.1));
        }
        return stage.picture(with_desk);
    }
    [[nodiscard]] Rect window() const {
        return {0, 0, static_cast<float>(size.width), static_cast<float>(size.height)};
    }
};

constexpr std::array kThemes{std::pair{ThemeKind::kDark, ""},
                             std::pair{ThemeKind::kLight, "_light"}};

TEST(LotteryPicture, BandsTimeLinesAndPhasesInBothThemes) {
    GROKSCOPE_NEEDS_GL(context);
    GROKSCOPE_NEEDS_GOLDENS(context);
    for (const auto& [theme, suffix] : kThemes) {
        Fixture fixture(*context, {1280, 720}, theme);
        LotteryPanel panel;
        fixture.stage.view.sheet = Action::kLottery;
        const auto draw = [&](const PanelInput& input) {
            (void)panel.draw(input, fixture.window());
        };
        const testing::Picture grokked = fixture.sheet(draw);
        fixture.stage.view.cursor.hold(900);
        testing::expect_golden(std::string("lottery") + suffix, grokked, fixture.sheet(draw));
    }
    context->debug().require_none();
}

TEST(DepthPicture, HeadsAndLayersInBothThemes) {
    GROKSCOPE_NEEDS_GL(context);
    GROKSCOPE_NEEDS_GOLDENS(context);
    for (const auto& [theme, suffix] : kThemes) {
        Fixture fixture(*context, {1280, 720}, theme);
        Channels arriving;
        RunConfig deep = fixture.config;
        deep.layers = 8;
        fixture.add(arriving, RunId{3}, deep);
        fixture.stage.view.selected = RunId{3};
        fixture.stage.view.sheet = Action::kDepth;
        DepthPanel panel([](const PanelInput&) { return nullptr; });
        const auto draw = [&](const PanelInput& input) {
            (void)panel.draw(input, fixture.window());
        };
        const testing::Picture grokked = fixture.sheet(draw);
        fixture.stage.view.cursor.hold(900);
        ablate_head(fixture.stage.view.settings.inside.ablation, {2, 1}, 4);
        fixture.stage.view.depth.part = SkipPart::kMlp;
        testing::expect_golden(std::string("depth") + suffix, grokked, fixture.sheet(draw));
    }
    context->debug().require_none();
}

TEST(ValleyPicture, StatesSideBySideInBothThemes) {
    GROKSCOPE_NEEDS_GL(context);
    GROKSCOPE_NEEDS_GOLDENS(context);
    for (const auto& [theme, suffix] : kThemes) {
        Fixture fixture(*context, {1280, 720}, theme);
        fixture.stage.view.sheet = Action::kValley;
        const auto draw = [&](const PanelInput& input) {
            (void)ValleyPanel().draw(input, fixture.window());
        };
        const testing::Picture grokked = fixture.sheet(draw);
        fixture.stage.view.selected = RunId{2};
        testing::expect_golden(std::string("valley") + suffix, grokked, fixture.sheet(draw));
    }
    context->debug().require_none();
}

TEST(PathPicture, TwoRunsBesideEachOtherInBothThemes) {
    GROKSCOPE_NEEDS_GL(context);
    GROKSCOPE_NEEDS_GOLDENS(context);
    for (const auto& [theme, suffix] : kThemes) {
        Fixture fixture(*context, {1280, 720}, theme);
        fixture.stage.view.sheet = Action::kPath;
        fixture.stage.view.pinned = RunId{2};
        fixture.stage.view.cursor.hold(1200);
        const auto draw = [&](const PanelInput& input) {
            (void)PathPanel().draw(input, fixture.window());
        };
        const testing::Picture front = fixture.sheet(draw);
        fixture.stage.view.path.turn = 2;
        testing::expect_golden(std::string("path") + suffix, front, fixture.sheet(draw));
    }
    context->debug().require_none();
}

TEST(PathPicture, ADragTurnsIt) {
    GROKSCOPE_NEEDS_GL(context);
    Fixture fixture(*context, {1280, 720}, ThemeKind::kDark);
    fixture.stage.view.sheet = Action::kPath;
    const auto draw = [&](const PanelInput& input) {
        (void)PathPanel().draw(input, fixture.window());
    };
    (void)fixture.sheet(draw);
    const PathView before = fixture.stage.view.path;
    fixture.stage.move_mouse(600, 360);
    (void)fixture.sheet(draw);
    fixture.stage.press_mouse(true);
    (void)fixture.sheet(draw);
    fixture.stage.move_mouse(650, 380);
    (void)fixture.sheet(draw);
    fixture.stage.press_mouse(false);
    (void)fixture.sheet(draw);
    EXPECT_NEAR(fixture.stage.view.path.turn - before.turn, 0.5, 0.05);
    EXPECT_NEAR(fixture.stage.view.path.lift - before.lift, 0.2, 0.05);
    EXPECT_TRUE(fixture.stage.view.cursor.live) << "a drag chooses no epoch";
}

} // namespace
} // namespace grokscope::ui
