#include "ui/views/circle/circle_panel.h"

#include "engine/protocol/frequencies.h"
#include "ui/core/claims.h"
#include "ui/core/operation_text.h"
#include "ui/core/picture_text.h"
#include "ui/core/text.h"
#include "ui/kit/panel_guard.h"
#include "ui/kit/picture_kit.h"
#include "ui/kit/widgets.h"
#include "ui/views/circle/circle_header.h"
#include "ui/views/circle/circle_picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <string>

namespace grokscope::ui {
namespace {

/// Seconds a point takes to its new place.
constexpr double kGlide = 0.15;
/// Embeddings whose figures are computed per frame: under 2 ms for all frequencies together, about
/// 3 for the principal components.
constexpr int kHistoryPerFrame = 40;
constexpr int kPcaPerFrame = 1;
constexpr std::size_t kMostCircles = 5;
/// Width at 100 % below which the course of R is left out.
constexpr float kLeastCurve = 80;

std::string digits(double value, int decimals) {
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    return text;
}

/// Of the lines under the circle: two, one where it is low, none where it is lower still.
float caption_height(const Theme& theme, float height) {
    return height > theme.px(150) ? theme.px(42) : height > theme.px(96) ? theme.px(20) : 0;
}

/// "components 1, 2" of the plane with number 0.
std::string components(int plane) {
    return std::string(text::kComponents) + " " + std::to_string(2 * plane + 1) + ", " +
           std::to_string(2 * plane + 2);
}

} // namespace

void CirclePanel::look(const Pane& pane, const Which& which, const EmbeddingFrame& frame,
                       Slot& slot) {
    if (which.plane == CirclePlane::kFrequency) {
        const int order = pane.index.order();
        slot.circle = project_circle(OrderedRows(frame, pane.index).values(), order, frame.d_model,
                                     which.number);
        slot.chance = slot.circle.has_plane
                          ? chances_.along_frequency(order, frame.d_model, which.number)
                          : RingChance{};
        slot.shape = ring_shape(slot.circle, slot.chance);
        slot.epoch = frame.epoch; // now that nothing was thrown
        return;
    }
    PcaAt& at = pane.canvas.pca_at[which.start ? 0 : 1];
    if (at.epoch != frame.epoch) {
        at.planes = project_pca(OrderedRows(frame, pane.index).values(), pane.index.order(),
                                frame.d_model, &pane.canvas.pca.reference());
        at.epoch = frame.epoch;
    }
    slot.epoch = frame.epoch;
    const PcaPlane& plane = at.planes[static_cast<std::size_t>(which.number)];
    slot.circle = plane.view;
    slot.variance = plane.variance;
    slot.chance =
        plane.view.has_plane ? chances_.along_components(pane.index.order()) : RingChance{};
    slot.shape = ring_shape(plane.view, slot.chance);
}

CirclePanel::Slot& CirclePanel::slot(const Pane& pane, const Which& which) {
    const PanelInput& input = pane.input;
    Slot& slot = pane.canvas.slots[which];
    slot.used = true;
    const EmbeddingFrame* frame = &pane.run.embeddings.front();
    if (!which.start) {
        const EmbeddingFrame* found =
            pane.run.embedding_at(pictured_epoch(pane.run, input.cursor_epoch()));
        frame = found == nullptr ? frame : found;
    }
    if (frame->epoch != slot.epoch) {
        look(pane, which, *frame, slot);
        slot.gliding =
            input.view.settings.circle.glide && slot.shown.size() == slot.circle.points.size();
        slot.from = slot.shown;
        slot.shown = slot.circle.points;
        slot.since = input.facts.seconds;
        if (input.log.on()) {
            input.log.note(
                which.start ? "circle_start" : "circle",
                (which.plane == CirclePlane::kFrequency ? "k " + std::to_string(which.number)
                                                        : components(which.number)) +
                    " run " + std::to_string(static_cast<std::uint32_t>(pane.run.id)) + " epoch " +
                    std::to_string(slot.epoch) + " R " + digits(slot.circle.order, 3) +
                    " roundness " + digits(slot.circle.roundness, 3) + " chance " +
                    digits(slot.chance.order, 3) + " " + digits(slot.chance.roundness, 3) + " " +
                    ring_words(pane, slot));
        }
    }
    glide(input, slot);
    return slot;
}

void CirclePanel::glide(const PanelInput& input, Slot& slot) {
    if (!slot.gliding) {
        return;
    }
    const double t = std::clamp((input.facts.seconds - slot.since) / kGlide, 0.0, 1.0);
    const auto share = static_cast<float>(t * t * (3 - 2 * t));
    for (std::size_t i = 0; i < slot.shown.size(); ++i) {
        const PlanePoint& to = slot.circle.points[i];
        slot.shown[i] = {slot.from[i].x + share * (to.x - slot.from[i].x),
                         slot.from[i].y + share * (to.y - slot.from[i].y)};
    }
    slot.gliding = t < 1;
    if (!slot.gliding) {
        slot.shown = slot.circle.points; // exactly, whatever was drawn before
    }
    animating_ = animating_ || slot.gliding;
}

std::span<const CircleHistory::Entry> CirclePanel::history(const Pane& pane, const Which& which) {
    if (which.plane == CirclePlane::kComponents) {
        return pane.canvas.pca.entries(which.number);
    }
    return pane.canvas.histories[which.number].entries();
}

float CirclePanel::radius(const Pane& pane, const Which& which) {
    const float now = slot(pane, which).circle.radius;
    if (which.plane == CirclePlane::kComponents) {
        return std::max(pane.canvas.pca.radius(), now);
    }
    CircleHistory& known = pane.canvas.histories[which.number];
    if (!known.update(pane.run, pane.index, which.number, history_per_cell_)) {
        animating_ = true;
    }
    return std::max(known.radius(), now);
}

void CirclePanel::draw_cell(const Pane& pane, const Cell& cell, float radius) {
    const Theme& theme = pane.input.theme;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Slot& now = slot(pane, cell.which);
    const float line = theme.small->FontSize;
    const Rect& area = cell.area;
    const bool fourier = cell.which.plane == CirclePlane::kFrequency;
    if (!now.circle.has_plane) {
        const bool alternates = frequency_dimensions(cell.which.number, pane.index.order()) == 1;
        const char* const why = !alternates                ? text::kNoPlane
                                : pane.index.is_identity() ? text::kAlternates
                                                           : text::kAlternatesInGroup;
        put_paragraph(list, theme.text, theme.palette->muted, area, theme.px(260),
                      fourier ? why : text::kNoComponents);
        return;
    }
    const Rect square{area.x, area.y, area.width,
                      area.height - (cell.large ? 0 : line + theme.px(4))};
    const ImVec2 at = ImGui::GetIO().MousePos;
    const std::optional<ImVec2> mouse =
        hovered_ && area.contains(at.x, at.y) ? std::optional(at) : std::nullopt;
    const int order = static_cast<int>(now.shown.size());
    const std::string across = "PC " + std::to_string(2 * cell.which.number + 1);
    const std::string up = "PC " + std::to_string(2 * cell.which.number + 2);
    const auto token = draw_circle(list, theme, square,
                                   {.numbers = pane.index.elements(),
                                    .frequency = now.circle.frequency,
                                    .points = now.shown,
                                    .radius = radius,
                                    .labels = cell.large,
                                    .across = fourier ? text::kCosineAxis : across.c_str(),
                                    .up = fourier ? text::kSineAxis : up.c_str()},
                                   mouse);
    if (token) {
        // The next place of the ring; where gcd(k, n) > 1 several numbers share one.
        const std::vector<int> sequence = ring_sequence(order, now.circle.frequency);
        const auto now_at = static_cast<std::size_t>(
            std::find(sequence.begin(), sequence.end(), *token) - sequence.begin());
        const int shared = std::gcd(order, now.circle.frequency);
        const auto next_place =
            (now_at / static_cast<std::size_t>(shared) + 1) * static_cast<std::size_t>(shared);
        const int next = sequence[next_place % sequence.size()];
        const int step = pane.index.element((next - *token + order) % order);
        const Operation stepping =
            pane.index.is_identity() ? Operation::kAdd : Operation::kMultiply;
        const int number = pane.index.element(*token);
        const std::string mates =
            shared > 1 ? "\n" + std::to_string(shared) + text::kShareAPlace : std::string();
        ImGui::PushFont(theme.small);
        ImGui::SetTooltip("number %d\nnext on the ring of k = %d: %s = %d%s", number,
                          now.circle.frequency, expression(stepping, number, step).c_str(),
                          pane.index.element(next), mates.c_str());
        ImGui::PopFont();
    }
    if (cell.large) {
        return;
    }
    // R alone would call a star with one long ray perfect: roundness goes with it.
    const std::string figures =
        "R " + digits(now.circle.order, 3) + text::kRoundness + digits(now.circle.roundness, 2);
    const std::string k = "k = " + std::to_string(now.circle.frequency);
    std::string caption; // the longest that fits
    if (cell.which.start) {
        Facts facts;
        facts.first_epoch = now.epoch;
        const std::string first = claim(Place::kFirstCircle, facts).words;
        caption = first_that_fits(theme.small, area.width, {first + ", " + figures, first});
    } else if (fourier) {
        caption = first_that_fits(theme.small, area.width, {k + "   " + figures, k});
    } else {
        const std::string name = across + ", " + std::to_string(2 * cell.which.number + 2);
        caption = first_that_fits(theme.small, area.width,
                                  {name + ": " + k + "   " + figures, name + ": " + k, k});
    }
    const bool chosen = fourier && cell.which.number == pane.frequency &&
                        circle_layout(pane.input) == CircleLayout::kKeyFrequencies;
    put_text(list, theme.small, chosen ? theme.palette->text : theme.palette->muted,
             {area.x + area.width / 2, area.bottom() - line}, Align::kCentre,
             fitted(theme.small, caption, area.width));
}

std::string CirclePanel::ring_words(const Pane& pane, const Slot& slot) {
    return circle_in_words(
        facts_of_circle(pane.run, slot.shape, slot.epoch, pane.input.cursor_epoch()), slot.epoch);
}

void CirclePanel::draw_caption(const Pane& pane, const Rect& area) {
    const PanelInput& input = pane.input;
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Which which{circle_plane(input), along_frequency(input) ? pane.frequency : 0, false};
    const Slot& now = slot(pane, which);
    if (!now.circle.has_plane) {
        return;
    }
    const bool low = area.height < theme.px(40);
    const bool wide = area.width > theme.px(280) && !low && !before_after(input);
    const std::string words = ring_words(pane, now);
    const float spoken = text_size(theme.strong, words).x + theme.px(34);
    const float beside = wide ? std::min(area.width * 0.42F, theme.px(260)) : 0;
    const float left = std::min(beside, area.width - spoken); // the words come first
    const float curve = left >= theme.px(kLeastCurve) ? left : 0;
    const float room = area.width - curve - theme.px(curve > 0 ? 34 : 0);
    const std::string k = "k = " + std::to_string(now.circle.frequency);
    // Where no button above the circle says which frequency it is, or says another one: of two runs
    // with different p, one may not have the frequency of the other.
    const bool elsewhere = pane.frequency != shown_frequency(input, *input.selected());
    const std::string order =
        in_plain_order(input, pane.run) ? std::string(text::kPlainOrder) + ", " : "";
    const std::string named = order + (theme.presenting || elsewhere ? k + ", " : "");
    const std::string figures =
        "R " + digits(now.circle.order, 3) + text::kRoundness + digits(now.circle.roundness, 3);
    input.log.fact("ring", words);
    put_text(list, theme.strong, now.shape == RingShape::kNone ? palette.muted : palette.text,
             {area.x, area.y}, Align::kLeft,
             fitted(theme.strong, (low ? named : "") + words, room));
    const std::string epoch = ", epoch " + text::grouped(now.epoch);
    const std::string chance =
        text::kByChance + digits(now.chance.order, 2) + " / " + digits(now.chance.roundness, 2);
    const std::string share = ", " + digits(100 * now.variance, 0) + " %" + text::kOfVariance;
    const std::string brief =
        "R " + digits(now.circle.order, 3) + text::kRound + digits(now.circle.roundness, 2);
    const std::string second =
        which.plane == CirclePlane::kFrequency
            ? first_that_fits(theme.small, room,
                              {named + figures + chance + epoch, named + figures + epoch,
                               named + brief + epoch, named + brief, brief})
            : first_that_fits(theme.small, room,
                              {k + ", " + figures + chance + share + epoch,
                               k + ", " + figures + share + epoch, k + ", " + brief + epoch,
                               brief + epoch, brief});
    if (!low) {
        put_text(list, theme.small, palette.muted,
                 {area.x, area.y + theme.strong->FontSize + theme.px(4)}, Align::kLeft, second);
    }
    ImGui::SetCursorScreenPos({area.x, area.y});
    ImGui::PushID(&pane.canvas);
    ImGui::InvisibleButton("circle_caption", {area.width, area.height});
    ImGui::PopID();
    const bool over = ImGui::IsItemHovered();
    const bool clicked = ImGui::IsItemClicked(ImGuiMouseButton_Left);
    describe_item(input, along_frequency(input) ? "circle_roundness" : "circle_components",
                  pane.alone ? "" : std::to_string(static_cast<std::uint32_t>(pane.run.id)));
    if (curve <= 0) {
        return;
    }
    const Rect plot{area.right() - curve, area.y + theme.px(2), curve, area.height - theme.px(4)};
    draw_order_curve(list, theme, plot, history(pane, which), pane.newest, now.chance.order,
                     now.epoch);
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    if (over && plot.contains(mouse.x, mouse.y)) {
        const auto there = static_cast<std::int32_t>((mouse.x - plot.x) / plot.width *
                                                     static_cast<float>(std::max(pane.newest, 1)));
        input.view.hovered_epoch_next = there;
        if (clicked) {
            input.view.cursor.hold(there);
            input.view.replaying = false;
        }
    }
}

std::vector<CirclePanel::Cell> CirclePanel::small_multiples(const std::vector<Which>& planes,
                                                            const Rect& area) const {
    // Rows and columns that give the largest squares.
    const auto count = static_cast<int>(planes.size());
    int columns = 1;
    float best = 0;
    for (int c = 1; c <= count; ++c) {
        const int rows = (count + c - 1) / c;
        const float side =
            std::min(area.width / static_cast<float>(c), area.height / static_cast<float>(rows));
        if (side > best) {
            best = side;
            columns = c;
        }
    }
    const int rows = (count + columns - 1) / columns;
    const float width = std::floor(area.width / static_cast<float>(columns));
    const float height = std::floor(area.height / static_cast<float>(rows));
    std::vector<Cell> result;
    for (int i = 0; i < count; ++i) {
        result.push_back({planes[static_cast<std::size_t>(i)],
                          {area.x + width * static_cast<float>(i % columns),
                           area.y + height * static_cast<float>(i / columns), width, height},
                          count == 1});
    }
    return result;
}

std::vector<CirclePanel::Cell> CirclePanel::cells(const Pane& pane, const Rect& area) const {
    const CirclePlane plane = circle_plane(pane.input);
    const Which one{plane, along_frequency(pane.input) ? pane.frequency : 0, false};
    switch (circle_layout(pane.input)) {
    case CircleLayout::kOne:
        break;
    case CircleLayout::kBeforeNow: {
        const float half = std::floor(area.width / 2);
        return {{{one.plane, one.number, true}, {area.x, area.y, half, area.height}},
                {one, {area.x + half, area.y, half, area.height}}};
    }
    case CircleLayout::kKeyFrequencies: {
        std::vector<Which> planes;
        if (plane == CirclePlane::kComponents) {
            for (int number = 0; number < kPcaPlanes; ++number) {
                planes.push_back({plane, number, false});
            }
        } else {
            for (const int k : key_frequencies_at(pane.run, pane.run.last_epoch())) {
                if (k >= 1 && k <= largest_frequency(pane.index.order()) &&
                    &pane.index == &pane.run.task.group) { // else there is no such circle
                    planes.push_back({plane, k, false});
                }
            }
            planes.resize(std::min(planes.size(), kMostCircles));
        }
        return small_multiples(planes.empty() ? std::vector{one} : planes, area);
    }
    }
    return {{one, area, true}};
}

void CirclePanel::draw_panes(const PanelInput& input, const Rect& area,
                             std::span<const RunRecord* const> runs) {
    const Theme& theme = input.theme;
    const bool alone = runs.size() == 1;
    const float gap = alone ? 0 : theme.px(10);
    const float name = alone ? 0 : theme.small->FontSize + theme.px(5);
    const float caption = caption_height(theme, area.height);
    const float width =
        std::floor((area.width - gap) / static_cast<float>(std::max<std::size_t>(runs.size(), 1)));
    std::vector<Pane> panes;
    std::vector<std::vector<Cell>> all;
    std::int32_t newest = 0;
    for (const RunRecord* run : runs) {
        newest = std::max(newest, run->embeddings.back().epoch);
    }
    for (const RunRecord* run : runs) {
        Canvas& canvas = canvases_[panes.size()];
        const GroupIndex& index = run->task.index(input.view.settings.plain_order);
        if (canvas.run != run->id || canvas.generation != run->generation ||
            canvas.plain != index.is_identity()) {
            canvas = {};
            canvas.plain = index.is_identity();
            canvas.run = run->id;
            canvas.generation = run->generation;
        }
        for (auto& [which, one] : canvas.slots) {
            one.used = false;
        }
        if (!along_frequency(input) && !canvas.pca.update(*run, index, kPcaPerFrame)) {
            animating_ = true;
        }
        const float x = area.x + (panes.empty() ? 0 : width + gap);
        panes.push_back({input,
                         *run,
                         index,
                         canvas,
                         {x, area.y, width, area.height},
                         shown_frequency(input, *run),
                         alone,
                         newest});
        all.push_back(cells(panes.back(), {x, area.y + theme.px(2) + name, width,
                                           area.height - name - caption - theme.px(8)}));
    }
    std::size_t count = 0;
    for (const std::vector<Cell>& of_pane : all) {
        count += of_pane.size();
    }
    history_per_cell_ = std::max(kHistoryPerFrame / static_cast<int>(count), 1);
    float shared = 0;
    for (std::size_t i = 0; i < panes.size(); ++i) {
        for (const Cell& cell : all[i]) {
            shared = std::max(shared, radius(panes[i], cell.which));
        }
    }
    ImDrawList& list = *ImGui::GetWindowDrawList();
    for (std::size_t i = 0; i < panes.size(); ++i) {
        const Pane& pane = panes[i];
        if (!alone) {
            put_run_name(input, list, pane.run, {pane.area.x, pane.area.y}, pane.area.width);
        }
        for (const Cell& cell : all[i]) {
            // Circles of several frequencies of one run each fill their own square.
            const bool own = alone && along_frequency(input) &&
                             circle_layout(input) == CircleLayout::kKeyFrequencies;
            draw_cell(pane, cell, own ? radius(pane, cell.which) : shared);
        }
        if (caption > 0) {
            draw_caption(pane,
                         {pane.area.x, pane.area.bottom() - caption, pane.area.width, caption});
        }
        std::erase_if(pane.canvas.slots, [](const auto& entry) { return !entry.second.used; });
    }
}

void CirclePanel::draw(const PanelInput& input) {
    animating_ = false;
    const auto has_pictures = [](const RunRecord* run) {
        return run != nullptr && !run->embeddings.empty() && !run->spectra.empty();
    };
    const RunRecord* run = input.selected();
    const bool empty = !has_pictures(run);
    const bool usual = (run == nullptr || !in_plain_order(input, *run)) &&
                       (before_after(input) ||
                        (circle_layout(input) == CircleLayout::kOne && along_frequency(input)));
    // A room looks at the picture: the buttons would take half. What differs from the usual can be
    // set back.
    if (!input.theme.presenting || !usual) {
        draw_circle_header(input, empty ? nullptr : run, empty ? 1 : shown_frequency(input, *run));
    }
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    const ImVec2 room = ImGui::GetContentRegionAvail();
    const Rect area{std::floor(corner.x), std::floor(corner.y), std::floor(room.x),
                    std::floor(room.y)};
    if (area.width < 80 || area.height < 80) {
        return; // nothing readable fits
    }
    if (empty) {
        put_paragraph(*ImGui::GetWindowDrawList(), input.theme.text, input.theme.palette->muted,
                      area, input.theme.px(320),
                      claim(Place::kEmptyCircle, facts_of(input.book, input.view)).words);
        return;
    }
    const float caption = caption_height(input.theme, area.height);
    const Rect picture{area.x, area.y, area.width, area.height - caption - input.theme.px(6)};
    ImGui::InvisibleButton("circle_picture", {picture.width, picture.height});
    describe_area(input, "circle_picture", picture, ImGui::GetItemID());
    hovered_ = ImGui::IsItemHovered();
    if (hovered_) {
        input.view.hint_next = !along_frequency(input)       ? text::kHintPca
                               : run->task.group.empty()     ? text::kHintNoGroup
                               : in_plain_order(input, *run) ? text::kHintPlainCircle
                                                             : text::kHintCircle;
    }
    std::vector<const RunRecord*> runs{run};
    if (has_pictures(input.compared())) {
        runs.push_back(input.compared());
    }
    draw_guarded(input, "circle_picture", area, [&] { draw_panes(input, area, runs); });
    input.draw_again(animating_ ? input.facts.seconds : kNever);
}

} // namespace grokscope::ui
