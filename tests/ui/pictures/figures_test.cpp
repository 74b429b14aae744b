// The figures of instruments as pictures: curves on axes of their own, a map, the laboratory.
#include "tests/ui/fake_engine.h"
#include "tests/ui/fake_laboratory.h"
#include "tests/ui/pictures/gl_context.h"
#include "tests/ui/pictures/golden.h"
#include "tests/ui/pictures/picture_stage.h"
#include "ui/core/lab_controller.h"
#include "ui/plots/figure_heat_map.h"
#include "ui/plots/plot_stack.h"
#include "ui/views/laboratory/laboratory_panel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>

namespace grokscope::ui {
namespace {

/// A record of two made-up runs, every instrument read every 100 epochs, and rows of progress
/// measures.
struct Fixture {
    testing::PictureStage stage;
    PlotStack plots;
    LabController laboratory;
    gl::Size size;

    Fixture(testing::GlContext& context, gl::Size pixels, ThemeKind theme)
        : stage(context, pixels, theme), size(pixels) {
        Channels channels;
        RunConfig config;
        config.p = 31;
        add(channels, RunId{1}, config);
        config.stencil = Stencil::of({-1, 0, 1});
        add(channels, RunId{2}, config);
        stage.view.selected = RunId{1};
        stage.view.settings.third_plot = ThirdPlot::kFigures;
        stage.view.arrangement.shares.plots = {0.2F, 0.2F, 0.6F};
    }
    void add(Channels& channels, RunId id, RunConfig config) {
        config.measure.set("ildr", 100);
        EXPECT_TRUE(channels.events.try_push(event::RunAdded{id, config, "made up"}));
        for (int epoch = 0; epoch <= 2000; epoch += 100) {
            EXPECT_TRUE(channels.metrics.try_push(fake::sample_at(id, config, epoch)));
            EXPECT_TRUE(channels.progress.try_push(fake::progress_at(id, config, epoch)));
            for (const InstrumentSpec& instrument : instruments()) {
                EXPECT_TRUE(channels.laboratory.readings.try_push(
                    fake::reading_at(id, config, instrument, epoch)));
            }
            (void)stage.book.drain(channels);
        }
    }
    void tell(LaboratoryStatus status) {
        LaboratoryChannels channels;
        channels.status.publish(status);
        EXPECT_TRUE(laboratory.take(channels, 1));
    }
    [[nodiscard]] testing::Picture plot() {
        return stage.picture([this](const PanelInput& input) {
            plots.draw(input,
                       {0, 0, static_cast<float>(size.width), static_cast<float>(size.height)});
        });
    }
    [[nodiscard]] testing::Picture sheet() {
        stage.view.sheet = Action::kLaboratory;
        return stage.picture([this](const PanelInput& input) {
            PanelInput with = input;
            with.laboratory = &laboratory;
            (void)LaboratoryPanel().draw(
                with, {0, 0, static_cast<float>(size.width), static_cast<float>(size.height)});
        });
    }
};

constexpr gl::Size kPlots{760, 520};

TEST(FigurePictures, TwoFiguresOfDifferentUnits) {
    GROKSCOPE_NEEDS_GL(context);
    GROKSCOPE_NEEDS_GOLDENS(context);
    for (const ThemeKind theme : {ThemeKind::kDark, ThemeKind::kLight}) {
        Fixture fixture(*context, kPlots, theme);
        fixture.stage.view.settings.figures.ids = {"full_loss_all", "clustered_neurons"};
        const std::string name = theme == ThemeKind::kDark ? "figures" : "figures_light";
        const testing::Picture both = fixture.plot();
        fixture.stage.view.hidden = {RunId{2}};
        testing::expect_golden(name, both, fixture.plot());
    }
    context->debug().require_none();
}

TEST(FigurePictures, AMapOfAFigureByFrequency) {
    GROKSCOPE_NEEDS_GL(context);
    GROKSCOPE_NEEDS_GOLDENS(context);
    Fixture fixture(*context, kPlots, ThemeKind::kDark);
    fixture.stage.view.settings.figures.ids = {"neuron_amplitude"};
    const testing::Picture first = fixture.plot();
    fixture.stage.view.selected = RunId{2};
    testing::expect_golden("figure_map", first, fixture.plot());
    context->debug().require_none();
}

TEST(FigurePictures, TheLaboratoryInBothThemes) {
    GROKSCOPE_NEEDS_GL(context);
    GROKSCOPE_NEEDS_GOLDENS(context);
    for (const ThemeKind theme : {ThemeKind::kDark, ThemeKind::kLight}) {
        Fixture fixture(*context, {1280, 720}, theme);
        LaboratoryStatus status;
        status.standings = {{.run = RunId{1},
                             .instrument = "ildr",
                             .made = 21,
                             .seconds = 0.42,
                             .waiting = 12,
                             .newest = 2000},
                            {.run = RunId{1}, .instrument = "commutator", .refused = 3}};
        status.whole_run = RunId{1};
        status.whole_done = 60;
        status.whole_of = 250;
        fixture.tell(status);
        const std::string name = theme == ThemeKind::kDark ? "laboratory" : "laboratory_light";
        const testing::Picture begun = fixture.sheet();
        status.whole_done = 0;
        status.whole_of = 0;
        fixture.tell(status);
        testing::expect_golden(name, begun, fixture.sheet());
    }
    context->debug().require_none();
}

// ------------------------------------------------------------------------- arithmetic of a map

RunRecord record_of(const std::vector<std::pair<int, std::vector<double>>>& readings) {
    RunRecord run;
    run.id = RunId{1};
    for (const auto& [epoch, values] : readings) {
        Reading reading;
        reading.epoch = epoch;
        reading.instrument = "made_up";
        reading.figures = {{"map", values}};
        run.readings["made_up"].rows.push_back(std::move(reading));
    }
    return run;
}

TEST(FigureHeatMap, ColoursByScaleAndLeavesPausesOpen) {
    const double nan = std::nan("");
    InstrumentSpec instrument{
        .id = "made_up", .label = "", .sentence = "", .figures = {}, .alarms = {}};
    instrument.figures.push_back({.id = "map",
                                  .label = "map",
                                  .unit = "nats",
                                  .sentence = "",
                                  .axis = FigureAxis::kFrequency,
                                  .logarithmic = true});
    const OfferedFigure figure{&instrument, &instrument.figures.front()};
    const RunRecord run =
        record_of({{0, {1, nan, 0}}, {100, {100, 10, 1}}, {1000, {1, 1, 1}}, {1100, {1, 1, 1}}});
    FigureHeatMap map;
    EXPECT_TRUE(map.empty());
    map.prepare(run, figure);
    EXPECT_FALSE(map.empty());
    EXPECT_EQ(map.rows(), 3U);
    EXPECT_FLOAT_EQ(map.share_of(1), 0);
    EXPECT_FLOAT_EQ(map.share_of(10), 0.5F);
    EXPECT_FLOAT_EQ(map.share_of(100), 1);
    EXPECT_FLOAT_EQ(map.share_of(0), 0) << "no logarithm of it";
    EXPECT_TRUE(std::isnan(map.share_of(nan)));
    EXPECT_EQ(map.end_of(0), 100);
    EXPECT_EQ(map.end_of(1), 300) << "no reading for 900 epochs";
    EXPECT_EQ(map.end_of(2), 1100);
    EXPECT_EQ(map.end_of(3), 1200);
    const PlotFrame frame{{0, 0, 1200, 300}, 0, 1200, 0.5, 3.5};
    EXPECT_EQ(map.told(frame, 150, 250), "k = 1, read at 100: 100 nats");
    EXPECT_EQ(map.told(frame, 150, 50), "k = 3, read at 100: 1 nats");
    EXPECT_EQ(map.told(frame, 50, 150), "") << "missing";
    EXPECT_EQ(map.told(frame, 500, 150), "") << "in the pause";
}

} // namespace
} // namespace grokscope::ui
