#include "ui/dialogs/start_panel.h"

#include "ui/core/operation_text.h"

#include "ui/core/actions.h"
#include "ui/core/file_controller.h"
#include "ui/core/palette.h"
#include "ui/core/text.h"
#include "ui/kit/widgets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace grokscope::ui {

namespace {

constexpr const char* kTitle = "RECORDED IN YOUR NOTEBOOK";
constexpr const char* kNothingTitle = "NOTHING RECORDED YET";
constexpr const char* kHow = "Test accuracy over the epochs. Click one to look at it.";
constexpr const char* kNothingHow =
    "Start trains the run in the list. Or look at a race that is over.";
constexpr const char* kNew = "New run...";
constexpr const char* kReplayWord = "Replay";
constexpr const char* kGoOnWords = "Go on";
constexpr const char* kOpen = "Open another...";
constexpr const char* kHide = "Empty plots";
/// Runs of a sweep that are shown together.
constexpr std::size_t kShownOfSweep = 12;

bool has_data(const RunBook& book) {
    return std::ranges::any_of(book.runs(), [](const auto& run) {
        return !run->samples.empty() || run->state == RunState::kRunning;
    });
}

std::size_t seeds_of(const RecentRuns& entry) {
    std::set<std::uint32_t> seeds;
    for (const RecentRun& run : entry.runs) {
        seeds.insert(run.config.seed);
    }
    return seeds.size();
}

std::size_t variants_of(const RecentRuns& entry) {
    std::set<std::string> labels;
    for (const RecentRun& run : entry.runs) {
        labels.insert(run.config.label());
    }
    return labels.size();
}

/// What a click does.
enum class Deed : std::uint8_t { kShow, kReplay, kGoOn };

void carry_out(const PanelInput& input, const std::string& file, const RecentRuns& entry,
               Deed deed) {
    if (deed == Deed::kGoOn) {
        input.files->go_on({file, entry.runs.front().number});
        return;
    }
    std::vector<StoredPlace> places;
    for (const RecentRun& run : entry.runs) {
        if (places.size() < kShownOfSweep) {
            places.push_back({file, run.number});
        }
    }
    input.files->show(std::move(places), deed == Deed::kReplay);
}

/// Test accuracy over the epochs, 0 to 1, on one axis for all runs of the entry.
void draw_curves(const PanelInput& input, const Rect& area, const RecentRuns& entry) {
    const Theme& theme = input.theme;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddLine({area.x, area.bottom()}, {area.right(), area.bottom()}, u32(theme.palette->line),
                 1);
    std::int32_t longest = 1;
    for (const RecentRun& run : entry.runs) {
        longest = std::max(longest, run.epoch);
    }
    for (auto run = entry.runs.rbegin(); run != entry.runs.rend(); ++run) {
        const float width =
            area.width * static_cast<float>(run->epoch) / static_cast<float>(longest);
        std::array<ImVec2, kRecentPoints> points{};
        std::size_t count = 0;
        for (std::size_t i = 0; i < run->test_accuracy.size() && i < kRecentPoints; ++i) {
            const float accuracy = run->test_accuracy[i];
            if (std::isfinite(accuracy)) {
                points.at(count++) = {
                    area.x + width * static_cast<float>(i) / static_cast<float>(kRecentPoints - 1),
                    area.bottom() - area.height * std::clamp(accuracy, 0.0F, 1.0F)};
            }
        }
        draw_small_curve(list, std::span(points).first(count), curve_style(run->config, theme.kind),
                         theme.scale);
    }
}

/// One entry in `size` at ImGui's cursor; what was pressed of it.
std::optional<Deed> draw_entry(const PanelInput& input, const RecentRuns& entry, bool race,
                               ImVec2 size) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    const RecentRun& first = entry.runs.front();
    const bool sweep = entry.runs.size() > 1;
    const std::string number = race ? std::string() : std::to_string(first.number);
    const float pad = theme.px(10);
    const float row = theme.px(24);
    const float gap = theme.px(6);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    std::optional<Deed> deed;
    ImGui::BeginGroup();
    if (button(input, {.control = race    ? "recent_race"
                                  : sweep ? "recent_sweep"
                                          : "recent_run",
                       .suffix = number,
                       .size = {size.x, size.y - row - gap}})) {
        deed = Deed::kShow;
    }
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float room = size.x - 2 * pad;
    float y = at.y + theme.px(8);
    draw_text(list, theme.text, {at.x + pad, y}, palette.text,
              fitted(theme.text, race ? race_title(entry) : recent_title(entry), room));
    y += theme.text->FontSize + theme.px(3);
    const std::string day = first.begun.substr(0, std::min<std::size_t>(first.begun.size(), 10));
    const float day_width = text_size(theme.small, day).x;
    draw_text(list, theme.small, {at.x + pad, y}, palette.muted,
              fitted(theme.small, recent_end(entry), room - day_width - theme.px(8)));
    draw_text(list, theme.small, {at.x + size.x - pad - day_width, y}, palette.muted, day);
    y += theme.small->FontSize + theme.px(8);
    draw_curves(input, {at.x + pad, y, room, at.y + size.y - row - gap - theme.px(8) - y}, entry);
    const float half = (size.x - gap) / 2;
    ImGui::SetCursorScreenPos({at.x, at.y + size.y - row});
    if (button(input, {.control = race ? "race_replay" : "recent_replay",
                       .suffix = number,
                       .label = kReplayWord,
                       .icon = Icon::kPlay,
                       .size = {half, row},
                       .enabled = first.epoch > 0})) {
        deed = Deed::kReplay;
    }
    if (!sweep && !race && first.can_go_on) {
        ImGui::SetCursorScreenPos({at.x + half + gap, at.y + size.y - row});
        if (button(input, {.control = "recent_go_on",
                           .suffix = number,
                           .label = kGoOnWords,
                           .icon = Icon::kForth,
                           .size = {half, row}})) {
            deed = Deed::kGoOn;
        }
    }
    ImGui::EndGroup();
    return deed;
}

