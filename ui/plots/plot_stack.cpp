#include "ui/plots/plot_stack.h"

#include "ui/core/actions.h"
#include "ui/core/figure_text.h"
#include "ui/core/playback.h"
#include "ui/core/plot_axes.h"
#include "ui/core/text.h"
#include "ui/dialogs/guess_panel.h"
#include "ui/kit/about_button.h"
#include "ui/kit/panel_guard.h"
#include "ui/kit/picture_kit.h"
#include "ui/kit/widgets.h"
#include "ui/plots/axes_menu.h"
#include "ui/plots/figure_menu.h"
#include "ui/plots/plot_events.h"
#include "ui/plots/plot_marks.h"
#include "ui/plots/plot_setup.h"

#include <implot.h>
#include <implot_internal.h> // the plot as an item of its window

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace grokscope::ui {

namespace {

constexpr float kHeader = 26;
/// Height under which a plot says nothing, at 100 %.
constexpr float kLeastPlot = 64;
/// Clicks and grabs within this many pixels count.
constexpr float kReach = 4;
/// A line that runs along the edge of a plot is drawn this far outside of it, at 100 %.
constexpr float kStackEdge = 2;

/// What the figures of the x axis count, after the last of them where there is room.
void draw_unit(const PanelInput& input, const PlotFrame& frame, ImDrawList& list, float right) {
    const Theme& theme = input.theme;
    const char* const unit = text::x_unit(input.view.settings.x_unit);
    const float x = right - text_size(theme.small, unit).x;
    if (x > frame.area.right() + theme.px(30)) { // half the widest figure, and a space
        draw_text(list, theme.small, {x, frame.area.bottom() + ImPlot::GetStyle().LabelPadding.y},
                  theme.palette->muted, unit);
    }
}

/// The toggle of mirrored and new pairs, its right edge at `right`; only where a run is selected
/// that has such figures. Returns its left edge.
float draw_parts_button(const PanelInput& input, ImVec2 right) {
    const RunRecord* run = input.selected();
    if (run == nullptr || !has_test_parts(*run)) {
        return right.x;
    }
    const Theme& theme = input.theme;
    const ImVec2 size{button_width(theme, text::kMirrored, Icon::kBox), theme.px(22)};
    const float left = right.x - size.x - theme.px(4);
    ImGui::SetCursorScreenPos({left, right.y - size.y / 2});
    bool& shown = input.view.settings.test_parts;
    if (button(input, {.control = "test_parts",
                       .label = text::kMirrored,
                       .icon = switch_icon(shown),
                       .look = shown ? Look::kSelected : Look::kQuiet,
                       .size = size})) {
        shown = !shown;
    }
    return left;
}

constexpr ImPlotAxisFlags kAxisFlags =
    ImPlotAxisFlags_NoMenus | ImPlotAxisFlags_NoSideSwitch | ImPlotAxisFlags_NoHighlight;

const char* id_of(std::size_t slot) {
    static constexpr std::array<const char*, 3> kIds{"##accuracy", "##loss", "##third"};
    return kIds[slot];
}

} // namespace

const char* PlotStack::name_of(Kind kind) {
    static constexpr std::array<const char*, 5> kNames{"accuracy", "loss", "mismatch", "progress",
                                                       "figures"};
    return kNames[static_cast<std::size_t>(kind)];
}

void PlotStack::prepare(const PanelInput& input) {
    ViewState& view = input.view;
    follow_data(view.settings.epoch_axis, axis_extent(input.book, view));
    curves_.prepare(input);
    figures_.prepare(input);
    gutter_ = curves_.label_room(input);
    if (!ImGui::IsMouseDown(ImGuiMouseButton_Left)) {
        dragging_cursor_ = false;
    }
}

void PlotStack::draw_accuracy(const PanelInput& input, const Rect& rect) {
    prepare(input);
    draw_alone(input, Kind::kAccuracy, rect);
}

void PlotStack::draw_loss(const PanelInput& input, const Rect& rect) {
    draw_alone(input, Kind::kLoss, rect);
}

void PlotStack::draw_alone(const PanelInput& input, Kind kind, const Rect& rect) {
    const Theme& theme = input.theme;
    const float header = theme.px(kHeader + 6);
    begin_card(input, kind == Kind::kAccuracy ? "accuracy" : "loss", rect, 0);
    draw_header(input, kind,
                {rect.x + theme.px(14), rect.y + theme.px(4), rect.width - theme.px(22), header});
    const std::size_t slot = kind == Kind::kAccuracy ? 0 : 1;
    draw_plot(input, kind, slot,
              {rect.x + theme.px(8), rect.y + header + theme.px(4), rect.width - theme.px(8),
               rect.height - header - theme.px(12)},
              true);
    end_card();
}

void PlotStack::draw(const PanelInput& input, const Rect& rect) {
    const Theme& theme = input.theme;
    ViewState& view = input.view;
    begin_card(input, "plots", rect, 0);
    prepare(input);
    const Kind third = view.settings.third_plot == ThirdPlot::kMismatch   ? Kind::kMismatch
                       : view.settings.third_plot == ThirdPlot::kProgress ? Kind::kProgress
                                                                          : Kind::kFigures;
    const std::array kinds{Kind::kAccuracy, Kind::kLoss, third};
    std::array<float, 3> shares = view.arrangement.shares.plots;
    for (float& share : shares) {
        share = std::clamp(share, 0.12F, 0.76F);
    }
    const float gap = theme.px(6);
    // In a low window fewer plots, each of which can be read.
    const auto fitting = static_cast<std::size_t>(
        std::max(rect.height / (theme.px(kHeader + kLeastPlot) + gap), 1.0F));
    const std::size_t shown = std::min(fitting, kinds.size());
    const float sum =
        std::accumulate(shares.begin(), shares.begin() + static_cast<std::ptrdiff_t>(shown), 0.0F);
    const float free = rect.height - static_cast<float>(shown - 1) * gap - theme.px(8);
    float y = rect.y + theme.px(4);
    if (ImPlot::BeginAlignedPlots("plots")) {
        for (std::size_t slot = 0; slot < shown; ++slot) {
            const float height = std::floor(free * shares[slot] / sum);
            const Rect whole{rect.x + theme.px(8), y, rect.width - theme.px(8), height};
            note_panel(input, name_of(kinds[slot]), whole);
            draw_header(
                input, kinds[slot],
                {whole.x + theme.px(6), whole.y, whole.width - theme.px(14), theme.px(kHeader)});
            const Rect plot{whole.x, whole.y + theme.px(kHeader), whole.width,
                            height - theme.px(kHeader)};
            draw_guarded(input, name_of(kinds[slot]), plot,
                         [&] { draw_plot(input, kinds[slot], slot, plot, slot + 1 == shown); });
            y += height;
            if (slot + 1 < shown) {
                float share = shares[slot];
                splitter(input, "plot_splitter", {rect.x, y, rect.width, gap}, false, free / sum, 1,
                         share, std::to_string(slot));
                const float moved = share - shares[slot];
                view.arrangement.shares.plots[slot] = shares[slot] + moved;
                view.arrangement.shares.plots[slot + 1] = shares[slot + 1] - moved;
                y += gap;
            }
        }
        ImPlot::EndAlignedPlots();
    }
    end_card();
}

void PlotStack::draw_header(const PanelInput& input, Kind kind, const Rect& rect) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    ViewState& view = input.view;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float text_y = rect.y + theme.px(7);
    Row left(rect.x, rect.y + rect.height / 2 + theme.px(1));
    Row right(rect.right(), rect.y + rect.height / 2 + theme.px(1));
    const float height = theme.px(22);
    const auto title = [&](const char* words, const char* topic) {
        const float width = draw_text(list, theme.small, {rect.x, text_y}, palette.muted, words);
        if (theme.presenting) {
            return width;
        }
        const float place = theme.px(4 + kAboutSize / 2);
        about_button(input, topic,
                     {rect.x + width + place, rect.y + rect.height / 2 + theme.px(1)});
        return width + 2 * place - theme.px(4);
    };
    if (kind == Kind::kAccuracy) {
        const float width = title(text::kAccuracy, "accuracy");
        const ImVec2 legend{rect.x + width + theme.px(18), text_y};
        if (theme.presenting) {
            draw_legend(input, list, legend, rect.right());
            return; // only what matters; the keys still work
        }
        const ActionContext context{input.book, view, input.commands};
        const float fit = button_width(theme, text::kFit, Icon::kNone);
        const float log = button_width(theme, text::kLogEpochs, Icon::kBox);
        right.skip(-fit - log - theme.px(4));
        const float axes =
            draw_axes_button(input, {right.x(), rect.y + rect.height / 2 + theme.px(1)});
        draw_legend(input, list, legend,
                    draw_parts_button(input, {axes, rect.y + rect.height / 2 + theme.px(1)}) -
                        theme.px(10));
        right.place(log + theme.px(4), height);
        if (button(input, {.control = "log_epochs",
                           .label = text::kLogEpochs,
                           .icon = switch_icon(view.settings.epoch_axis.log),
                           .look = view.settings.epoch_axis.log ? Look::kSelected : Look::kQuiet,
                           .size = {log, height},
                           .enabled = view.settings.x_unit != XUnit::kSinceGrok})) {
            set_log(view.settings.epoch_axis, !view.settings.epoch_axis.log);
        }
        right.place(fit, height);
        if (button(input, {.control = "fit",
                           .label = text::kFit,
                           .look = Look::kQuiet,
                           .size = {fit, height}})) {
            fit_all(context);
        }
        return;
    }
    if (kind == Kind::kLoss) {
        const float width = title(text::kLoss, "loss");
        const float log = button_width(theme, text::kLogValues, Icon::kBox);
        draw_reference_legend(input, list, {rect.x + width + theme.px(18), text_y},
                              rect.right() - log - theme.px(10), false);
        right.skip(-log);
        right.place(log, height);
        if (button(input, {.control = "log_values",
                           .label = text::kLogValues,
                           .icon = switch_icon(view.loss_axis.log),
                           .look = view.loss_axis.log ? Look::kSelected : Look::kQuiet,
                           .size = {log, height}})) {
            toggle_log_values(view);
        }
        return;
    }
    left.skip(-theme.px(10));
    const auto tab = [&](ThirdPlot which, const char* control_name, const char* label,
                         bool menu = false) {
        // Its words begin where the titles of the other plots do.
        const float width = text_size(theme.small, label).x + theme.px(menu ? 32 : 20);
        left.place(width + theme.px(2), height);
        const bool chosen = view.settings.third_plot == which;
        if (button(input, {.control = control_name,
                           .label = label,
                           .look = chosen ? Look::kPlain : Look::kQuiet,
                           .size = {width, height},
                           .menu = menu})) {
            view.settings.third_plot = which;
            if (menu) {
                open_menu(input.theme, kFigureMenu);
            }
        }
    };
    tab(ThirdPlot::kMismatch, "tab_mismatch", text::kMismatch);
    tab(ThirdPlot::kProgress, "tab_progress", text::kProgress);
    tab(ThirdPlot::kFigures, "tab_figures", text::kFigures, true);
    draw_figure_menu(input, rect);
    about_button(input, name_of(kind),
                 {left.x() + theme.px(4 + kAboutSize / 2), rect.y + rect.height / 2 + theme.px(1)});
}

