#include "ui/panels/run_list.h"

#include "ui/actions.h"
#include "ui/claims.h"
#include "ui/layout.h"
#include "ui/panels/about_button.h"
#include "ui/panels/look_menu.h"
#include "ui/panels/number_field.h"
#include "ui/panels/picture_kit.h"
#include "ui/panels/run_order_menu.h"
#include "ui/record_desk.h"
#include "ui/run_fields.h"
#include "ui/run_looks.h"
#include "ui/run_order.h"
#include "ui/shortcuts.h"
#include "ui/text.h"
#include "ui/widgets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
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

constexpr float kRowHeight = 84;
/// What is said of this run as far as it has got.
Facts facts_about(const PanelInput& input, const RunRecord& run) {
    const auto& rested = input.view.rested;
    Facts facts;
    facts.run = moment_at(&run, run.last_epoch());
    facts.rested =
        input.view.auto_stop && std::find(rested.begin(), rested.end(), run.id) != rested.end();
    return facts;
}

/// Whether a grok lasts, and how a rerun compares, take a line of their own, where there is one.
constexpr float kFurtherLine = 18;

std::string lasting_line(const PanelInput& input, const RunRecord& run) {
    return text::lasting(run.lasting, input.book.lasting_speed_up(run));
}

std::string rerun_line(const PanelInput& input, const RunRecord& run) {
    const RerunCheck* check = input.records == nullptr ? nullptr : input.records->check(run.id);
    return check == nullptr ? std::string() : text::rerun_short(*check);
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
        add(text::parts_right(*sample));
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

void draw_row_text(const PanelInput& input, const RunRecord& run, const Rect& row, bool visible) {
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
    const MetricSample* sample = run.sample_at(input.cursor_epoch());
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

    if (const std::string lasting = lasting_line(input, run); !lasting.empty()) {
        y += theme.px(kFurtherLine);
        draw_text(list, theme.small, {left, y}, palette.muted,
                  fitted(theme.small, lasting, right - left));
    }
    const RerunCheck* check = input.records == nullptr ? nullptr : input.records->check(run.id);
    if (check != nullptr) {
        y += theme.px(kFurtherLine);
        draw_text(list, theme.small, {left, y},
                  check->first_difference() ? palette.warning : palette.muted,
                  fitted(theme.small, text::rerun_short(*check), right - left));
    }
}

void draw_run(const PanelInput& input, const RunRecord& run, const Desk& desk) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const std::string rerun = rerun_line(input, run);
    const float height = kRowHeight + (rerun.empty() ? 0 : kFurtherLine) +
                         (lasting_line(input, run).empty() ? 0 : kFurtherLine);
    const Rect row{at.x, at.y, ImGui::GetContentRegionAvail().x, theme.px(height)};
    const std::string number = std::to_string(static_cast<std::uint32_t>(run.id));
    ImGui::PushID(static_cast<int>(run.id));
    ImGui::SetNextItemAllowOverlap();
    if (ImGui::InvisibleButton("row", {row.width, row.height})) {
        select_run(desk, run.id);
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
    draw_row_text(input, run, row, visible);
    std::string more = more_about(input, run);
    if (!more.empty()) {
        more = std::string(control("run").tooltip) + "\n\n" + more;
    }
    describe_item(input, "run", number, true, more.empty() ? nullptr : more.c_str());
    if (input.log.on()) {
        input.log.fact("grok line " + number, grok_line(input, run));
        input.log.fact("rerun " + number, rerun);
    }

    if (row_hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
        ImGui::OpenPopup("look");
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
        toggle_pin(desk, run.id);
    }
    ImGui::SetCursorScreenPos({row.right() - theme.px(108), y});
    if (button(input, {.control = "run_menu",
                       .suffix = number,
                       .icon = Icon::kMore,
                       .look = Look::kQuiet,
                       .size = square,
                       .menu = true})) {
        ImGui::OpenPopup("look");
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
        remove_run(desk, run.id);
    }
    ImGui::SetCursorScreenPos({row.x, row.bottom() + theme.px(4)});
    ImGui::PopID();
}

/// Brings the row that was drawn last, which is this high, into view.
void scroll_to_row(float height) {
    const float bottom = ImGui::GetCursorPosY();
    const float top = bottom - height;
    const float room = ImGui::GetWindowHeight();
    if (top < ImGui::GetScrollY()) {
        ImGui::SetScrollY(top);
    } else if (bottom > ImGui::GetScrollY() + room) {
        ImGui::SetScrollY(bottom - room);
    }
}

/// Where the list goes on beyond its edges it fades there, instead of cutting a line of text.
void fade_edges(const Theme& theme) {
    const ImVec2 at = ImGui::GetWindowPos();
    const ImVec2 size = ImGui::GetWindowSize();
    const float depth = std::min(theme.px(26), size.y / 3);
    const ImU32 solid = u32(theme.palette->panel);
    const ImU32 clear = u32(theme.palette->panel.with_alpha(0));
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float right = at.x + size.x - ImGui::GetStyle().ScrollbarSize;
    if (ImGui::GetScrollY() > 0) {
        list.AddRectFilledMultiColor(at, {right, at.y + depth}, solid, solid, clear, clear);
    }
    if (ImGui::GetScrollY() < ImGui::GetScrollMaxY()) {
        const float bottom = at.y + size.y;
        list.AddRectFilledMultiColor({at.x, bottom - depth}, {right, bottom}, clear, clear, solid,
                                     solid);
    }
}

/// One of the seven: its label over a piece of its curve; a tick when it runs already.
void draw_stencil_button(const PanelInput& input, const Stencil& stencil, ImVec2 size,
                         const Desk& desk) {
    const Theme& theme = input.theme;
    const std::string label = stencil.label();
    const RunRecord* existing = existing_with(desk, stencil);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    if (button(input, {.control = "add_stencil",
                       .suffix = label,
                       .look = existing != nullptr ? Look::kSelected : Look::kPlain,
                       .size = size})) {
        add_stencil(desk, stencil);
    }
    const bool hovered = ImGui::IsItemHovered();
    if (hovered) {
        input.view.hint_next = text::kHintStencils;
    }
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Palette& palette = *theme.palette;
    // The tick in the corner has room of its own.
    const float corner = existing != nullptr ? theme.px(15) : 0;
    ImFont* const font =
        text_size(theme.text, label).x + corner + theme.px(4) <= size.x ? theme.text : theme.small;
    const float words = text_size(font, label).x;
    const float room = size.x - ((size.x + words) / 2 > size.x - corner ? corner : 0);
    draw_text(list, font, {at.x + (room - words) / 2, at.y + theme.px(5)}, palette.text, label);
    const Color ground =
        existing != nullptr ? mix(palette.raised, palette.accent, 0.3F) : palette.raised;
    draw_chip(list, curve_style(stencil, theme.kind),
              {at.x + size.x / 2 - theme.px(22), at.y + theme.px(25)}, {theme.px(44), theme.px(12)},
              theme.scale, ground, false);
    if (existing != nullptr) {
        draw_icon(list, Icon::kCheck, {at.x + size.x - theme.px(10), at.y + theme.px(10)},
                  theme.px(9), u32(palette.text));
    }
}

void draw_stencils(const PanelInput& input, const Desk& desk) {
    const Theme& theme = input.theme;
    const auto& stencils = one_click_stencils();
    const float gap = theme.px(6);
    const float whole = ImGui::GetContentRegionAvail().x;
    const float third = std::floor((whole - 2 * gap) / 3);
    const float height = theme.px(42);
    const ImVec2 origin = ImGui::GetCursorScreenPos();
    for (std::size_t i = 0; i < stencils.size(); ++i) {
        const auto column = static_cast<float>(i % 3);
        const auto line = static_cast<float>(i / 3);
        ImGui::SetCursorScreenPos(
            {origin.x + column * (third + gap), origin.y + line * (height + gap)});
        const bool last = i + 1 == stencils.size();
        draw_stencil_button(input, stencils[i], {last ? whole : third, height}, desk);
    }
    ImGui::SetCursorScreenPos({origin.x, origin.y + 3 * (height + gap)});
}

void draw_toggles(const PanelInput& input, const Desk& desk) {
    const Theme& theme = input.theme;
    const float gap = theme.px(6);
    const float whole = ImGui::GetContentRegionAvail().x;
    const float third = std::floor((whole - 2 * gap) / 3);
    const float width = std::floor((2 * third + gap - 2 * gap) / 3);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    static constexpr std::array<const char*, 3> kLabels{"-1", "0", "+1"};
    Stencil& draft = input.view.draft_stencil;
    for (int i = 0; i < 3; ++i) {
        const int offset = i - 1;
        const bool on = draft.contains(offset);
        ImGui::SetCursorScreenPos({at.x + static_cast<float>(i) * (width + gap), at.y});
        const char* label = kLabels[static_cast<std::size_t>(i)];
        if (button(input, {.control = "toggle",
                           .suffix = label,
                           .label = label,
                           .look = on ? Look::kSelected : Look::kPlain,
                           .size = {width, theme.px(30)}})) {
            std::vector<int> offsets = draft.offsets();
            if (on) {
                std::erase(offsets, offset);
            } else {
                offsets.push_back(offset);
            }
            draft = Stencil::of(offsets);
        }
    }
    ImGui::SetCursorScreenPos({at.x + 2 * (third + gap), at.y});
    if (button(input, {.control = "add_custom",
                       .label = text::kAdd,
                       .icon = Icon::kPlus,
                       .size = {whole - 2 * (third + gap), theme.px(30)},
                       .enabled = !draft.empty()})) {
        add_stencil(desk, draft);
        draft = {};
    }
    ImGui::SetCursorScreenPos({at.x, at.y + theme.px(30) + gap});
}

/// The field for the seed of the next baseline and the button that adds it, `whole` pixels wide.
void draw_baseline(const PanelInput& input, const Desk& desk, float whole) {
    const Theme& theme = input.theme;
    const float gap = theme.px(6);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float words = text_size(theme.small, text::kSeed).x + gap;
    draw_text(*ImGui::GetWindowDrawList(), theme.small,
              {at.x, at.y + (theme.px(30) - theme.small->FontSize) / 2}, theme.palette->muted,
              text::kSeed);
    const float field = std::floor((whole - words - gap) * 0.42F);
    ImGui::SetCursorScreenPos({at.x + words, at.y});
    begin_field(theme, field);
    (void)number_field(input, {.control = "baseline_seed", .thing = "the seed"},
                       input.view.baseline_seed);
    end_field();
    ImGui::SetCursorScreenPos({at.x + words + field + gap, at.y});
    if (button(input, {.control = "add_baseline",
                       .label = text::kAddBaseline,
                       .size = {whole - words - field - gap, theme.px(30)},
                       .enabled = number_refused(input.view, "baseline_seed").empty()})) {
        add_baseline(desk, input.view.baseline_seed);
        ++input.view.baseline_seed;
    }
    ImGui::SetCursorScreenPos({at.x, at.y + theme.px(30) + gap});
}

} // namespace

