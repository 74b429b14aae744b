#include "ui/panels/plot_stack.h"

#include "ui/actions.h"
#include "ui/panel_guard.h"
#include "ui/panels/about_button.h"
#include "ui/panels/axes_menu.h"
#include "ui/panels/guess_panel.h"
#include "ui/panels/picture_kit.h"
#include "ui/panels/plot_events.h"
#include "ui/panels/plot_marks.h"
#include "ui/playback.h"
#include "ui/plot_axes.h"
#include "ui/text.h"
#include "ui/widgets.h"

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

int format_x(double value, char* buffer, int size, void* unit) {
    const std::string text = text::x_tick(*static_cast<const XUnit*>(unit), value);
    return std::snprintf(buffer, static_cast<std::size_t>(size), "%s", text.c_str());
}

int format_power(double value, char* buffer, int size, void*) {
    return std::snprintf(buffer, static_cast<std::size_t>(size), "%s",
                         text::power_of_ten(value).c_str());
}

int format_plain(double value, char* buffer, int size, void*) {
    return std::snprintf(buffer, static_cast<std::size_t>(size), "%g", value);
}

/// What the figures of the x axis count, after the last of them where there is room.
void draw_unit(const PanelInput& input, const PlotFrame& frame, ImDrawList& list, float right) {
    const Theme& theme = input.theme;
    const char* const unit = text::x_unit(input.view.x_unit);
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
    bool& shown = input.view.test_parts;
    if (button(input, {.control = "test_parts",
                       .label = text::kMirrored,
                       .icon = switch_icon(shown),
                       .look = shown ? Look::kSelected : Look::kQuiet,
                       .size = size})) {
        shown = !shown;
    }
    return left;
}

const char* id_of(std::size_t slot) {
    static constexpr std::array<const char*, 3> kIds{"##accuracy", "##loss", "##third"};
    return kIds[slot];
}

} // namespace

const char* PlotStack::name_of(Kind kind) {
    static constexpr std::array<const char*, 4> kNames{"accuracy", "loss", "mismatch", "progress"};
    return kNames[static_cast<std::size_t>(kind)];
}

void PlotStack::prepare(const PanelInput& input) {
    ViewState& view = input.view;
    follow_data(view.epoch_axis, axis_extent(input.book, view));
    curves_.prepare(input);
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
    const Kind third = view.third_plot == ThirdPlot::kMismatch ? Kind::kMismatch : Kind::kProgress;
    const std::array kinds{Kind::kAccuracy, Kind::kLoss, third};
    std::array<float, 3> shares = view.shares.plots;
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
                view.shares.plots[slot] = shares[slot] + moved;
                view.shares.plots[slot + 1] = shares[slot + 1] - moved;
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
        const Desk desk{input.book, view, input.commands};
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
                           .icon = switch_icon(view.epoch_axis.log),
                           .look = view.epoch_axis.log ? Look::kSelected : Look::kQuiet,
                           .size = {log, height},
                           .enabled = view.x_unit != XUnit::kSinceGrok})) {
            set_log(view.epoch_axis, !view.epoch_axis.log);
        }
        right.place(fit, height);
        if (button(input, {.control = "fit",
                           .label = text::kFit,
                           .look = Look::kQuiet,
                           .size = {fit, height}})) {
            fit_all(desk);
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
    const auto tab = [&](ThirdPlot which, const char* control_name, const char* label) {
        // Its words begin where the titles of the other plots do.
        const float width = text_size(theme.small, label).x + theme.px(20);
        left.place(width + theme.px(2), height);
        const bool chosen = view.third_plot == which;
        if (button(input, {.control = control_name,
                           .label = label,
                           .look = chosen ? Look::kPlain : Look::kQuiet,
                           .size = {width, height}})) {
            view.third_plot = which;
        }
    };
    tab(ThirdPlot::kMismatch, "tab_mismatch", text::kMismatch);
    tab(ThirdPlot::kProgress, "tab_progress", text::kProgress);
    about_button(input, kind == Kind::kProgress ? "progress" : "mismatch",
                 {left.x() + theme.px(4 + kAboutSize / 2), rect.y + rect.height / 2 + theme.px(1)});
}