/// Title, what to do, and the buttons at the right; the height that it took.
void draw_head(const PanelInput& input, bool recorded) {
    const Theme& theme = input.theme;
    const float row = theme.px(28);
    const float top = ImGui::GetCursorPosY();
    const float right = ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x;
    const float open = button_width(theme, kOpen, Icon::kNone);
    const float hide = button_width(theme, kHide, Icon::kNone);
    const float gap = theme.px(8);
    const float make = button_width(theme, kNew, Icon::kNone);
    card_title(input, recorded ? kTitle : kNothingTitle);
    ImGui::SetCursorPos({right - make - open - 2 * gap - hide, top});
    if (button(input, {.control = "recent_new", .label = kNew, .size = {make, row}})) {
        input.view.new_run_open = true;
    }
    ImGui::SetCursorPos({right - open - gap - hide, top});
    if (button(input, {.control = "recent_open", .label = kOpen, .size = {open, row}})) {
        input.files->show_open();
    }
    ImGui::SetCursorPos({right - hide, top});
    if (button(input, {.control = "recent_hide",
                       .label = kHide,
                       .look = Look::kQuiet,
                       .size = {hide, row}})) {
        input.view.start_view = false;
    }
    paragraph(theme.text, theme.palette->text, recorded ? kHow : kNothingHow);
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() + theme.px(6));
}

} // namespace

std::string race_title(const RecentRuns& race) {
    std::string variants;
    for (const RecentRun& run : race.runs) {
        variants += (variants.empty() ? "" : ", ") + run.config.label();
    }
    return "a race: " + variants;
}

