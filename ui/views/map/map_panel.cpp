#include "ui/views/map/map_panel.h"

#include "ui/core/operation_text.h"
#include "ui/core/text.h"
#include "ui/kit/picture_kit.h"
#include "ui/kit/widgets.h"
#include "ui/scene/pair_picture.h"
#include "ui/views/inside/query_box.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string>

namespace grokscope::ui {
namespace {

constexpr float kLeastMap = 150; ///< at 100 %; scrolled rather than squeezed

constexpr float kMapSide = 118; ///< least width of the column beside the map
constexpr float kMapGap = 14;
constexpr float kLegendLine = 18;

/// Spacing of the numbers along an axis that has room for a label every `room` cells.
int label_step(float room) {
    for (const int step : {1, 2, 5, 10, 20, 50}) {
        if (static_cast<float>(step) >= room) {
            return step;
        }
    }
    return 100;
}

/// Numbers of a down the left side, of b along the foot, in the order of the picture.
void draw_axes(const InsideFrame& frame, const Rect& map, std::span<const int> numbers) {
    const Theme& theme = frame.theme();
    const Color ink = frame.palette().muted;
    const float cell = map.width / static_cast<float>(frame.p());
    const float line = theme.small->FontSize;
    const int step = label_step(1.7F * text_size(theme.small, "000").x / cell);
    const float foot = map.bottom() + theme.px(3);
    for (int n = 0; n < frame.p(); n += step) {
        const float middle = (static_cast<float>(n) + 0.5F) * cell;
        const std::string number = std::to_string(numbers[static_cast<std::size_t>(n)]);
        put_text(frame.list(), theme.small, ink, {map.x - theme.px(5), map.y + middle - line / 2},
                 Align::kRight, (n == 0 ? "a " : "") + number);
        put_text(frame.list(), theme.small, ink, {map.x + middle, foot}, Align::kCentre,
                 (n == 0 ? "b " : "") + number);
    }
}

} // namespace

void MapPanel::look_at(const InsideFrame& frame) {
    if (seen_ == frame.content() && !right_.empty()) {
        return;
    }
    const auto p = static_cast<std::size_t>(frame.p());
    numbers_ = frame.numbers();
    cells_.clear();
    right_.assign(p * p, 0);
    blank_.assign(p * p, 0);
    confidence_.clear();
    trains_.clear();
    mirror_marks_.assign(p * p, 0);
    trained_ = {};
    unseen_ = {};
    mirrored_ = {};
    truly_new_ = {};
    for (const int a : numbers_) {
        for (const int b : numbers_) {
            const std::size_t at = index_of({a, b}, frame.p());
            const std::size_t cell = cells_.size();
            const std::optional<int> truth = answer_to(frame.reply, {a, b});
            const bool right = frame.model.answers[at] == truth;
            const bool trains = frame.reply.trains[at] != 0;
            const bool mirrored = frame.mirrored({a, b});
            cells_.push_back({a, b});
            right_[cell] = right ? 1 : 0;
            blank_[cell] = truth ? 0 : 1;
            confidence_.push_back(frame.model.confidence[at]);
            trains_.push_back(trains ? 1 : 0);
            mirror_marks_[cell] = mirrored ? 1 : 0;
            if (!truth) {
                continue;
            }
            (trains ? trained_ : unseen_).add(right);
            if (!trains) {
                (mirrored ? mirrored_ : truly_new_).add(right);
            }
        }
    }
    seen_ = frame.content();
    frame.input.log.fact(
        "map", "epoch " + std::to_string(frame.reply.epoch) + " trained " +
                   std::to_string(trained_.right) + " of " + std::to_string(trained_.all) +
                   " unseen " + std::to_string(unseen_.right) + " of " +
                   std::to_string(unseen_.all) + " mirrored " + std::to_string(mirrored_.right) +
                   " of " + std::to_string(mirrored_.all));
}

void MapPanel::draw_map(const InsideFrame& frame, const Rect& map) {
    const float factor = ImGui::GetIO().DisplayFramebufferScale.x;
    const int side = static_cast<int>(std::lround(map.width * factor));
    const gl::Texture& picture = canvas_.show(frame.content(), {side, side}, [&] {
        return paint_map({frame.p(), confidence_, right_, trains_, mirror_marks_, blank_},
                         frame.palette(), side);
    });
    frame.list().AddImage(texture_id(picture), {map.x, map.y}, {map.right(), map.bottom()});
    frame.list().AddRect({map.x, map.y}, {map.right(), map.bottom()}, u32(frame.palette().line));
    draw_axes(frame, map, numbers_);
    frame.veil(map);
    if (const auto pair = frame.pair()) {
        // The pair in the query box: where its row and its column meet.
        const float cell = map.width / static_cast<float>(frame.p());
        const auto place = [&](int number) {
            return static_cast<float>(std::ranges::find(numbers_, number) - numbers_.begin());
        };
        const float x = map.x + place(pair->b) * cell;
        const float y = map.y + place(pair->a) * cell;
        const Color ink = frame.palette().text;
        const float out = std::max(frame.theme().px(3) - cell / 4, frame.theme().px(1));
        const float thin = std::max(frame.theme().px(1), 1.0F);
        const ImVec2 middle{x + cell / 2, y + cell / 2};
        // Light on dark or dark on light: one of the two is seen on any cell.
        for (const auto& [color, thick] :
             {std::pair{frame.palette().panel, 3 * thin}, std::pair{ink, thin}}) {
            frame.list().AddLine({map.x, middle.y}, {x - out, middle.y}, u32(color), thick);
            frame.list().AddLine({middle.x, y + cell + out}, {middle.x, map.bottom()}, u32(color),
                                 thick);
        }
        frame.list().AddRect({x - out - thin, y - out - thin},
                             {x + cell + out + thin, y + cell + out + thin},
                             u32(frame.palette().panel), 0, 0, 3 * thin);
        frame.list().AddRect({x - out, y - out}, {x + cell + out, y + cell + out}, u32(ink), 0, 0,
                             1.5F * thin);
    }
}

void MapPanel::act_on(const InsideFrame& frame, const Rect& map) {
    ImGui::SetCursorScreenPos({map.x, map.y});
    ImGui::InvisibleButton("map_picture", {map.width, map.height});
    if (frame.input.log.on()) {
        frame.input.log.control("map_picture", map);
    }
    const bool hovered = ImGui::IsItemHovered();
    if (hovered) {
        frame.input.view.hint_next = text::kHintMap;
    }
    if (!hovered && !ImGui::IsItemActive()) {
        return;
    }
    const float cell = map.width / static_cast<float>(frame.p());
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const auto place = [&](float offset) {
        return std::clamp(static_cast<int>(std::floor(offset / cell)), 0, frame.p() - 1);
    };
    const auto hit =
        static_cast<std::size_t>(place(mouse.y - map.y) * frame.p() + place(mouse.x - map.x));
    const NumberPair under = cells_[hit];
    if (ImGui::IsItemActive()) {
        frame.input.view.settings.inside.typed = under; // a drag goes through the pairs
    }
    const std::size_t at = index_of(under, frame.p());
    const int answer = frame.model.answers[at];
    const std::optional<int> truth = answer_to(frame.reply, under);
    const std::string verdict = !truth             ? std::string(", ") + text::kUndefined
                                : right_[hit] != 0 ? std::string(", right")
                                                   : ", wrong: " + std::to_string(*truth);
    ImGui::PushFont(frame.theme().small);
    ImGui::SetTooltip(
        "%s = %d%s\n%s%s\n%s", expression(frame.operation(), under.a, under.b).c_str(), answer,
        verdict.c_str(), text::confidence(static_cast<double>(frame.model.confidence[at])).c_str(),
        text::kSure,
        text::seen(frame.operation(), under, frame.reply.trains[at] != 0, frame.mirrored(under))
            .c_str());
    ImGui::PopFont();
    frame.input.log.fact("map_hover", reading_in_words(frame.reply, frame.model, under));
}

void MapPanel::draw_side(const InsideFrame& frame, const Rect& area, int pixels) const {
    const Theme& theme = frame.theme();
    const Palette& palette = frame.palette();
    ImDrawList& list = frame.list();
    const float query = query_box_height(theme, area.width, true);
    const float top =
        draw_query_box(frame, {area.x, area.y, area.width, query}, true) + theme.px(2);

    // From the foot: what the colours mean, then how many are right.
    const float step = theme.px(kLegendLine);
    const float swatch = theme.px(30);
    const float words = area.x + swatch + theme.px(8);
    float y = area.bottom() - step;
    const auto say = [&](float from, const Color& color, const std::string& line) {
        put_text(list, theme.small, color, {from, y + (step - theme.small->FontSize) / 2},
                 Align::kLeft, fitted(theme.small, line, area.right() - from));
    };
    // What the marks in the cells mean, on a cell.
    const Color cell = map_color(palette, true, 0.9F);
    const Color ink =
        mix(cell,
            contrast(palette.window, cell) > contrast(palette.text, cell) ? palette.window
                                                                          : palette.text,
            0.85F);
    const float half = theme.px(5);
    const auto mark = [&](const std::string& meaning, auto draw) {
        const ImVec2 middle{area.x + swatch / 2, y + step / 2};
        list.AddRectFilled({middle.x - half, middle.y - half}, {middle.x + half, middle.y + half},
                           u32(cell));
        draw(middle, half / 3);
        say(words, palette.muted, meaning);
        y -= step;
    };
    if (mirrored_.all > 0 && shows_strokes(frame.p(), pixels)) {
        mark(in_operation(text::kMirrorTrainedOn, frame.operation()), [&](ImVec2 at, float arm) {
            list.AddLine({at.x - 2 * arm, at.y - 2 * arm}, {at.x + 2 * arm, at.y + 2 * arm},
                         u32(ink), theme.px(1.5F));
        });
    }
    if (shows_dots(frame.p(), pixels)) {
        mark(text::kTrainedOn, [&](ImVec2 at, float arm) {
            list.AddRectFilled({at.x - arm, at.y - arm}, {at.x + arm, at.y + arm}, u32(ink));
        });
    }
    for (const bool right : {false, true}) {
        const float low = y + theme.px(4);
        list.AddRectFilledMultiColor(
            {area.x, low}, {area.x + swatch, low + theme.px(10)}, u32(map_color(palette, right, 0)),
            u32(map_color(palette, right, 1)), u32(map_color(palette, right, 1)),
            u32(map_color(palette, right, 0)));
        const std::string name = right ? text::kRight : text::kWrong;
        const std::string more = name + text::kUnsureToSure;
        const bool room = text_size(theme.small, more).x <= area.right() - words;
        say(words, palette.muted, room ? more : name);
        y -= step;
    }
    y -= theme.px(6);
    struct Line {
        Count count;
        const char* name;
    };
    // Each only with the words above that say what the figures are. Most is lost with the unseen;
    // without room for any, the query box says it pair by pair.
    std::vector<Line> lines{{unseen_, text::kNeverSeen}};
    if (y - 2 * step >= top) {
        lines.push_back({trained_, text::kTrainedOn});
    }
    const bool parted = mirrored_.all > 0 && truly_new_.all > 0;
    if (parted && y - 4 * step >= top) {
        lines.insert(lines.begin(), {{truly_new_, text::kTrulyNew}, {mirrored_, text::kMirrored}});
    }
    if (y - step * static_cast<float>(lines.size()) < top) {
        return;
    }
    for (const auto& [count, name] : lines) {
        const std::string share = text::percent(count.share());
        say(area.x, palette.text, share);
        say(area.x + std::max(text_size(theme.small, "100.0 % ").x, swatch) + theme.px(4),
            palette.muted, name);
        y -= step;
    }
    say(area.x, palette.muted, text::kShareRight);
    frame.input.log.fact("map_shares", std::to_string(lines.size()));
}

float MapPanel::least_height(const InsideFrame& frame) const {
    return frame.theme().px(kLeastMap);
}

void MapPanel::draw(const InsideFrame& frame) {
    const Theme& theme = frame.theme();
    look_at(frame);
    const float axis = text_size(theme.small, "a 0").x + theme.px(8);
    const float left = std::max(axis, text_size(theme.small, "200").x + theme.px(8));
    const float foot = theme.small->FontSize + theme.px(5);
    const float side_height =
        query_box_height(theme, frame.area.width, true) + theme.px(7 * kLegendLine);
    const float across = frame.area.width - left;
    const float down = frame.area.height - foot;
    const float over = std::min(across, down - side_height);
    const float alone = std::min(across - theme.px(kMapSide + kMapGap), down);
    const bool stacked = over > alone; // as the map is larger
    const float room = std::max(stacked ? over : alone, theme.px(40));
    const float factor = std::max(ImGui::GetIO().DisplayFramebufferScale.x, 0.1F);
    const int pixels = side_for(frame.p(), static_cast<int>(room * factor));
    const float side = static_cast<float>(pixels) / factor;
    const Rect map{frame.area.x + std::ceil(left), frame.area.y, side, side};
    draw_map(frame, map);
    // With all its lines, where there is room for them.
    const float whole =
        query_box_height(theme, theme.px(kMapSide), true) + theme.px(10 * kLegendLine);
    const Rect beside = stacked
                            ? Rect{frame.area.x, map.bottom() + foot + theme.px(6),
                                   frame.area.width, side_height - theme.px(6)}
                            : Rect{map.right() + theme.px(kMapGap), frame.area.y,
                                   frame.area.right() - map.right() - theme.px(kMapGap),
                                   std::min(frame.area.height, std::max(map.height + foot, whole))};
    draw_side(frame, beside, pixels);
    act_on(frame, map);
}

} // namespace grokscope::ui
