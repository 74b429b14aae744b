#include "ui/views/ablation/ablation_panel.h"

#include "engine/protocol/frequencies.h"
#include "ui/core/file_controller.h"
#include "ui/core/fork_text.h"
#include "ui/core/forks.h"
#include "ui/core/mark_ink.h"
#include "ui/core/operation_text.h"
#include "ui/core/text.h"
#include "ui/dialogs/fork_sheet.h"
#include "ui/kit/picture_kit.h"
#include "ui/kit/widgets.h"
#include "ui/views/ablation/ablation.h"
#include "ui/views/ablation/scaled_rows.h"
#include "ui/views/inside/ablation_buttons.h"
#include "ui/views/inside/layer_choice.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace grokscope::ui {
namespace {

constexpr float kRow = 20;
constexpr float kWidestTable = 560;
constexpr float kFarTable = 480;

Ablation& ablation_of(const InsideFrame& frame) {
    return frame.input.view.settings.inside.ablation;
}

/// What to do with frequencies. Returns the lower edge.
float draw_switches(const InsideFrame& frame, float y, Pass pass = Pass::kDraw) {
    Ablation& ablation = ablation_of(frame);
    AblationButtons row(frame, y, pass);
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
        const int layer = ablation.layer;
        ablation = {};
        ablation.layer = layer;
    }
    if (!frame.theme().presenting && !ablation.keep_only && !ablation.frequencies.empty()) {
        row.skip(4);
        std::string label = text::kTrainOnWithout;
        for (std::size_t i = 0; i < ablation.frequencies.size(); ++i) {
            label += (i == 0 ? "" : ", ") + std::to_string(ablation.frequencies[i]);
        }
        const PanelInput& input = frame.input;
        const ActionContext context{input.book, input.view, input.commands};
        const bool recorded = input.files != nullptr && input.files->available();
        if (row.press("apart_train_on", "", label.c_str(), Look::kPlain, recorded)) {
            make_fork(input, fork_without(context, ablation.frequencies));
        }
    }
    return row.bottom();
}

/// One bar for each frequency; what is taken out is hollow.
void draw_strip(const InsideFrame& frame, const Rect& area) {
    const Theme& theme = frame.theme();
    const Palette& palette = frame.palette();
    ImDrawList& list = frame.list();
    const auto record = frame.run.spectrum_at(frame.reply.epoch);
    const int frequencies = largest_frequency(frame.run.task.group.order());
    if (frequencies == 0) {
        put_paragraph(list, theme.small, palette.muted, area, area.width,
                      in_operation(text::kNoGroup, frame.operation()));
        return;
    }
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
                         u32(mark_ink(color, 0.75F, palette.panel, palette)), 0, 0, theme.px(1));
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
float draw_parts(const InsideFrame& frame, float y, Pass pass = Pass::kDraw) {
    Ablation& ablation = ablation_of(frame);
    AblationButtons row(frame, y, pass);
    const auto look = [](bool changed) { return changed ? Look::kSelected : Look::kPlain; };
    if (frame.run.config.layers > 1) {
        choose_layer(frame, row);
        row.skip(8);
    }
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
    const std::string around =
        std::string(text::kAroundAttention) +
        text::replaced(ablation.attention_skip ? Replacement::kNone : Replacement::kZero);
    const std::string over = std::string(text::kAroundMlp) + text::replaced(ablation.mlp_skip);
    row.keep_together(text::kSkips, {around, over});
    row.say(text::kSkips);
    if (row.press("apart_attention_skip", "", around.c_str(), look(!ablation.attention_skip))) {
        ablation.attention_skip = !ablation.attention_skip;
    }
    if (row.press("apart_mlp_skip", "", over.c_str(),
                  look(ablation.mlp_skip != Replacement::kNone))) {
        ablation.mlp_skip = next_replacement(ablation.mlp_skip);
    }
    return draw_scaled_rows(frame, row, pass);
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
        lines.push_back({text::kAblated, &reply.ablated->figures, {}});
        return lines;
    }
    const bool logits = reply.query.ablation.place == FrequencyPlace::kLogits;
    const ModelFigures* here = &reply.ablated->figures;
    const ModelFigures* there = &*reply.ablated_elsewhere;
    lines.push_back({text::kInLogits, logits ? here : there, FrequencyPlace::kLogits});
    lines.push_back({text::kInEmbedding, logits ? there : here, FrequencyPlace::kEmbedding});
    return lines;
}

