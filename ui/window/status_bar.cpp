#include "ui/window/status_bar.h"

#include "ui/core/actions.h"
#include "ui/core/claims.h"
#include "ui/core/playback.h"
#include "ui/core/run_looks.h"
#include "ui/core/shortcuts.h"
#include "ui/core/text.h"
#include "ui/core/tour.h"
#include "ui/kit/sheet.h"
#include "ui/kit/widgets.h"

#include <algorithm>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

namespace grokscope::ui {

namespace {

/// Figures of the machine, the least needed last. A picture of the window has none: it shows the
/// run, not the moment.
std::vector<std::string> machine_facts(const PanelInput& input) {
    std::vector<std::string> facts;
    if (input.picture != nullptr) {
        return facts;
    }
    facts.push_back(text::grouped(static_cast<long>(input.facts.frames_per_second + 0.5)) +
                    text::kFramesPerSecond);
    facts.push_back(text::grouped(static_cast<long>(input.facts.epochs_per_second + 0.5)) +
                    text::kEpochsPerSecond);
    facts.push_back(text::kRecords + text::megabytes(input.book.embedding_bytes()));
    if (input.book.thinnings() > 0) {
        facts.push_back(text::kThinned);
    }
    return facts;
}

/// Width of the window from which the keys stand in two columns, at 100 %.
constexpr float kTwoColumns = 760;
constexpr float kThreeColumns = 1180;

/// The place nearest to `at` where a group begins, or the end: groups stay whole.
std::size_t group_near(std::span<const SheetLine> lines, std::size_t at) {
    const auto away = [at](std::size_t i) { return i > at ? i - at : at - i; };
    std::size_t nearest = lines.size();
    for (std::size_t i = 1; i < lines.size(); ++i) {
        if (!lines[i].group.empty() && away(i) < away(nearest)) {
            nearest = i;
        }
    }
    return nearest;
}

void draw_keys(const Theme& theme, int column, std::span<const SheetLine> lines) {
    ImGui::PushID(column);
    const bool open = ImGui::BeginTable("keys", 2, ImGuiTableFlags_SizingStretchProp);
    ImGui::PopID();
    if (!open) {
        return;
    }
    ImGui::TableSetupColumn("keys", ImGuiTableColumnFlags_WidthFixed, theme.px(106));
    ImGui::TableSetupColumn("what");
    for (const SheetLine& line : lines) {
        if (!line.group.empty()) {
            ImGui::TableNextRow(ImGuiTableRowFlags_None, theme.px(&line == &lines[0] ? 0 : 22));
            ImGui::TableNextColumn();
            if (&line != &lines[0]) {
                ImGui::Dummy({0, theme.px(4)});
            }
            text_in(theme.small, theme.palette->muted, line.group);
        }
        ImGui::TableNextRow();
        ImGui::TableNextColumn();
        text_in(theme.small, theme.palette->text, text::shown_keys(line.keys));
        ImGui::TableNextColumn();
        paragraph(theme.small, theme.palette->muted, line.what);
    }
    ImGui::EndTable();
}

} // namespace

void draw_status_bar(const PanelInput& input, const Rect& rect) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float y = rect.y + (rect.height - theme.small->FontSize) / 2 - theme.px(1);
    const RunRecord* run = input.selected();
    ImGui::SetCursorScreenPos({rect.x, rect.y});
    if (ImGui::InvisibleButton("status", {rect.width, rect.height})) {
        input.view.info_open = !input.view.info_open;
    }
    describe_item(input, "status");

    const std::vector<std::string> machine = machine_facts(input);
    float right = rect.right() - theme.px(14);
    for (const std::string& fact : machine) {
        const float width = text_size(theme.small, fact).x;
        if (right - width < rect.x + rect.width * 0.55F) {
            break;
        }
        draw_text(list, theme.small, {right - width, y}, palette.muted, fact);
        right -= width + theme.px(20);
    }