std::span<ValueAxis> PlotStack::value_axes(const PanelInput& input, Kind kind) const {
    ViewState& view = input.view;
    switch (kind) {
    case Kind::kAccuracy:
        return {};
    case Kind::kLoss:
        return {&view.loss_axis, 1};
    case Kind::kMismatch:
        return {&view.mismatch_axis, 1};
    case Kind::kProgress:
        return {&view.progress_axis, 1};
    case Kind::kFigures:
        break;
    }
    return figures_.value_axes(view);
}

void PlotStack::set_up_value_axes(const PanelInput& input, Kind kind, std::span<ValueAxis> axes,
                                  const PlotMemory& memory, float height) const {
    const ImGuiIO& io = ImGui::GetIO();
    // The wheel and a drag move epochs only; values move over their own axis, and in a box.
    const bool boxing =
        io.MouseDown[ImGuiMouseButton_Right] || io.MouseReleased[ImGuiMouseButton_Right];
    const ImPlotAxisFlags common = kAxisFlags | ImPlotAxisFlags_NoInitialFit;
    if (axes.empty()) {
        ImPlot::SetupAxis(ImAxis_Y1, nullptr, common | ImPlotAxisFlags_Lock);
        kind == Kind::kFigures ? figures_.map().set_up_axis(input.theme, height)
                               : set_up_shares(input.theme, height);
    }
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const ImPlotAxisFlags locked =
            boxing || memory.y_axis_hovered[i] ? ImPlotAxisFlags_None : ImPlotAxisFlags_Lock;
        const ImPlotAxisFlags side = i == 0 ? ImPlotAxisFlags_None : ImPlotAxisFlags_AuxDefault;
        ImPlot::SetupAxis(value_axis(i), nullptr, common | locked | side);
        set_up_values(input.theme, value_axis(i), axes[i], height);
    }
}

