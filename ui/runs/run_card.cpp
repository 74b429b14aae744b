#include "ui/runs/run_card.h"
#include "ui/core/fork_text.h"

#include "ui/core/actions.h"
#include "ui/core/claims.h"
#include "ui/core/record_controller.h"
#include "ui/core/run_fields.h"
#include "ui/core/run_looks.h"
#include "ui/core/shortcuts.h"
#include "ui/core/text.h"
#include "ui/kit/picture_kit.h"
#include "ui/kit/widgets.h"
#include "ui/runs/look_menu.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {

namespace {

/// Where the card has no room for text::kElsewhere.
constexpr const char* kElsewhereInShort = "elsewhere";

constexpr float kCardEdge = 12;     ///< from its left edge to its text
constexpr float kCardButtons = 110; ///< from its right edge to the left one of its buttons

} // namespace

float state_room(const Theme& theme, float card) {
    return card - theme.px(kCardEdge + kCardButtons);
}

namespace {

/// What is said of this run as far as it has got.
Facts facts_about(const PanelInput& input, const RunRecord& run) {
    const auto& rested = input.view.rested;
    Facts facts;
    facts.run = moment_at(&run, run.last_epoch());
    facts.rested =
        input.view.auto_stop && std::find(rested.begin(), rested.end(), run.id) != rested.end();
    return facts;
}

/// The newest epoch whose figures the card has: while the cursor is held, that of the cursor.
const MetricSample* shown_sample(const PanelInput& input, const RunRecord& run) {
    // One that is to come after a selected run that has none yet is the newest.
    const RunRecord* selected = input.selected();
    const bool none_yet =
        input.view.cursor.live && selected != nullptr && selected->samples.empty();
    return run.sample_at(none_yet ? run.last_epoch() : input.cursor_epoch());
}

std::string rerun_line(const PanelInput& input, const RunRecord& run) {
    const RerunCheck* check = input.records == nullptr ? nullptr : input.records->check(run.id);
    return check == nullptr ? std::string() : text::rerun_short(*check);
}

constexpr float kFurtherLine = 18;

struct FurtherLine {
    std::string words;
    bool warns = false;
};

/// Lines that a card has where there is something to say: whether a grok lasts, what float32 would
/// lose, how a rerun compares.
std::vector<FurtherLine> further_lines(const PanelInput& input, const RunRecord& run) {
    std::vector<FurtherLine> lines;
    const auto add = [&](std::string words, bool warns = false) {
        if (!words.empty()) {
            lines.push_back({std::move(words), warns});
        }
    };
    add(text::lasting(run.lasting, input.book.lasting_speed_up(run)));
    const MetricSample* const sample = shown_sample(input, run);
    const bool newest = sample != nullptr && sample->epoch == run.last_epoch();
    add(text::softmax_collapse(newest ? run.softmax_collapse() // it may be newer than the figures
                               : sample == nullptr ? std::nullopt
                                                   : run.softmax_collapse(sample->epoch)));
    const RerunCheck* check = input.records == nullptr ? nullptr : input.records->check(run.id);
    add(rerun_line(input, run), check != nullptr && check->first_difference().has_value());
    return lines;
}

/// What the card says when pointed at, beside what a click does: why the run ended, when others
/// grokked, and whether it repeats its record.
std::string more_about(const PanelInput& input, const RunRecord& run) {
    std::string words = in_plain_words(run.state_text);
    if (const auto other = input.view.elsewhere.find(run.id); other != input.view.elsewhere.end()) {
        words = text::elsewhere_at_length(other->second, run.last_epoch());
    }
    const auto add = [&](const std::string& sentence) {
        words += (words.empty() || sentence.empty() ? "" : "\n") + sentence;
    };
    if (const MetricSample* sample = run.sample_at(input.cursor_epoch())) {
        add(text::parts_right(run.config.operation, *sample));
    }
    if (input.records != nullptr) {
        const KnownRuns* known = input.records->known(run.config);
        if (known != nullptr && !run.branch && !run.mark(MarkKind::kGrokked)) {
            add(text::recorded_grokking(*known));
        }
        if (const RerunCheck* check = input.records->check(run.id)) {
            add(text::rerun(*check));
        }
    }
    return words;
}

std::string grok_line(const PanelInput& input, const RunRecord& run) {
    if (run.retraced) {
        return text::kRetracing + text::grouped(run.retraced->epoch) + text::kRetracingOf +
               text::grouped(run.retraced->until);
    }
    const auto grok = run.mark(MarkKind::kGrokked);
    const bool awaited =
        !grok && !run.branch && run.state != RunState::kFinished && run.state != RunState::kFailed;
    const KnownRuns* known =
        input.records == nullptr || !awaited ? nullptr : input.records->known(run.config);
    if (const std::string others =
            known == nullptr ? std::string() : text::recorded_grokking_short(*known);
        !others.empty()) {
        return others;
    }
    std::string line = claim(Place::kCard, facts_about(input, run)).words;
    line += grok ? text::grouped(*grok) : std::string();
    if (!run.config.is_baseline()) {
        const auto ratio = input.book.speed_up(run);
        line +=
            "  \xE2\x80\xA2  " + (ratio ? text::speed_up(*ratio, 1) : std::string(text::kNoValue));
    }
    return line;
}

void draw_row_text(const PanelInput& input, const RunRecord& run,
                   const std::vector<FurtherLine>& further, const Rect& row, bool visible) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const CurveStyle style = run_style(input.view, run, theme.kind);
    const Color ground = input.view.selected == run.id ? palette.raised : palette.panel;
    const Color ink = visible ? palette.text : palette.muted;

