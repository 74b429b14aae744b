#include "ui/views/clock/clock_panel.h"

#include "engine/protocol/circle_projection.h"
#include "ui/core/mark_ink.h"
#include "ui/core/operation_text.h"
#include "ui/core/text.h"
#include "ui/kit/flow.h"
#include "ui/kit/picture_kit.h"
#include "ui/kit/widgets.h"
#include "ui/views/clock/clock_picture.h"
#include "ui/views/inside/query_box.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <numbers>
#include <string>
#include <vector>

namespace grokscope::ui {
namespace {

constexpr double kDegrees = 180 / std::numbers::pi;

float largest_of(std::span<const float> values) {
    float largest = 0;
    for (const float value : values) {
        if (std::isfinite(value)) {
            largest = std::max(largest, std::abs(value));
        }
    }
    return largest;
}

/// The dials to show, in the order of their frequencies.
std::vector<const ClockReading*> longest(const InspectReply& reply) {
    std::vector<const ClockReading*> clocks;
    for (const ClockReading& clock : reply.clock) {
        clocks.push_back(&clock);
    }
    if (clocks.size() > ClockPanel::kMostDials) {
        std::sort(clocks.begin(), clocks.end(), [](const auto* one, const auto* other) {
            return one->logits.length > other->logits.length;
        });
        clocks.resize(ClockPanel::kMostDials);
        std::sort(clocks.begin(), clocks.end(), [](const auto* one, const auto* other) {
            return one->frequency < other->frequency;
        });
    }
    return clocks;
}

/// What the pair's logits say beyond the mean of each class over all pairs.
std::vector<float> about_the_pair(const InsideFrame& frame) {
    std::vector<float> result = frame.model.pair->logits;
    double mean = 0;
    for (std::size_t c = 0; c < result.size(); ++c) {
        if (c < frame.reply.class_means.size()) {
            result[c] -= frame.reply.class_means[c];
        }
        mean += result[c];
    }
    // What all classes have in common changes no answer.
    mean /= static_cast<double>(std::max<std::size_t>(result.size(), 1));
    for (float& value : result) {
        value -= static_cast<float>(mean);
    }
    return result;
}

std::vector<float> sum_of(const std::vector<const ClockReading*>& clocks, std::size_t classes) {
    std::vector<float> sum(classes, 0);
    for (const ClockReading* clock : clocks) {
        for (std::size_t c = 0; c < std::min(classes, clock->contribution.size()); ++c) {
            sum[c] += clock->contribution[c];
        }
    }
    return sum;
}

/// Values by class as values by place, `numbers` being the classes of the places.
std::vector<float> in_order(const std::vector<float>& values, std::span<const int> numbers) {
    std::vector<float> ordered;
    for (const int number : numbers) {
        ordered.push_back(values[static_cast<std::size_t>(number)]);
    }
    return ordered;
}

int argmax(std::span<const float> values) {
    return static_cast<int>(std::max_element(values.begin(), values.end()) - values.begin());
}

/// Height at 100 % of all below the query box, at the least.
constexpr float kLeastDials = 190;

/// The words about the answer go below the two fields: beside them they have no room.
bool is_narrow(const InsideFrame& frame) {
    return frame.area.width < frame.theme().px(300);
}

/// Pixels between name, dial and wave together.
constexpr float kDialGaps = 8;

/// Height of the wave under a dial of this side.
float wave_height(const Theme& theme, float dial) {
    return std::clamp(0.4F * dial, theme.px(22), theme.px(64));
}

/// Side of `count` dials next to each other, each with its name above and its wave below.
float dial_side(const Theme& theme, const Rect& area, std::size_t count) {
    const float width = std::floor(area.width / static_cast<float>(count)) - theme.px(6);
    const float room = area.height - theme.small->FontSize - theme.px(kDialGaps);
    const float tall = std::max(room / 1.4F, room - theme.px(64));
    return std::max(std::min({width, tall, room - theme.px(22)}), theme.px(20));
}

/// Names of the hands, each after a sample, on as many lines as they need.
class HandLegend {
public:
    explicit HandLegend(const InsideFrame& frame) : frame_(frame) {
        const Theme& theme = frame.theme();
        entries_ = {{hand_color_a(theme), Sample::kHand, "a"},
                    {hand_color_b(theme), Sample::kHand, "b"},
                    {frame.palette().accent, Sample::kHand,
                     in_operation(text::kHandSum, frame.operation())},
                    {frame.palette().text, Sample::kPointer, text::kHandModel},
                    {frame.palette().muted, Sample::kDot, text::kDotsEmbedding}};
        for (const Entry& entry : entries_) {
            widths_.push_back(theme.px(kChip) + text_size(theme.small, entry.word).x);
        }
    }