void PlotStack::draw_plot(const PanelInput& input, Kind kind, std::size_t slot, const Rect& room,
                          bool lowest) {
    const Theme& theme = input.theme;
    const bool chosen = kind == Kind::kFigures;
    const float lane = kind == Kind::kAccuracy ? event_lane_height(theme, room.height)
                       : chosen
                           ? figures_.legend_height(input, room.width - theme.px(18), room.height)
                           : 0;
    const Rect rect{room.x, room.y + lane, room.width, room.height - lane};
    ViewState& view = input.view;
    const std::span<ValueAxis> axes = value_axes(input, kind);
    if (!axes.empty() && !chosen) {
        grow_axis(input, kind == Kind::kLoss, kind == Kind::kMismatch, axes.front());
    }
    PlotMemory& memory = memory_[slot];
    const ImVec2 mouse = ImGui::GetMousePos();
    const RunRecord* selected = input.selected();
    const EpochMap map =
        selected == nullptr ? EpochMap() : EpochMap(view.settings.x_unit, *selected);
    const float cursor_x = PlotFrame{memory.area,
                                     view.settings.epoch_axis.min,
                                     view.settings.epoch_axis.max,
                                     0,
                                     1,
                                     view.settings.epoch_axis.log,
                                     false,
                                     &map}
                               .x_of(input.cursor_epoch());
    const char* const nothing = !chosen                    ? empty_sentence(input, kind)
                                : figures_.empty().empty() ? nullptr
                                                           : figures_.empty().c_str();
    const bool over_cursor = selected != nullptr && map.usable() && nothing == nullptr &&
                             memory.area.contains(mouse.x, mouse.y) &&
                             std::abs(mouse.x - cursor_x) <= theme.px(kReach);
    ImPlotAxisFlags x_flags = kAxisFlags | ImPlotAxisFlags_NoInitialFit;
    x_flags |= lowest ? 0 : ImPlotAxisFlags_NoTickLabels;
    x_flags |= over_cursor || dragging_cursor_ ? ImPlotAxisFlags_Lock : 0;

    ImGui::SetCursorScreenPos({rect.x, rect.y});
    ImGui::PushFont(theme.small);
    const bool open =
        ImPlot::BeginPlot(id_of(slot), {rect.width - gutter_, rect.height},
                          ImPlotFlags_NoTitle | ImPlotFlags_NoLegend | ImPlotFlags_NoMouseText |
                              ImPlotFlags_NoMenus | ImPlotFlags_NoFrame);
    if (!open) {
        ImGui::PopFont();
        return;
    }
    const std::array x_before{view.settings.epoch_axis.min, view.settings.epoch_axis.max};
    const std::vector<ValueAxis> before(axes.begin(), axes.end());
    set_up_epochs(input, rect.width - gutter_, x_flags);
    set_up_value_axes(input, kind, axes, memory, rect.height);
    ImPlot::SetupFinish();
    const std::vector<PlotFrame> frames = frames_of(view.settings.epoch_axis.log, axes, map);
    const PlotFrame& frame = frames.front();
    memory.area = frame.area;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        memory.y_axis_hovered[i] = ImPlot::IsAxisHovered(value_axis(i));
    }
    const bool hovered = ImPlot::IsPlotHovered();

    const ImGuiID item = ImPlot::GetCurrentPlot()->ID;
    ImPlot::PushPlotClipRect(theme.px(kStackEdge));
    ImDrawList& list = *ImPlot::GetPlotDrawList();
    if (map.usable()) {
        draw_phase_bands(input, frame, list);
    }
    if (chosen && nothing == nullptr) {
        figures_.draw_map(input, frame);
    }
    draw_reference_lines(input, frame, list, kind == Kind::kAccuracy, kind == Kind::kLoss);
    if (nothing == nullptr) { // else they run through the sentence
        draw_event_lines(input, frame, list);
    }
    curves_.draw(input, kind, frame);
    if (chosen) {
        figures_.draw(input, curves_, frames);
    }
    const std::span<const Rect> labels =
        curves_.place_labels(input, frame, rect.right() - theme.px(6));
    if (lowest && !theme.presenting && map.usable()) {
        draw_phase_names(input, frame, list, labels);
    }
    if (kind == Kind::kAccuracy) {
        draw_guess_flags(input, frame, list);
    }
    if (map.usable() && nothing == nullptr) { // likewise
        draw_cursor_line(input, frame, list, over_cursor || dragging_cursor_);
    }
    ImPlot::PopPlotClipRect();
    curves_.draw_labels(input);
    if (chosen && figures_.is_map()) {
        figures_.map().draw_colors(theme, frame, list);
    }
    if (lowest) {
        draw_unit(input, frame, list, rect.right() - theme.px(6));
    }
    if (nothing != nullptr) {
        put_paragraph(list, theme.text, theme.palette->muted, frame.area, theme.px(380), nothing);
    }
    if (over_cursor && hovered && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
        dragging_cursor_ = true;
    }
    ImGui::PopFont();
    ImPlot::EndPlot();
    if (chosen && lane > 0) {
        figures_.draw_legend(input,
                             {room.x + theme.px(6), room.y, room.width - theme.px(18), lane});
    } else if (lane > 0 && nothing == nullptr) {
        draw_event_lane(input, frame, {frame.area.x, room.y, frame.area.width, lane});
    }
    if (map.usable()) {
        handle_mouse(input, kind, frame, hovered);
    }

    describe_area(input, std::string("plot_") + name_of(kind), frame.area, item);
    if (input.log.on()) {
        for (std::size_t i = 0; i < frames.size(); ++i) {
            input.log.axis(name_of(kind) + (i == 0 ? "" : std::to_string(i + 1)), frame.x_min,
                           frame.x_max, frames[i].y_min, frames[i].y_max,
                           view.settings.epoch_axis.follow);
        }
        input.log.fact(std::string("empty_") + name_of(kind), nothing == nullptr ? "" : nothing);
    }
    // A change that we did not write is the user's.
    if (view.settings.epoch_axis.min != x_before[0] ||
        view.settings.epoch_axis.max != x_before[1]) {
        take_user_epochs(view.settings.epoch_axis, view.settings.epoch_axis.min,
                         view.settings.epoch_axis.max);
    }
    for (std::size_t i = 0; i < axes.size(); ++i) {
        axes[i].user |= axes[i].min != before[i].min || axes[i].max != before[i].max;
    }
}

