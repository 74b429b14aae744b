// Rows of buttons in TAKE APART.
// Threads: main thread only.
#pragma once

#include "ui/kit/picture_kit.h"
#include "ui/kit/widgets.h"
#include "ui/views/inside/inside_frame.h"

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace grokscope::ui {

/// Whether buttons are drawn, or only where they would end.
enum class Pass : std::uint8_t { kMeasure, kDraw };

/// Buttons side by side from the left; what does not fit goes to the next line.
class AblationButtons {
public:
    /// At 100 %.
    static constexpr float kHeight = 24;
    static constexpr float kGroup = 4; ///< more than between buttons, between groups of them

    AblationButtons(const InsideFrame& frame, float y, Pass pass)
        : frame_(frame), pass_(pass), x_(frame.area.x), y_(y) {}

    [[nodiscard]] bool press(std::string_view control, std::string_view suffix, const char* label,
                             Look look, bool enabled = true) {
        const Theme& theme = frame_.theme();
        const float width = width_of(label);
        const ImVec2 at = place(width);
        if (pass_ == Pass::kMeasure) {
            return false;
        }
        ImGui::SetCursorScreenPos(at);
        return button(frame_.input, {.control = control,
                                     .suffix = suffix,
                                     .label = label,
                                     .look = look,
                                     .size = {width, theme.px(kHeight)},
                                     .enabled = enabled});
    }
    void say(const char* words) {
        const Theme& theme = frame_.theme();
        const float y = y_ + (theme.px(kHeight) - theme.small->FontSize) / 2;
        if (pass_ == Pass::kDraw) {
            put_text(frame_.list(), theme.small, frame_.palette().muted, {x_, y}, Align::kLeft,
                     words);
        }
        x_ += text_size(theme.small, words).x + theme.px(6);
    }
    /// Where something else of this width stands; the line goes on behind it.
    [[nodiscard]] ImVec2 place(float width) {
        if (x_ + width > frame_.area.right() && x_ > frame_.area.x) {
            x_ = frame_.area.x;
            y_ += frame_.theme().px(kHeight + 2);
        }
        const ImVec2 at{std::round(x_), std::round(y_)};
        x_ += width + frame_.theme().px(2);
        return at;
    }
    /// Width of a button with these words.
    [[nodiscard]] float width_of(std::string_view label) const {
        return std::ceil(text_size(frame_.theme().small, label).x) + frame_.theme().px(16);
    }
    /// What follows, words and buttons, stays on one line: this one, if it has the room.
    void keep_together(std::string_view words, std::initializer_list<std::string_view> labels) {
        const Theme& theme = frame_.theme();
        float width = theme.px(kGroup) + text_size(theme.small, words).x + theme.px(4);
        for (const std::string_view label : labels) {
            width += theme.px(2) + width_of(label);
        }
        if (x_ + width > frame_.area.right() + 0.5F) {
            x_ = frame_.area.x;
            y_ += theme.px(kHeight + 2);
        } else {
            x_ += theme.px(kGroup);
        }
    }
    void skip(float width) { x_ += frame_.theme().px(width); }
    [[nodiscard]] float bottom() const { return y_ + frame_.theme().px(kHeight); }

private:
    const InsideFrame& frame_;
    Pass pass_;
    float x_;
    float y_;
};

} // namespace grokscope::ui
