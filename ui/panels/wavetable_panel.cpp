#include "ui/panels/wavetable_panel.h"

#include "ui/picture_text.h"
#include "ui/text.h"
#include "ui/widgets.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace grokscope::ui {
namespace {

bool is_mode(const PanelInput& input, WavetableMode mode) {
    return input.view.wavetable.mode == mode;
}
bool is_scale(const PanelInput& input, WavetableScale scale) {
    return input.view.wavetable.scale == scale;
}
bool is_source(const PanelInput& input, WavetableSource source) {
    return input.view.wavetable.source == source;
}

/// Continues the line when `width` more pixels fit, else ImGui goes to the next one.
void continue_line(const PanelInput& input, float width) {
    ImGui::SameLine(0, input.theme.px(10));
    if (ImGui::GetContentRegionAvail().x < width) {
        ImGui::NewLine();
    }
}

void draw_view_popup(const PanelInput& input) {
    WavetableView& view = input.view.wavetable;
    if (ImGui::BeginPopup("wavetable_view")) {
        ImGui::SetNextItemWidth(input.theme.px(150));
        ImGui::SliderFloat(text::kTilt, &view.tilt, 0, 1, "%.2f", ImGuiSliderFlags_AlwaysClamp);
        describe_item(input, "wavetable_tilt");
        ImGui::SetNextItemWidth(input.theme.px(150));
        ImGui::SliderFloat(text::kShear, &view.shear, -1, 1, "%.2f", ImGuiSliderFlags_AlwaysClamp);
        describe_item(input, "wavetable_shear");
        ImGui::EndPopup();
    }
}

} // namespace

WavetablePanel::WavetablePanel(gl::ShaderLibrary& shaders) : ridges_(shaders), heat_(shaders) {
}

