#include "ui/views/path/path_panel.h"

#include "ui/core/claims.h"
#include "ui/core/run_fields.h"
#include "ui/core/run_looks.h"
#include "ui/core/study_controller.h"
#include "ui/core/text.h"
#include "ui/kit/about_button.h"
#include "ui/kit/sheet.h"
#include "ui/kit/widgets.h"
#include "ui/views/path/info.h"
#include "ui/views/path/path_scene.h"
#include "ui/views/path/path_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <numbers>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {

namespace {

using Point = std::array<double, kPathComponents>;

constexpr float kTurnPerPixel = 0.01F; ///< radians, at 100 %
constexpr float kMostLift = 1.5F;
constexpr float kDrag = 3;  ///< pixels from which a press is no click
constexpr float kNear = 14; ///< pixels at 100 % within which a click finds a record

/// The epoch up to which there are weights: of a run at rest, that at which it stands.
std::int32_t last_weights(const RunRecord& run) {
    const std::int32_t stands = run.state == RunState::kRunning ? 0 : run.epoch;
    return std::max({run.last_epoch(), stands, 0});
}

/// Three arms and the frame of the floor, seen through the same eyes as the path. Where their names
/// stand.
std::vector<Rect> draw_axes(const PanelInput& input, const PathCamera& camera,
                            const WeightPath& path, const Rect& area) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    constexpr double kFloor = -kPathSide;
    constexpr double kSide = kPathSide;
    const auto line = [&](const Point& from, const Point& to, const Color& ink) {
        const ScenePoint a = camera(from);
        const ScenePoint b = camera(to);
        list.AddLine({a.x, a.y}, {b.x, b.y}, u32(ink), theme.px(1));
    };
    for (const double at : {-kSide, -kSide / 2, 0.0, kSide / 2, kSide}) {
        line({at, -kSide, kFloor}, {at, kSide, kFloor}, palette.grid);
        line({-kSide, at, kFloor}, {kSide, at, kFloor}, palette.grid);
    }
    const Point corner{-kSide, kSide, kFloor};
    const std::array<Point, 3> ends{Point{kSide, kSide, kFloor}, Point{-kSide, -kSide, kFloor},
                                    Point{-kSide, kSide, kSide}};
    std::vector<Rect> names;
    for (std::size_t i = 0; i < ends.size(); ++i) {
        line(corner, ends[i], palette.muted);
        const std::string name = "PC" + std::to_string(i + 1) + " " + text::percent(path.shares[i]);
        const ImVec2 size = text_size(theme.small, name);
        names.push_back(
            name_behind(camera(corner), camera(ends[i]), size.x, size.y, theme.px(4), area));
        draw_text(list, theme.small, {names.back().x, names.back().y}, palette.muted, name);
    }
    return names;
}

/// An epoch that is named in the picture.
struct Mark {
    ScenePoint at;
    Color ink;
    std::string name;
};

/// What a curve takes of the picture: a small square every few pixels.
std::vector<Rect> cover_of(const std::vector<ScenePoint>& curve, float side) {
    std::vector<Rect> cover;
    for (std::size_t i = 0; i + 1 < curve.size(); ++i) {
        const float x = curve[i + 1].x - curve[i].x;
        const float y = curve[i + 1].y - curve[i].y;
        const int steps = 1 + static_cast<int>(std::hypot(x, y) / (2 * side));
        for (int step = 0; step <= steps; ++step) {
            const float at = static_cast<float>(step) / static_cast<float>(steps);
            cover.push_back(
                {curve[i].x + at * x - side / 2, curve[i].y + at * y - side / 2, side, side});
        }
    }
    return cover;
}