void PlotStack::handle_mouse(const PanelInput& input, Kind kind, const PlotFrame& frame,
                             bool hovered) {
    const ActionContext context{input.book, input.view, input.commands};
    const ImGuiIO& io = ImGui::GetIO();
    if (dragging_cursor_ && frame.area.contains(frame.area.x + 1, io.MousePos.y)) {
        move_cursor_to(context, frame.x_at(io.MousePos.x));
    }
    if (!hovered) {
        return;
    }
    ViewState& view = input.view;
    static constexpr std::array<const char*, 5> kHints{text::kHintAccuracy, text::kHintLoss,
                                                       text::kHintMismatch, text::kHintProgress,
                                                       text::kHintFigures};
    view.hint_next = kind == Kind::kFigures && figures_.is_map()
                         ? text::kHintFigureMap
                         : kHints[static_cast<std::size_t>(kind)];
    // The crosshair stands on a recorded epoch of the selected run, where figures are exact.
    const double pointed = std::max(frame.x_at(io.MousePos.x), 0.0);
    const RunRecord* run = input.selected();
    const bool beyond = run == nullptr || run->samples.empty() || pointed > run->last_epoch();
    const double epoch =
        beyond ? pointed : run->curves.test_loss.x()[run->curves.test_loss.nearest(pointed)];
    view.hovered_epoch_next = static_cast<std::int32_t>(std::llround(epoch));
    view.hovered_x_next = frame.map == nullptr ? epoch : frame.map->at_epoch(epoch);
    if (io.KeyAlt) {
        move_cursor_to(context, frame.x_at(io.MousePos.x));
    }
    if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
        view.cursor = cursor_before_click_; // the first click was part of this one
        show_whole_record(context);
        std::ranges::for_each(value_axes(input, kind), refit);
        pressed_in_plot_ = false;
    } else if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
        cursor_before_click_ = view.cursor;
        pressed_in_plot_ = true;
    }
    const bool still = io.MouseDragMaxDistanceSqr[ImGuiMouseButton_Left] <
                       input.theme.px(kReach) * input.theme.px(kReach);
    if (ImGui::IsMouseReleased(ImGuiMouseButton_Left) && pressed_in_plot_) {
        if (still) {
            move_cursor_to(context, frame.x_at(io.MousePos.x));
        }
        pressed_in_plot_ = false;
    }
}

} // namespace grokscope::ui