    [[nodiscard]] float height(float width) const {
        const int lines =
            flow(widths_, width, frame_.theme().px(kBetween), [](std::size_t, float, int) {});
        return static_cast<float>(lines) * line();
    }
    void draw(const Rect& area) const {
        std::string said;
        (void)flow(widths_, area.width, frame_.theme().px(kBetween),
                   [&](std::size_t i, float x, int row) {
                       draw(entries_[i], {area.x + x, area.y + static_cast<float>(row) * line()});
                       said += (said.empty() ? "" : " | ") + entries_[i].word;
                   });
        frame_.input.log.fact("clock_legend", said);
    }

private:
    enum class Sample : std::uint8_t { kHand, kDot, kPointer };
    struct Entry {
        Color color;
        Sample sample;
        std::string word;
    };
    static constexpr float kChip = 19; ///< at 100 %
    static constexpr float kBetween = 15;

    [[nodiscard]] float line() const {
        return frame_.theme().small->FontSize + frame_.theme().px(4);
    }
    void draw(const Entry& entry, ImVec2 at) const {
        const Theme& theme = frame_.theme();
        ImDrawList& list = frame_.list();
        const ImU32 ink = u32(entry.color);
        const ImVec2 middle{at.x + theme.px(8), at.y + theme.small->FontSize / 2};
        const float half = theme.px(4);
        switch (entry.sample) {
        case Sample::kDot:
            list.AddCircleFilled(middle, theme.px(3), ink, 16);
            break;
        case Sample::kPointer:
            list.AddTriangleFilled({middle.x - half, middle.y - half},
                                   {middle.x + half, middle.y - half}, {middle.x, middle.y + half},
                                   ink);
            break;
        case Sample::kHand:
            list.AddLine({at.x, middle.y}, {at.x + theme.px(14), middle.y}, ink, theme.px(2.5F));
            break;
        }
        put_text(list, theme.small, frame_.palette().muted, {at.x + theme.px(kChip), at.y},
                 Align::kLeft, entry.word);
    }