/// The first of `marks` has the first choice of a place for its name, and is drawn last. A name
/// lies on no other, and on the curve only where there is no room beside it.
void draw_marks(const PanelInput& input, const std::vector<Mark>& marks, std::vector<Rect> names,
                const std::vector<ScenePoint>& curve, const Rect& area) {
    const Theme& theme = input.theme;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    std::vector<Rect> taken = cover_of(curve, theme.px(3));
    taken.insert(taken.end(), names.begin(), names.end());
    const float gap = theme.px(8);
    const std::size_t before = names.size();
    for (const Mark& mark : marks) {
        const ImVec2 size = text_size(theme.small, mark.name);
        std::optional<Rect> place = name_beside(mark.at, size.x, size.y, gap, area, taken);
        if (!place) {
            place = name_beside(mark.at, size.x, size.y, gap, area, names);
        }
        names.push_back(
            place.value_or(Rect{mark.at.x + gap, mark.at.y - size.y / 2, size.x, size.y}));
        taken.push_back(names.back());
    }
    for (std::size_t i = marks.size(); i-- > 0;) {
        const Rect& place = names[before + i];
        list.AddRectFilled({place.x - theme.px(2), place.y},
                           {place.right() + theme.px(2), place.bottom()},
                           u32(theme.palette->panel.with_alpha(0.85F)));
        const ImVec2 at{marks[i].at.x, marks[i].at.y};
        list.AddCircleFilled(at, theme.px(5), u32(theme.palette->panel));
        list.AddCircleFilled(at, theme.px(4), u32(marks[i].ink));
        draw_text(list, theme.small, {place.x, place.y}, theme.palette->text, marks[i].name);
    }
}

/// The curve, far pieces first and paler; records after the cursor are thin.
void draw_curve(const PanelInput& input, const std::vector<ScenePoint>& seen, const RunRecord& run,
                std::size_t cursor) {
    const Theme& theme = input.theme;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Color ink = run_style(input.view, run, theme.kind).color;
    std::vector<std::size_t> order(seen.size() < 2 ? 0 : seen.size() - 1);
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = i;
    }
    std::ranges::stable_sort(order, {},
                             [&](std::size_t i) { return seen[i].depth + seen[i + 1].depth; });
    for (const std::size_t i : order) {
        const float depth = std::clamp((seen[i].depth + seen[i + 1].depth) / 4 + 0.5F, 0.0F, 1.0F);
        const Color shade = mix(ink, theme.palette->panel, 0.35F * (1 - depth));
        list.AddLine({seen[i].x, seen[i].y}, {seen[i + 1].x, seen[i + 1].y}, u32(shade),
                     theme.px(i < cursor ? 2.6F : 1.3F));
    }
    for (const ScenePoint& point : seen) {
        list.AddCircleFilled({point.x, point.y}, theme.px(1.8F), u32(ink));
    }
}

/// What one run's picture needs of the mouse.
struct PathTouch {
    bool dragged = false;
    std::optional<std::int32_t> chosen; ///< epoch of the record that was clicked
};

PathTouch touch(const PanelInput& input, const Rect& area, const PathCamera& camera,
                const std::vector<Point>& points, const WeightPath& path, int which) {
    PathTouch touched;
    ImGui::SetCursorScreenPos({area.x, area.y});
    ImGui::PushID(which);
    (void)ImGui::InvisibleButton("picture", {area.width, area.height});
    describe_area(input, "path_picture", area, ImGui::GetItemID(),
                  which == 0 ? std::string_view() : std::string_view("2"));
    const ImGuiIO& io = ImGui::GetIO();
    if (ImGui::IsItemActive() && ImGui::IsMouseDragging(ImGuiMouseButton_Left, kDrag)) {
        PathView& view = input.view.path;
        const float step = kTurnPerPixel / input.theme.scale;
        view.turn =
            std::remainder(view.turn + step * io.MouseDelta.x, 2 * std::numbers::pi_v<float>);
        view.lift = std::clamp(view.lift + step * io.MouseDelta.y, -kMostLift, kMostLift);
        touched.dragged = true;
    } else if (ImGui::IsItemDeactivated() && ImGui::IsItemHovered() &&
               io.MouseDragMaxDistanceSqr[ImGuiMouseButton_Left] < kDrag * kDrag) {
        float nearest = input.theme.px(kNear) * input.theme.px(kNear);
        for (std::size_t i = 0; i < points.size(); ++i) {
            const ScenePoint at = camera(points[i]);
            const float x = at.x - io.MousePos.x;
            const float y = at.y - io.MousePos.y;
            if (x * x + y * y < nearest) {
                nearest = x * x + y * y;
                touched.chosen = path.points[i].epoch;
            }
        }
    }
    ImGui::PopID();
    return touched;
}

