#include "ui/plots/plot_events.h"

#include "engine/protocol/alarm.h"
#include "ui/core/actions.h"
#include "ui/core/epoch_map.h"
#include "ui/core/event_lane.h"
#include "ui/core/guesses.h"
#include "ui/core/mark_ink.h"
#include "ui/core/run_looks.h"
#include "ui/core/text.h"
#include "ui/kit/widgets.h"
#include "ui/plots/plot_marks.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>

namespace grokscope::ui {

namespace {

constexpr float kRowStep = 21; ///< at 100 %
constexpr float kTick = 5;     ///< between the names and the plot
/// Lines of the tooltip, at most.
constexpr std::size_t kMostTold = 12;
/// Of a note, in the lane and in the tooltip, at 100 %.
constexpr float kLongestNote = 200;
constexpr float kToldNote = 800;

/// How much it is worth a name of its own.
int rank_of(const PlotEvent& event) {
    int rank = event.selected ? 10 : 0;
    if (event.note != nullptr) {
        return rank + 3; // somebody took the trouble
    }
    switch (event.mark.value_or(MarkKind::kLostAgain)) {
    case MarkKind::kGrokked:
        return rank + 5;
    case MarkKind::kLostAgain:
        return rank + 4;
    case MarkKind::kMemorised:
    case MarkKind::kOrderLearned:
    case MarkKind::kStable:
        return rank + 2;
    default:
        return rank;
    }
}

/// What happened, or at most `width` pixels of a note.
std::string what_of(const PanelInput& input, const PlotEvent& event, float width) {
    if (event.note != nullptr) {
        return fitted(input.theme.small, words_of_note(event.note->get()), width);
    }
    const bool late =
        event.mark && is_late_alarm(*event.mark, event.epoch, event.run->mark(MarkKind::kGrokked));
    return event.mark ? text::mark(*event.mark, late) : text::kNotANumber;
}

/// Its run's name in front, where there may be a doubt.
std::string run_in_front(const PanelInput& input, const PlotEvent& event, bool always) {
    return always || !event.selected
               ? run_label(input.view, *event.run, several_seeds(input.book)) + " "
               : std::string();
}

/// As it stands in the lane, for `count` of them.
std::string chip_words(const PanelInput& input, const PlotEvent& event, std::size_t count) {
    return run_in_front(input, event, false) + what_of(input, event, input.theme.px(kLongestNote)) +
           (event.note == nullptr ? " " + text::grouped(event.epoch) : std::string()) +
           (count == 1
                ? std::string()
                : ", " + text::grouped(static_cast<std::int64_t>(count) - 1) + text::kMoreEvents);
}

/// All that a name stands for, a line each.
std::string told(const PanelInput& input, std::span<const PlotEvent> events) {
    std::string lines;
    for (const PlotEvent& event : events.first(std::min(events.size(), kMostTold))) {
        lines += lines.empty() ? "" : "\n";
        lines += run_in_front(input, event, true) +
                 what_of(input, event, input.theme.px(kToldNote)) +
                 (event.note == nullptr ? " " : text::kAt) + text::grouped(event.epoch);
    }
    if (events.size() > kMostTold) {
        lines += "\n" + text::grouped(static_cast<std::int64_t>(events.size() - kMostTold)) +
                 text::kMoreEvents;
    }
    return lines;
}

/// To the head, or, from one of them, to the next.
void go_to(const PanelInput& input, std::span<const PlotEvent> events, std::size_t head) {
    const ActionContext context{input.book, input.view, input.commands};
    const auto here = std::ranges::find_if(events, [&](const PlotEvent& event) {
        return event.selected && !input.view.cursor.live &&
               input.view.cursor.held_epoch == event.epoch;
    });
    const PlotEvent& next = here == events.end()       ? events[head]
                            : here + 1 == events.end() ? events.front()
                                                       : *(here + 1);
    if (!next.selected) {
        select_run(context, next.run->id);
    }
    input.view.cursor.hold(next.epoch);
    input.view.replaying = false;
}

void add_notes(const PanelInput& input, const RunRecord& run, const PlotFrame& own,
               std::vector<PlotEvent>& events) {
    for (const Note& note : input.view.arrangement.notes) {
        const float x = note.run == run.id ? std::round(own.x_of(note.epoch)) : -1;
        if (x >= own.area.x && x <= own.area.right() &&
            !words_of_note(note.text.get()).empty()) { // guesses have flags of their own
            events.push_back({.run = &run,
                              .x = x,
                              .color = input.theme.palette->accent,
                              .selected = input.view.selected == run.id,
                              .epoch = note.epoch,
                              .mark = {},
                              .note = &note.text});
        }
    }
}

void add_marks(const PanelInput& input, const RunRecord& run, const PlotFrame& own,
               std::vector<PlotEvent>& events) {
    const bool selected = input.view.selected == run.id;
    const Color color = run_style(input.view, run, input.theme.kind).color;
    const auto add = [&](std::optional<MarkKind> mark, std::int32_t epoch) {
        const float x = std::round(own.x_of(epoch));
        if (x >= own.area.x && x <= own.area.right()) {
            events.push_back({&run, x, color, selected, epoch, mark, nullptr});
        }
    };
    for (const EpochMark& mark : run.marks) {
        if (run.held_before(mark)) {
            continue;
        }
        if (selected || mark.kind == MarkKind::kGrokked) {
            add(mark.kind, mark.epoch);
        }
    }
    if (run.first_nan_epoch) {
        add(std::nullopt, *run.first_nan_epoch);
    }
}

/// A stroke from each event's name to the plot's edge, where its line goes on.
void draw_strokes(const Theme& theme, std::span<const PlotEvent> events, const Rect& chip,
                  float foot) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    float drawn = -1; // once, where thousands fall on one pixel
    for (const PlotEvent& event : events) {
        if (event.x != drawn) {
            drawn = event.x;
            list.AddRectFilled({drawn - theme.px(1), chip.y}, {drawn + theme.px(1), foot},
                               u32(mark_ink(event.color, 1, theme.palette->panel, *theme.palette)));
        }
    }
}

/// The name of events[head], a button for all of them.
void draw_name(const PanelInput& input, std::span<const PlotEvent> events, std::size_t head,
               const Rect& rect) {
    const Theme& theme = input.theme;
    const PlotEvent& named = events[head];
    bool hovered = false;
    if (input.picture == nullptr) {
        const std::string suffix = (named.mark ? std::string(name_of(*named.mark)) : "note") + "/" +
                                   std::to_string(static_cast<std::uint32_t>(named.run->id)) + "/" +
                                   std::to_string(named.epoch);
        ImGui::SetCursorScreenPos({rect.x, rect.y});
        ImGui::PushID(suffix.c_str());
        const bool pressed = ImGui::InvisibleButton("event", {rect.width, rect.height});
        hovered = ImGui::IsItemHovered();
        describe_item(input, "event", suffix, true,
                      hovered ? told(input, events).c_str() : nullptr);
        ImGui::PopID();
        if (pressed) {
            go_to(input, events, head);
        }
    }
    ImDrawList& list = *ImGui::GetWindowDrawList();
    // A name that hangs on its stroke has no corners there, which would notch it.
    const bool hangs = std::abs(events.front().x - rect.x) < 1;
    list.AddRectFilled({rect.x + (hangs ? theme.px(1) : 0), rect.y}, {rect.right(), rect.bottom()},
                       u32(hovered ? theme.palette->hovered : theme.palette->raised), theme.px(4),
                       hangs ? ImDrawFlags_RoundCornersRight : ImDrawFlags_RoundCornersAll);
    draw_text(
        list, theme.small,
        {rect.x + theme.px(5), rect.y + (rect.height - theme.small->FontSize) / 2},
        theme.palette->text,
        fitted(theme.small, chip_words(input, named, events.size()), rect.width - theme.px(9)));
}

} // namespace