    const float left = row.x + theme.px(kCardEdge);
    const float right = row.right() - theme.px(10);
    float y = row.y + theme.px(8);
    draw_chip(list, style, {left, y}, {theme.px(30), theme.px(18)}, theme.scale, ground, !visible);
    // While the cursor is held, the figures are those of its epoch, and so is the epoch.
    const MetricSample* const sample = shown_sample(input, run);
    const bool held = sample != nullptr && sample->epoch < run.last_epoch();
    const std::string epoch = text::grouped(held ? sample->epoch : std::max(run.last_epoch(), 0));
    const float epoch_width = text_size(theme.small, epoch).x;
    const float name_x = left + theme.px(40);
    // A long name takes the place of the epoch, which then stands beside the state if it can.
    const std::string whole = run_label(input.view, run, false);
    const bool epoch_beside =
        name_x + text_size(theme.strong, whole).x <= right - epoch_width - theme.px(6);
    const float name_end = epoch_beside ? right - epoch_width - theme.px(6) : right;
    const std::string label = fitted(theme.strong, whole, name_end - name_x);
    const float seed_x =
        name_x + theme.px(7) + draw_text(list, theme.strong, {name_x, y}, ink, label);
    const std::string seed = std::to_string(run.config.seed);
    if (text_size(theme.small, seed).x < name_end - seed_x) {
        draw_text(list, theme.small, {seed_x, y + theme.px(2)}, palette.muted, seed);
    }
    if (epoch_beside) {
        draw_text(list, theme.small, {right - epoch_width, y + theme.px(2)}, ink, epoch);
    }

    y += theme.px(22);
    const bool failed = run.state == RunState::kFailed;
    const std::string rests = claim(Place::kResting, facts_about(input, run)).words;
    const auto other = input.view.elsewhere.find(run.id);
    const bool elsewhere = other != input.view.elsewhere.end();
    const std::string plain = elsewhere ? text::kElsewhere : text::state(run);
    const std::string state = elsewhere       ? text::elsewhere(other->second)
                              : rests.empty() ? plain
                                              : rests;
    const std::string stands = run.last_epoch() < 0 ? state
                               : elsewhere
                                   ? plain + text::kShownTo + text::grouped(run.last_epoch())
                                   : state + text::kAt + text::grouped(run.last_epoch());
    // The epoch of the figures has to be said somewhere.
    const bool moves = !epoch_beside && (held || run.state == RunState::kRunning);
    const std::string full = !epoch_beside && held   ? text::kEpoch + epoch + ", " + stands
                             : held || !epoch_beside ? stands
                                                     : state;
    draw_text(list, theme.small, {left, y}, failed ? palette.warning : palette.muted,
              first_that_fits(theme.small, state_room(theme, row.width),
                              {full, moves ? text::kEpoch + epoch : state, plain,
                               elsewhere ? std::string(kElsewhereInShort) : plain}));
    if (elsewhere) {
        input.log.fact("elsewhere", state);
    }
    if (!rests.empty()) {
        input.log.fact("resting",
                       state + (text_size(theme.small, state).x <= state_room(theme, row.width)
                                    ? ""
                                    : ", which does not fit"));
    }

