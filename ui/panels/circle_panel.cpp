#include "ui/panels/circle_panel.h"

#include "ui/panels/circle_picture.h"
#include "ui/panels/picture_kit.h"
#include "ui/picture_text.h"
#include "ui/text.h"
#include "ui/widgets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>

namespace grokscope::ui {
namespace {

/// Seconds a point takes to its new place.
constexpr double kGlide = 0.15;
/// Embeddings whose roundness is computed per frame and frequency: under 2 ms.
constexpr int kHistoryPerFrame = 40;
constexpr std::size_t kMostCircles = 5;

std::string two_digits(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f", value);
    return text;
}

std::string three_digits(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", value);
    return text;
}

} // namespace

void CirclePanel::draw_header(const PanelInput& input, const RunRecord* run, int frequency) {
    ViewState& view = input.view;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {input.theme.px(8), input.theme.px(2)});
    ImGui::AlignTextToFramePadding();
    card_title(input, text::kCircle);
    const int last = run == nullptr ? 1 : std::max(run->config.p / 2, 1);
    ImGui::SameLine(0, input.theme.px(10));
    const std::string name = "k = " + std::to_string(frequency);
    const std::array steps{Choice{"circle_previous", "<", false},
                           Choice{"circle_frequency", name.c_str(), false},
                           Choice{"circle_next", ">", false}};
    if (const auto pressed = choose(input, steps); pressed && run != nullptr) {
        if (*pressed == 1) {
            ImGui::OpenPopup("circle_frequencies");
        } else {
            view.frequency = (frequency - 1 + (*pressed == 0 ? last - 1 : 1)) % last + 1;
        }
    }
    if (ImGui::BeginPopup("circle_frequencies")) {
        if (run != nullptr) {
            for (const int k : key_frequencies_at(*run, run->last_epoch())) {
                if (ImGui::Selectable(("k = " + std::to_string(k)).c_str(), k == frequency)) {
                    view.frequency = k;
                }
            }
            ImGui::Separator();
            int chosen = frequency;
            ImGui::SetNextItemWidth(input.theme.px(120));
            if (ImGui::SliderInt("##k", &chosen, 1, last, "k = %d", ImGuiSliderFlags_AlwaysClamp)) {
                view.frequency = chosen;
            }
            describe_item(input, "circle_slider");
        }
        ImGui::EndPopup();
    }
    ImGui::SameLine(0, input.theme.px(6));
    const std::array automatic{
        Choice{"circle_strongest", text::kStrongest, !view.frequency.has_value()}};
    if (choose(input, automatic)) {
        view.frequency = view.frequency ? std::nullopt : std::optional(frequency);
    }
    ImGui::SameLine(0, input.theme.px(10));
    if (ImGui::GetContentRegionAvail().x < input.theme.px(170)) {
        ImGui::NewLine();
    }
    const std::array layouts{
        Choice{"circle_one", text::kOne, view.circle.layout == CircleLayout::kOne},
        Choice{"circle_before", text::kBeforeNow, view.circle.layout == CircleLayout::kBeforeNow},
        Choice{"circle_keys", text::kKeys, view.circle.layout == CircleLayout::kKeyFrequencies}};
    if (const auto pressed = choose(input, layouts)) {
        view.circle.layout = static_cast<CircleLayout>(*pressed);
    }
    ImGui::PopStyleVar();
}

void CirclePanel::forget_other_runs(const RunRecord& run) {
    if (run.id != run_ || run.generation != generation_) {
        run_ = run.id;
        generation_ = run.generation;
        slots_.clear();
        histories_.clear();
    }
}