std::vector<PlotEvent> events_in(const PanelInput& input, const PlotFrame& frame, bool notes) {
    std::vector<PlotEvent> events;
    for (const auto& run : input.book.runs()) {
        const EpochMap map(input.view.settings.x_unit, *run);
        if (!input.view.visible(run->id) || !map.usable()) {
            continue;
        }
        const PlotFrame own = frame.with(map);
        add_marks(input, *run, own, events);
        if (notes) {
            add_notes(input, *run, own, events);
        }
    }
    std::ranges::stable_sort(events, {}, &PlotEvent::x);
    return events;
}

float event_lane_height(const Theme& theme, float room) {
    const float rows = room > theme.px(150) ? 2 : room > theme.px(84) ? 1 : 0;
    return rows == 0 ? 0 : rows * theme.px(kRowStep) + theme.px(kTick);
}

void draw_event_lane(const PanelInput& input, const PlotFrame& frame, const Rect& lane) {
    const Theme& theme = input.theme;
    const std::vector<PlotEvent> events = events_in(input, frame, true);
    std::vector<LaneEvent> places;
    for (const PlotEvent& event : events) {
        places.push_back({event.x, rank_of(event)});
    }
    const float height = theme.small->FontSize + theme.px(4);
    const std::vector<LaneChip> chips = lay_out_lane(
        places, {lane.x, lane.y, lane.width, lane.height - theme.px(kTick)}, height,
        theme.px(kRowStep), theme.px(4), [&](std::size_t head, std::size_t count) {
            return std::ceil(text_size(theme.small, chip_words(input, events[head], count)).x) +
                   theme.px(10);
        });
    const auto events_of = [&](const LaneChip& chip) {
        return std::span<const PlotEvent>(events).subspan(chip.first, chip.count);
    };
    for (const LaneChip& chip : chips) {
        draw_strokes(theme, events_of(chip), chip.rect, frame.area.y);
    }
    std::string said;
    for (const LaneChip& chip : chips) {
        draw_name(input, events_of(chip), chip.head - chip.first, chip.rect);
        if (input.log.on()) {
            said += (said.empty() ? "" : " | ") + chip_words(input, events[chip.head], chip.count);
        }
    }
    input.log.fact("events", said);
}

} // namespace grokscope::ui
