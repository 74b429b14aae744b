#include "ui/views/wavetable/wavetable_panel.h"

#include "ui/core/claims.h"
#include "ui/core/operation_text.h"
#include "ui/core/picture_text.h"
#include "ui/core/text.h"
#include "ui/kit/panel_guard.h"
#include "ui/kit/widgets.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace grokscope::ui {
namespace {

/// Records in one row, at most.
constexpr int kLongestStride = 1 << 30;

bool is_mode(const PanelInput& input, WavetableMode mode) {
    return input.view.settings.wavetable.mode == mode;
}
bool is_scale(const PanelInput& input, WavetableScale scale) {
    return input.view.settings.wavetable.scale == scale;
}
bool is_source(const PanelInput& input, WavetableSource source) {
    return input.view.settings.wavetable.source == source;
}

const char* hint_of(const PanelInput& input) {
    if (is_source(input, WavetableSource::kNeurons)) {
        return text::kHintNeurons;
    }
    if (const RunRecord* run = input.selected();
        run != nullptr &&
        SpectrumRecord::shown(*run, input.view) == WavetableSource::kPlainEmbedding) {
        return run->task.group.empty() ? text::kHintNoGroup : text::kHintPlainOrder;
    }
    return is_mode(input, WavetableMode::kRidge)  ? text::kHintRidge
           : is_mode(input, WavetableMode::kHeat) ? text::kHintHeat
                                                  : text::kHintBars;
}

void draw_view_popup(const PanelInput& input) {
    WavetableView& view = input.view.settings.wavetable;
    const Theme& theme = input.theme;
    if (begin_menu(theme, "wavetable_view")) {
        const auto slider = [&](const char* title, const char* name, float& value, float least) {
            card_title(input, title);
            ImGui::PushID(name);
            ImGui::SetNextItemWidth(theme.px(190));
            ImGui::SliderFloat("##value", &value, least, 1, "", ImGuiSliderFlags_NoInput);
            ImGui::PopID();
            describe_item(input, name);
        };
        slider(text::kTilt, "wavetable_tilt", view.tilt, 0);
        slider(text::kShear, "wavetable_shear", view.shear, -1);
        end_menu();
    }
}

} // namespace

WavetablePanel::WavetablePanel(gl::ShaderLibrary& shaders) : shaders_(&shaders), canvas_(shaders) {
}

void WavetablePanel::draw_header(const PanelInput& input) {
    WavetableView& view = input.view.settings.wavetable;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {input.theme.px(8), input.theme.px(2)});
    ImGui::AlignTextToFramePadding();
    card_title(input, text::kWavetable);
    const std::array modes{
        Choice{"wavetable_ridge", text::kRidge, is_mode(input, WavetableMode::kRidge)},
        Choice{"wavetable_heat", text::kHeat, is_mode(input, WavetableMode::kHeat)},
        Choice{"wavetable_bars", text::kBars, is_mode(input, WavetableMode::kBars)}};
    continue_line(input, modes);
    if (const auto pressed = choose(input, modes)) {
        view.mode = static_cast<WavetableMode>(*pressed);
    }
    if (input.theme.presenting && is_scale(input, WavetableScale::kLinear) &&
        is_source(input, WavetableSource::kEmbedding) &&
        (input.selected() == nullptr || !in_plain_order(input, *input.selected()))) {
        ImGui::PopStyleVar();
        return; // a room looks at the picture; what differs from the usual can be set back
    }
    const std::array scales{
        Choice{"wavetable_linear", text::kLinear, is_scale(input, WavetableScale::kLinear)},
        Choice{"wavetable_db", text::kDecibel, is_scale(input, WavetableScale::kDecibel)},
        Choice{"wavetable_shape", text::kShape, is_scale(input, WavetableScale::kShape)}};
    continue_line(input, scales);
    if (const auto pressed = choose(input, scales)) {
        view.scale = static_cast<WavetableScale>(*pressed);
    }
    const std::array sources{
        Choice{"wavetable_embedding", "W_E", is_source(input, WavetableSource::kEmbedding)},
        Choice{"wavetable_logits", "W_L", is_source(input, WavetableSource::kLogits)},
        Choice{"wavetable_neurons", "MLP", is_source(input, WavetableSource::kNeurons)}};
    continue_line(input, sources);
    if (const auto pressed = choose(input, sources)) {
        view.source = static_cast<WavetableSource>(*pressed);
    }
    if (is_source(input, WavetableSource::kEmbedding)) {
        draw_order_choice(input, input.selected(), "wavetable_order", true);
    }
    if (view.mode == WavetableMode::kRidge) {
        const std::array popup{Choice{"wavetable_view", text::kView, false, Choice::Kind::kMenu}};
        continue_line(input, popup);
        if (choose(input, popup)) {
            open_menu(input.theme, "wavetable_view");
        }
        draw_view_popup(input);
    }
    ImGui::PopStyleVar();
}