/// The path of one run; `which`: 0 the selected one, 1 the pinned one.
void draw_run(const PanelInput& input, const Rect& area, const RunRecord& run, int which) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float line = theme.small->FontSize;
    list.AddRectFilled({area.x, area.y}, {area.right(), area.bottom()}, u32(palette.panel),
                       theme.px(6));
    const StudySubject subject{run.id, last_weights(run)};
    std::shared_ptr<const StudyAnswer> answer;
    if (input.study != nullptr) {
        answer = input.study->answer(StudyKind::kPath, subject, run.life);
        const bool trains = run.state == RunState::kRunning;
        const bool lacks = answer == nullptr || !answer->problem.empty();
        if (lacks && (trains || input.picture == nullptr)) {
            const auto before =
                input.study->newest(StudyKind::kPath, run.id, subject.epoch, run.life);
            answer = before == nullptr ? answer : before;
        }
    }
    const ImVec2 corner{area.x + theme.px(10), area.y + theme.px(8)};
    const float width = area.width - theme.px(20);
    draw_text(list, theme.strong, corner, palette.text,
              fitted(theme.strong, run_label(input.view, run, true), width));
    const ImVec2 under{corner.x, corner.y + theme.strong->FontSize + theme.px(2)};
    const std::string log_name = which == 0 ? "path" : "path2";
    const bool in_window = input.picture == nullptr;
    if (!in_window && (answer == nullptr || !answer->problem.empty())) {
        throw std::runtime_error(answer == nullptr ? text::kPathNotYet : answer->problem);
    }
    if (answer == nullptr || !answer->problem.empty()) {
        const std::string words =
            answer == nullptr ? std::string(text::kPathComputing) : as_sentence(answer->problem);
        list.AddText(theme.small, line, under, u32(palette.muted), words.c_str(), nullptr, width);
        input.log.fact(log_name, answer == nullptr ? "waiting" : answer->problem);
        return;
    }
    const WeightPath& path = answer->path;
    const std::string what = text::kPathOf +
                             text::grouped(static_cast<std::int64_t>(path.points.size())) +
                             text::kPathEpochs + text::grouped(answer->epoch) +
                             (answer->exact ? "" : text::kPathRounded);
    draw_text(list, theme.small, under, palette.muted, fitted(theme.small, what, width));
    const float top = under.y + line + theme.px(14) - area.y;
    const Rect scene{area.x + theme.px(24), area.y + top, area.width - theme.px(48),
                     area.height - top - theme.px(14)};
    const std::vector<Point> points = in_unit_ball(path);
    const PathCamera camera(input.view.path, scene);
    const std::optional<std::size_t> now = record_at(path, input.cursor_epoch());
    list.PushClipRect({area.x, area.y}, {area.right(), area.bottom()}, true);
    std::vector<Rect> names = draw_axes(input, camera, path, area);
    std::vector<ScenePoint> seen(points.size());
    std::ranges::transform(points, seen.begin(), camera);
    draw_curve(input, seen, run, now.value_or(0));
    std::vector<Mark> marks;
    if (now) {
        marks.push_back({seen[*now], palette.accent,
                         text::kPathCursor + text::grouped(path.points[*now].epoch)});
    }
    for (const auto& [kind, name] : {std::pair{MarkKind::kMemorised, text::kPathMemorised},
                                     std::pair{MarkKind::kGrokked, text::kPathGrokked}}) {
        if (const auto epoch = run.mark(kind)) {
            if (const auto at = record_at(path, *epoch + 1)) {
                marks.push_back({seen[*at], palette.text, name + text::grouped(*epoch)});
            }
        }
    }
    draw_marks(input, marks, std::move(names), seen, scene);
    list.PopClipRect();
    if (!in_window) {
        return;
    }
    const PathTouch touched = touch(input, area, camera, points, path, which);
    if (touched.chosen && which == 0) {
        input.view.cursor.hold(*touched.chosen);
    }
    input.log.fact(log_name, std::to_string(path.points.size()) + " records, " +
                                 text::percent(path.shares[0]) + ", at " +
                                 (now ? std::to_string(path.points[*now].epoch) : "-"));
}

