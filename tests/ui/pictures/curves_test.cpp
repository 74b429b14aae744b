// The curves as pixels: eight stencils told apart in grey, and plots of odd records.
#include "tests/ui/eight_stencils.h"
#include "tests/ui/pictures/gl_context.h"
#include "tests/ui/pictures/picture_stage.h"
#include "ui/core/actions.h"
#include "ui/core/challengers.h"
#include "ui/core/plot_axes.h"
#include "ui/kit/curve_painter.h"
#include "ui/plots/plot_stack.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace grokscope::ui {
namespace {

/// The curve of a stencil as the plots draw it, alone, level, and in grey of one lightness: what is
/// left to tell it by is dash and marker.
testing::Picture level_curve(testing::PictureStage& stage, const Stencil& stencil, bool same_grey) {
    Series series;
    series.append(0, 0.5);
    series.append(100, 0.5);
    CurvePainter painter;
    return stage.picture([&](const PanelInput& input) {
        CurveLook look;
        look.style = curve_style(stencil, input.theme.kind);
        if (same_grey) {
            look.style.color = input.theme.palette->text;
            look.style.casing = false;
        } else {
            const auto grey =
                static_cast<float>(1.055 * std::pow(luminance(look.style.color), 1 / 2.4) - 0.055);
            look.style.color = {grey, grey, grey, 1};
        }
        look.thickness = 2.2F;
        const PlotFrame frame{{0, 0, 420, 40}, 0, 100, 0, 1, false, false};
        (void)painter.paint(*ImGui::GetWindowDrawList(), frame, series, look,
                            input.theme.palette->panel);
    });
}

TEST(Curves, EightStencilsAreToldApartInGrey) {
    GROKSCOPE_NEEDS_GL(context);
    for (const ThemeKind theme : {ThemeKind::kDark, ThemeKind::kLight}) {
        testing::PictureStage stage(*context, {420, 40}, theme);
        for (const bool same_grey : {false, true}) {
            std::vector<testing::Picture> pictures;
            for (const Stencil& stencil : eight_stencils()) {
                pictures.push_back(level_curve(stage, stencil, same_grey));
            }
            for (std::size_t i = 0; i < pictures.size(); ++i) {
                // Twice the same is the same: the differences below are the curves' own.
                EXPECT_EQ(testing::difference(pictures[i],
                                              level_curve(stage, eight_stencils()[i], same_grey))
                              .far_share,
                          0);
                for (std::size_t j = i + 1; j < pictures.size(); ++j) {
                    EXPECT_GT(testing::difference(pictures[i], pictures[j]).far_share, 0.008)
                        << eight_stencils()[i].label() << " and " << eight_stencils()[j].label();
                }
            }
        }
    }
}

/// Draws the plots of a record with these samples; the OpenGL must not complain.
void draw_record(testing::GlContext& context, const std::vector<MetricSample>& samples,
                 bool log_x) {
    testing::PictureStage stage(context, {700, 600}, ThemeKind::kDark);
    Channels channels;
    event::RunAdded added;
    added.run = RunId{1};
    added.config.stencil = Stencil::of({0});
    ASSERT_TRUE(channels.events.try_push(Event(added)));
    for (const MetricSample& sample : samples) {
        ASSERT_TRUE(channels.metrics.try_push(MetricSample(sample)));
    }
    ASSERT_TRUE(stage.book.drain(channels));
    stage.view.selected = RunId{1};
    set_log(stage.view.settings.epoch_axis, log_x);
    PlotStack plots;
    for (const ThirdPlot third : {ThirdPlot::kMismatch, ThirdPlot::kProgress}) {
        for (const XUnit unit :
             {XUnit::kEpochs, XUnit::kSeconds, XUnit::kOperations, XUnit::kSinceGrok}) {
            for (const Smoothing smoothing : {Smoothing::kOff, Smoothing::kStrong}) {
                stage.view.settings.third_plot = third;
                stage.view.settings.x_unit = unit;
                stage.view.settings.smoothing = smoothing;
                stage.move_mouse(300, 120);
                (void)stage.picture([&](const PanelInput& input) {
                    plots.draw(input, {0, 0, 700, 600});
                });
            }
        }
    }
    EXPECT_TRUE(std::isfinite(stage.view.settings.epoch_axis.min));
    EXPECT_TRUE(std::isfinite(stage.view.settings.epoch_axis.max));
    EXPECT_LT(stage.view.settings.epoch_axis.min, stage.view.settings.epoch_axis.max);
    EXPECT_TRUE(std::isfinite(stage.view.loss_axis.min));
    EXPECT_TRUE(std::isfinite(stage.view.loss_axis.max));
    EXPECT_LT(stage.view.loss_axis.min, stage.view.loss_axis.max);
    context.debug().require_none();
}

MetricSample sample_of(int epoch, double train_loss, double test_loss, double accuracy,
                       double seconds) {
    MetricSample sample;
    sample.run = RunId{1};
    sample.epoch = epoch;
    sample.train_loss = train_loss;
    sample.test_loss = test_loss;
    sample.train_accuracy = accuracy;
    sample.test_accuracy = accuracy;
    sample.mismatch[offset_slot(0)] = train_loss;
    sample.wall_seconds = seconds;
    return sample;
}

TEST(Plots, NoLineOfTheMouseOrTheCursorRunsThroughAnEmptyPlotsSentence) {
    GROKSCOPE_NEEDS_GL(context);
    testing::PictureStage stage(*context, {700, 600}, ThemeKind::kDark);
    Channels channels;
    event::RunAdded added;
    added.run = RunId{1}; // no stencil, so no mismatch
    ASSERT_TRUE(channels.events.try_push(Event(added)));
    for (const int epoch : {0, 500, 1000}) {
        ASSERT_TRUE(channels.metrics.try_push(sample_of(epoch, 1, 4, 0.5, epoch * 0.1)));
    }
    ASSERT_TRUE(stage.book.drain(channels));
    stage.view.selected = RunId{1};
    PlotStack plots;
    const auto picture = [&](int cursor, std::optional<int> mouse) {
        stage.view.cursor.hold(cursor);
        return stage.picture([&](const PanelInput& input) {
            input.view.hovered_epoch = mouse;
            plots.draw(input, {0, 0, 700, 600});
        });
    };
    (void)picture(250, {});
    const testing::Picture plain = picture(250, {});
    const auto differing_rows = [&](const testing::Picture& other, int from, int to) {
        int rows = 0;
        for (int y = from; y < to; ++y) {
            const auto begin = static_cast<std::ptrdiff_t>(y) * 700 * 4;
            rows += !std::equal(plain.pixels.begin() + begin, plain.pixels.begin() + begin + 2800,
                                other.pixels.begin() + begin);
        }
        return rows;
    };
    const testing::Picture hovered = picture(250, 700);
    const testing::Picture moved = picture(800, {});
    EXPECT_GT(differing_rows(hovered, 0, 200), 100) << "it stands in the plots with curves";
    EXPECT_GT(differing_rows(moved, 0, 200), 100);
    EXPECT_EQ(differing_rows(hovered, 440, 560), 0) << "and not in the third, which is empty";
    EXPECT_EQ(differing_rows(moved, 440, 560), 0);
}

TEST(Plots, OddRecordsAreDrawn) {
    GROKSCOPE_NEEDS_GL(context);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    const std::vector<std::vector<MetricSample>> records{
        {},
        {sample_of(0, nan, nan, nan, 0)},
        {sample_of(0, 4.7, 4.7, 0.01, 0.1)},
        {sample_of(0, nan, nan, 0, 0.1), sample_of(10, 4, 5, 0.1, 0.2)},
        {sample_of(0, 0, 0, 1, 0.1), sample_of(10, 0, 0, 1, 0.2), sample_of(20, 0, 0, 1, 0.3)},
        {sample_of(0, 4, 4, 0, 0.1), sample_of(10, infinity, -infinity, 0, 0.1),
         sample_of(20, 1e300, 1e-300, 0, 0.1)},
        // A clock that did not move, and one that only moved at the end.
        {sample_of(0, 4, 4, 0, 0), sample_of(10, 3, 4, 0, 0), sample_of(20, 2, 4, 0, 0)},
        {sample_of(0, 4, 4, 0, 0), sample_of(10, 3, 4, 0, 0), sample_of(20, 2, 4, 0, 9)}};
    for (std::size_t i = 0; i < records.size(); ++i) {
        SCOPED_TRACE(std::to_string(i));
        draw_record(*context, records[i], false);
        draw_record(*context, records[i], true);
    }
}

} // namespace
} // namespace grokscope::ui
