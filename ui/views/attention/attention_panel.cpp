#include "ui/views/attention/attention_panel.h"

#include "ui/core/operation_text.h"
#include "ui/core/text.h"
#include "ui/kit/picture_kit.h"
#include "ui/kit/widgets.h"
#include "ui/scene/pair_picture.h"
#include "ui/views/inside/layer_choice.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace grokscope::ui {
namespace {

constexpr float kLeastAttention = 190; ///< at 100 %; scrolled rather than squeezed

constexpr float kLeastCell = 44;

std::size_t tokens_of(const InspectReply& reply) {
    return static_cast<std::size_t>(reply.positions);
}

/// "a", "b", "=", or with the operation between them.
std::string token_name(const InspectReply& reply, std::size_t token) {
    if (token == 0) {
        return "a";
    }
    if (token + 1 == tokens_of(reply)) {
        return "=";
    }
    return token + 2 == tokens_of(reply) ? "b" : "op";
}

/// Chooses the layer, of several; what is left of the area is below.
InsideFrame below_layers(const InsideFrame& frame) {
    InsideFrame rest = frame;
    if (frame.reply.layers > 1) {
        AblationButtons row(frame, frame.area.y, Pass::kDraw);
        choose_layer(frame, row);
        const float used = row.bottom() + frame.theme().px(6) - frame.area.y;
        rest.area.y += used;
        rest.area.height -= used;
    }
    return rest;
}

/// Names the axes of the first map: a runs down beside it, b across above it.
void draw_axis_names(const InsideFrame& frame, ImVec2 corner) {
    const Theme& theme = frame.theme();
    const Color& ink = frame.palette().muted;
    const float line = theme.small->FontSize;
    const float half = theme.px(2.5F);
    const float space = theme.px(5);
    const Rect a =
        put_text(frame.list(), theme.small, ink, {corner.x - space, corner.y}, Align::kRight, "a");
    const ImVec2 under{a.x + a.width / 2, a.bottom() + theme.px(1)};
    frame.list().AddTriangleFilled({under.x - half, under.y}, {under.x + half, under.y},
                                   {under.x, under.y + 1.6F * half}, u32(ink));
    const ImVec2 tip{corner.x - theme.px(2), corner.y - theme.px(4) - 0.44F * line};
    const float foot = tip.x - 1.6F * half;
    frame.list().AddTriangleFilled({foot, tip.y - half}, {foot, tip.y + half}, tip, u32(ink));
    put_text(frame.list(), theme.small, ink, {foot - theme.px(3), corner.y - theme.px(4) - line},
             Align::kRight, "b");
}

} // namespace

std::vector<float> AttentionPanel::weights(const InspectReply& reply, int head, std::size_t token) {
    const auto pairs = static_cast<std::size_t>(reply.p) * static_cast<std::size_t>(reply.p);
    std::vector<float> values(pairs);
    const std::size_t tokens = tokens_of(reply);
    const std::size_t first = static_cast<std::size_t>(head) * pairs * tokens + token;
    for (std::size_t i = 0; i < pairs; ++i) {
        values[i] = reply.attention[first + i * tokens];
    }
    return values;
}

void AttentionPanel::look_at(const InsideFrame& frame) {
    const auto heads = static_cast<std::size_t>(frame.reply.heads);
    const std::size_t tokens = tokens_of(frame.reply);
    canvases_.resize(heads * tokens);
    if (seen_ == frame.content() && means_.size() == heads * tokens) {
        return;
    }
    seen_ = frame.content();
    means_.assign(heads * tokens, 0);
    const auto pairs = static_cast<std::size_t>(frame.p()) * static_cast<std::size_t>(frame.p());
    std::string words = "epoch " + std::to_string(frame.reply.epoch);
    for (std::size_t head = 0; head < heads; ++head) {
        for (std::size_t i = 0; i < pairs * tokens; ++i) {
            const auto pair = static_cast<int>(i / tokens);
            if (answer_to(frame.reply, {pair / frame.p(), pair % frame.p()})) {
                means_[head * tokens + i % tokens] +=
                    frame.reply.attention[head * pairs * tokens + i] /
                    static_cast<double>(frame.run.task.pairs);
            }
        }
        words += " head " + std::to_string(head);
        for (std::size_t token = 0; token < tokens; ++token) {
            words += " " + text::percent(means_[head * tokens + token]);
        }
    }
    frame.input.log.fact("attention", words);
}