void draw_adding_bar(const PanelInput& input, const Rect& rect) {
    const Theme& theme = input.theme;
    const Desk desk{input.book, input.view, input.commands};
    const float gap = theme.px(6);
    const float left = rect.x + theme.px(8);
    const float whole = rect.width - theme.px(16);
    const bool one_line = adding_lines(rect.width, theme.scale) == 1;
    const float baseline = one_line ? theme.px(240) : whole;
    const float buttons = one_line ? whole - baseline - 2 * gap : whole;
    const float top = rect.y + theme.px(4);
    const auto& stencils = one_click_stencils();
    const float width = std::floor((buttons + gap) / static_cast<float>(stencils.size()) - gap);
    float x = left;
    for (const Stencil& stencil : stencils) {
        ImGui::SetCursorScreenPos({x, top});
        draw_stencil_button(input, stencil, {width, theme.px(42)}, desk);
        x += width + gap;
    }
    ImGui::SetCursorScreenPos({left + whole - baseline, top + theme.px(one_line ? 6 : 48)});
    draw_baseline(input, desk, baseline);
}

void RunList::draw(const PanelInput& input, const Rect& rect) {
    const Theme& theme = input.theme;
    const Desk desk{input.book, input.view, input.commands};
    begin_card(input, "runs", rect, 10);
    if (rect.contains(ImGui::GetMousePos().x, ImGui::GetMousePos().y)) {
        input.view.hint_next = text::kHintRuns;
        input.view.over_run_list_next = true;
    }
    card_title(input, text::kRuns);
    const float top = rect.y + theme.px(19);
    Row order(rect.x + theme.px(14) + text_size(theme.small, text::kRuns).x, top);
    order.place(theme.px(kRunOrderSize), theme.px(kRunOrderSize));
    draw_run_order_button(input);
    const float wide = button_width(theme, text::kNewRun, Icon::kPlus);
    Row title(rect.right() - theme.px(10 + kAboutSize) - wide, top);
    title.place(wide + theme.px(2), theme.px(24));
    if (button(input, {.control = "new_run",
                       .label = text::kNewRun,
                       .icon = Icon::kPlus,
                       .look = Look::kQuiet,
                       .size = {wide, theme.px(24)}})) {
        toggle_new_run(input.view);
    }
    about_button(input, "runs", {rect.right() - theme.px(8 + kAboutSize / 2), top});
    ImGui::SetCursorScreenPos({rect.x + theme.px(10), rect.y + theme.px(36)});

    const float hint_height = rect.height > theme.px(660) ? theme.px(134) : 0;
    const float adding = theme.px(24 + 3 * 48 + 36 + 36 + 8);
    const float list_height =
        std::max(rect.bottom() - ImGui::GetCursorScreenPos().y - adding - hint_height - theme.px(8),
                 theme.px(60));
    ImGui::BeginChild("list", {0, list_height}, ImGuiChildFlags_None,
                      ImGuiWindowFlags_NavFlattened);
    if (input.book.runs().empty()) {
        ImGui::PushTextWrapPos(0);
        text_in(theme.text, theme.palette->muted, text::kNoRuns);
        ImGui::PopTextWrapPos();
    }
    const bool chosen_elsewhere = shown_selected_ != input.view.selected;
    shown_selected_ = input.view.selected;
    std::string order_shown;
    for (const RunRecord* const run : listed_runs(input.book, input.view)) {
        order_shown +=
            (order_shown.empty() ? "" : " ") + std::to_string(static_cast<std::uint32_t>(run->id));
        draw_run(input, *run, desk);
        if (chosen_elsewhere && input.view.selected == run->id) {
            scroll_to_row(theme.px(kRowHeight));
        }
    }
    input.log.fact("run_order", order_shown);
    ImGui::Dummy({0, 0});
    fade_edges(theme);
    ImGui::EndChild();

    ImGui::SetCursorScreenPos(
        {ImGui::GetCursorScreenPos().x, rect.bottom() - adding - hint_height});
    card_title(input, text::kAddStencil);
    draw_stencils(input, desk);
    draw_toggles(input, desk);
    draw_baseline(input, desk, ImGui::GetContentRegionAvail().x);

    if (hint_height > 0) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float line = at.y + theme.px(2);
        ImGui::GetWindowDrawList()->AddLine({at.x, line}, {rect.right() - theme.px(10), line},
                                            u32(theme.palette->line));
        ImGui::SetCursorScreenPos({at.x, at.y + theme.px(12)});
        ImGui::PushTextWrapPos(0);
        text_in(theme.small, theme.palette->muted,
                input.view.hint == nullptr ? text::kHintRest : input.view.hint);
        ImGui::PopTextWrapPos();
    }
    end_card();
}

} // namespace grokscope::ui
