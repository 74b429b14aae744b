#include "ui/views/inside/query_box.h"

#include "ui/core/operation_text.h"
#include "ui/core/text.h"
#include "ui/kit/icons.h"
#include "ui/kit/number_field.h"
#include "ui/kit/picture_kit.h"
#include "ui/kit/widgets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>

namespace grokscope::ui {
namespace {

/// The two fields in the table of controls; each ends with its letter.
constexpr const char* kFieldA = "query_a";
constexpr const char* kFieldB = "query_b";
constexpr std::size_t kBeforeLetter = 6;

constexpr float kQueryField = 46;
constexpr float kFieldHeight = 28;
constexpr float kLineHeight = 17;
/// Between the numbers and the answer; from there to the remarks, a right answer's tick between.
constexpr float kBeforeAnswer = 10;
constexpr float kAfterAnswer = 34;

/// One number field; outlined when its number is out of range.
void draw_field(const InsideFrame& frame, const char* name, int& number, ImVec2 at, float width) {
    const Theme& theme = frame.theme();
    ImGui::SetCursorScreenPos({std::round(at.x), std::round(at.y)});
    ImGui::PushFont(theme.text);
    const float room = std::max((theme.px(kFieldHeight) - theme.text->FontSize) / 2, 0.0F);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {theme.px(8), room});
    ImGui::SetNextItemWidth(width);
    (void)number_field(frame.input, {name, name + kBeforeLetter, false}, number);
    ImGui::PopStyleVar();
    ImGui::PopFont();
    if (number < 0 || number >= frame.p()) {
        const ImVec2 low = ImGui::GetItemRectMin();
        const ImVec2 high = ImGui::GetItemRectMax();
        frame.list().AddRect(low, high, u32(frame.palette().warning), theme.px(6), 0,
                             theme.px(1.5F));
    }
}

std::string sign_of(Operation operation) {
    return std::string(spec_of(operation).sign);
}

/// Of the widest sign.
float sign_width(const Theme& theme) {
    float widest = 0;
    for (const OperationSpec& one : kOperations) {
        widest = std::max(widest, text_size(theme.strong, sign_of(one.operation)).x);
    }
    return widest + theme.px(12);
}

/// What is wrong with the two numbers; empty when nothing is.
std::string mistake_in(const ViewState& view, const NumberPair& typed, int p) {
    for (const auto& [name, number] : {std::pair{kFieldA, typed.a}, std::pair{kFieldB, typed.b}}) {
        if (const auto refused = number_refused(view, name); !refused.empty()) {
            return std::string(refused);
        }
        if (number < 0 || number >= p) {
            return text::number_out_of_range(name + kBeforeLetter, number, p - 1);
        }
    }
    return {};
}

/// Words about the answer, most important first.
std::array<std::string, 3> remarks(const InsideFrame& frame, const NumberPair& pair) {
    const std::size_t at = index_of(pair, frame.p());
    std::array<std::string, 3> lines;
    lines[0] = text::confidence(static_cast<double>(frame.model.confidence[at])) + text::kSure;
    const auto& reading = frame.model.pair;
    lines[1] = text::kRunnerUp;
    lines[1] += reading && frame.reply.query.pair == pair
                    ? std::to_string(reading->runner_up) + ", " +
                          text::confidence(reading->runner_up_confidence)
                    : std::string("\xE2\x80\xA6");
    lines[2] =
        text::seen(frame.operation(), pair, frame.reply.trains[at] != 0, frame.mirrored(pair));
    return lines;
}

void log_answer(const InsideFrame& frame, const NumberPair& pair) {
    std::string words = reading_in_words(frame.reply, frame.model, pair);
    if (const auto& reading = frame.model.pair; reading && frame.reply.query.pair == pair) {
        words += " runner-up " + std::to_string(reading->runner_up);
    }
    frame.input.log.fact("query", words + (frame.mirrored(pair) ? " mirrored" : "") + " epoch " +
                                      std::to_string(frame.reply.epoch));
}

/// The remarks below each other from the top of `area` on; one that is too long for its width goes
/// on in a line of its own after its comma. Returns how many lines that makes.
int draw_column(const InsideFrame& frame, const std::array<std::string, 3>& lines,
                const Rect& area) {
    const Theme& theme = frame.theme();
    int drawn = 0;
    const auto say = [&](const Color& color, const std::string& words) {
        const float y = area.y + theme.px(static_cast<float>(drawn++) * kLineHeight);
        put_text(frame.list(), theme.small, color, {area.x, y}, Align::kLeft,
                 fitted(theme.small, words, area.width));
    };
    for (const std::string& line : lines) {
        const Color& color = &line == &lines[0] ? frame.palette().text : frame.palette().muted;
        const std::size_t comma = &line == &lines[2] ? line.find(", ") : std::string::npos;
        if (comma == std::string::npos || text_size(theme.small, line).x <= area.width) {
            say(color, line);
        } else {
            say(color, line.substr(0, comma + 1));
            say(color, line.substr(comma + 2));
        }
    }
    return drawn;
}

} // namespace