void WavetablePanel::draw(const PanelInput& input) {
    draw_header(input);
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    const ImVec2 room = ImGui::GetContentRegionAvail();
    const Rect area{std::floor(corner.x), std::floor(corner.y), std::floor(room.x),
                    std::floor(room.y)};
    if (area.width < 80 || area.height < 60) {
        return; // nothing readable fits
    }
    ImGui::InvisibleButton("wavetable_picture", {area.width, area.height});
    describe_area(input, "wavetable_picture", area, ImGui::GetItemID());
    hovered_ = ImGui::IsItemHovered();
    clicked_ = ImGui::IsItemClicked(ImGuiMouseButton_Left);
    if (hovered_) {
        input.view.hint_next = hint_of(input);
    }
    const RunRecord* run = input.selected();
    const RunRecord* beside = input.compared();
    if (run == nullptr || SpectrumRecord(*run, SpectrumRecord::shown(*run, input.view)).empty()) {
        if (run != nullptr && run->task.group.empty() &&
            !is_source(input, WavetableSource::kEmbedding)) {
            put_paragraph(*ImGui::GetWindowDrawList(), input.theme.text, input.theme.palette->muted,
                          area, input.theme.px(340),
                          in_operation(text::kNoGroup, run->config.operation));
            return;
        }
        const bool neurons =
            is_source(input, WavetableSource::kNeurons) && run != nullptr && !run->spectra.empty();
        put_paragraph(*ImGui::GetWindowDrawList(), input.theme.text, input.theme.palette->muted,
                      area, input.theme.px(340),
                      claim(neurons ? Place::kEmptyNeurons : Place::kEmptyWavetable,
                            facts_of(input.book, input.view))
                          .words);
        return;
    }
    std::vector<const RunRecord*> runs{run};
    if (beside != nullptr &&
        !SpectrumRecord(*beside, SpectrumRecord::shown(*beside, input.view)).empty()) {
        runs.push_back(beside);
    }
    draw_guarded(input, "wavetable_picture", area, [&] { draw_panes(input, area, runs); });
}

void WavetablePanel::draw_panes(const PanelInput& input, const Rect& area,
                                std::span<const RunRecord* const> runs) {
    if (runs.size() > 1 && !beside_) {
        beside_ = std::make_unique<Canvas>(*shaders_);
    }
    std::vector<Pane> panes;
    const float gap = input.theme.px(10);
    const auto count = static_cast<float>(runs.size());
    const float width = std::floor((area.width - gap * (count - 1)) / count);
    for (const RunRecord* run : runs) {
        const bool first = panes.empty();
        Pane pane{.input = input,
                  .spectra = SpectrumRecord(*run, SpectrumRecord::shown(*run, input.view)),
                  .canvas = first ? canvas_ : *beside_,
                  .area = {area.x + (first ? 0 : width + gap), area.y, width, area.height},
                  .list = *ImGui::GetWindowDrawList(),
                  .keys = {}};
        pane.record = pane.spectra.at(pictured_epoch(*run, input.cursor_epoch()));
        if (pane.spectra.source() != WavetableSource::kPlainEmbedding) {
            pane.keys = key_frequencies_at(*run, pane.spectra.epoch(pane.spectra.size() - 1));
        }
        pane.alone = runs.size() == 1;
        pane.first = first;
        pane.last = run == runs.back();
        panes.push_back(pane);
    }
    switch (input.view.settings.wavetable.mode) {
    case WavetableMode::kRidge:
        draw_ridges(panes);
        break;
    case WavetableMode::kHeat:
        draw_heat(panes);
        break;
    case WavetableMode::kBars:
        draw_bars(panes);
        break;
    }
    log_scale(panes);
}

