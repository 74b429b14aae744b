#include "tests/fuzz/window_stage.h"

#include "engine/theory/theorist.h"
#include "tests/ui/fake_inspector.h"
#include "ui/core/actions.h"
#include "ui/core/run_order.h"
#include "ui/kit/panel_guard.h"
#include "ui/window/imgui_times.h"

#include <imgui.h>
#include <imgui_internal.h> // what is open
#include <implot.h>
#include <implot_internal.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <utility>

namespace grokscope::fuzz {

namespace {

struct Fonts {
    ImFontAtlas atlas;
    ImFont* text;
    ImFont* small;
    ImFont* figure;

    Fonts() {
        const auto add = [this](float size) {
            ImFontConfig config;
            config.SizePixels = size;
            return atlas.AddFontDefault(&config);
        };
        text = add(15);
        small = add(13);
        figure = add(22);
        atlas.Build();
    }
};

Fonts& fonts() {
    static Fonts all;
    return all;
}

} // namespace

WindowStage::WindowStage(Surface& surface)
    : surface_(surface), imgui_(ImGui::CreateContext(&fonts().atlas)),
      implot_(ImPlot::CreateContext()),
      main_({[this](const ui::PanelInput& input) { wavetable_.draw(input); },
             [this](const ui::PanelInput& input) {
                 inside_.draw(input, [this](const ui::PanelInput& same) { circle_.draw(same); });
             },
             [this](const ui::PanelInput& input) { return inside_.taken_apart(input); }}) {
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.DeltaTime = 1.0F / 60;
    theme_.text = fonts().text;
    theme_.small = fonts().small;
    theme_.strong = theme_.text;
    theme_.mono = theme_.small;
    theme_.figure = fonts().figure;
    theme_.huge = fonts().figure;
    use_theme(theme_.kind);
    surface_.attach();
    move_mouse(-100, -100);
}

WindowStage::~WindowStage() {
    surface_.detach();
    ImPlot::DestroyContext(implot_);
    ImGui::DestroyContext(imgui_);
}

void WindowStage::use_theme(ui::ThemeKind kind) {
    theme_.kind = kind;
    theme_.palette = &ui::palette_of(kind);
    ui::apply_style(theme_);
}

void WindowStage::move_mouse(float x, float y) {
    ImGui::GetIO().AddMousePosEvent(x, y);
}

void WindowStage::press_mouse(int button, bool down) {
    ImGui::GetIO().AddMouseButtonEvent(button, down);
}

void WindowStage::turn_wheel(float notches) {
    ImGui::GetIO().AddMouseWheelEvent(0, notches);
}

void WindowStage::answer_question() {
    if (!channels.inspect.query.refresh()) {
        return;
    }
    constexpr int kMost = 23; // classes: their cube is reckoned
    const InspectQuery& query = channels.inspect.query.value();
    const ui::RunRecord* run = book.find(query.run);
    if (run != nullptr && run->config.p <= kMost) {
        InspectReply reply = fake::inspect(run->config, query);
        reply.life = run->life;
        channels.inspect.reply.publish(reply);
    }
    (void)inside_.take(channels.inspect, facts_.seconds);
}

void WindowStage::answer_theory_question() {
    if (!channels.theory.question.refresh()) {
        return;
    }
    SfmQuestion question = channels.theory.question.value();
    SfmAnswer answer;
    if (question.settings.p <= 37) { // others stay unanswered
        answer = answer_theory(question);
        channels.theory.answer.publish(answer);
    }
    (void)theory_controller_.take(channels.theory, facts_.seconds);
}

void WindowStage::frame(float width, float height) {
    const std::clock_t begin = std::clock();
    describe(width, height);
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    if (most_seconds_ > 0 && seconds > most_seconds_) {
        std::fprintf(stderr, "a frame took %.2f s of the processor\n", seconds);
        std::abort();
    }
}

void WindowStage::describe(float width, float height) {
    (void)book.drain(channels);
    (void)book.take_events();
    facts_.seconds += seconds_per_frame;
    theme_.presenting = view.settings.presenter.on;
    view.begin_frame();
    ImGui::GetIO().DisplaySize = {width, height};
    ImGui::GetIO().DeltaTime = static_cast<float>(seconds_per_frame);
    surface_.begin_frame();
    ImGui::NewFrame();
    places_.begin_frame();
    const ui::PanelInput input{.book = book,
                               .view = view,
                               .commands = commands_,
                               .theme = theme_,
                               .log = log,
                               .facts = facts_,
                               .presets = {},
                               .panels = &panels,
                               .theory = &theory_controller_,
                               .on_control = on_control ? &on_control : nullptr,
                               .wish = &wish_,
                               .places = &places_};
    panels.clear();
    ui::keep_selection_valid({book, view, commands_});
    wish_.at(ui::order_runs(book, view, facts_.seconds));
    const ui::Rect window{0, 0, width, height};
    ui::draw_guarded(input, "window", window, [&] { main_.draw(input); });
    inside_.ask(input, channels.inspect);
    (void)theory_controller_.ask(channels.theory, facts_.seconds);
    (void)commands_.take_sent();
    wish_.at(facts_.seconds + ui::seconds_to_imgui_change());
    wanted_at = wish_.take();
    log.end_focus(false);
    const ImGuiContext& imgui = *imgui_;
    if (imgui.CurrentWindowStack.Size != 1 || imgui.ColorStack.Size != 0 ||
        imgui.StyleVarStack.Size != 0 || imgui.FontStack.Size != 0 || imgui.GroupStack.Size != 0 ||
        imgui.DisabledStackSize != 0 || imgui.BeginPopupStack.Size != 0 ||
        imgui.CurrentTable != nullptr || implot_->CurrentPlot != nullptr ||
        implot_->CurrentAlignmentH != nullptr || implot_->CurrentAlignmentV != nullptr) {
        std::abort();
    }
    ImGui::Render();
    surface_.end_frame();
    answer_question();
    answer_theory_question();
}

} // namespace grokscope::fuzz
