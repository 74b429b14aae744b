#include "ui/views/theory/theory_panel.h"

#include "ui/core/run_fields.h"
#include "ui/core/text.h"
#include "ui/core/theory_text.h"
#include "ui/core/theory_view.h"
#include "ui/kit/picture_kit.h"
#include "ui/kit/sheet.h"
#include "ui/kit/widgets.h"
#include "ui/views/theory/info.h"
#include "ui/views/theory/theory_controller.h"
#include "ui/views/theory/theory_plots.h"
#include "ui/views/theory/theory_settings.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

namespace grokscope::ui {

namespace {

constexpr float kWideTheory = 820; ///< content from which settings stand beside the pictures
constexpr float kSettings = 270;   ///< their width there
constexpr float kTheoryGap = 20;
constexpr float kLeastTheoryPlot = 230; ///< across, of each of three in a row

/// RGBA bytes, `side` x `side`, of m x m shades: the ground where a weight is gone. A pixel over
/// several cells shows the strongest.
std::vector<std::uint8_t> paint_support(std::span<const std::uint8_t> shades, int order, int side,
                                        const Color& ground) {
    std::vector<std::uint8_t> pixels;
    pixels.reserve(4 * static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
    const auto first = [&](int pixel) { return pixel * order / side; };
    const auto last = [&](int pixel) {
        return std::max(((pixel + 1) * order - 1) / side, first(pixel));
    };
    for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
            std::uint8_t shade = 0;
            for (int k = first(y); k <= last(y); ++k) {
                for (int l = first(x); l <= last(x); ++l) {
                    shade = std::max(shade, shades[static_cast<std::size_t>(k * order + l)]);
                }
            }
            const Color color =
                shade == 0 ? ground : heat_color(0.12F + 0.88F * static_cast<float>(shade) / 255);
            for (const float part : {color.r, color.g, color.b}) {
                pixels.push_back(static_cast<std::uint8_t>(std::lround(255 * part)));
            }
            pixels.push_back(255);
        }
    }
    return pixels;
}

/// Whether an answer is awaited, and how long the newest took.
std::string status_words(const PanelInput& input, const TheoryController& controller) {
    const double now = input.facts.seconds;
    const SfmAnswer* const answer = controller.answer();
    if (controller.silent(now)) {
        return text::kTheoryAbsent;
    }
    if (controller.waiting() && controller.current()) {
        return text::kTheoryComputing + text::grouped(static_cast<int>(answer->iterations.size())) +
               text::kTheoryOf + text::grouped(answer->question.settings.iterations);
    }
    if (controller.late(now)) {
        return answer == nullptr ? text::kTheoryBegins : text::kTheoryBefore;
    }
    if (answer == nullptr) {
        return {}; // for a moment
    }
    return text::kTheoryAnswered + std::to_string(std::lround(1000 * controller.answered_after())) +
           " ms";
}

/// What the sheet shows, for tests.
void tell_log(const PanelInput& input, const SfmAnswer& answer, std::size_t iteration) {
    if (!input.log.on()) {
        return;
    }
    const SfmSettings& settings = answer.question.settings;
    const SfmIteration& one = answer.iterations[iteration];
    std::string words(192, ' ');
    const int length = std::snprintf(
        words.data(), words.size(),
        "p %d %s n %d beta %g eta %g, iteration %d of %d: support %d, off %d, test %.3g",
        settings.p, name_of(settings.operation).data(), settings.pairs, settings.beta,
        settings.step, one.iteration, settings.iterations, one.support, one.survivors(),
        one.test_error);
    words.resize(static_cast<std::size_t>(std::max(length, 0)));
    input.log.fact("theory", words);
    input.log.fact("theory_verdict", theory_verdict(answer, iteration));
    input.log.fact("theory_energy", energy_verdict(answer));
}

/// A slider over what has been iterated, and which of it is shown.
void draw_scrub(const PanelInput& input, const SfmAnswer& answer, std::size_t iteration,
                float width) {
    const Theme& theme = input.theme;
    TheoryView& view = input.view.theory;
    const int made = static_cast<int>(answer.iterations.size());
    int at = static_cast<int>(iteration) + 1;
    const std::string words =
        text::kTheoryIteration + text::grouped(at) + text::kTheoryOf + text::grouped(made);
    const ImVec2 from = ImGui::GetCursorPos();
    const float used = text_size(theme.small, "iteration 200 of 200").x + theme.px(12);
    text_in(theme.small, theme.palette->text, words);
    ImGui::SetCursorPos({from.x + used, from.y});
    begin_slider(theme, std::max(width - used, theme.px(80)));
    if (ImGui::SliderInt("##theory_scrub", &at, 1, std::max(made, 2), "", kDragged)) {
        at = std::min(at, made);
        view.iteration = at == made ? std::nullopt : std::optional(at); // the last stays the last
    }
    end_slider();
    describe_item(input, "theory_scrub");
}

} // namespace

void TheoryPanel::draw_support(const PanelInput& input, const Shown& shown, const Rect& rect) {
    const SfmAnswer& answer = shown.answer;
    if (number_ != answer.question.number || iteration_ != shown.iteration ||
        theme_ != input.theme.kind) {
        number_ = answer.question.number;
        iteration_ = shown.iteration;
        theme_ = input.theme.kind;
        ++content_;
    }
    const float factor = ImGui::GetIO().DisplayFramebufferScale.x;
    const int side = std::max(static_cast<int>(std::lround(rect.width * factor)), 1);
    const gl::Texture& picture = canvas_.show(content_, {side, side}, [&] {
        return paint_support(answer.shades_of(shown.iteration), answer.order, side,
                             input.theme.palette->window);
    });
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddImage(texture_id(picture), {rect.x, rect.y}, {rect.right(), rect.bottom()});
    list.AddRect({rect.x, rect.y}, {rect.right(), rect.bottom()}, u32(input.theme.palette->line));
    ImGui::SetCursorScreenPos({rect.x, rect.y});
    ImGui::Dummy({rect.width, rect.height});
    if (input.log.on()) {
        input.log.control("theory_support", rect);
    }
}