std::string recent_title(const RecentRuns& entry) {
    const RecentRun& first = entry.runs.front();
    const bool sums = first.config.operation == Operation::kAdd;
    const std::string problem = ", " +
                                (sums ? ""
                                      : expression(first.config.operation, "a", "b") +
                                            by_table(first.config.arithmetic()) + ", ") +
                                "p " + std::to_string(first.config.p);
    if (entry.runs.size() > 1) {
        const std::size_t seeds = seeds_of(entry);
        const std::size_t variants = variants_of(entry);
        return "sweep: " + std::to_string(seeds) + (seeds == 1 ? " seed of " : " seeds of ") +
               std::to_string(variants) + (variants == 1 ? " variant" : " variants") + problem;
    }
    return first.name.empty()
               ? first.config.label() + ", seed " + std::to_string(first.config.seed) + problem
               : first.name;
}

std::string recent_end(const RecentRuns& entry) {
    if (entry.runs.size() > 1) {
        const auto grokked = std::ranges::count_if(
            entry.runs, [](const RecentRun& run) { return run.grok_epoch.has_value(); });
        return std::to_string(grokked) + " of " + std::to_string(entry.runs.size()) + " grokked";
    }
    const RecentRun& run = entry.runs.front();
    std::string end = run.grok_epoch ? "grokked at " + text::grouped(*run.grok_epoch)
                                     : "not grokked in " + text::grouped(run.epoch) + " epochs";
    if (run.held) {
        end += ", trains now";
    } else if (run.state == RunState::kFailed) {
        end += ", failed";
    } else if (run.state == RunState::kRunning) {
        end += ", cut off";
    }
    return end;
}

bool wants_start_view(const PanelInput& input) {
    if (input.files == nullptr || !input.view.start_view || has_data(input.book)) {
        return false;
    }
    const RecentList* list = input.files->recent();
    return list != nullptr && (!list->entries.empty() || !list->race.runs.empty());
}

void draw_start_view(const PanelInput& input, const Rect& rect) {
    const Theme& theme = input.theme;
    const RecentList& list = *input.files->recent();
    begin_card(input, "start", rect);
    draw_head(input, !list.entries.empty());
    ImGui::PushStyleColor(ImGuiCol_ChildBg, 0);
    ImGui::BeginChild("entries", {0, 0}, ImGuiChildFlags_None, ImGuiWindowFlags_NavFlattened);
    const float gap = theme.px(10);
    const float whole = ImGui::GetContentRegionAvail().x - theme.px(10); // a scrollbar may come
    const float columns = std::max(std::floor((whole + gap) / (theme.px(230) + gap)), 1.0F);
    const ImVec2 size{std::floor((whole - gap * (columns - 1)) / columns), theme.px(150)};
    std::optional<std::pair<const RecentRuns*, Deed>> pressed;
    int column = 0;
    std::vector<const RecentRuns*> shown;
    for (const RecentRuns& entry : list.entries) {
        shown.push_back(&entry);
    }
    if (!list.race.runs.empty()) {
        shown.push_back(&list.race);
    }
    for (const RecentRuns* entry : shown) {
        if (column > 0) {
            ImGui::SameLine(0, gap);
        } else {
            ImGui::SetCursorPosY(ImGui::GetCursorPosY() + theme.px(2));
        }
        if (const auto deed = draw_entry(input, *entry, entry == &list.race, size)) {
            pressed = {entry, *deed};
        }
        column = (column + 1) % static_cast<int>(columns);
    }
    std::size_t listed = 0;
    for (const RecentRuns& entry : list.entries) {
        listed += entry.runs.size();
    }
    if (listed < list.all_runs) {
        text_in(theme.small, theme.palette->muted,
                "And " + text::grouped(static_cast<std::int64_t>(list.all_runs - listed)) +
                    " older ones: `grokscope list` names them, `grokscope view` shows them.");
    }
    ImGui::EndChild();
    ImGui::PopStyleColor();
    end_card();
    if (pressed) {
        carry_out(input, pressed->first == &list.race ? list.race_file : list.file, *pressed->first,
                  pressed->second);
    }
}

} // namespace grokscope::ui