float WavetablePanel::divide(std::span<Pane> panes, float left, float right, float both) {
    const float gap = panes.front().theme().px(8);
    const auto count = static_cast<float>(panes.size());
    const float whole = panes.back().area.right() - panes.front().area.x;
    const float width =
        std::max(std::floor((whole - left - right - (count - 1) * gap) / count - 2 * both), 8.0F);
    float x = panes.front().area.x;
    for (Pane& pane : panes) {
        pane.area.x = x;
        pane.area.width = width + 2 * both + (pane.first ? left : 0) + (pane.last ? right : 0);
        x = pane.area.right() + gap;
    }
    return width;
}

void WavetablePanel::log_scale(std::span<const Pane> panes) {
    const PanelInput& input = panes.front().input;
    if (!input.log.on()) {
        return;
    }
    std::string line = "runs";
    for (const Pane& pane : panes) {
        line += " " + std::to_string(static_cast<std::uint32_t>(pane.run().id));
    }
    line += " full height " + figure(flat_reference(panes.front().view().scale));
    if (line != logged_) {
        logged_ = line;
        input.log.note("wavetable", line);
    }
}

void WavetablePanel::share_scale(std::span<const Pane> panes, RunRows Canvas::*rows, int capacity) {
    scale_ = {};
    double epochs_per_row = 0; // of the coarsest
    for (const Pane& pane : panes) {
        epochs_per_row = std::max(epochs_per_row, static_cast<double>(pane.spectra.every()) *
                                                      stride_for(pane.spectra.size(), capacity));
    }
    for (const Pane& pane : panes) {
        int stride = 1;
        while (static_cast<double>(pane.spectra.every()) * stride < epochs_per_row &&
               stride < kLongestStride) {
            stride *= 2;
        }
        const SpectrumRows& own = (pane.canvas.*rows).update(pane.spectra, capacity, stride);
        scale_.largest = std::max(scale_.largest, own.largest());
        scale_.epochs =
            std::max(scale_.epochs, static_cast<double>(pane.spectra.every()) * own.stride() *
                                        slots_for(own.count(), capacity));
    }
    for (const Pane& pane : panes) {
        const double per_row =
            static_cast<double>(pane.spectra.every()) * (pane.canvas.*rows).rows().stride();
        scale_.slots.push_back(static_cast<int>(std::ceil(scale_.epochs / per_row)));
    }
    scale_.reference = round_up(scale_.largest);
}

float WavetablePanel::Pane::names() const {
    const int lines = (alone ? 1 : 2) + (!alone && view().scale == WavetableScale::kShape ? 1 : 0);
    return static_cast<float>(lines) * (line() + theme().px(3)) + theme().px(3);
}

