#include "ui/window/quick_actions.h"

#include "ui/core/text.h"
#include "ui/kit/action_row.h"
#include "ui/kit/widgets.h"
#include "ui/views/list.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

namespace grokscope::ui {

namespace {

struct Quick {
    const char* control;
    Icon icon;
    Action action;
};

constexpr std::array kQuick{Quick{"quick_palette", Icon::kSearch, Action::kPalette},
                            Quick{"quick_export", Icon::kExport, Action::kExport},
                            Quick{"quick_open", Icon::kFolder, Action::kOpen},
                            Quick{"quick_seeds", Icon::kSeeds, Action::kSeeds},
                            Quick{"quick_laboratory", Icon::kFlask, Action::kLaboratory},
                            Quick{"quick_note", Icon::kNote, Action::kNote}};
constexpr auto kViewActions = [] {
    std::array<Action, kViews.size()> all{};
    std::ranges::transform(kViews, all.begin(), &ViewInfo::action);
    return all;
}();
constexpr std::array kLayoutActions{Action::kLayoutLesson, Action::kLayoutCompare,
                                    Action::kLayoutInside, Action::kFoldColumns};
constexpr std::array kFirstActions{Action::kPalette, Action::kExport, Action::kPicture,
                                   Action::kOpen};
constexpr std::array kLastActions{
    Action::kNote,         Action::kUndo,        Action::kLayoutLesson, Action::kLayoutCompare,
    Action::kLayoutInside, Action::kFoldColumns, Action::kFullScreen};
constexpr auto kAllActions = [] {
    std::array<Action, kFirstActions.size() + kViewActions.size() + kLastActions.size()> all{};
    auto next = std::ranges::copy(kFirstActions, all.begin()).out;
    next = std::ranges::copy(kViewActions, next).out;
    std::ranges::copy(kLastActions, next);
    return all;
}();

constexpr float kButton = 30; ///< at 100 %
constexpr float kActionGap = 2;
/// Width of the strip from which each has a button of its own, at 100 %.
constexpr float kRoomy = 1424;
constexpr float kMenuWidth = 380;

bool is_roomy(const Theme& theme, float strip) {
    return strip >= theme.px(kRoomy);
}

const Shortcut& row_of(Action action) {
    return *std::ranges::find(shortcuts(), action, &Shortcut::action);
}

void draw_one(const PanelInput& input, Row& row, const Quick& quick) {
    const ImVec2 square{input.theme.px(kButton), input.theme.px(kButton)};
    const std::string why = why_not(quick.action, input);
    row.place(square.x + input.theme.px(kActionGap), square.y);
    if (button(input, {.control = quick.control,
                       .icon = quick.icon,
                       .look = Look::kQuiet,
                       .size = square,
                       .enabled = why.empty(),
                       .tooltip = why.empty() ? nullptr : why.c_str()})) {
        ask_for(input, quick.action);
    }
}

/// A button that opens a list of these actions under it.
void draw_menu(const PanelInput& input, Row& row, const char* control, Icon icon,
               std::span<const Action> actions) {
    const Theme& theme = input.theme;
    const ImVec2 square{theme.px(kButton), theme.px(kButton)};
    row.place(square.x, square.y);
    if (button(input, {.control = control,
                       .icon = icon,
                       .look = Look::kQuiet,
                       .size = square,
                       .menu = true})) {
        open_menu(theme, control);
    }
    const float width = std::min(theme.px(kMenuWidth), ImGui::GetIO().DisplaySize.x - theme.px(40));
    const ImVec2 corner = ImGui::GetItemRectMax();
    ImGui::SetNextWindowPos({corner.x, corner.y + theme.px(6)}, ImGuiCond_Always, {1, 0});
    if (begin_menu(theme, control)) {
        for (const Action action : actions) {
            if (action_row(input, row_of(action), false, width)) {
                ask_for(input, action);
                ImGui::CloseCurrentPopup();
            }
        }
        end_menu();
    }
}

} // namespace

float quick_actions_width(const Theme& theme, float strip) {
    const float more = is_roomy(theme, strip) ? static_cast<float>(kQuick.size() + 1) : 0;
    return theme.px(more * (kButton + kActionGap) + kButton);
}

void draw_quick_actions(const PanelInput& input, float left, float middle, float strip) {
    Row row(left, middle);
    if (!is_roomy(input.theme, strip)) {
        draw_menu(input, row, "quick_more", Icon::kMore, kAllActions);
        return;
    }
    for (const Quick& quick : kQuick) {
        draw_one(input, row, quick);
    }
    draw_menu(input, row, "quick_views", Icon::kChart, kViewActions);
    row.skip(input.theme.px(kActionGap));
    draw_menu(input, row, "quick_layouts", Icon::kPanes, kLayoutActions);
}

} // namespace grokscope::ui
