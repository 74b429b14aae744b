#include "ui/dialogs/command_palette.h"

#include "ui/core/fuzzy.h"
#include "ui/core/text.h"
#include "ui/kit/action_row.h"
#include "ui/kit/sheet.h"
#include "ui/kit/widgets.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <utility>

namespace grokscope::ui {

namespace {

constexpr std::size_t kMostLetters = 64;
constexpr std::size_t kMostRows = 12; ///< in sight

/// What can be done from a list: not what a key has to be held for, nor what closes the list.
bool is_listed(const Shortcut& row) {
    return row.action != Action::kFlip && row.action != Action::kEscape &&
           row.action != Action::kPalette;
}

/// Up and down choose a row, and stay in the field.
int count_arrows(ImGuiInputTextCallbackData* data) {
    *static_cast<std::ptrdiff_t*>(data->UserData) += data->EventKey == ImGuiKey_DownArrow ? 1 : -1;
    return 0;
}

} // namespace

std::vector<const Shortcut*> found_actions(const std::string& typed) {
    std::vector<std::pair<int, const Shortcut*>> found;
    for (const Shortcut& row : shortcuts()) {
        const auto score = fuzzy_score(typed, std::string(row.what) + " " + row.keys);
        if (score && is_listed(row)) {
            found.emplace_back(*score, &row);
        }
    }
    std::ranges::stable_sort(found, std::greater<>(), &std::pair<int, const Shortcut*>::first);
    std::vector<const Shortcut*> rows;
    for (const auto& [score, row] : found) {
        rows.push_back(row);
    }
    return rows;
}

void CommandPalette::choose(std::ptrdiff_t step, std::size_t count) {
    const std::ptrdiff_t last = static_cast<std::ptrdiff_t>(count) - 1;
    const std::ptrdiff_t wanted = static_cast<std::ptrdiff_t>(chosen_) + step;
    chosen_ = static_cast<std::size_t>(
        std::clamp<std::ptrdiff_t>(wanted, 0, std::max<std::ptrdiff_t>(last, 0)));
    follow_chosen_ = follow_chosen_ || step != 0;
}

bool CommandPalette::draw_field(const PanelInput& input) {
    std::array<char, kMostLetters> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%s", typed_.c_str());
    std::ptrdiff_t step = 0;
    begin_field(input.theme, ImGui::GetContentRegionAvail().x);
    if (std::exchange(take_focus_, false)) {
        ImGui::SetKeyboardFocusHere();
    }
    const bool entered = ImGui::InputTextWithHint(
        "##palette_text", text::kPaletteHint, buffer.data(), buffer.size(),
        ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_CallbackHistory, count_arrows,
        &step);
    end_field();
    describe_item(input, "palette_text");
    if (typed_ != buffer.data()) {
        typed_ = buffer.data();
        chosen_ = 0;
        follow_chosen_ = true;
    }
    choose(step, found_actions(typed_).size());
    return entered;
}

const Shortcut* CommandPalette::draw_rows(const PanelInput& input,
                                          const std::vector<const Shortcut*>& rows) {
    const float height = action_row_height(input.theme);
    const std::size_t shown = std::min(rows.size(), kMostRows);
    const float room =
        ImGui::GetIO().DisplaySize.y - ImGui::GetCursorScreenPos().y - input.theme.px(40);
    const Shortcut* clicked = nullptr;
    ImGui::PushStyleColor(ImGuiCol_ChildBg, 0);
    ImGui::BeginChild("rows",
                      {0, std::max(std::min(static_cast<float>(shown) * height, room), height)},
                      ImGuiChildFlags_None, ImGuiWindowFlags_NavFlattened);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    const float width = ImGui::GetContentRegionAvail().x;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (action_row(input, *rows[i], i == chosen_, width)) {
            clicked = rows[i];
        }
        if (i == chosen_ && std::exchange(follow_chosen_, false)) {
            ImGui::SetScrollHereY();
            input.draw_again(input.facts.seconds);
        }
    }
    ImGui::PopStyleVar();
    ImGui::EndChild();
    ImGui::PopStyleColor();
    return clicked;
}

void CommandPalette::draw(const PanelInput& input, const Rect& window) {
    ViewState& view = input.view;
    if (!std::exchange(was_open_, view.is_open(Action::kPalette)) &&
        view.is_open(Action::kPalette)) {
        typed_.clear();
        chosen_ = 0;
        take_focus_ = true;
    }
    if (!view.is_open(Action::kPalette)) {
        input.log.fact("palette", "");
        return;
    }
    const bool stays = begin_sheet(input, window,
                                   {.id = "##palette",
                                    .title = text::kPaletteTitle,
                                    .close = "close_palette",
                                    .width = 640,
                                    .top = 64,
                                    .centred = true});
    const bool entered = draw_field(input);
    ImGui::Dummy({0, input.theme.px(4)});
    const std::vector<const Shortcut*> rows = found_actions(typed_);
    const Shortcut* taken = nullptr;
    if (rows.empty()) {
        text_in(input.theme.text, input.theme.palette->muted, text::kPaletteNothing);
    } else {
        taken = draw_rows(input, rows);
        if (entered && why_not(rows[chosen_]->action, input).empty()) {
            taken = rows[chosen_];
        }
    }
    take_focus_ = entered && taken == nullptr; // what it is there for was not done
    end_sheet();
    input.log.fact("palette", rows.empty() ? "nothing" : rows[chosen_]->what);
    if (!stays || taken != nullptr) {
        view.sheet = Action::kNone;
    }
    if (taken != nullptr) {
        ask_for(input, taken->action);
    }
}

} // namespace grokscope::ui