float query_box_height(const Theme& theme, float width, bool stacked) {
    if (stacked) {
        return theme.px(kFieldHeight + 34 + 3 * kLineHeight);
    }
    // By the longest remark, so that nothing moves from sum to sum.
    const std::string seen = text::seen(Operation::kMultiply, {100, 100}, false, true);
    const float remark = text_size(theme.small, text::confidence(1) + text::kSure + ", " + seen).x;
    const float before = sign_width(theme) + text_size(theme.figure, "= 112").x +
                         theme.px(2 * kQueryField + kBeforeAnswer + kAfterAnswer);
    // A room needs the runner-up less than the picture below.
    const int lines = before + remark > width && !theme.presenting ? 3 : 2;
    return theme.px(std::max(kFieldHeight, static_cast<float>(lines) * kLineHeight));
}

float draw_query_box(const InsideFrame& frame, const Rect& area, bool stacked) {
    const Theme& theme = frame.theme();
    const Palette& palette = frame.palette();
    ImDrawList& list = frame.list();
    NumberPair& typed = frame.input.view.settings.inside.typed;

    // The question: two fields with a sign between them.
    const float plus = sign_width(theme);
    const float widest = stacked ? (area.width - plus) / 2 : theme.px(kQueryField);
    const float field = std::floor(std::clamp(widest, theme.px(30), theme.px(kQueryField)));
    const float height = theme.px(kFieldHeight);
    const float top = stacked ? area.y : std::floor(area.y + (area.height - height) / 2);
    const auto on_line = [&](ImFont* font) { return top + (height - font->FontSize) / 2; };
    draw_field(frame, kFieldA, typed.a, {area.x, top}, field);
    put_text(list, theme.strong, palette.text, {area.x + field + plus / 2, on_line(theme.strong)},
             Align::kCentre, sign_of(frame.operation()));
    draw_field(frame, kFieldB, typed.b, {area.x + field + plus, top}, field);
    float x = area.x + 2 * field + plus + theme.px(kBeforeAnswer);
    float y = top;
    if (stacked) {
        x = area.x;
        y = top + height + theme.px(6);
    }

    const std::string mistake = mistake_in(frame.input.view, typed, frame.p());
    if (!mistake.empty()) {
        frame.input.log.fact("query", mistake);
        ImGui::SetCursorScreenPos({x, y});
        ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + area.right() - x);
        text_in(theme.small, palette.warning, mistake);
        ImGui::PopTextWrapPos();
        return area.bottom();
    }

    // The answer with a glyph: right or wrong is not told by colour alone.
    const std::size_t at = index_of(typed, frame.p());
    const int answer = frame.model.answers[at];
    const std::optional<int> truth = answer_to(frame.reply, typed);
    const bool right = answer == truth;
    const std::string sum = "= " + std::to_string(answer);
    const float middle = stacked ? y + theme.figure->FontSize / 2 : top + height / 2;
    const float end = put_text(list, theme.figure, palette.text,
                               {x, middle - theme.figure->FontSize / 2}, Align::kLeft, sum)
                          .right();
    const float glyph = theme.px(13);
    if (truth) { // else there is neither right nor wrong
        draw_icon(list, right ? Icon::kCheck : Icon::kClose, {end + theme.px(16), middle}, glyph,
                  u32(right ? palette.right : palette.wrong));
    }
    float end_of_verdict = end;
    if (!right) {
        const float left = end + theme.px(truth ? 28 : 12);
        end_of_verdict =
            put_text(list, theme.small, palette.muted, {left, middle - theme.small->FontSize / 2},
                     Align::kLeft,
                     fitted(theme.small,
                            truth ? text::kNot + std::to_string(*truth) : text::kUndefined,
                            std::max(area.right() - left, 0.0F)))
                .right();
    }

    log_answer(frame, typed);
    const std::array<std::string, 3> lines = remarks(frame, typed);
    if (stacked) {
        const int drawn = draw_column(frame, lines, {area.x, y + theme.px(30), area.width, 0});
        return area.bottom() + theme.px(static_cast<float>(drawn - 3) * kLineHeight);
    }
    const float from = right
                           ? end + theme.px(kAfterAnswer)
                           : std::max(end + theme.px(72), end_of_verdict + theme.px(kBeforeAnswer));
    const float room = std::max(area.right() - from, 0.0F);
    const bool three = area.height >= theme.px(3 * kLineHeight);
    const std::string both = lines[0] + ", " + lines[2];
    std::array<std::string, 3> rows{both, lines[1], ""};
    if (three || text_size(theme.small, both).x > room) {
        rows = {lines[0], lines[2], three ? lines[1] : ""};
    }
    float row = middle - theme.px((three ? 1.5F : 1) * kLineHeight) + theme.px(1);
    for (const std::string& words : rows) {
        put_text(list, theme.small, &words == &rows[0] ? palette.text : palette.muted, {from, row},
                 Align::kLeft, fitted(theme.small, words, room));
        row += theme.px(kLineHeight);
    }
    return area.bottom();
}

} // namespace grokscope::ui