CirclePanel::Slot& CirclePanel::slot(const PanelInput& input, const RunRecord& run,
                                     const Which& which) {
    Slot& slot = slots_[which];
    slot.used = true;
    const EmbeddingFrame* frame = &run.embeddings.front();
    if (!which.start) {
        const EmbeddingFrame* found = input.view.cursor.live
                                          ? &run.embeddings.back()
                                          : run.embedding_at(input.cursor_epoch());
        frame = found == nullptr ? frame : found;
    }
    if (frame->epoch != slot.epoch) {
        slot.epoch = frame->epoch;
        slot.circle = project_circle(frame->values, frame->p, frame->d_model, which.frequency);
        slot.chance = shuffled_order(frame->values, frame->p, frame->d_model, which.frequency);
        slot.gliding = input.view.circle.glide && slot.shown.size() == slot.circle.points.size();
        slot.from = slot.shown;
        slot.shown = slot.circle.points;
        slot.since = input.facts.seconds;
        if (input.log.on()) {
            input.log.note(which.start ? "circle_start" : "circle",
                           "k " + std::to_string(which.frequency) + " epoch " +
                               std::to_string(slot.epoch) + " R " +
                               three_digits(slot.circle.order) + " shuffled " +
                               three_digits(slot.chance));
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

const CircleHistory& CirclePanel::history(const RunRecord& run, int frequency) {
    CircleHistory& result = histories_[frequency];
    if (!result.update(run, frequency, kHistoryPerFrame)) {
        animating_ = true;
    }
    return result;
}

void CirclePanel::draw_one(const PanelInput& input, const RunRecord& run, const Which& which,
                           const Rect& area, bool large) {
    const Theme& theme = input.theme;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Slot& now = slot(input, run, which);
    const float line = theme.small->FontSize;
    if (!now.circle.has_plane) {
        put_paragraph(list, theme.text, theme.palette->muted, area, theme.px(260), text::kNoPlane);
        return;
    }
    const Rect square{area.x, area.y, area.width, area.height - (large ? 0 : line + theme.px(4))};
    const float radius = std::max(history(run, which.frequency).radius(), now.circle.radius);
    const std::optional<ImVec2> mouse =
        hovered_ ? std::optional(ImGui::GetIO().MousePos) : std::nullopt;
    const int p = static_cast<int>(now.shown.size());
    const auto token =
        draw_circle(list, theme, square, {p, which.frequency, now.shown, radius, large}, mouse);
    if (token) {
        const std::vector<int> sequence = ring_sequence(p, which.frequency);
        const auto at = std::find(sequence.begin(), sequence.end(), *token) - sequence.begin();
        const int next = sequence[static_cast<std::size_t>(at + 1) % sequence.size()];
        ImGui::PushFont(theme.small);
        ImGui::SetTooltip("number %d\nnext on the ring: %d + %d = %d", *token, *token,
                          (next - *token + p) % p, next);
        ImGui::PopFont();
    }
    std::string caption;
    if (which.start) {
        caption = std::string(text::kAtStart) + ", R " + two_digits(now.circle.order);
    } else if (!large) {
        caption = "k = " + std::to_string(which.frequency) + "   R " +
                  three_digits(now.circle.order) + " (" + two_digits(now.chance) + ")";
    }
    if (!caption.empty()) {
        put_text(list, theme.small, theme.palette->muted,
                 {area.x + area.width / 2, area.bottom() - line}, Align::kCentre,
                 fitted(theme.small, caption, area.width));
    }
}

void CirclePanel::draw_caption(const PanelInput& input, const RunRecord& run, int frequency,
                               const Rect& area) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Slot& now = slot(input, run, {frequency, false});
    if (!now.circle.has_plane) {
        return;
    }
    const bool ring = now.circle.order >= kRingFrom;
    float x = put_text(list, theme.strong, palette.text, {area.x, area.y}, Align::kLeft,
                       "R = " + three_digits(now.circle.order))
                  .right();
    put_text(list, theme.text, ring ? palette.text : palette.muted, {x + theme.px(10), area.y},
             Align::kLeft, ring ? text::kARing : text::kNoRing);
    const float curve = std::min(area.width * 0.42F, theme.px(260));
    const float room = area.width - curve - theme.px(34); // left of the curve and its scale
    put_text(list, theme.small, palette.muted,
             {area.x, area.y + theme.strong->FontSize + theme.px(4)}, Align::kLeft,
             fitted(theme.small,
                    std::string(text::kShuffled) + " " + two_digits(now.chance) + ", epoch " +
                        text::grouped(now.epoch),
                    room));
    const Rect plot{area.right() - curve, area.y + theme.px(2), curve, area.height - theme.px(4)};
    draw_order_curve(list, theme, plot, history(run, frequency), now.chance, now.epoch);
    ImGui::SetCursorScreenPos({area.x, area.y});
    ImGui::InvisibleButton("circle_caption", {area.width, area.height});
    describe_item(input, "circle_roundness");
}

void CirclePanel::draw(const PanelInput& input) {
    animating_ = false;
    const RunRecord* run = input.selected();
    const bool empty = run == nullptr || run->embeddings.empty() || run->spectra.empty();
    const int frequency = empty ? 1 : shown_frequency(input, *run);
    draw_header(input, empty ? nullptr : run, frequency);
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    const ImVec2 room = ImGui::GetContentRegionAvail();
    Rect area{std::floor(corner.x), std::floor(corner.y), std::floor(room.x), std::floor(room.y)};
    if (area.width < 80 || area.height < 80) {
        return; // nothing readable fits
    }
    const Theme& theme = input.theme;
    if (empty) {
        put_paragraph(*ImGui::GetWindowDrawList(), theme.text, theme.palette->muted, area,
                      theme.px(320), text::kEmptyCircle);
        return;
    }
    forget_other_runs(*run);
    for (auto& [which, one] : slots_) {
        one.used = false;
    }
    const float caption = area.height > theme.px(150) ? theme.px(42) : 0;
    const Rect picture{area.x, area.y + theme.px(2), area.width,
                       area.height - caption - theme.px(8)};
    ImGui::InvisibleButton("circle_picture", {picture.width, picture.height});
    describe_area(input, "circle_picture", picture, ImGui::GetItemID());
    hovered_ = ImGui::IsItemHovered();
    if (hovered_) {
        input.view.hint_next = text::kHintCircle;
    }
    if (input.log.on()) {
        input.log.control("circle_picture", picture);
    }
    switch (input.view.circle.layout) {
    case CircleLayout::kOne:
        draw_one(input, *run, {frequency, false}, picture, true);
        break;
    case CircleLayout::kBeforeNow: {
        const float half = std::floor(picture.width / 2);
        draw_one(input, *run, {frequency, true}, {picture.x, picture.y, half, picture.height},
                 false);
        draw_one(input, *run, {frequency, false},
                 {picture.x + half, picture.y, half, picture.height}, false);
        break;
    }
    case CircleLayout::kKeyFrequencies: {
        std::vector<int> shown;
        for (const int k : key_frequencies_at(*run, run->last_epoch())) {
            shown.push_back(k);
        }
        if (shown.empty()) {
            shown.push_back(frequency);
        }
        shown.resize(std::min(shown.size(), kMostCircles));
        // Rows and columns that give the largest squares.
        int columns = 1;
        float best = 0;
        const auto count = static_cast<int>(shown.size());
        for (int c = 1; c <= count; ++c) {
            const int rows = (count + c - 1) / c;
            const float side = std::min(picture.width / static_cast<float>(c),
                                        picture.height / static_cast<float>(rows));
            if (side > best) {
                best = side;
                columns = c;
            }
        }
        const int rows = (count + columns - 1) / columns;
        const float width = std::floor(picture.width / static_cast<float>(columns));
        const float height = std::floor(picture.height / static_cast<float>(rows));
        for (int i = 0; i < count; ++i) {
            draw_one(input, *run, {shown[static_cast<std::size_t>(i)], false},
                     {picture.x + width * static_cast<float>(i % columns),
                      picture.y + height * static_cast<float>(i / columns), width, height},
                     count == 1);
        }
        break;
    }
    }
    if (caption > 0) {
        draw_caption(input, *run, frequency,
                     {area.x, area.bottom() - caption, area.width, caption});
    }
    std::erase_if(slots_, [](const auto& entry) { return !entry.second.used; });
}

} // namespace grokscope::ui