    const InsideFrame& frame_;
    std::vector<Entry> entries_;
    std::vector<float> widths_;
};

} // namespace

void ClockPanel::draw_dials(const InsideFrame& frame, const Rect& area,
                            const std::vector<const ClockReading*>& clocks) {
    const Theme& theme = frame.theme();
    const Palette& palette = frame.palette();
    ImDrawList& list = frame.list();
    const float line = theme.small->FontSize;
    const float width = std::floor(area.width / static_cast<float>(clocks.size()));
    const float dial = dial_side(theme, area, clocks.size());
    const float curve = wave_height(theme, dial);
    float largest = 0;
    for (const ClockReading* clock : clocks) {
        largest = std::max(largest, largest_of(clock->contribution));
    }
    const GroupIndex& group = frame.run.task.group;
    const int order = group.order();
    const int truth = group.log(*answer_to(frame.reply, *frame.reply.query.pair));
    for (std::size_t i = 0; i < clocks.size(); ++i) {
        const ClockReading& clock = *clocks[i];
        const Rect column{area.x + static_cast<float>(i) * width, area.y, width, area.height};
        const bool chosen = frame.input.view.settings.frequency == clock.frequency;
        put_text(list, theme.small, chosen ? palette.accent : palette.text,
                 {column.x + width / 2, column.y}, Align::kCentre,
                 "k = " + std::to_string(clock.frequency));
        draw_dial(list, theme, {column.x, column.y + line + theme.px(2), width, dial}, clock,
                  frame.operation(), order);
        const Rect plot{column.x + theme.px(4), column.y + line + dial + theme.px(kDialGaps),
                        width - theme.px(8), curve};
        list.AddLine({plot.x, plot.y + curve / 2}, {plot.right(), plot.y + curve / 2},
                     u32(palette.line), 1);
        // Classes in the order of this frequency's ring: there a cosine is one wave.
        const std::vector<int> ring = ring_sequence(order, clock.frequency);
        std::vector<float> around;
        for (const int index : ring) {
            around.push_back(clock.contribution[static_cast<std::size_t>(group.element(index))]);
        }
        const auto place = std::find(ring.begin(), ring.end(), truth) - ring.begin();
        draw_class_mark(list, theme, plot, static_cast<int>(place), order,
                        palette.accent.with_alpha(0.8F));
        draw_class_curve(list, theme, plot, {around, palette.text, 1.3F}, largest);

        const std::string id = "clock" + std::to_string(clock.frequency);
        ImGui::SetCursorScreenPos({column.x, column.y});
        if (ImGui::InvisibleButton(id.c_str(), {column.width, column.height})) {
            frame.input.view.settings.frequency = clock.frequency;
        }
        if (frame.input.log.on()) {
            frame.input.log.control(id, column);
        }
        if (!ImGui::IsItemHovered()) {
            continue;
        }
        frame.input.view.hint_next = text::kHintClock;
        double off = std::remainder(clock.logits.angle - clock.angle_answer, 2 * std::numbers::pi);
        off = std::abs(off) * kDegrees;
        ImGui::PushFont(theme.small);
        ImGui::SetTooltip("k = %d\na at %.0f\xC2\xB0, b at %.0f\xC2\xB0, %s at %.0f\xC2\xB0\n"
                          "the model's own hand at %.1f\xC2\xB0, %.1f\xC2\xB0 off\n"
                          "its length: %.2f logits\n%s",
                          clock.frequency, clock.angle_a * kDegrees, clock.angle_b * kDegrees,
                          expression(frame.operation(), "a", "b").c_str(),
                          clock.angle_answer * kDegrees, clock.logits.angle * kDegrees, off,
                          clock.logits.length, text::kClockCaution);
        ImGui::PopFont();
    }
}

void ClockPanel::draw_sum(const InsideFrame& frame, const Rect& area,
                          const std::vector<const ClockReading*>& clocks) {
    const Theme& theme = frame.theme();
    const Palette& palette = frame.palette();
    ImDrawList& list = frame.list();
    const float line = theme.small->FontSize;
    const int classes = frame.p();
    // In the order of the picture: places, not classes.
    const std::vector<int> numbers = frame.numbers();
    const std::vector<float> all = in_order(about_the_pair(frame), numbers);
    const std::vector<float> sum =
        in_order(sum_of(clocks, static_cast<std::size_t>(classes)), numbers);
    const int answer = *answer_to(frame.reply, *frame.reply.query.pair);
    const auto truth = static_cast<int>(std::ranges::find(numbers, answer) - numbers.begin());
    const auto number_at = [&](int place) { return numbers[static_cast<std::size_t>(place)]; };

    // Two names, then the plot with its numbers under it.
    float x = area.x;
    std::string powers; // goes under the plot
    const auto entry = [&](const Color& color, bool dot, const std::string& word) {
        const ImVec2 middle{x + theme.px(4), area.y + line / 2};
        if (dot) {
            list.AddCircleFilled(middle, theme.px(3), u32(color), 12);
        } else {
            list.AddRectFilled({middle.x - theme.px(1.5F), area.y + theme.px(2)},
                               {middle.x + theme.px(1.5F), area.y + line}, u32(color));
        }
        x = put_text(list, theme.small, palette.muted, {x + theme.px(12), area.y}, Align::kLeft,
                     fitted(theme.small, word, std::max(area.right() - x - theme.px(12), 0.0F)))
                .right() +
            theme.px(14);
    };
    entry(palette.accent, true, text::sum_of_clocks(static_cast<int>(clocks.size())));
    entry(palette.muted, false, text::kAllLogits);
    // Numbers that are not in their own order look like a mistake until it is said.
    const GroupIndex& group = frame.run.task.index(frame.input.view.settings.plain_order);
    if (!group.is_identity()) {
        const std::string base = std::to_string(group.element(1));
        const std::string order = text::kInOrderOfPowers + base;
        const float room = area.right() - x;
        if (text_size(theme.small, order).x <= room) {
            put_text(list, theme.small, palette.muted, {area.right(), area.y}, Align::kRight,
                     order);
        } else {
            powers = text::kPowersOf + base;
        }
    }
    const Rect plot{area.x, area.y + line + theme.px(4), area.width,
                    std::max(area.height - 2 * line - theme.px(10), 8.0F)};
    const float largest = 1.05F * std::max({largest_of(all), largest_of(sum), 1e-6F});
    list.AddRectFilled({plot.x, plot.y}, {plot.right(), plot.bottom()},
                       u32(palette.grid.with_alpha(0.5F)), theme.px(3));
    list.AddLine({plot.x, plot.y + plot.height / 2}, {plot.right(), plot.y + plot.height / 2},
                 u32(palette.line), 1);
    draw_class_mark(list, theme, plot, truth, classes, palette.text.with_alpha(0.55F));
    draw_class_sticks(list, theme, plot, {all, palette.muted, 2.0F}, largest);
    draw_class_dots(list, theme, plot, {sum, palette.accent, 4.0F}, largest);
    const int peak = argmax(sum);
    const auto y_of = [&](float value) { return plot.y + plot.height / 2 * (1 - value / largest); };
    list.AddCircleFilled({class_x(plot, peak, classes), y_of(sum[static_cast<std::size_t>(peak)])},
                         theme.px(3.5F), u32(palette.accent), 16);
    const float foot = plot.bottom() + theme.px(3);
    const std::string words =
        "c = " + std::to_string(answer) +
        (peak == truth ? "" : text::kButSumPeaksAt + std::to_string(number_at(peak))) +
        (powers.empty() ? "" : ", " + powers);
    const float half = text_size(theme.small, words).x / 2;
    const float at = std::clamp(class_x(plot, truth, classes), plot.x + half,
                                std::max(plot.right() - half, plot.x + half));
    const Rect said = put_text(list, theme.small, palette.text, {at, foot}, Align::kCentre, words);
    for (const bool right : {false, true}) {
        const std::string end = std::to_string(number_at(right ? classes - 1 : 0));
        const float width = text_size(theme.small, end).x;
        const float left = right ? plot.right() - width : plot.x;
        if (left + width + theme.px(6) < said.x || left > said.right() + theme.px(6)) {
            put_text(list, theme.small, palette.muted, {left, foot}, Align::kLeft, end);
        }
    }
    frame.input.log.fact("clock_sum", "pair " + std::to_string(frame.reply.query.pair->a) + " " +
                                          std::to_string(frame.reply.query.pair->b) + " peak " +
                                          std::to_string(number_at(peak)) + " truth " +
                                          std::to_string(answer) + " epoch " +
                                          std::to_string(frame.reply.epoch));

    ImGui::SetCursorScreenPos({plot.x, plot.y});
    ImGui::InvisibleButton("clock_sum", {plot.width, plot.height});
    if (frame.input.log.on()) {
        frame.input.log.control("clock_sum", plot);
    }
    if (ImGui::IsItemHovered()) {
        frame.input.view.hint_next = text::kHintClock;
        const int c = std::clamp(static_cast<int>((ImGui::GetIO().MousePos.x - plot.x) /
                                                  plot.width * static_cast<float>(classes)),
                                 0, classes - 1);
        const auto index = static_cast<std::size_t>(c);
        draw_class_mark(list, theme, plot, c, classes,
                        mark_ink(palette.text, 0.3F, palette.raised, palette));
        ImGui::PushFont(theme.small);
        ImGui::SetTooltip("c = %d%s\nsum of the clocks %.2f\nall logits %.2f", number_at(c),
                          c == truth ? ", the right answer" : "", static_cast<double>(sum[index]),
                          static_cast<double>(all[index]));
        ImGui::PopFont();
    }
}

float ClockPanel::least_height(const InsideFrame& frame) const {
    const Theme& theme = frame.theme();
    return query_box_height(theme, frame.area.width, is_narrow(frame)) + theme.px(kLeastDials);
}

void ClockPanel::draw(const InsideFrame& frame) {
    const Theme& theme = frame.theme();
    const Rect& area = frame.area;
    const float gap = theme.px(6);
    const bool narrow = is_narrow(frame);
    const float query = query_box_height(theme, area.width, narrow);
    const float top = draw_query_box(frame, {area.x, area.y, area.width, query}, narrow) + gap;
    Rect rest{area.x, top, area.width, area.bottom() - top};
    if (!frame.pair()) {
        return; // the query box says what is wrong
    }
    const std::vector<const ClockReading*> clocks = longest(frame.reply);
    const auto& asked = frame.reply.query.pair;
    if (clocks.empty() || !frame.model.pair || !asked || frame.run.task.group.empty() ||
        !answer_to(frame.reply, *asked)) {
        const GroupIndex& group = frame.run.task.group;
        const auto outside = [&](int number) { return group.log(number) < 0; };
        put_paragraph(frame.list(), theme.text, frame.palette().muted, rest, theme.px(320),
                      in_operation(!asked                                   ? text::kComputing
                                   : group.empty()                          ? text::kNoGroup
                                   : outside(asked->a) || outside(asked->b) ? text::kNoClockOfZero
                                                                            : text::kNoClock,
                                   frame.operation()));
        return;
    }
    const HandLegend hands(frame);
    const float legend = hands.height(rest.width);
    hands.draw({rest.x, rest.y, rest.width, legend});
    rest.y += legend;
    rest.height -= legend;
    // The sum takes at least its share, and what dials as wide as they can be leave over.
    const float least = std::max(0.36F * rest.height, theme.px(64));
    Rect dials{rest.x, rest.y, rest.width, rest.height - least - gap};
    if (dials.height > theme.px(60)) {
        const float dial = dial_side(theme, dials, clocks.size());
        dials.height =
            theme.small->FontSize + theme.px(kDialGaps) + dial + wave_height(theme, dial);
        draw_dials(frame, dials, clocks);
    } else {
        dials.height = 0;
    }
    const float below = dials.bottom() + gap;
    draw_sum(frame, {rest.x, below, rest.width, std::min(rest.bottom() - below, theme.px(300))},
             clocks);
    frame.veil(rest);
}

} // namespace grokscope::ui