void WavetablePanel::draw_names(const Pane& pane) {
    const Theme& theme = pane.theme();
    const Palette& palette = pane.palette();
    const float left = pane.area.x + theme.px(4);
    const float step = pane.line() + theme.px(3);
    float y = pane.area.y + theme.px(2);
    if (!pane.alone) {
        put_run_name(pane.input, pane.list, pane.run(), {left, y},
                     pane.area.right() - theme.px(4) - left);
        y += step;
    }
    const float middle = y + pane.line() / 2;
    pane.list.AddLine({left, middle}, {left + theme.px(18), middle}, u32(palette.accent),
                      theme.px(2.5F));
    const float x = left + theme.px(24);
    const float room = pane.area.right() - x;
    const std::string epoch = text::grouped(pane.spectra.epoch(pane.record));
    std::string strong;
    for (const int index : strongest(pane.spectra.amplitudes(pane.record), 3)) {
        strong += (strong.empty() ? "" : ", ") + std::to_string(index + 1);
    }
    const bool plain = pane.spectra.source() == WavetableSource::kPlainEmbedding;
    const std::string head =
        "epoch " + epoch + (plain ? std::string(", ") + text::kPlainOrder : "");
    const std::string tail = std::string(", ") + text::kStrongest + " k " + strong;
    if (text_size(theme.small, head + tail).x <= room) {
        const float end =
            put_text(pane.list, theme.small, palette.text, {x, y}, Align::kLeft, head).right();
        put_text(pane.list, theme.small, palette.muted, {end, y}, Align::kLeft, tail);
        y += pane.alone ? 0 : step;
    } else {
        put_text(pane.list, theme.small, palette.text, {x, y}, Align::kLeft,
                 fitted(theme.small, epoch + ": k " + strong, room));
        y += step;
    }
    if (pane.view().scale == WavetableScale::kShape) {
        const bool whole = text_size(theme.small, text::kShapeOnly).x <= pane.area.width;
        put_text(pane.list, theme.small, palette.muted, {pane.area.right() - theme.px(4), y},
                 Align::kRight, whole ? text::kShapeOnly : text::kShapeShort);
    }
}

void WavetablePanel::act_on(const Pane& pane, const std::optional<Hit>& hit) {
    ViewState& view = pane.input.view;
    const SpectrumRecord& spectra = pane.spectra;
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    if (!hovered_ || !pane.area.contains(mouse.x, mouse.y)) {
        return;
    }
    if (const float wheel = ImGui::GetIO().MouseWheel; wheel != 0) {
        const auto last = static_cast<std::ptrdiff_t>(spectra.size()) - 1;
        const auto moved = static_cast<std::ptrdiff_t>(pane.record) + (wheel > 0 ? -1 : 1);
        view.cursor.hold(
            spectra.epoch(static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(moved, 0, last))));
        view.replaying = false;
    }
    if (!hit) {
        return;
    }
    const std::span<const float> amplitudes = spectra.amplitudes(hit->record);
    const float value = amplitudes[static_cast<std::size_t>(hit->frequency - 1)];
    const std::int32_t epoch = spectra.epoch(hit->record);
    view.hovered_epoch_next = epoch;
    double square = 0;
    for (const float other : amplitudes) {
        square += static_cast<double>(other) * other;
    }
    const double decibel = 20 * std::log10(std::max(static_cast<double>(value), 1e-12) /
                                           std::max(static_cast<double>(scale_.largest), 1e-12));
    const bool key =
        std::find(pane.keys.begin(), pane.keys.end(), hit->frequency) != pane.keys.end();
    ImGui::PushFont(pane.theme().small);
    ImGui::SetTooltip("k = %d%s    epoch %s\namplitude %s    %.1f dB\n%.1f %% of the row's energy",
                      hit->frequency, key ? text::kIsKey : "", text::grouped(epoch).c_str(),
                      figure(value).c_str(), decibel,
                      square > 0 ? 100 * value * value / square : 0);
    ImGui::PopFont();
    if (clicked_) {
        if (pane.view().mode != WavetableMode::kBars) { // there the epoch is the cursor's already
            view.cursor.hold(epoch);
            view.replaying = false;
        }
        view.settings.frequency = hit->frequency;
        view.settings.circle.plane = CirclePlane::kFrequency; // to be seen at once
    }
}

} // namespace grokscope::ui
