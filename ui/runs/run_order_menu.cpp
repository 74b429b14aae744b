#include "ui/runs/run_order_menu.h"

#include "ui/core/text.h"
#include "ui/kit/widgets.h"

#include <array>
#include <cstddef>
#include <string>

namespace grokscope::ui {

namespace {

/// What tells the entries apart in the log, in the order of RunOrder.
constexpr std::array<const char*, kRunOrders> kEntries{"made", "name", "seed",   "epoch",
                                                       "test", "grok", "speedup"};

Icon icon_of(const RunSorting& sorting) {
    return sorting.reversed ? Icon::kSortReversed : Icon::kSort;
}

} // namespace

void draw_run_order_button(const PanelInput& input) {
    const Theme& theme = input.theme;
    RunSorting& sorting = input.view.arrangement.sorting;
    const auto chosen = static_cast<std::size_t>(sorting.by);
    if (button(input, {.control = "run_order",
                       .icon = icon_of(sorting),
                       .look = sorting == RunSorting{} ? Look::kQuiet : Look::kSelected,
                       .size = {theme.px(kRunOrderSize), theme.px(kRunOrderSize)},
                       .menu = true})) {
        open_menu(theme, "run_order");
    }
    if (begin_menu(theme, "run_order")) {
        card_title(input, text::kRunOrder);
        for (std::size_t i = 0; i < kRunOrders; ++i) {
            if (button(input, {.control = "order_by",
                               .suffix = kEntries[i],
                               .label = text::kRunOrderNames[i],
                               .icon = i == chosen ? icon_of(sorting) : Icon::kNone,
                               .look = i == chosen ? Look::kSelected : Look::kQuiet,
                               .size = {theme.px(150), theme.px(28)},
                               .from_left = true})) {
                sorting = {static_cast<RunOrder>(i), i == chosen && !sorting.reversed};
            }
        }
        end_menu();
    }
    input.log.fact("run_sorting", std::string(kEntries[static_cast<std::size_t>(sorting.by)]) +
                                      (sorting.reversed ? " reversed" : ""));
}

} // namespace grokscope::ui