void PlotStack::draw_plot(const PanelInput& input, Kind kind, std::size_t slot, const Rect& room,
                          bool lowest) {
    const Theme& theme = input.theme;
    const float lane = kind == Kind::kAccuracy ? event_lane_height(theme, room.height) : 0;
    const Rect rect{room.x, room.y + lane, room.width, room.height - lane};
    ViewState& view = input.view;
    ValueAxis* value_axis = kind == Kind::kLoss       ? &view.loss_axis
                            : kind == Kind::kMismatch ? &view.mismatch_axis
                            : kind == Kind::kProgress ? &view.progress_axis
                                                      : nullptr;
    if (value_axis != nullptr) {
        grow_axis(input, kind == Kind::kLoss, kind == Kind::kMismatch, *value_axis);
    }
    PlotMemory& memory = memory_[slot];
    const ImVec2 mouse = ImGui::GetMousePos();
    const ImGuiIO& io = ImGui::GetIO();

    // The wheel and a drag move epochs only; values move over their own axis, and in a box.
    const bool over_axis = memory.y_axis_hovered;
    const bool boxing =
        io.MouseDown[ImGuiMouseButton_Right] || io.MouseReleased[ImGuiMouseButton_Right];
    const RunRecord* selected = input.selected();
    const EpochMap map = selected == nullptr ? EpochMap() : EpochMap(view.x_unit, *selected);
    const float cursor_x =
        PlotFrame{
            memory.area, view.epoch_axis.min, view.epoch_axis.max, 0, 1, view.epoch_axis.log, false,
            &map}
            .x_of(input.cursor_epoch());
    const char* const nothing = empty_sentence(input, kind);
    const bool over_cursor = selected != nullptr && map.usable() && nothing == nullptr &&
                             memory.area.contains(mouse.x, mouse.y) &&
                             std::abs(mouse.x - cursor_x) <= theme.px(kReach);
    const ImPlotAxisFlags common =
        ImPlotAxisFlags_NoMenus | ImPlotAxisFlags_NoSideSwitch | ImPlotAxisFlags_NoHighlight;
    ImPlotAxisFlags x_flags = common | ImPlotAxisFlags_NoInitialFit;
    x_flags |= lowest ? 0 : ImPlotAxisFlags_NoTickLabels;
    x_flags |= over_cursor || dragging_cursor_ ? ImPlotAxisFlags_Lock : 0;
    ImPlotAxisFlags y_flags = common | ImPlotAxisFlags_NoInitialFit;
    y_flags |= value_axis == nullptr || !(over_axis || boxing) ? ImPlotAxisFlags_Lock : 0;

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
    const double x_before[2] = {view.epoch_axis.min, view.epoch_axis.max};
    ImPlot::SetupAxes(nullptr, nullptr, x_flags, y_flags);
    ImPlot::SetupAxisFormat(ImAxis_X1, format_x, &view.x_unit);
    ImPlot::SetupAxisLinks(ImAxis_X1, &view.epoch_axis.min, &view.epoch_axis.max);
    if (view.epoch_axis.log) {
        ImPlot::SetupAxisScale(ImAxis_X1, ImPlotScale_Log10);
        ImPlot::SetupAxisLimitsConstraints(ImAxis_X1, 1, 2 * kFarthest);
    } else {
        ImPlot::SetupAxisLimitsConstraints(ImAxis_X1, -2 * kFarthest, 2 * kFarthest);
        // ImPlot's own are as dense at 200 % as at 100 %, where their labels touch.
        const auto ticks_of = view.x_unit == XUnit::kSeconds ? time_ticks : epoch_ticks;
        const std::vector<double> ticks =
            ticks_of(view.epoch_axis.min, view.epoch_axis.max, rect.width - gutter_, theme.px(76));
        ImPlot::SetupAxisTicks(ImAxis_X1, ticks.data(), static_cast<int>(ticks.size()));
    }
    ImPlot::SetupAxisZoomConstraints(ImAxis_X1, view.x_unit == XUnit::kSeconds ? 1 : 10,
                                     4 * kFarthest);
    double y_before[2] = {-0.03, 1.05};
    if (value_axis == nullptr) {
        // As many as stand apart: their names lie in the order in which they are left out.
        static constexpr std::array<double, 5> kTicks{0, 1, 0.5, 0.25, 0.75};
        static constexpr std::array<const char*, 5> kTickLabels{"0 %", "100 %", "50 %", "25 %",
                                                                "75 %"};
        const float line = rect.height / (theme.small->FontSize * 1.25F);
        const int ticks = line > 8 ? 5 : line > 4 ? 3 : 2;
        ImPlot::SetupAxisLimits(ImAxis_Y1, y_before[0], y_before[1], ImPlotCond_Always);
        ImPlot::SetupAxisTicks(ImAxis_Y1, kTicks.data(), ticks, kTickLabels.data());
    } else {
        y_before[0] = value_axis->min;
        y_before[1] = value_axis->max;
        ImPlot::SetupAxisFormat(ImAxis_Y1, value_axis->log ? format_power : format_plain);
        ImPlot::SetupAxisLinks(ImAxis_Y1, &value_axis->min, &value_axis->max);
        if (value_axis->log) {
            ImPlot::SetupAxisScale(ImAxis_Y1, ImPlotScale_Log10);
            ImPlot::SetupAxisLimitsConstraints(ImAxis_Y1, kLogFloor, 10 * kLargestValue);
            // ImPlot's own leave one figure on an axis of little more than a decade.
            const std::vector<double> ticks =
                log_ticks(value_axis->min, value_axis->max, rect.height, theme.px(26));
            ImPlot::SetupAxisTicks(ImAxis_Y1, ticks.data(), static_cast<int>(ticks.size()));
        } else {
            ImPlot::SetupAxisLimitsConstraints(ImAxis_Y1, -10 * kLargestValue, 10 * kLargestValue);
            // ImPlot finds the figures by adding steps, and one too small to change the sum would
            // never reach the end.
            const double least =
                1e-12 * std::max(std::abs(value_axis->min), std::abs(value_axis->max));
            ImPlot::SetupAxisZoomConstraints(ImAxis_Y1, std::max(least, 1e-300),
                                             20 * kLargestValue);
        }
    }
    ImPlot::SetupFinish();
    const ImPlotRect limits = ImPlot::GetPlotLimits();
    const ImVec2 at = ImPlot::GetPlotPos();
    const ImVec2 size = ImPlot::GetPlotSize();
    const PlotFrame frame{{at.x, at.y, size.x, size.y},
                          limits.X.Min,
                          limits.X.Max,
                          limits.Y.Min,
                          limits.Y.Max,
                          view.epoch_axis.log,
                          value_axis != nullptr && value_axis->log,
                          &map};
    memory.area = frame.area;
    memory.y_axis_hovered = ImPlot::IsAxisHovered(ImAxis_Y1);
    const bool hovered = ImPlot::IsPlotHovered();

    const ImGuiID item = ImPlot::GetCurrentPlot()->ID;
    ImPlot::PushPlotClipRect();
    ImDrawList& list = *ImPlot::GetPlotDrawList();
    if (map.usable()) {
        draw_phase_bands(input, frame, list);
    }
    draw_reference_lines(input, frame, list, kind == Kind::kAccuracy, kind == Kind::kLoss);
    if (nothing == nullptr) { // else they run through the sentence
        draw_event_lines(input, frame, list);
    }
    curves_.draw(input, kind, frame);
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
    if (lane > 0 && nothing == nullptr) {
        draw_event_lane(input, frame, {frame.area.x, room.y, frame.area.width, lane});
    }
    if (map.usable()) {
        handle_mouse(input, frame, hovered, value_axis);
    }

    describe_area(input, std::string("plot_") + name_of(kind), frame.area, item);
    if (input.log.on()) {
        input.log.axis(name_of(kind), frame.x_min, frame.x_max, frame.y_min, frame.y_max,
                       view.epoch_axis.follow);
        input.log.fact(std::string("empty_") + name_of(kind), nothing == nullptr ? "" : nothing);
    }
    // A change that we did not write is the user's.
    if (view.epoch_axis.min != x_before[0] || view.epoch_axis.max != x_before[1]) {
        take_user_epochs(view.epoch_axis, view.epoch_axis.min, view.epoch_axis.max);
    }
    if (value_axis != nullptr &&
        (value_axis->min != y_before[0] || value_axis->max != y_before[1])) {
        value_axis->user = true;
    }
}