/// A room reads the figures from afar.
ImFont* figure_font(const Theme& theme) {
    return theme.presenting ? theme.strong : theme.mono;
}

/// An accuracy as figure with a bar under it.
void draw_accuracy(const InsideFrame& frame, float right, float y, float width, double share) {
    const Theme& theme = frame.theme();
    ImFont* const font = figure_font(theme);
    put_text(frame.list(), font, frame.palette().text, {right, y}, Align::kRight,
             text::percent(share));
    const float foot = y + font->FontSize + theme.px(1);
    const float full = width - theme.px(10);
    const float part = std::isfinite(share) ? static_cast<float>(std::clamp(share, 0.0, 1.0)) : 0;
    frame.list().AddRectFilled({right - full, foot}, {right, foot + theme.px(2)},
                               u32(frame.palette().raised));
    frame.list().AddRectFilled({right - full, foot},
                               {right - full + part * full, foot + theme.px(2)},
                               u32(frame.palette().right));
}

/// How the table is divided: a name beside its four figures, or above them where there is no room.
struct Columns {
    bool stacked = false;
    float width = 0; ///< of one figure
    float names = 0; ///< width left for a name
};

constexpr std::array<const char*, 4> kHeads{text::kTrainLoss, text::kTestLoss, text::kTrain,
                                            text::kTest};

/// As wide as the bars above, but where figures would stand far from the words they belong to.
float table_width(const InsideFrame& frame) {
    const Theme& theme = frame.theme();
    return frame.area.width <= theme.px(kWidestTable) ? frame.area.width : theme.px(kFarTable);
}

Columns columns_of(const InsideFrame& frame) {
    const Theme& theme = frame.theme();
    const float width = table_width(frame);
    Columns columns;
    columns.width = std::floor(0.165F * width);
    columns.names = width - 4 * columns.width - theme.px(4);
    float widest = 0;
    for (const char* name : {text::kInLogits, text::kInEmbedding, text::kAblated}) {
        widest = std::max(widest, text_size(theme.small, name).x + theme.px(12));
    }
    for (const char* head : kHeads) {
        columns.stacked = columns.stacked || text_size(theme.small, head).x > columns.width;
    }
    columns.stacked = columns.stacked || widest > columns.names;
    if (columns.stacked) {
        columns.width = std::floor(width / 4);
        columns.names = width;
    }
    return columns;
}

float table_height(const InsideFrame& frame) {
    const Theme& theme = frame.theme();
    return theme.small->FontSize + theme.px(4) +
           3 * theme.px(columns_of(frame).stacked ? 2 * kRow : kRow);
}

/// The loss in as many digits as fit.
std::string loss_text(const Theme& theme, double loss, float width) {
    std::string words;
    for (int digits = 3; digits >= 1; --digits) {
        words = text::value(loss, digits);
        if (text_size(figure_font(theme), words).x <= width - theme.px(4)) {
            break;
        }
    }
    return words;
}

void draw_table(const InsideFrame& frame, const Rect& area) {
    const Theme& theme = frame.theme();
    const Palette& palette = frame.palette();
    const std::vector<Line> lines = lines_of(frame.reply);
    const Columns columns = columns_of(frame);
    const float width = columns.width;
    const float first = area.right() - 4 * width;
    const float row = theme.px(kRow);
    for (std::size_t i = 0; i < kHeads.size(); ++i) {
        put_text(frame.list(), theme.small, palette.muted,
                 {first + width * static_cast<float>(i + 1), area.y}, Align::kRight,
                 fitted(theme.small, kHeads[i], width));
    }
    std::string fact = "epoch " + std::to_string(frame.reply.epoch);
    float y = area.y + theme.small->FontSize + theme.px(4);
    for (const Line& line : lines) {
        const float room = columns.names;
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
        y += columns.stacked ? row : 0;
        const std::array<double, 4> values{line.figures->train_loss, line.figures->test_loss,
                                           line.figures->train_accuracy,
                                           line.figures->test_accuracy};
        for (std::size_t i = 0; i < values.size(); ++i) {
            const float right = first + width * static_cast<float>(i + 1);
            if (i < 2) {
                put_text(frame.list(), figure_font(theme), palette.text, {right, y}, Align::kRight,
                         loss_text(theme, values[i], width));
            } else {
                draw_accuracy(frame, right, y, width, values[i]);
            }
            char figure[32];
            std::snprintf(figure, sizeof figure, "%.4g", values[i]);
            fact += (i == 0 ? " | " + line.name + " " : " ") + figure;
        }
        y += row;
    }
    if (lines.size() ==
        1) { // the rows below stay empty, so that nothing moves when they are filled
        const float wrap = 4 * width + columns.names;
        put_paragraph(frame.list(), theme.small, palette.muted,
                      {area.x, y, area.width, area.bottom() - y}, std::min(wrap, area.width),
                      text::kNothingTakenOut);
    }
    frame.input.log.fact("apart", fact);
    frame.input.log.control("apart_table", area);
}