/// The selected run and the pinned one beside it, or below where that is narrow; asks for what they
/// lack.
void draw_runs(const PanelInput& input, const Rect& area, const RunRecord& run,
               const RunRecord* other) {
    const Theme& theme = input.theme;
    std::vector<StudySubject> subjects{{run.id, last_weights(run)}};
    std::vector<std::uint32_t> lives{run.life};
    if (other != nullptr) {
        subjects.push_back({other->id, last_weights(*other)});
        lives.push_back(other->life);
    }
    if (input.study != nullptr) {
        input.study->want(StudyKind::kPath, std::move(subjects), std::move(lives));
        input.draw_again(input.study->next_change());
    }
    const float gap = theme.px(14);
    const bool in_row = other == nullptr || area.width >= theme.px(640);
    const float count = other == nullptr ? 1 : 2;
    const float across = in_row ? (area.width - gap * (count - 1)) / count : area.width;
    const float down = in_row ? area.height : (area.height - gap) / 2;
    draw_run(input, {area.x, area.y, across, down}, run, 0);
    if (other != nullptr) {
        draw_run(input,
                 {area.x + (in_row ? across + gap : 0), area.y + (in_row ? 0 : down + gap), across,
                  down},
                 *other, 1);
    }
}

/// Why there is none, or nothing.
std::string words_without_path(const RunRecord* run) {
    Facts facts;
    facts.run = moment_at(run, run == nullptr ? -1 : run->last_epoch());
    return claim(Place::kPath, facts).words;
}

} // namespace

bool PathPanel::draw(const PanelInput& input, const Rect& window) {
    const Theme& theme = input.theme;
    const RunRecord* run = input.selected();
    const bool stays = begin_sheet(
        input, window,
        {.id = "##path", .title = kPathInfo.title, .close = "close_path", .width = 1180});
    const std::string said = words_without_path(run);
    input.log.fact("path said", said);
    if (!said.empty()) {
        paragraph(theme.text, theme.palette->text, said);
    } else {
        const ImVec2 corner = ImGui::GetCursorScreenPos();
        const float width = ImGui::GetContentRegionAvail().x;
        const float above = corner.y - ImGui::GetWindowPos().y;
        const float high =
            std::max(window.height - theme.px(24) - above - theme.px(112), theme.px(260));
        const float most = std::min(high, theme.px(760));
        draw_runs(input, {corner.x, corner.y, width, most}, *run, input.compared());
        ImGui::SetCursorScreenPos(corner);
        ImGui::Dummy({width, most});
        if (button(input, {.control = "path_front", .label = text::kPathFront})) {
            input.view.path.turn = PathView{}.turn;
            input.view.path.lift = PathView{}.lift;
        }
        ImGui::SameLine(0, theme.px(12));
        text_in(theme.mono, theme.palette->muted, text::kPathCommand);
        paragraph(theme.small, theme.palette->muted, text::kPathNote);
    }
    about_sheet_button(input, kPathInfo.name);
    end_sheet();
    return stays;
}

void PathPanel::draw_picture(const PanelInput& input, const Rect& area) {
    const Theme& theme = input.theme;
    const RunRecord* run = input.selected();
    if (const std::string said = words_without_path(run); !said.empty()) {
        throw std::runtime_error(said);
    }
    const float pad = theme.px(22);
    ImGui::SetCursorScreenPos({area.x + pad, area.y + theme.px(14)});
    text_in(theme.figure, theme.palette->text, kPathInfo.title);
    const float top = ImGui::GetCursorScreenPos().y + theme.px(4);
    draw_runs(input, {area.x + pad, top, area.width - 2 * pad, area.bottom() - top - pad}, *run,
              input.compared());
}

} // namespace grokscope::ui
