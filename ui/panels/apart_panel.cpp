#include "ui/panels/apart_panel.h"

#include "ui/ablation.h"
#include "ui/panels/picture_kit.h"
#include "ui/text.h"
#include "ui/widgets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

namespace grokscope::ui {
namespace {

constexpr float kButton = 24;
constexpr float kRow = 20;

Ablation& ablation_of(const InsideFrame& frame) {
    return frame.input.view.inside.ablation;
}

/// Buttons side by side from the left; what does not fit goes to the next line.
class Buttons {
public:
    Buttons(const InsideFrame& frame, float y) : frame_(frame), x_(frame.area.x), y_(y) {}

    [[nodiscard]] bool press(std::string_view control, std::string_view suffix, const char* label,
                             Look look, bool enabled = true) {
        const Theme& theme = frame_.theme();
        const float width = std::ceil(text_size(theme.small, label).x) + theme.px(16);
        if (x_ + width > frame_.area.right() && x_ > frame_.area.x) {
            x_ = frame_.area.x;
            y_ += theme.px(kButton + 2);
        }
        ImGui::SetCursorScreenPos({std::round(x_), std::round(y_)});
        x_ += width + theme.px(2);
        return button(frame_.input, {.control = control,
                                     .suffix = suffix,
                                     .label = label,
                                     .look = look,
                                     .size = {width, theme.px(kButton)},
                                     .enabled = enabled});
    }
    void say(const char* words) {
        const Theme& theme = frame_.theme();
        x_ = put_text(frame_.list(), theme.small, frame_.palette().muted,
                      {x_, y_ + (theme.px(kButton) - theme.small->FontSize) / 2}, Align::kLeft,
                      words)
                 .right() +
             theme.px(6);
    }
    void skip(float width) { x_ += frame_.theme().px(width); }
    [[nodiscard]] float bottom() const { return y_ + frame_.theme().px(kButton); }

private:
    const InsideFrame& frame_;
    float x_;
    float y_;
};

/// What to do with frequencies. Returns the lower edge.
float draw_switches(const InsideFrame& frame, float y) {
    Ablation& ablation = ablation_of(frame);
    Buttons row(frame, y);
    const auto look = [](bool chosen) { return chosen ? Look::kSelected : Look::kQuiet; };
    if (row.press("apart_remove", "", text::kTakeOut, look(!ablation.keep_only))) {
        ablation.keep_only = false;
    }
    if (row.press("apart_keep", "", text::kKeepOnly, look(ablation.keep_only))) {
        ablation.keep_only = true;
    }
    row.skip(10);
    const std::vector<int>& keys = frame.reply.key_frequencies;
    if (row.press("apart_keys", "", text::kTheKeys, Look::kPlain, !keys.empty())) {
        ablation.frequencies = keys;
    }
    row.skip(4);
    if (row.press("apart_reset", "", text::kResetApart, Look::kPlain, !ablation.empty())) {
        ablation = {};
    }
    return row.bottom();
}

/// One bar for each frequency; what is taken out is hollow.
void draw_strip(const InsideFrame& frame, const Rect& area) {
    const Theme& theme = frame.theme();
    const Palette& palette = frame.palette();
    ImDrawList& list = frame.list();
    const auto record = frame.run.spectrum_at(frame.reply.epoch);
    const int frequencies = (frame.p() - 1) / 2;
    std::vector<float> heights(static_cast<std::size_t>(std::max(frequencies, 1)), 0);
    if (record) {
        const std::vector<float>& row = frame.run.spectra[*record].logit_amplitude;
        std::copy_n(row.begin(), std::min(row.size(), heights.size()), heights.begin());
    }
    float largest = 1e-6F;
    for (const float height : heights) {
        largest = std::isfinite(height) ? std::max(largest, height) : largest;
    }
    const float line = theme.small->FontSize;
    const Rect plot{area.x, area.y + line + theme.px(5), area.width,
                    area.height - 2 * line - theme.px(9)};
    const float column = plot.width / static_cast<float>(frequencies);
    const ImVec2 mouse = ImGui::GetIO().MousePos;

    ImGui::SetCursorScreenPos({plot.x, area.y});
    const bool pressed = ImGui::InvisibleButton("apart_strip", {plot.width, area.height});
    const bool hovered = ImGui::IsItemHovered();
    const int under =
        std::clamp(static_cast<int>((mouse.x - plot.x) / column), 0, frequencies - 1) + 1;
    if (frame.input.log.on()) {
        frame.input.log.control("apart_strip", {plot.x, area.y, plot.width, area.height});
    }
    if (hovered) {
        frame.input.view.hint_next = text::kHintApart;
    }
    Ablation& ablation = ablation_of(frame);
    const std::vector<int>& keys = frame.reply.key_frequencies;
    const auto is_key = [&](int k) { return std::find(keys.begin(), keys.end(), k) != keys.end(); };
    for (int k = 1; k <= frequencies; ++k) {
        const float x = plot.x + static_cast<float>(k - 1) * column;
        const float value = heights[static_cast<std::size_t>(k - 1)];
        const float top =
            plot.bottom() -
            std::max(plot.height * (std::isfinite(value) ? value / largest : 0), theme.px(2));
        const ImVec2 low{x + 0.12F * column, top};
        const ImVec2 high{x + 0.88F * column, plot.bottom()};
        if (hovered && k == under) {
            list.AddRectFilled({x, plot.y}, {x + column, plot.bottom()}, u32(palette.hovered));
        }
        const Color color = is_key(k) ? palette.accent : mix(palette.panel, palette.muted, 0.75F);
        if (takes_out(ablation, k)) {
            list.AddRect({low.x + 0.5F, low.y + 0.5F}, {high.x - 0.5F, high.y},
                         u32(color.with_alpha(0.75F)), 0, 0, theme.px(1));
        } else {
            list.AddRectFilled(low, high, u32(color));
        }
        if (std::find(ablation.frequencies.begin(), ablation.frequencies.end(), k) !=
            ablation.frequencies.end()) {
            list.AddRectFilled({x + 0.12F * column, plot.bottom() + theme.px(1)},
                               {x + 0.88F * column, plot.bottom() + theme.px(3)},
                               u32(palette.text));
        }
    }
    list.AddLine({plot.x, plot.bottom()}, {plot.right(), plot.bottom()}, u32(palette.muted), 1);
    const auto x_of = [&](int k) { return plot.x + (static_cast<float>(k) - 0.5F) * column; };
    put_key_names(list, theme, keys, true, x_of, area.y, area);
    for (int k = 1; k <= frequencies; k = k == 1 ? 10 : k + 10) {
        put_text(list, theme.small, palette.muted, {x_of(k), plot.bottom() + theme.px(4)},
                 Align::kCentre, std::to_string(k));
    }
    if (hovered) {
        ImGui::PushFont(theme.small);
        ImGui::SetTooltip("k = %d%s\n%s", under, is_key(under) ? text::kAKeyFrequency : "",
                          takes_out(ablation, under) ? text::kTakenOut : text::kStaysIn);
        ImGui::PopFont();
    }
    if (pressed) {
        toggle_frequency(ablation, under);
    }
}

/// Heads, MLP and skip connections. Returns the lower edge.
float draw_parts(const InsideFrame& frame, float y) {
    Ablation& ablation = ablation_of(frame);
    Buttons row(frame, y);
    const auto look = [](bool changed) { return changed ? Look::kSelected : Look::kPlain; };
    row.say(text::kHeads);
    for (int head = 0; head < frame.reply.heads; ++head) {
        const Replacement now = replacement_of(ablation, head);
        const std::string number = std::to_string(head);
        const std::string label = number + text::replaced(now);
        if (row.press("apart_head", number, label.c_str(), look(now != Replacement::kNone))) {
            turn_head(ablation, head, frame.reply.heads);
        }
    }
    row.skip(8);
    const std::string mlp = std::string(text::kMlp) + text::replaced(ablation.mlp);
    if (row.press("apart_mlp", "", mlp.c_str(), look(ablation.mlp != Replacement::kNone))) {
        ablation.mlp = next_replacement(ablation.mlp);
    }
    Buttons skips(frame, row.bottom() + frame.theme().px(2));
    skips.say(text::kSkips);
    const std::string around =
        std::string(text::kAroundAttention) +
        text::replaced(ablation.attention_skip ? Replacement::kNone : Replacement::kZero);
    if (skips.press("apart_attention_skip", "", around.c_str(), look(!ablation.attention_skip))) {
        ablation.attention_skip = !ablation.attention_skip;
    }
    const std::string over = std::string(text::kAroundMlp) + text::replaced(ablation.mlp_skip);
    if (skips.press("apart_mlp_skip", "", over.c_str(),
                    look(ablation.mlp_skip != Replacement::kNone))) {
        ablation.mlp_skip = next_replacement(ablation.mlp_skip);
    }
    return skips.bottom();
}

struct Line {
    std::string name;
    const ModelFigures* figures = nullptr;
    /// Row that chooses where frequencies are taken out.
    std::optional<FrequencyPlace> place;
};

std::vector<Line> lines_of(const InspectReply& reply) {
    std::vector<Line> lines{{text::kIntact, &reply.intact.figures, {}}};
    if (!reply.ablated) {
        return lines;
    }
    if (!reply.ablated_elsewhere) {
        lines.push_back({text::kMutilated, &reply.ablated->figures, {}});
        return lines;
    }
    const bool logits = reply.query.ablation.place == FrequencyPlace::kLogits;
    const ModelFigures* here = &reply.ablated->figures;
    const ModelFigures* there = &*reply.ablated_elsewhere;
    lines.push_back({text::kInLogits, logits ? here : there, FrequencyPlace::kLogits});
    lines.push_back({text::kInEmbedding, logits ? there : here, FrequencyPlace::kEmbedding});
    return lines;
}

/// An accuracy as figure with a bar under it.
void draw_accuracy(const InsideFrame& frame, float right, float y, float width, double share) {
    const Theme& theme = frame.theme();
    put_text(frame.list(), theme.mono, frame.palette().text, {right, y}, Align::kRight,
             text::percent(share));
    const float foot = y + theme.mono->FontSize + theme.px(1);
    const float full = width - theme.px(10);
    const float part = std::isfinite(share) ? static_cast<float>(std::clamp(share, 0.0, 1.0)) : 0;
    frame.list().AddRectFilled({right - full, foot}, {right, foot + theme.px(2)},
                               u32(frame.palette().raised));
    frame.list().AddRectFilled({right - full, foot},
                               {right - full + part * full, foot + theme.px(2)},
                               u32(frame.palette().right));
}

void draw_table(const InsideFrame& frame, const Rect& area) {
    const Theme& theme = frame.theme();
    const Palette& palette = frame.palette();
    const std::vector<Line> lines = lines_of(frame.reply);
    const float width = std::min(std::floor(0.165F * area.width), theme.px(110));
    const float first = area.right() - 4 * width;
    const float row = theme.px(kRow);
    const std::array<const char*, 4> heads{text::kTrainLoss, text::kTestLoss, text::kTrain,
                                           text::kTest};
    for (std::size_t i = 0; i < heads.size(); ++i) {
        put_text(frame.list(), theme.small, palette.muted,
                 {first + width * static_cast<float>(i + 1), area.y}, Align::kRight,
                 fitted(theme.small, heads[i], width));
    }
    std::string fact = "epoch " + std::to_string(frame.reply.epoch);
    float y = area.y + theme.small->FontSize + theme.px(4);
    for (const Line& line : lines) {
        const float room = first - area.x - theme.px(4);
        if (line.place) {
            const bool chosen = ablation_of(frame).place == *line.place;
            ImGui::SetCursorScreenPos({area.x, y - theme.px(1)});
            const std::string label = fitted(theme.small, line.name, room - theme.px(12));
            if (button(frame.input,
                       {.control = *line.place == FrequencyPlace::kLogits ? "apart_in_logits"
                                                                          : "apart_in_embedding",
                        .label = label.c_str(),
                        .look = chosen ? Look::kSelected : Look::kQuiet,
                        .size = {std::min(text_size(theme.small, label).x + theme.px(12), room),
                                 row - theme.px(1)}})) {
                ablation_of(frame).place = *line.place;
            }
        } else {
            put_text(frame.list(), theme.small, palette.text, {area.x, y}, Align::kLeft,
                     fitted(theme.small, line.name, room));
        }
        const std::array<double, 4> values{line.figures->train_loss, line.figures->test_loss,
                                           line.figures->train_accuracy,
                                           line.figures->test_accuracy};
        for (std::size_t i = 0; i < values.size(); ++i) {
            const float right = first + width * static_cast<float>(i + 1);
            if (i < 2) {
                char figure[32];
                std::snprintf(figure, sizeof figure, "%.3g", values[i]);
                put_text(frame.list(), theme.mono, palette.text, {right, y}, Align::kRight, figure);
            } else {
                draw_accuracy(frame, right, y, width, values[i]);
            }
            fact += (i == 0 ? " | " + line.name + " " : " ") + text::value(values[i]);
        }
        y += row;
    }
    frame.input.log.fact("apart", fact);
}

} // namespace

void draw_apart_panel(const InsideFrame& frame) {
    const Theme& theme = frame.theme();
    const Rect& area = frame.area;
    const float gap = theme.px(4);
    const float line = theme.small->FontSize;
    const float table = line + theme.px(4) + 3 * theme.px(kRow);
    const float foot = line + theme.px(2);
    float y = draw_switches(frame, area.y) + gap;
    const float parts = 2 * theme.px(kButton) + theme.px(2);
    const float strip = std::clamp(area.bottom() - y - parts - table - foot - 3 * gap,
                                   2 * line + theme.px(28), theme.px(190));
    draw_strip(frame, {area.x, y, area.width, strip});
    y += strip + gap;
    y = draw_parts(frame, y) + gap;
    const Rect figures{area.x, y, area.width, table};
    draw_table(frame, figures);
    frame.veil(figures);
    const float last = std::min(area.bottom() - line, figures.bottom() + gap);
    put_text(frame.list(), theme.small, frame.palette().muted, {area.x, last}, Align::kLeft,
             fitted(theme.small, text::computed_in(frame.reply.milliseconds), area.width));
    frame.input.log.fact("apart_asked", in_words(ablation_of(frame)));
}

} // namespace grokscope::ui