    float x = rect.x + theme.px(18);
    const std::int32_t epoch = input.cursor_epoch();
    const Facts facts = facts_of(input.book, input.view);
    const std::string phase =
        (run == nullptr ? std::string() : run_label(input.view, *run, false) + ": ") +
        claim(Place::kHeadline, facts).brief;
    const std::string how =
        !input.view.replaying ? std::string(claim(Place::kCursor, facts).words)
        : input.view.replay_slowed
            ? std::string(text::kReplaySlowed)
            : text::kReplayAt + text::replay_rate(kReplayRates[input.view.replay_rate]);
    input.log.fact("cursor_words", how);
    const std::string where = place_in_words(facts, epoch) + " (" + how + ")";
    const float room = right - x;
    if (room > theme.px(240)) {
        x += draw_text(list, theme.small, {x, y}, palette.text,
                       fitted(theme.small, phase, room * 0.62F)) +
             theme.px(20);
        x += draw_text(list, theme.small, {x, y}, palette.muted, where) + theme.px(20);
    }
    if (!input.view.settings.epoch_axis.follow &&
        right - x > text_size(theme.small, text::kFollowingPaused).x) {
        draw_text(list, theme.small, {x, y}, palette.accent, text::kFollowingPaused);
    }
}

void draw_banner(const PanelInput& input, const Rect& window) {
    input.view.banner_bottom = 0;
    if (input.view.banner.empty()) {
        return;
    }
    const Theme& theme = input.theme;
    const float width = std::min(window.width - theme.px(40), theme.px(760));
    ImGui::SetNextWindowPos({window.x + window.width / 2, window.y + theme.px(68)},
                            ImGuiCond_Always, {0.5F, 0});
    ImGui::SetNextWindowSize({width, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {theme.px(16), theme.px(12)});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, theme.px(8));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, theme.px(1.5F));
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ImGui::GetStyleColorVec4(ImGuiCol_PopupBg));
    ImGui::PushStyleColor(ImGuiCol_Border, vec4(theme.palette->warning));
    ImGui::Begin("##banner", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoFocusOnAppearing);
    draw_shadow(theme, theme.px(8));
    ImGui::PushTextWrapPos(width - theme.px(16));
    ImGui::TextUnformatted(input.view.banner.c_str());
    ImGui::PopTextWrapPos();
    if (button(input, {.control = "copy_banner", .label = text::kCopy})) {
        ImGui::SetClipboardText(input.view.banner.c_str());
    }
    ImGui::SameLine();
    if (button(input, {.control = "close_banner", .label = text::kClose})) {
        input.view.banner.clear();
    }
    input.view.banner_bottom = ImGui::GetWindowPos().y + ImGui::GetWindowHeight();
    ImGui::End();
    ImGui::PopStyleColor(2);
    ImGui::PopStyleVar(3);
}

void draw_help_sheet(const PanelInput& input, const Rect& window) {
    if (!input.view.is_open(Action::kHelp)) {
        return;
    }
    const Theme& theme = input.theme;
    const std::vector<SheetLine> lines = sheet_lines();
    const int columns = window.width < theme.px(kTwoColumns)     ? 1
                        : window.width < theme.px(kThreeColumns) ? 2
                                                                 : 3;
    const bool stays = begin_sheet(input, window,
                                   {.id = "##help",
                                    .title = text::kHelpTitle,
                                    .close = "close_help",
                                    .width = columns < 3 ? kTwoColumns + 40 : kThreeColumns});
    ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, {theme.px(6), theme.px(0.7F)});
    if (ImGui::BeginTable("columns", columns, ImGuiTableFlags_SizingStretchSame)) {
        std::size_t begin = 0;
        for (int column = 1; column <= columns; ++column) {
            const std::size_t end =
                group_near(lines, lines.size() * static_cast<std::size_t>(column) /
                                      static_cast<std::size_t>(columns));
            ImGui::TableNextColumn();
            draw_keys(theme, column, std::span(lines).subspan(begin, end - begin));
            begin = end;
        }
        ImGui::EndTable();
    }
    ImGui::PopStyleVar();
    if (button(input, {.control = "tour_again", .label = text::kTourAgain, .icon = Icon::kPlay})) {
        input.view.sheet = Action::kNone;
        show_card(input.view, input.book, 0);
    }
    if (!stays) {
        input.view.sheet = Action::kNone;
    }
    end_sheet();
}

} // namespace grokscope::ui