void TheoryPanel::draw_pictures(const PanelInput& input, const Shown& shown, bool beside) {
    const Theme& theme = input.theme;
    const SfmAnswer& answer = shown.answer;
    const float width = ImGui::GetContentRegionAvail().x;
    const float gap = theme.px(14);
    const float caption = theme.small->FontSize + ImGui::GetStyle().ItemSpacing.y;
    const float left = ImGui::GetCursorPosX();

    paragraph(theme.strong, theme.palette->text, theory_verdict(answer, shown.iteration));
    paragraph(theme.small, theme.palette->muted, theory_figures(answer, shown.iteration));
    draw_scrub(input, answer, shown.iteration, width);

    // As large as leaves the sentences in sight.
    const float room = ImGui::GetIO().DisplaySize.y - theme.px(460);
    const float side = std::round(std::min(
        width * 0.40F, beside ? std::clamp(room, theme.px(210), theme.px(320)) : theme.px(320)));
    const ImVec2 top = ImGui::GetCursorPos();
    text_in(theme.small, theme.palette->muted, fitted(theme.small, text::kTheorySupport, side));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_support(input, shown, {std::round(at.x), std::round(at.y), side, side});
    const float across = width - side - gap;
    const float high = (side + caption - theme.px(6)) / 2;
    ImGui::SetCursorPos({left + side + gap, top.y});
    plot_errors(input, answer, shown.iteration, {across, high});
    ImGui::SetCursorPos({left + side + gap, top.y + high + theme.px(6)});
    plot_features(input, answer, shown.iteration, {across, high});

    ImGui::SetCursorPos({left, top.y + caption + side + theme.px(8)});
    const float row = ImGui::GetCursorPosY();
    const float third = (width - 2 * gap) / 3;
    const bool in_row = third >= theme.px(kLeastTheoryPlot);
    const ImVec2 small{in_row ? third : width, theme.px(in_row ? 138 : 150)};
    const auto next = [&](int column) {
        if (in_row) {
            ImGui::SetCursorPos({left + (third + gap) * static_cast<float>(column), row});
        }
    };
    plot_energy(input, answer, small);
    next(1);
    plot_gate(input, answer, small);
    next(2);
    plot_expected(input, answer, small);
    for (const std::string& words :
         {energy_verdict(answer), theory_expectation(answer),
          std::string(text::kTheoryTau) + " " + text::kTheorySurvivors}) {
        ImGui::SetCursorPosX(left);
        paragraph(theme.small, theme.palette->text, words);
    }
}

void TheoryPanel::rest(const PanelInput& input) {
    std::erase_if(input.view.wrong_numbers,
                  [](const auto& typed) { return typed.first.starts_with("theory_"); });
}

bool TheoryPanel::draw(const PanelInput& input, const Rect& window) {
    TheoryController& controller = *input.theory;
    ViewState& view = input.view;
    const Theme& theme = input.theme;
    const bool stays = begin_sheet(input, window,
                                   {.id = "##theory",
                                    .title = kTheoryInfo.title,
                                    .subtitle = text::kTheorySubtitle,
                                    .close = "close_theory",
                                    .width = 1240});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {theme.px(8), theme.px(4)});
    paragraph(theme.small, theme.palette->muted, text::kTheoryProxy);
    const float width = ImGui::GetContentRegionAvail().x;
    const bool beside = width >= theme.px(kWideTheory);
    const ImVec2 top = ImGui::GetCursorPos();
    draw_theory_settings(input, beside ? theme.px(kSettings) : width, beside ? 1 : 2);

    const std::vector<std::string> mistakes = view.arrangement.theory.mistakes();
    if (mistakes.empty()) {
        controller.want(view.arrangement.theory);
    }
    const float foot = ImGui::GetCursorPosY();
    if (beside) {
        ImGui::SetCursorPos({top.x + theme.px(kSettings + kTheoryGap), top.y});
        ImGui::Indent(theme.px(kSettings + kTheoryGap));
    }
    const SfmAnswer* const answer = controller.answer();
    const bool has_answer = answer != nullptr && !answer->iterations.empty();
    std::string status = status_words(input, controller);
    if (!mistakes.empty()) {
        status = as_sentence(mistakes.front()) + (has_answer ? text::kTheoryKept : "");
    } else if (answer != nullptr && !answer->problem.empty()) {
        status = as_sentence(answer->problem);
    }
    const bool bad = !mistakes.empty() || (answer != nullptr && !answer->problem.empty());
    paragraph(theme.small, bad ? theme.palette->warning : theme.palette->muted,
              status.empty() ? " " : status);
    input.log.fact("theory_status", status);
    if (has_answer) {
        const Shown shown{*answer, shown_iteration(view.theory, answer->iterations.size())};
        draw_pictures(input, shown, beside);
        tell_log(input, *answer, shown.iteration);
    }
    if (beside) {
        ImGui::Unindent(theme.px(kSettings + kTheoryGap));
        ImGui::SetCursorPos({top.x, std::max(foot, ImGui::GetCursorPosY())});
        ImGui::Dummy({0, 0});
    }
    input.draw_again(controller.next_change(input.facts.seconds));
    ImGui::PopStyleVar();
    end_sheet();
    return stays;
}

} // namespace grokscope::ui