void AttentionPanel::act_on(const InsideFrame& frame, const Cell& cell) const {
    const float unit = cell.rect.width / static_cast<float>(frame.p());
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const auto number = [&](float offset) {
        return std::clamp(static_cast<int>(std::floor(offset / unit)), 0, frame.p() - 1);
    };
    const NumberPair under{number(mouse.y - cell.rect.y), number(mouse.x - cell.rect.x)};
    if (ImGui::IsItemActive()) {
        frame.input.view.settings.inside.typed = under;
    }
    const auto pairs = static_cast<std::size_t>(frame.p()) * static_cast<std::size_t>(frame.p());
    const std::size_t tokens = tokens_of(frame.reply);
    const std::size_t at =
        (static_cast<std::size_t>(cell.head) * pairs + index_of(under, frame.p())) * tokens;
    const auto share = [&](std::size_t token) {
        return text::percent(static_cast<double>(frame.reply.attention[at + token]));
    };
    ImGui::PushFont(frame.theme().small);
    std::string words = text::kHead + head_name(frame.reply, cell.head) + " at " +
                        expression(frame.operation(), under.a, under.b) + "\n";
    for (std::size_t token = 0; token < tokens; ++token) {
        words +=
            (token == 0 ? "on " : ", on ") + token_name(frame.reply, token) + " " + share(token);
    }
    ImGui::SetTooltip("%s", words.c_str());
    ImGui::PopFont();
}

void AttentionPanel::draw_cell(const InsideFrame& frame, const Cell& cell) {
    const Theme& theme = frame.theme();
    const Rect& rect = cell.rect;
    const float factor = ImGui::GetIO().DisplayFramebufferScale.x;
    const int side = static_cast<int>(std::lround(rect.width * factor));
    const std::size_t slot =
        static_cast<std::size_t>(cell.head) * tokens_of(frame.reply) + cell.token;
    const gl::Texture& picture = canvases_[slot].show(frame.content(), {side, side}, [&] {
        return paint_shares(weights(frame.reply, cell.head, cell.token), frame.p(), side);
    });
    frame.list().AddImage(texture_id(picture), {rect.x, rect.y}, {rect.right(), rect.bottom()});
    frame.list().AddRect({rect.x, rect.y}, {rect.right(), rect.bottom()},
                         u32(frame.palette().line));
    if (const auto pair = frame.pair()) {
        const float unit = rect.width / static_cast<float>(frame.p());
        const ImVec2 middle{rect.x + (static_cast<float>(pair->b) + 0.5F) * unit,
                            rect.y + (static_cast<float>(pair->a) + 0.5F) * unit};
        const float half = std::max(unit / 2, theme.px(2.5F));
        frame.list().AddRect({middle.x - half - 1, middle.y - half - 1},
                             {middle.x + half + 1, middle.y + half + 1}, u32(rgb(0x000000)), 0, 0,
                             theme.px(2));
        frame.list().AddRect({middle.x - half, middle.y - half}, {middle.x + half, middle.y + half},
                             u32(rgb(0xffffff)), 0, 0, theme.px(1));
    }
    const std::string id =
        "attention" + std::to_string(cell.head) + token_name(frame.reply, cell.token);
    ImGui::SetCursorScreenPos({rect.x, rect.y});
    ImGui::InvisibleButton(id.c_str(), {rect.width, rect.height});
    if (frame.input.log.on()) {
        frame.input.log.control(id, rect);
    }
    if (ImGui::IsItemHovered()) {
        frame.input.view.hint_next = text::kHintAttention;
    }
    if (ImGui::IsItemHovered() || ImGui::IsItemActive()) {
        act_on(frame, cell);
    }
}

float AttentionPanel::least_height(const InsideFrame& frame) const {
    return frame.theme().px(kLeastAttention);
}