/// Heights of the parts, gaps included. The strip stretches, the foot is left out first.
struct Heights {
    float switches = 0;
    float parts = 0;
    float table = 0;
    float foot = 0;
    float least_strip = 0;
    float gap = 0;
    /// Above the table.
    [[nodiscard]] float model(float strip) const { return switches + strip + parts + 3 * gap; }
};

Heights heights_of(const InsideFrame& frame) {
    const Theme& theme = frame.theme();
    return {.switches = draw_switches(frame, 0, Pass::kMeasure),
            .parts = draw_parts(frame, 0, Pass::kMeasure),
            .table = table_height(frame),
            .foot = theme.small->FontSize + theme.px(2),
            .least_strip = 2 * theme.small->FontSize + theme.px(28),
            .gap = theme.px(4)};
}

float least_below_each_other(const InsideFrame& frame) {
    const Heights heights = heights_of(frame);
    return std::ceil(heights.model(heights.least_strip) + heights.table);
}

/// A column of the area, of two with the table on the right.
InsideFrame column_of(const InsideFrame& frame, bool right) {
    const float gap = frame.theme().px(20);
    const float width = std::floor((frame.area.width - gap) / 2);
    InsideFrame column = frame;
    column.area.x += right ? width + gap : 0;
    column.area.width = width;
    return column;
}

/// Beside each other where the area is too low for all, and wide enough.
bool in_columns(const InsideFrame& frame) {
    return frame.area.width >= frame.theme().px(560) &&
           frame.area.height < least_below_each_other(frame);
}

void draw_figures(const InsideFrame& frame, float y, const Heights& heights) {
    const Theme& theme = frame.theme();
    const Rect figures{frame.area.x, y, table_width(frame), heights.table};
    draw_table(frame, figures);
    frame.veil(figures);
    const Rect foot{frame.area.x, figures.bottom() + heights.gap, frame.area.width, heights.foot};
    if (foot.bottom() > frame.area.bottom() + 0.5F) { // sums of fractions of pixels differ a little
        return;
    }
    put_text(frame.list(), theme.small, frame.palette().muted, {foot.x, foot.y}, Align::kLeft,
             first_that_fits(theme.small, foot.width,
                             {text::answered_in(frame.answered_after) + text::kOnACopy,
                              text::answered_in(frame.answered_after)}));
    frame.input.log.control("apart_foot", foot);
}

/// Switches, strip and parts; returns where the next begins. `below`: height of what follows.
float draw_model(const InsideFrame& frame, const Heights& heights, float below) {
    const Rect& area = frame.area;
    float y = draw_switches(frame, area.y) + heights.gap;
    const float strip = std::clamp(area.height - heights.model(0) - below, heights.least_strip,
                                   std::max(frame.theme().px(190), heights.least_strip));
    draw_strip(frame, {area.x, y, area.width, strip});
    y += strip + heights.gap;
    return draw_parts(frame, y) + heights.gap;
}

} // namespace

float AblationPanel::least_height(const InsideFrame& frame) const {
    if (!in_columns(frame)) {
        return least_below_each_other(frame);
    }
    const Heights left = heights_of(column_of(frame, false));
    const Heights right = heights_of(column_of(frame, true));
    return std::ceil(std::max(left.model(left.least_strip), right.table));
}

void AblationPanel::draw(const InsideFrame& frame) {
    if (in_columns(frame)) {
        const InsideFrame left = column_of(frame, false);
        const InsideFrame right = column_of(frame, true);
        (void)draw_model(left, heights_of(left), 0);
        draw_figures(right, right.area.y, heights_of(right));
    } else {
        const Heights heights = heights_of(frame);
        const float foot = heights.gap + heights.foot;
        const bool has_foot =
            frame.area.height >= heights.model(heights.least_strip) + heights.table + foot;
        draw_figures(frame, draw_model(frame, heights, heights.table + (has_foot ? foot : 0)),
                     heights);
    }
    frame.input.log.fact("apart_asked", in_words(ablation_of(frame)));
}

} // namespace grokscope::ui
