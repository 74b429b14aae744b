// The whole window without a display: what a panel throws stays in that panel, whatever it had
// open, and figures beyond all measure are drawn.
#include "tests/fuzz/window_stage.h"
#include "tests/ui/recorded_run.h"
#include "ui/core/plot_axes.h"
#include "ui/core/word_keeper.h"
#include "ui/kit/panel_guard.h"
#include "ui/kit/widgets.h"

#include <gtest/gtest.h>
#include <imgui.h>
#include <implot.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope::ui {
namespace {

constexpr float kWidth = 1600;
constexpr float kHeight = 1000;
constexpr RunId kRun{1};

RunConfig small_config() {
    RunConfig config;
    config.p = 23;
    config.stencil = Stencil::of({-1, 0, 1});
    return config;
}

struct Fixture {
    fuzz::Surface surface;
    fuzz::WindowStage stage{surface};

    /// A recorded run with figures, spectra and measures of 20 epochs.
    explicit Fixture(const std::function<void(MetricSample&)>& change = {}) {
        record(stage.channels, kRun, small_config(), 20, change);
        stage.view.selected = kRun;
        frames(3);
    }
    void frames(int count) {
        for (int i = 0; i < count; ++i) {
            stage.frame(kWidth, kHeight);
        }
    }
    /// Names of the controls that the next frame draws.
    std::vector<std::string> controls() {
        std::vector<std::string> names;
        stage.on_control = [&](std::string_view name) { names.emplace_back(name); };
        frames(1);
        stage.on_control = {};
        return names;
    }
    /// Of the panels that the last frame could not draw.
    [[nodiscard]] std::vector<std::string> problems() const {
        std::vector<std::string> names;
        for (const PanelRect& panel : stage.panels) {
            if (!panel.problem.empty()) {
                names.push_back(panel.name);
            }
        }
        return names;
    }
    int vertices() {
        frames(1);
        return ImGui::GetDrawData()->TotalVtxCount;
    }
};

TEST(PanelGuard, AnExceptionAtAnyControlLeavesTheOtherPanelsWhole) {
    Fixture fixture;
    for (const InsideTab tab : {InsideTab::kCircle, InsideTab::kMap, InsideTab::kClock,
                                InsideTab::kAttention, InsideTab::kAblation}) {
        fixture.stage.view.settings.inside.tab = tab;
        fixture.frames(3); // the answer of the inspector comes
        const std::vector<std::string> all = fixture.controls();
        ASSERT_GT(all.size(), 30U);
        for (const std::string& victim : std::set<std::string>(all.begin(), all.end())) {
            std::set<std::string> drawn;
            fixture.stage.on_control = [&](std::string_view name) {
                if (name == victim) {
                    throw std::runtime_error("the test throws at " + victim);
                }
                drawn.emplace(name);
            };
            fixture.frames(2); // the stage aborts when anything is left open
            fixture.stage.on_control = {};
            // One panel at most lacks its controls: of the others some in each corner are there.
            std::vector<std::string> corners{"plot_accuracy", "timeline", "status",
                                             "wavetable_picture"};
            ASSERT_TRUE(std::ranges::all_of(corners, [&](const std::string& name) {
                return std::ranges::find(all, name) != all.end();
            }));
            std::erase(corners, victim);
            const auto missing = std::ranges::count_if(
                corners, [&](const std::string& name) { return !drawn.contains(name); });
            EXPECT_LE(missing, 1) << victim;
        }
        EXPECT_EQ(fixture.controls(), all) << "it is as before once nothing is thrown";
        EXPECT_TRUE(fixture.problems().empty());
    }
}

TEST(PanelGuard, EndsWhateverWasOpen) {
    Fixture fixture;
    const std::vector<std::string> all = fixture.controls();
    int thrown = 0;
    fixture.stage.on_control = [&](std::string_view name) {
        if (name != "timeline") {
            return;
        }
        ImGui::PushID("id");
        ImGui::PushFont(ImGui::GetFont());
        ImGui::PushStyleVar(ImGuiStyleVar_Alpha, 0.5F);
        ImGui::PushStyleColor(ImGuiCol_Text, 0U);
        ImGui::PushTextWrapPos(20);
        ImGui::PushItemWidth(20);
        ImGui::PushClipRect({0, 0}, {kWidth, kHeight}, true);
        ImGui::SetCursorScreenPos(ImGui::GetItemRectMin());
        ImGui::BeginDisabled();
        ImGui::BeginGroup();
        ImGui::BeginChild("child", {50, 50});
        EXPECT_TRUE(ImPlot::BeginPlot("plot", {40, 40}));
        ImPlot::PushPlotClipRect();
        ImGui::BeginTooltip();
        EXPECT_TRUE(ImGui::BeginTable("table", 3));
        ImGui::TableNextColumn();
        ImGui::SetCursorScreenPos({900, 900});
        ++thrown;
        throw 7; // no std::exception
    };
    fixture.frames(2);
    fixture.stage.on_control = {};
    EXPECT_EQ(thrown, 2) << "tried again at every frame";
    EXPECT_EQ(fixture.problems(), std::vector<std::string>{"timeline"});
    EXPECT_EQ(fixture.controls(), all);
}

TEST(PanelGuard, SaysInThePanelWhatCouldNotBeDrawn) {
    Fixture fixture;
    fixture.stage.on_control = [](std::string_view name) {
        if (name == "live") {
            throw std::runtime_error("the sun is down");
        }
    };
    fixture.frames(1);
    ASSERT_EQ(fixture.problems(), std::vector<std::string>{"timeline"});
    const auto panel = std::ranges::find(fixture.stage.panels, "timeline", &PanelRect::name);
    EXPECT_EQ(panel->problem, "Timeline: this cannot be drawn. The sun is down. Everything else "
                              "goes on; choose another run, epoch or view.");
}

TEST(Window, SaysWhyASpectrumOfAnotherLengthIsNotDrawnAndComesBack) {
    Fixture fixture;
    Snapshot snapshot = fake::snapshot_at(kRun, small_config(), 20);
    snapshot.spectrum.resize(3);
    ASSERT_TRUE(fixture.stage.channels.snapshots.try_push(std::move(snapshot)));
    fixture.frames(1);
    ASSERT_EQ(fixture.problems(), std::vector<std::string>{"wavetable"});
    const auto panel = std::ranges::find(fixture.stage.panels, "wavetable", &PanelRect::name);
    EXPECT_NE(panel->problem.find("The spectrum of epoch 20 has 3 amplitudes, that of epoch 0 has "
                                  "11."),
              std::string::npos)
        << panel->problem;
    fixture.stage.view.settings.wavetable.source = WavetableSource::kNeurons;
    fixture.frames(1);
    EXPECT_TRUE(fixture.problems().empty());
}

/// All views of the window, each for a frame.
void look_at_everything(Fixture& fixture) {
    ViewState& view = fixture.stage.view;
    for (const bool log : {true, false}) {
        for (const XUnit unit :
             {XUnit::kEpochs, XUnit::kSeconds, XUnit::kOperations, XUnit::kSinceGrok}) {
            for (const ThirdPlot third : {ThirdPlot::kMismatch, ThirdPlot::kProgress}) {
                view.settings.x_unit = unit;
                view.settings.third_plot = third;
                view.settings.epoch_axis.log = log && unit != XUnit::kSinceGrok;
                view.settings.smoothing = log ? Smoothing::kOff : Smoothing::kStrong;
                fixture.frames(2);
            }
        }
        toggle_log_values(view);
    }
}

TEST(Window, DrawsFiguresBeyondAllMeasure) {
    using Limits = std::numeric_limits<double>;
    for (const double figure : {1.7e308, -1.7e308, Limits::infinity(), -Limits::infinity(),
                                Limits::quiet_NaN(), Limits::denorm_min(), -1.0, 0.0, 1e17}) {
        Fixture fixture([&](MetricSample& sample) {
            if (sample.epoch % 3 != 0) { // between sound ones, too
                sample.train_loss = sample.test_loss = figure;
                sample.train_accuracy = sample.test_accuracy = figure;
                sample.wall_seconds = figure;
                sample.mismatch.fill(figure);
            }
        });
        look_at_everything(fixture);
        EXPECT_TRUE(fixture.problems().empty()) << figure;
        EXPECT_LT(fixture.vertices(), 300'000) << figure;
    }
}

TEST(Window, DrawsNoMoreOfTwoThousandLongNotesThanFit) {
    Fixture fixture;
    const int before = fixture.vertices();
    store_request::Words words;
    for (int i = 0; i < 2000; ++i) {
        words.notes.push_back({i % 20, std::string(16'000, static_cast<char>('a' + i % 26))});
    }
    recall(fixture.stage.view, kRun, words);
    const int after = fixture.vertices();
    EXPECT_GT(after, before) << "some of them are there";
    EXPECT_LT(after, before + 50'000) << "a few lines of text, not 2,000";
}

TEST(Window, DrawsAHundredThousandMarksAsLinesOfPixels) {
    Fixture fixture;
    const int before = fixture.vertices();
    for (int i = 0; i < 100'000; ++i) {
        while (!fixture.stage.channels.events.try_push(
            Event(event::Mark{kRun, static_cast<MarkKind>(i % 10), i % 20}))) {
            (void)fixture.stage.book.drain(fixture.stage.channels);
        }
    }
    EXPECT_LT(fixture.vertices(), before + 20'000);
}

TEST(Widgets, CutsATextWhereItNoLongerFits) {
    Fixture fixture;
    fixture.stage.on_control = [](std::string_view name) {
        if (name != "live") {
            return;
        }
        ImFont* font = ImGui::GetFont();
        const std::string text = "caf\xC3\xA9 caf\xC3\xA9";
        EXPECT_EQ(fitted(font, text, text_size(font, text).x), text);
        const float room = text_size(font, "caf\xC3\xA9\xE2\x80\xA6").x;
        EXPECT_EQ(fitted(font, text, room), "caf\xC3\xA9\xE2\x80\xA6") << "no half letters";
        EXPECT_EQ(fitted(font, text, 0), "\xE2\x80\xA6");
        const std::string cut = fitted(font, std::string(1'000'000, 'm'), 200);
        EXPECT_LE(text_size(font, cut).x, 200);
        EXPECT_GT(text_size(font, cut + "mm").x, 200) << "as much of it as fits";
    };
    fixture.frames(1);
}

} // namespace
} // namespace grokscope::ui
