#include "ui/dialogs/guess_panel.h"

#include "ui/core/claims.h"
#include "ui/core/epoch_map.h"
#include "ui/core/guesses.h"
#include "ui/core/moment.h"
#include "ui/core/run_looks.h"
#include "ui/core/text.h"
#include "ui/kit/number_field.h"
#include "ui/kit/picture_kit.h"
#include "ui/kit/sheet.h"
#include "ui/kit/widgets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

namespace grokscope::ui {

namespace {

/// The epoch at which the run jumped, once the cursor has come to it: until then it is not told.
std::optional<std::int32_t> known_jump(const PanelInput& input, const RunRecord& run) {
    return moment_at(&run, input.cursor_epoch()).grokked ? run.mark(MarkKind::kGrokked)
                                                         : std::nullopt;
}

std::string how_far(std::int32_t guessed, std::int32_t came) {
    const std::int32_t off = guessed - came;
    return off == 0
               ? text::kGuessExact
               : text::grouped(std::abs(off)) + (off < 0 ? text::kGuessEarly : text::kGuessLate);
}

/// What the sheet says first.
std::string verdict(const PanelInput& input, std::span<const Guess> guesses,
                    std::optional<std::int32_t> came) {
    std::string words = claim(Place::kGuesses, facts_of(input.book, input.view)).words;
    if (!came) {
        return words;
    }
    for (const Guess& guess : nearest_guesses(guesses, *came)) {
        words +=
            (words.ends_with(' ') ? "" : "; ") + guess.who + ", " + how_far(guess.epoch, *came);
    }
    return words + (guesses.empty() ? "" : ".");
}

void mark(const PanelInput& input, RunId run) {
    ViewState& view = input.view;
    const std::string who = guesser_name(view.guess.who);
    if (!who.empty()) {
        set_guess(view.arrangement.notes, run, {view.guess.epoch, who});
        view.guess.who.clear();
    }
}

/// Name, epoch, and the button that marks it.
void draw_form(const PanelInput& input, const RunRecord& run, bool open) {
    const Theme& theme = input.theme;
    GuessDraft& draft = input.view.guess;
    std::array<char, 64> name{};
    draft.who.copy(name.data(), name.size() - 1);
    ImGui::BeginDisabled(!open);
    begin_field(theme, theme.px(150));
    if (ImGui::IsWindowAppearing() && open) {
        ImGui::SetKeyboardFocusHere();
    }
    const bool entered =
        ImGui::InputTextWithHint("##guess_who", text::kGuessWho, name.data(), name.size(),
                                 ImGuiInputTextFlags_EnterReturnsTrue);
    end_field();
    describe_item(input, "guess_who");
    draft.who = name.data();
    ImGui::SameLine(0, theme.px(8));
    ImGui::AlignTextToFramePadding();
    text_in(theme.text, theme.palette->muted, text::kGuessAt);
    ImGui::SameLine(0, theme.px(8));
    begin_field(theme, theme.px(110));
    (void)number_field(input, {.control = "guess_epoch", .thing = "the epoch"}, draft.epoch);
    end_field();
    draft.epoch = std::clamp<std::int32_t>(draft.epoch, 0, run.config.epochs);
    ImGui::SameLine(0, theme.px(8));
    const bool whole = number_refused(input.view, "guess_epoch").empty();
    const bool pressed =
        button(input, {.control = "guess_mark",
                       .label = text::kGuessMark,
                       .look = Look::kPrimary,
                       .enabled = open && whole && !guesser_name(draft.who).empty()});
    ImGui::EndDisabled();
    if (open && whole && (entered || pressed)) {
        mark(input, run.id);
        ImGui::SetKeyboardFocusHere(-1);
    }
}

void draw_list(const PanelInput& input, const RunRecord& run, std::span<const Guess> guesses,
               std::optional<std::int32_t> came) {
    const Theme& theme = input.theme;
    const std::vector<Guess> nearest =
        came ? nearest_guesses(guesses, *came) : std::vector<Guess>{};
    if (guesses.empty() || !ImGui::BeginTable("guesses", 4, ImGuiTableFlags_SizingFixedFit)) {
        return;
    }
    for (const Guess& guess : guesses) {
        const bool best = std::ranges::find(nearest, guess) != nearest.end();
        ImFont* const font = best ? theme.strong : theme.text;
        ImGui::TableNextRow();
        for (const std::string& words : {guess.who, text::kEpoch + text::grouped(guess.epoch),
                                         came ? how_far(guess.epoch, *came) : std::string()}) {
            ImGui::TableNextColumn();
            ImGui::AlignTextToFramePadding();
            text_in(font, best ? theme.palette->accent : theme.palette->text, words);
            ImGui::SameLine(0, theme.px(18));
        }
        ImGui::TableNextColumn();
        if (button(input, {.control = "guess_remove",
                           .suffix = guess.who,
                           .icon = Icon::kClose,
                           .look = Look::kQuiet,
                           .size = {theme.px(24), theme.px(24)}})) {
            remove_guess(input.view.arrangement.notes, run.id, guess.who);
        }
    }
    ImGui::EndTable();
}

} // namespace

void draw_guess_sheet(const PanelInput& input, const Rect& window) {
    ViewState& view = input.view;
    const RunRecord* run = input.selected();
    view.guessing = view.guessing && run != nullptr;
    if (!view.guessing) {
        return;
    }
    const Theme& theme = input.theme;
    const std::string subtitle = run_label(view, *run, true);
    const bool stays = begin_sheet(input, window,
                                   {.id = "##guess",
                                    .title = text::kGuessTitle,
                                    .subtitle = subtitle,
                                    .close = "close_guess",
                                    .width = 460,
                                    .top = 64});
    const std::vector<Guess> guesses = guesses_of(view.arrangement.notes, run->id);
    const std::optional<std::int32_t> came = known_jump(input, *run);
    const std::string words = verdict(input, guesses, came);
    paragraph(theme.text, theme.palette->text, words);
    input.log.fact("guesses_say", words);
    ImGui::Dummy({0, theme.px(2)});
    draw_form(input, *run, !came);
    draw_list(input, *run, guesses, came);
    end_sheet();
    view.guessing = stays;
}

void draw_guess_flags(const PanelInput& input, const PlotFrame& frame, ImDrawList& list) {
    const RunRecord* run = input.selected();
    if (run == nullptr) {
        return;
    }
    const EpochMap map(input.view.settings.x_unit, *run);
    const std::vector<Guess> guesses = guesses_of(input.view.arrangement.notes, run->id);
    if (guesses.empty() || !map.usable()) {
        return;
    }
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    const std::optional<std::int32_t> came = known_jump(input, *run);
    const std::vector<Guess> nearest =
        came ? nearest_guesses(guesses, *came) : std::vector<Guess>{};
    const PlotFrame own = frame.with(map);
    const float height = theme.small->FontSize + theme.px(4);
    std::vector<float> rows; // right ends of what stands in each, from the axis up
    struct Flag {
        Rect place;
        const Guess* guess;
        bool best;
    };
    std::vector<Flag> flags;
    std::string said;
    for (const Guess& guess : guesses) {
        const float x = std::round(own.x_of(guess.epoch));
        if (x < frame.area.x || x > frame.area.right()) {
            continue;
        }
        const float width = text_size(theme.small, guess.who).x + theme.px(8);
        const float left = x + width <= frame.area.right() ? x : x - width; // whole within the plot
        const auto free = std::ranges::find_if(rows, [&](float end) { return end < left; });
        const auto row = static_cast<float>(free - rows.begin());
        (free == rows.end() ? rows.emplace_back() : *free) = left + width + theme.px(3);
        const float top = frame.area.bottom() - theme.px(6) - (row + 1) * (height + theme.px(2));
        if (top < frame.area.y) {
            continue; // the sheet lists them all
        }
        const bool best = std::ranges::find(nearest, guess) != nearest.end();
        list.AddLine({x, top}, {x, frame.area.bottom()}, u32(best ? palette.accent : palette.muted),
                     theme.px(1.5F));
        flags.push_back({{left, top, width, height}, &guess, best});
        said += guess.who + " " + std::to_string(guess.epoch) + (best ? " nearest;" : ";");
    }
    for (const auto& [place, guess, best] : flags) { // over the poles
        list.AddRectFilled({place.x, place.y}, {place.right(), place.bottom()},
                           u32(best ? palette.accent : palette.raised), theme.px(3));
        draw_text(list, theme.small, {place.x + theme.px(4), place.y + theme.px(2)},
                  best ? palette.accent_text : palette.text, guess->who);
    }
    input.log.fact("guess_flags", said);
}

} // namespace grokscope::ui
