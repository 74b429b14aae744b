// What the ridge renderer draws and, as important, what it does not draw again.
#include "tests/ui/pictures/gl_context.h"
#include "tests/ui/pictures/golden.h"
#include "tests/ui/pictures/synthetic_run.h"
#include "ui/scene/heat_renderer.h"
#include "ui/scene/ridge_renderer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

namespace grokscope::ui {
namespace {

constexpr gl::Size kSize{230, 170};
constexpr Margins kMargins{20, 20, 14, 14};

RidgeStyle style_for(ThemeKind theme) {
    RidgeStyle style;
    const bool dark = theme == ThemeKind::kDark;
    style.background = palette_of(theme).panel;
    style.line_old = rgb(dark ? 0x465366 : 0xa9b8c9);
    style.line_new = rgb(dark ? 0xdde6f2 : 0x1f3a5c);
    style.ruler = rgb(dark ? 0xffffff : 0x0b1520).with_alpha(0.7F);
    style.crest = rgb(0x4c9df0).with_alpha(0.3F);
    style.cursor = palette_of(theme).accent;
    return style;
}

struct Scene {
    RunRecord run;
    SpectrumRows rows;

    explicit Scene(const testing::SyntheticRun& made_up, int capacity = 64)
        : run(testing::make_record(made_up, made_up.records)), rows(56, capacity) {
        for (const SpectrumRow& row : run.spectra) {
            rows.append(row.epoch, row.amplitude);
        }
    }
    [[nodiscard]] RidgeView view(ThemeKind theme = ThemeKind::kDark,
                                 WavetableScale scale = WavetableScale::kLinear) const {
        RidgeView view;
        view.layout = lay_out_ridges(kSize, kMargins, 56, slots_for(rows.count(), rows.capacity()),
                                     0.5F, 0.25F);
        view.scale = scale;
        view.reference = round_up(rows.largest());
        fit_height(view.layout, kMargins, rows, view.reference, scale);
        view.style = style_for(theme);
        view.ruler = 1000;
        view.identity = 1;
        return view;
    }
};

testing::SyntheticRun short_run(int records) {
    testing::SyntheticRun run;
    run.records = records;
    return run;
}

testing::SyntheticRun without_ring_41() {
    testing::SyntheticRun run = short_run(200);
    std::erase_if(run.rings, [](const testing::Ring& ring) { return ring.frequency == 41; });
    return run;
}

testing::Picture ridge_picture(gl::ShaderLibrary& shaders, const Scene& scene,
                               const RidgeView& view, std::optional<CursorRow> cursor) {
    RidgeRenderer renderer(shaders);
    (void)renderer.draw(scene.rows, view, cursor);
    return {kSize.width, kSize.height, renderer.picture().read_pixels()};
}

TEST(RidgeRenderer, LooksAsStored) {
    GROKSCOPE_NEEDS_GL(context);
    GROKSCOPE_NEEDS_GOLDENS(context);
    gl::ShaderLibrary shaders;
    const Scene scene(short_run(200));
    const Scene other(without_ring_41());
    const CursorRow cursor{20, scene.run.spectra[80].amplitude};
    for (const ThemeKind theme : {ThemeKind::kDark, ThemeKind::kLight}) {
        const std::string name = theme == ThemeKind::kDark ? "ridge_dark" : "ridge_light";
        testing::expect_golden(name, ridge_picture(shaders, scene, scene.view(theme), cursor),
                               ridge_picture(shaders, other, scene.view(theme), cursor));
    }
    const RidgeView decibel = scene.view(ThemeKind::kDark, WavetableScale::kDecibel);
    testing::expect_golden("ridge_decibel", ridge_picture(shaders, scene, decibel, std::nullopt),
                           ridge_picture(shaders, scene, scene.view(), std::nullopt));
    context->debug().require_none();
}

TEST(RidgeRenderer, AHigherRowInFrontHidesTheEndOfTheOneBehindIt) {
    GROKSCOPE_NEEDS_GL(context);
    gl::ShaderLibrary shaders;
    constexpr int kRows = 12;
    SpectrumRows rows(56, kRows);
    for (int i = 0; i < kRows; ++i) {
        rows.append(20 * i, std::vector<float>(56, static_cast<float>(1 + i)));
    }
    for (const float shear : {1.0F, -1.0F}) {
        RidgeView view;
        view.layout = lay_out_ridges(kSize, kMargins, 56, kRows, 0.5F, shear);
        view.layout.height = 140; // 12 pixels more for each row, which stands 7 lower
        view.reference = kRows;
        view.style = style_for(ThemeKind::kDark);
        view.style.line_old = view.style.line_new = rgb(0xffffff);
        view.style.crest = rgb(0x000000);
        view.ruler = 0;
        view.identity = 1;
        RidgeRenderer renderer(shaders);
        (void)renderer.draw(rows, view, std::nullopt);
        const auto pixels = renderer.picture().read_pixels();
        // Beside the front row the ends of all others lie behind their neighbour.
        const float step = std::abs(view.layout.step.x);
        const float low = view.layout.at(1, kRows - 1, 0).x - step - 3;
        const float high = view.layout.at(56, kRows - 1, 0).x + step + 3;
        int bright = 0;
        for (int y = 0; y < kSize.height; ++y) {
            for (int x = 0; x < kSize.width; ++x) {
                const auto at = static_cast<float>(x);
                const auto pixel = 4 * static_cast<std::size_t>(y * kSize.width + x);
                const bool beside = shear > 0 ? at > high : at < low;
                bright += beside && pixels[pixel] > 90 ? 1 : 0;
            }
        }
        EXPECT_EQ(bright, 0) << "back moved by " << shear;
    }
}

TEST(RidgeRenderer, APeakOfOneFrequencyIsDrawnToItsTip) {
    GROKSCOPE_NEEDS_GL(context);
    gl::ShaderLibrary shaders;
    constexpr int kPeak = 28;
    SpectrumRows rows(56, 2);
    std::vector<float> spectrum(56, 0.0F);
    spectrum[kPeak - 1] = 1;
    rows.append(0, spectrum);
    RidgeView view;
    view.layout = lay_out_ridges(kSize, kMargins, 56, 2, 0.5F, 0);
    view.layout.height = 120;
    view.reference = 1;
    view.style = style_for(ThemeKind::kDark);
    view.style.line_old = view.style.line_new = rgb(0xffffff);
    view.style.crest = rgb(0x000000);
    view.style.line_width = 3;
    view.ruler = 0;
    view.identity = 1;
    RidgeRenderer renderer(shaders);
    (void)renderer.draw(rows, view, std::nullopt);
    const testing::Picture picture{kSize.width, kSize.height, renderer.picture().read_pixels()};
    const auto tip = view.layout.at(kPeak, 0, 1);
    const auto ink = [&](int below) { // of the line of pixels so far below the tip, in pixels
        double sum = 0;
        const auto y = static_cast<std::size_t>(kSize.height - std::lround(tip.y) + below);
        for (std::size_t x = 0; x < static_cast<std::size_t>(kSize.width); ++x) {
            sum += picture.pixels[4 * (y * static_cast<std::size_t>(kSize.width) + x)] / 255.0;
        }
        return sum;
    };
    for (int below = 2; below < 20; ++below) {
        EXPECT_GT(ink(below), 2.2) << below << " pixels below the tip";
    }
    context->debug().require_none();
}

TEST(RidgeRenderer, DrawingRowByRowEqualsDrawingAllAtOnce) {
    GROKSCOPE_NEEDS_GL(context);
    gl::ShaderLibrary shaders;
    const Scene scene(short_run(60));
    const RidgeView view = scene.view();
    RidgeRenderer step_by_step(shaders);
    SpectrumRows growing(56, 64);
    for (const SpectrumRow& row : scene.run.spectra) {
        growing.append(row.epoch, row.amplitude);
        (void)step_by_step.draw(growing, view, std::nullopt);
    }
    EXPECT_EQ(step_by_step.bakes(), 1);
    RidgeRenderer at_once(shaders);
    (void)at_once.draw(scene.rows, view, std::nullopt);
    EXPECT_TRUE(step_by_step.picture().read_pixels() == at_once.picture().read_pixels());
    context->debug().require_none();
}

TEST(RidgeRenderer, AFrameCostsThreeDrawCallsAndNoneWhenNothingChanged) {
    GROKSCOPE_NEEDS_GL(context);
    gl::ShaderLibrary shaders;
    const Scene scene(short_run(203)); // merged by four: the newest row is not full
    ASSERT_LT(scene.rows.full_count(), scene.rows.count());
    const RidgeView view = scene.view();
    RidgeRenderer renderer(shaders);
    CursorRow cursor{10, scene.run.spectra[40].amplitude};
    (void)renderer.draw(scene.rows, view, cursor);
    const int after_first = renderer.draw_calls();
    (void)renderer.draw(scene.rows, view, cursor);
    EXPECT_EQ(renderer.draw_calls(), after_first);

    cursor = {11, scene.run.spectra[44].amplitude};
    (void)renderer.draw(scene.rows, view, cursor);
    EXPECT_EQ(renderer.draw_calls(), after_first + 3); // baked image, newest row, cursor row
    EXPECT_EQ(renderer.bakes(), 1);
    context->debug().require_none();
}

TEST(RidgeRenderer, BakesAnewWhenTheViewChangesOrRowsMerge) {
    GROKSCOPE_NEEDS_GL(context);
    gl::ShaderLibrary shaders;
    Scene scene(short_run(64));
    RidgeView view = scene.view();
    RidgeRenderer renderer(shaders);
    (void)renderer.draw(scene.rows, view, std::nullopt);
    EXPECT_EQ(renderer.bakes(), 1);
    view.scale = WavetableScale::kShape;
    (void)renderer.draw(scene.rows, view, std::nullopt);
    EXPECT_EQ(renderer.bakes(), 2);
    view.identity = 2; // another run
    (void)renderer.draw(scene.rows, view, std::nullopt);
    EXPECT_EQ(renderer.bakes(), 3);
    scene.rows.append(64 * 20, scene.run.spectra.back().amplitude); // the 65th: neighbours merge
    (void)renderer.draw(scene.rows, view, std::nullopt);
    EXPECT_EQ(renderer.bakes(), 4);
    const auto pixels = renderer.picture().read_pixels();
    RidgeRenderer fresh(shaders);
    (void)fresh.draw(scene.rows, view, std::nullopt);
    EXPECT_TRUE(pixels == fresh.picture().read_pixels());
    context->debug().require_none();
}

TEST(RidgeRenderer, DrawsAnEmptyPictureWithoutRows) {
    GROKSCOPE_NEEDS_GL(context);
    gl::ShaderLibrary shaders;
    const Scene scene(short_run(2));
    const RidgeView view = scene.view();
    RidgeRenderer renderer(shaders);
    const SpectrumRows none(56, 64);
    (void)renderer.draw(none, view, std::nullopt);
    const auto pixels = renderer.picture().read_pixels();
    for (std::size_t i = 4; i < pixels.size(); i += 4) {
        ASSERT_EQ(pixels[i], pixels[0]);
    }
    context->debug().require_none();
}

testing::Picture heat_picture(gl::ShaderLibrary& shaders, const SpectrumRows& rows,
                              const HeatView& view) {
    HeatRenderer renderer(shaders);
    (void)renderer.draw(rows, view);
    return {view.size.width, view.size.height, renderer.picture().read_pixels()};
}

TEST(HeatRenderer, LooksAsStored) {
    GROKSCOPE_NEEDS_GL(context);
    GROKSCOPE_NEEDS_GOLDENS(context);
    gl::ShaderLibrary shaders;
    const Scene scene(short_run(200), 512);
    const Scene other(without_ring_41(), 512);
    HeatView view;
    view.size = {224, 160};
    view.slots = 256;
    view.reference = 4;
    view.empty = palette_of(ThemeKind::kDark).raised;
    view.identity = 1;
    testing::expect_golden("heat", heat_picture(shaders, scene.rows, view),
                           heat_picture(shaders, other.rows, view));
    context->debug().require_none();
}

TEST(HeatRenderer, APixelLowerThanARowShowsTheLargestOfItsRows) {
    GROKSCOPE_NEEDS_GL(context);
    gl::ShaderLibrary shaders;
    SpectrumRows rows(2, 512);
    for (int i = 0; i < 512; ++i) { // one single row of 512 has a peak
        rows.append(i, std::vector<float>{i == 301 ? 1.0F : 0.0F, 0.0F});
    }
    HeatView view;
    view.size = {2, 16};
    view.slots = 512;
    view.reference = 1;
    const testing::Picture picture = heat_picture(shaders, rows, view);
    const Color peak = heat_color(1);
    const Color ground = heat_color(0);
    for (int y = 0; y < 16; ++y) {
        const bool holds_peak = y == 301 / 32;
        const std::size_t pixel = static_cast<std::size_t>(y) * 8;
        EXPECT_NEAR(picture.pixels[pixel], 255 * (holds_peak ? peak.r : ground.r), 1) << y;
        EXPECT_NEAR(picture.pixels[pixel + 4], 255 * ground.r, 1) << y;
    }
    context->debug().require_none();
}

TEST(HeatRenderer, RowZeroIsAtTheTopAndMissingRowsAreEmpty) {
    GROKSCOPE_NEEDS_GL(context);
    gl::ShaderLibrary shaders;
    SpectrumRows rows(2, 512);
    for (int i = 0; i < 16; ++i) {
        rows.append(i, std::vector<float>{i == 0 ? 1.0F : 0.0F, 0.0F});
    }
    HeatView view;
    view.size = {2, 32};
    view.slots = 32;
    view.reference = 1;
    view.empty = rgb(0xff0000);
    const testing::Picture picture = heat_picture(shaders, rows, view);
    EXPECT_NEAR(picture.pixels[1], 255 * heat_color(1).g, 1);
    EXPECT_NEAR(picture.pixels[8 + 1], 255 * heat_color(0).g, 1);
    EXPECT_EQ(picture.pixels[8 * 16], 255); // the seventeenth row does not exist
    EXPECT_EQ(picture.pixels[8 * 31 + 1], 0);
    context->debug().require_none();
}

TEST(HeatColor, GetsLighterInEvenSteps) {
    // Luminance of the table, as OKLab lightness (cube root of luminance is close to it on this
    // path of hues), rises by nearly the same everywhere.
    double before = std::cbrt(luminance(heat_color(0)));
    const double whole = std::cbrt(luminance(heat_color(1))) - before;
    for (int i = 1; i <= 16; ++i) {
        const double now = std::cbrt(luminance(heat_color(static_cast<float>(i) / 16)));
        EXPECT_NEAR((now - before) / whole, 1.0 / 16, 0.03) << i;
        before = now;
    }
}

} // namespace
} // namespace grokscope::ui