void PlotStack::handle_mouse(const PanelInput& input, const PlotFrame& frame, bool hovered,
                             ValueAxis* value_axis) {
    const Desk desk{input.book, input.view, input.commands};
    const ImGuiIO& io = ImGui::GetIO();
    if (dragging_cursor_ && frame.area.contains(frame.area.x + 1, io.MousePos.y)) {
        move_cursor_to(desk, frame.x_at(io.MousePos.x));
    }
    if (!hovered) {
        return;
    }
    ViewState& view = input.view;
    view.hint_next = value_axis == nullptr               ? text::kHintAccuracy
                     : value_axis == &view.loss_axis     ? text::kHintLoss
                     : value_axis == &view.mismatch_axis ? text::kHintMismatch
                                                         : text::kHintProgress;
    // The crosshair stands on a recorded epoch of the selected run, where figures are exact.
    const double pointed = std::max(frame.x_at(io.MousePos.x), 0.0);
    const RunRecord* run = input.selected();
    const bool beyond = run == nullptr || run->samples.empty() || pointed > run->last_epoch();
    const double epoch =
        beyond ? pointed : run->curves.test_loss.x()[run->curves.test_loss.nearest(pointed)];
    view.hovered_epoch_next = static_cast<std::int32_t>(std::llround(epoch));
    view.hovered_x_next = frame.map == nullptr ? epoch : frame.map->at_epoch(epoch);
    if (io.KeyAlt) {
        move_cursor_to(desk, frame.x_at(io.MousePos.x));
    }
    if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
        view.cursor = cursor_before_click_; // the first click was part of this one
        show_whole_record(desk);
        if (value_axis != nullptr) {
            refit(*value_axis);
        }
        pressed_in_plot_ = false;
    } else if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
        cursor_before_click_ = view.cursor;
        pressed_in_plot_ = true;
    }
    const bool still = io.MouseDragMaxDistanceSqr[ImGuiMouseButton_Left] <
                       input.theme.px(kReach) * input.theme.px(kReach);
    if (ImGui::IsMouseReleased(ImGuiMouseButton_Left) && pressed_in_plot_) {
        if (still) {
            move_cursor_to(desk, frame.x_at(io.MousePos.x));
        }
        pressed_in_plot_ = false;
    }
}

} // namespace grokscope::ui