void AttentionPanel::draw(const InsideFrame& whole) {
    const InsideFrame frame = below_layers(whole);
    const std::size_t tokens = tokens_of(frame.reply);
    const auto rows = static_cast<float>(tokens);
    const Theme& theme = frame.theme();
    const Palette& palette = frame.palette();
    ImDrawList& list = frame.list();
    look_at(frame);
    const float line = theme.small->FontSize;
    const float name = std::max(text_size(theme.small, "on =").x + theme.px(15),
                                text_size(theme.small, text::kMean).x + theme.px(6));
    const float bar = theme.px(12);
    const float bar_room = bar + text_size(theme.small, "100 %").x + theme.px(18);
    const float gap = theme.px(6);
    const Rect& area = frame.area;

    // Heads across, tokens down; as many heads as fit, the rest by turning the page.
    const float head_line = line + theme.px(4);
    const float below = line + theme.px(2); // the mean under each map
    const float tall = (area.height - head_line) / rows - below - gap;
    const float across = area.width - name - bar_room;
    const int heads = frame.reply.heads;
    const float least = std::min(std::max(tall, theme.px(20)), theme.px(kLeastCell));
    const int fit = std::clamp(static_cast<int>((across + gap) / (least + gap)), 1, heads);
    const float wide = (across + gap) / static_cast<float>(fit) - gap;
    const float factor = std::max(ImGui::GetIO().DisplayFramebufferScale.x, 0.1F);
    const float room = std::max(std::min(tall, wide), theme.px(16));
    const float side =
        static_cast<float>(side_for(frame.p(), static_cast<int>(room * factor))) / factor;
    int& first = frame.input.view.settings.inside.first_head;
    first = std::clamp(first, 0, heads - fit);

    if (fit < heads) {
        ImGui::SetCursorScreenPos({area.right() - theme.px(52), area.y - theme.px(4)});
        const std::array turn{Choice{"attention_previous", "<", false},
                              Choice{"attention_next", ">", false}};
        if (const auto pressed = choose(frame.input, turn)) {
            first = std::clamp(first + (*pressed == 0 ? -fit : fit), 0, heads - fit);
        }
    }
    const float top = area.y + head_line;
    for (int column = 0; column < fit; ++column) {
        const int head = first + column;
        const float x = area.x + name + static_cast<float>(column) * (side + gap);
        put_text(list, theme.small, palette.text, {x + side / 2, area.y}, Align::kCentre,
                 fitted(theme.small, text::kHead + head_name(frame.reply, head), side + gap));
        for (std::size_t token = 0; token < tokens; ++token) {
            const float y = top + static_cast<float>(token) * (side + below + gap);
            draw_cell(frame, {head, token, {x, y, side, side}});
            put_text(list, theme.small, palette.muted, {x + side / 2, y + side + theme.px(1)},
                     Align::kCentre,
                     text::percent(means_[static_cast<std::size_t>(head) * tokens + token]));
        }
    }
    const float row = side + below + gap;
    for (std::size_t token = 0; token < tokens; ++token) {
        const float y = top + static_cast<float>(token) * row;
        put_text(list, theme.small, palette.text, {area.x, y + (side - line) / 2}, Align::kLeft,
                 text::kAttentionOn + token_name(frame.reply, token));
        put_text(list, theme.small, palette.muted, {area.x, y + side + theme.px(1)}, Align::kLeft,
                 text::kMean);
    }
    draw_axis_names(frame, {area.x + name, top});

    // The colour bar, as high as the maps: the table upright, all of it, since a weight is a share
    // of one.
    const float grid_right = area.x + name + static_cast<float>(fit) * (side + gap);
    const Rect table{grid_right + theme.px(8), top, bar, (rows - 1) * row + side};
    const gl::Texture& colors = bar_.show(1, {1, 256}, [] {
        std::vector<std::uint8_t> pixels;
        for (int i = 255; i >= 0; --i) {
            const Color color = heat_color(static_cast<float>(i) / 255);
            for (const float channel : {color.r, color.g, color.b, 1.0F}) {
                pixels.push_back(static_cast<std::uint8_t>(std::lround(channel * 255)));
            }
        }
        return pixels;
    });
    list.AddImage(texture_id(colors), {table.x, table.y}, {table.right(), table.bottom()});
    for (const float share : {0.0F, 0.5F, 1.0F}) {
        put_text(list, theme.small, palette.muted,
                 {table.right() + theme.px(5), table.bottom() - share * table.height - line / 2},
                 Align::kLeft, std::to_string(static_cast<int>(100 * share)) + " %");
    }
    const Rect all{area.x + name, top, grid_right - gap - area.x - name, rows * row - gap};
    frame.veil(all);
}

} // namespace grokscope::ui