    y += theme.px(18);
    const float half = (right - left) * 0.5F;
    const auto figure = [&](float x, const char* name, double share) {
        const float width = draw_text(list, theme.small, {x, y}, palette.muted, name);
        draw_text(list, theme.small, {x + width + theme.px(6), y}, ink,
                  sample == nullptr ? text::kNoValue : text::percent(share));
    };
    figure(left, text::kTrain, sample == nullptr ? 0 : sample->train_accuracy);
    figure(left + half, text::kTest, sample == nullptr ? 0 : sample->test_accuracy);

    y += theme.px(18);
    draw_text(list, theme.small, {left, y}, palette.muted,
              fitted(theme.small, grok_line(input, run), right - left));

    for (const FurtherLine& line : further) {
        y += theme.px(kFurtherLine);
        draw_text(list, theme.small, {left, y}, line.warns ? palette.warning : palette.muted,
                  fitted(theme.small, line.words, right - left));
    }
}

} // namespace

void draw_run_card(const PanelInput& input, const RunRecord& run) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    const ActionContext context{input.book, input.view, input.commands};
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const std::vector<FurtherLine> further = further_lines(input, run);
    const float height = kCardHeight + kFurtherLine * static_cast<float>(further.size());
    const Rect row{at.x, at.y, ImGui::GetContentRegionAvail().x, theme.px(height)};
    const std::string number = std::to_string(static_cast<std::uint32_t>(run.id));
    ImGui::PushID(static_cast<int>(run.id));
    ImGui::SetNextItemAllowOverlap();
    if (ImGui::InvisibleButton("row", {row.width, row.height})) {
        select_run(context, run.id);
    }
    const bool row_hovered = ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenOverlappedByItem);
    if (row_hovered) {
        input.view.hovered_next = run.id;
    }
    const bool selected = input.view.selected == run.id;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (selected || row_hovered || input.view.hovered == run.id) {
        const Color fill = selected ? palette.raised : mix(palette.panel, palette.raised, 0.5F);
        list.AddRectFilled({row.x, row.y}, {row.right(), row.bottom()}, u32(fill), theme.px(6));
    }
    if (selected) {
        list.AddRectFilled({row.x, row.y + theme.px(12)},
                           {row.x + theme.px(3), row.bottom() - theme.px(12)}, u32(palette.accent),
                           theme.px(2));
    }
    const bool visible = input.view.visible(run.id);
    draw_row_text(input, run, further, row, visible);
    std::string more = more_about(input, run);
    if (!more.empty()) {
        more = std::string(control("run").tooltip) + "\n\n" + more;
    }
    describe_item(input, "run", number, true, more.empty() ? nullptr : more.c_str());
    if (input.log.on()) {
        input.log.fact("grok line " + number, grok_line(input, run));
        input.log.fact("rerun " + number, rerun_line(input, run));
        std::string lines;
        for (const FurtherLine& line : further) {
            lines += line.words + '\n';
        }
        input.log.fact("card lines " + number, lines);
    }

    if (row_hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
        open_menu(input.theme, "look");
    }
    const ImVec2 square{theme.px(24), theme.px(24)};
    const float y = row.y + theme.px(26);
    const bool pinned = input.view.pinned == run.id;
    ImGui::SetCursorScreenPos({row.right() - theme.px(82), y});
    if (button(input, {.control = "pin",
                       .suffix = number,
                       .icon = pinned ? Icon::kPinned : Icon::kPin,
                       .look = Look::kQuiet,
                       .size = square})) {
        toggle_pin(context, run.id);
    }
    ImGui::SetCursorScreenPos({row.right() - theme.px(108), y});
    if (button(input, {.control = "run_menu",
                       .suffix = number,
                       .icon = Icon::kMore,
                       .look = Look::kQuiet,
                       .size = square,
                       .menu = true})) {
        open_menu(input.theme, "look");
    }
    draw_look_menu(input, run);
    ImGui::SetCursorScreenPos({row.right() - theme.px(56), y});
    if (button(input, {.control = "eye",
                       .suffix = number,
                       .icon = visible ? Icon::kEye : Icon::kEyeClosed,
                       .look = Look::kQuiet,
                       .size = square})) {
        input.view.set_visible(run.id, !visible);
    }
    ImGui::SetCursorScreenPos({row.right() - theme.px(30), y});
    if (button(input, {.control = "remove",
                       .suffix = number,
                       .icon = Icon::kClose,
                       .look = Look::kQuiet,
                       .size = square})) {
        remove_run(context, run.id);
    }
    ImGui::SetCursorScreenPos({row.x, row.bottom() + theme.px(4)});
    ImGui::PopID();
}

} // namespace grokscope::ui
