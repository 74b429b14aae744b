#include "ui/plots/timeline.h"

#include "ui/core/actions.h"
#include "ui/core/epoch_map.h"
#include "ui/core/file_controller.h"
#include "ui/core/forks.h"
#include "ui/core/mark_ink.h"
#include "ui/core/playback.h"
#include "ui/core/plot_axes.h"
#include "ui/core/run_looks.h"
#include "ui/core/text.h"
#include "ui/kit/picture_kit.h"
#include "ui/kit/widgets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

namespace grokscope::ui {

namespace {

/// The cursor's epoch, before it that the run is a record, both ending at `right`; what does not
/// fit into `most` pixels is left out, the badge first. Returns the width they take.
float draw_epoch(const PanelInput& input, float right, float middle, float most) {
    const RunRecord* run = input.selected();
    if (run == nullptr) {
        return 0;
    }
    const Theme& theme = input.theme;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float gap = theme.px(12);
    const std::string number = text::grouped(std::max(input.cursor_epoch(), 0));
    const float widest = text_size(theme.strong, text::kEpoch).x; // it stands still while it counts
    const std::string words = first_that_fits(theme.strong, most, {text::kEpoch + number, number});
    float width = std::max(text_size(theme.strong, words).x,
                           words == number ? 0 : widest + text_size(theme.strong, "00,000").x);
    put_text(list, theme.strong, theme.palette->text, {right, middle - theme.strong->FontSize / 2},
             Align::kRight, words);
    input.log.fact("presented_epoch", words);
    const float badge = run->recorded ? badge_width(theme, text::kRecorded) : 0;
    const bool badged = badge > 0 && width + gap + badge <= most;
    if (badged) {
        width += gap + badge;
        draw_badge(theme, list, {right - width, middle - theme.small->FontSize / 2 - theme.px(3)},
                   text::kRecorded);
    }
    input.log.fact("presented_badge", badged ? text::kRecorded : "");
    return width + gap;
}

} // namespace

void Timeline::draw(const PanelInput& input, const Rect& rect) {
    const Theme& theme = input.theme;
    const ActionContext context{input.book, input.view, input.commands};
    const bool room = theme.presenting;
    begin_card(input, "timeline", rect, 0);
    const float middle = rect.y + rect.height / 2;
    const ImVec2 square{theme.px(28), theme.px(28)};
    Row row(rect.x + theme.px(10), middle);
    const auto transport = [&](const char* name, Icon icon, bool chosen) {
        row.place(square.x + theme.px(2), square.y);
        return button(input, {.control = name,
                              .icon = icon,
                              .look = chosen ? Look::kSelected : Look::kQuiet,
                              .size = square,
                              .enabled = input.selected() != nullptr});
    };
    if (transport("previous_event", Icon::kPreviousEvent, false)) {
        move_cursor_to_event(context, -1);
    }
    if (!room && transport("back", Icon::kBack, false)) {
        move_cursor_by(context, -1);
    }
    if (transport("replay", input.view.replaying ? Icon::kPause : Icon::kPlay,
                  input.view.replaying)) {
        toggle_replay(context);
    }
    if (!room && transport("forth", Icon::kForth, false)) {
        move_cursor_by(context, 1);
    }
    if (transport("next_event", Icon::kNextEvent, false)) {
        move_cursor_to_event(context, 1);
    }
    if (!room) {
        const float rate = menu_width(theme, text::replay_rate(kReplayRates.back()).c_str());
        row.place(rate + theme.px(2), square.y);
        draw_rate(input, {rate, square.y});
        row.place(square.x + theme.px(2), square.y);
        draw_branch(input, square);
    }
    const bool trains =
        input.selected() != nullptr && input.selected()->state == RunState::kRunning;
    const char* const newest = trains ? text::kLive : text::kLatest;
    const float live = std::max(button_width(theme, text::kLive, Icon::kNone),
                                button_width(theme, text::kLatest, Icon::kNone));
    const float epoch = room ? draw_epoch(input, rect.right() - live - theme.px(20), middle,
                                          rect.width * 0.5F - live)
                             : 0;
    const Rect track{row.x() + theme.px(14), rect.y,
                     rect.right() - row.x() - live - epoch - theme.px(14 + 22), rect.height};
    draw_track(input, track);
    Row end(rect.right() - live - theme.px(10), middle);
    end.place(live, square.y);
    if (button(input, {.control = "live",
                       .label = newest,
                       .look = input.view.cursor.live ? Look::kSelected : Look::kPlain,
                       .size = {live, square.y}})) {
        go_live(context);
    }
    end_card();
}

void Timeline::draw_branch(const PanelInput& input, const ImVec2& size) {
    if (button(input, {.control = "branch",
                       .icon = Icon::kBranch,
                       .look = Look::kQuiet,
                       .size = size,
                       .enabled = input.files != nullptr && input.files->available() &&
                                  input.selected() != nullptr})) {
        toggle_fork({input.book, input.view, input.commands});
    }
}

void Timeline::draw_rate(const PanelInput& input, const ImVec2& size) {
    const Theme& theme = input.theme;
    ViewState& view = input.view;
    const std::string shown = text::replay_rate(kReplayRates[view.replay_rate]);
    const bool slowed = view.replay_slowed || view.training_slowed;
    if (button(input, {.control = "replay_rate",
                       .label = shown.c_str(),
                       .look = slowed ? Look::kSelected : Look::kQuiet,
                       .size = size,
                       .menu = true})) {
        open_menu(theme, "rates");
    }
    const ImVec2 corner = ImGui::GetItemRectMin();
    ImGui::SetNextWindowPos({corner.x, corner.y - theme.px(8)}, ImGuiCond_Always, {0, 1});
    if (begin_menu(theme, "rates")) {
        card_title(input, text::kReplayRates);
        for (std::size_t i = 0; i < kReplayRates.size(); ++i) {
            const std::string label = text::replay_rate(kReplayRates[i]);
            if (i > 0) {
                ImGui::SameLine(0, theme.px(2));
            }
            if (button(input, {.control = "rate",
                               .suffix = label,
                               .label = label.c_str(),
                               .look = i == view.replay_rate ? Look::kSelected : Look::kQuiet,
                               .size = {size.x, size.y}})) {
                view.replay_rate = i;
            }
        }
        text_in(theme.small, theme.palette->muted, text::kReplayRateMeaning);
        ImGui::Dummy({0, theme.px(4)});
        const auto choice = [&](const char* name, const char* label, bool on) {
            return button(input, {.control = name,
                                  .label = label,
                                  .icon = switch_icon(on),
                                  .look = on ? Look::kSelected : Look::kPlain});
        };
        if (choice("replay_loop", text::kReplayLoop, view.replay_loop)) {
            view.replay_loop = !view.replay_loop;
        }
        if (choice("auto_slow", text::kAutoSlow, view.auto_slow)) {
            set_auto_slow({input.book, view, input.commands}, !view.auto_slow);
        }
        if (choice("auto_stop", text::kAutoStop, view.auto_stop)) {
            view.auto_stop = !view.auto_stop;
        }
        end_menu();
    }
}

void Timeline::draw_track(const PanelInput& input, const Rect& rect) {
    if (rect.width < input.theme.px(40)) {
        return;
    }
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const double whole = std::max(newest_epoch(input.book, input.view) * 1.0, 100.0);
    const auto x_of = [&](double epoch) {
        return rect.x + static_cast<float>(std::clamp(epoch / whole, 0.0, 1.0)) * rect.width;
    };
    ImGui::SetCursorScreenPos({rect.x, rect.y});
    ImGui::InvisibleButton("track", {rect.width, rect.height});
    const ActionContext context{input.book, input.view, input.commands};
    if (ImGui::IsItemActive()) {
        const float share = (ImGui::GetMousePos().x - rect.x) / rect.width;
        move_cursor_to(context, std::clamp(static_cast<double>(share), 0.0, 1.0) * whole);
    }
    if (ImGui::IsItemHovered()) {
        input.view.hint_next = text::kHintTimeline;
    }
    const float y = std::round(rect.y + rect.height / 2);
    const float thick = theme.px(4);
    const auto bar = [&](double from, double to, const Color& color, float height) {
        list.AddRectFilled({x_of(from), y - height / 2}, {x_of(to), y + height / 2}, u32(color),
                           height / 2);
    };
    // What the plots show, then the record, then the played part.
    const RunRecord* shown = input.selected();
    const EpochMap map =
        shown == nullptr ? EpochMap() : EpochMap(input.view.settings.x_unit, *shown);
    bar(map.epoch_at(input.view.settings.epoch_axis.min),
        map.epoch_at(input.view.settings.epoch_axis.max), palette.raised, theme.px(20));
    const std::int32_t cursor = std::max(input.cursor_epoch(), 0);
    bar(cursor, whole, mix(palette.panel, palette.muted, 0.85F), thick);
    bar(0, cursor, palette.accent, thick);
    for (const auto& run : input.book.runs()) {
        if (!input.view.visible(run->id)) {
            continue;
        }
        const bool selected = input.view.selected == run->id;
        const Color ink =
            mark_ink(run_style(input.view, *run, theme.kind).color, 1, palette.raised, palette);
        std::set<std::pair<float, bool>> drawn; // once, where thousands fall on one pixel
        for (const EpochMark& mark : run->marks) {
            if (run->held_before(mark)) {
                continue;
            }
            const bool grokked = mark.kind == MarkKind::kGrokked;
            const float x = std::round(x_of(mark.epoch));
            if ((selected || grokked) && drawn.emplace(x, grokked).second) {
                const float reach = theme.px(grokked ? 11 : 7);
                list.AddLine({x, y - reach}, {x, y + reach}, u32(ink), theme.px(2));
            }
        }
    }
    const ImVec2 knob{x_of(cursor), y};
    const bool active = ImGui::IsItemActive() || ImGui::IsItemHovered();
    list.AddCircleFilled(knob, theme.px(active ? 8 : 7), u32(palette.panel));
    list.AddCircleFilled(knob, theme.px(active ? 7 : 6), u32(palette.accent));
    describe_item(input, "timeline");
}

} // namespace grokscope::ui