void WavetablePanel::draw_header(const PanelInput& input) {
    WavetableView& view = input.view.wavetable;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {input.theme.px(8), input.theme.px(2)});
    ImGui::AlignTextToFramePadding();
    card_title(input, text::kWavetable);

    continue_line(input, input.theme.px(130));
    const std::array modes{
        Choice{"wavetable_ridge", text::kRidge, is_mode(input, WavetableMode::kRidge)},
        Choice{"wavetable_heat", text::kHeat, is_mode(input, WavetableMode::kHeat)},
        Choice{"wavetable_bars", text::kBars, is_mode(input, WavetableMode::kBars)}};
    if (const auto pressed = choose(input, modes)) {
        view.mode = static_cast<WavetableMode>(*pressed);
    }
    continue_line(input, input.theme.px(150));
    const std::array scales{
        Choice{"wavetable_linear", text::kLinear, is_scale(input, WavetableScale::kLinear)},
        Choice{"wavetable_db", text::kDecibel, is_scale(input, WavetableScale::kDecibel)},
        Choice{"wavetable_shape", text::kShape, is_scale(input, WavetableScale::kShape)}};
    if (const auto pressed = choose(input, scales)) {
        view.scale = static_cast<WavetableScale>(*pressed);
    }
    continue_line(input, input.theme.px(90));
    const std::array sources{
        Choice{"wavetable_embedding", "W_E", is_source(input, WavetableSource::kEmbedding)},
        Choice{"wavetable_logits", "W_L", is_source(input, WavetableSource::kLogits)}};
    if (const auto pressed = choose(input, sources)) {
        view.source = static_cast<WavetableSource>(*pressed);
    }
    if (view.mode == WavetableMode::kRidge) {
        continue_line(input, input.theme.px(50));
        const std::array popup{Choice{"wavetable_view", text::kView, false}};
        if (choose(input, popup)) {
            ImGui::OpenPopup("wavetable_view");
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
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const RunRecord* run = input.selected();
    if (run == nullptr || run->spectra.empty()) {
        put_paragraph(list, input.theme.text, input.theme.palette->muted, area, input.theme.px(340),
                      text::kEmptyWavetable);
        return;
    }
    Frame frame{input,
                *run,
                area,
                list,
                run->spectrum_at(std::max(input.cursor_epoch(), run->spectra.front().epoch)),
                key_frequencies_at(*run, run->spectra.back().epoch),
                ImGui::IsItemHovered(),
                ImGui::IsItemClicked(ImGuiMouseButton_Left)};
    if (input.view.cursor.live) {
        frame.record = run->spectra.size() - 1; // may be newer than the newest metrics
    }
    if (frame.hovered) {
        input.view.hint_next = is_mode(input, WavetableMode::kRidge)  ? text::kHintRidge
                               : is_mode(input, WavetableMode::kHeat) ? text::kHintHeat
                                                                      : text::kHintBars;
    }
    switch (input.view.wavetable.mode) {
    case WavetableMode::kRidge:
        draw_ridges(frame);
        break;
    case WavetableMode::kHeat:
        draw_heat(frame);
        break;
    case WavetableMode::kBars:
        draw_bars(frame);
        break;
    }
}

void WavetablePanel::draw_cursor_label(const Frame& frame, ImVec2 at) {
    if (!frame.record) {
        return;
    }
    const Theme& theme = frame.theme();
    const float middle = at.y + theme.small->FontSize / 2;
    frame.list.AddLine({at.x, middle}, {at.x + theme.px(18), middle}, u32(frame.palette().accent),
                       theme.px(2.5F));
    float x = at.x + theme.px(24);
    const SpectrumRow& row = frame.run.spectra[*frame.record];
    x = put_text(frame.list, theme.small, frame.palette().text, {x, at.y}, Align::kLeft,
                 "epoch " + text::grouped(row.epoch))
            .right();
    std::string strong = std::string(", ") + text::kStrongest + " k ";
    for (const int index : strongest(frame.amplitudes(*frame.record), 3)) {
        strong += (strong.back() == ' ' ? "" : ", ") + std::to_string(index + 1);
    }
    put_text(frame.list, theme.small, frame.palette().muted, {x, at.y}, Align::kLeft, strong);
}

void WavetablePanel::act_on(const Frame& frame, const std::optional<Hit>& hit) {
    ViewState& view = frame.input.view;
    const auto& spectra = frame.run.spectra;
    const float wheel = ImGui::GetIO().MouseWheel;
    if (frame.hovered && wheel != 0 && frame.record) {
        const auto last = static_cast<std::ptrdiff_t>(spectra.size()) - 1;
        const auto moved = static_cast<std::ptrdiff_t>(*frame.record) + (wheel > 0 ? -1 : 1);
        view.cursor.hold(
            spectra[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(moved, 0, last))].epoch);
    }
    if (!frame.hovered || !hit) {
        return;
    }
    const std::span<const float> amplitudes = frame.amplitudes(hit->record);
    const float value = amplitudes[static_cast<std::size_t>(hit->frequency - 1)];
    const std::int32_t epoch = spectra[hit->record].epoch;
    view.hovered_epoch_next = epoch;
    double square = 0;
    for (const float other : amplitudes) {
        square += static_cast<double>(other) * other;
    }
    const double decibel = 20 * std::log10(std::max(static_cast<double>(value), 1e-12) /
                                           std::max(static_cast<double>(largest_), 1e-12));
    ImGui::PushFont(frame.theme().small);
    ImGui::SetTooltip("k = %d    epoch %s\namplitude %.3f    %.1f dB\n%.1f %% of the row's energy",
                      hit->frequency, text::grouped(epoch).c_str(), static_cast<double>(value),
                      decibel, square > 0 ? 100 * value * value / square : 0);
    ImGui::PopFont();
    if (frame.clicked) {
        if (frame.view().mode != WavetableMode::kBars) { // there the epoch is the cursor's already
            view.cursor.hold(epoch);
        }
        view.frequency = hit->frequency;
    }
}

} // namespace grokscope::ui
