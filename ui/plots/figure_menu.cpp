#include "ui/plots/figure_menu.h"

#include "ui/core/figure_choice.h"
#include "ui/core/figure_text.h"
#include "ui/core/text.h"
#include "ui/kit/widgets.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace grokscope::ui {

namespace {

constexpr float kMenuColumn = 222; ///< at 100 %
constexpr float kMenuRow = 24;
constexpr int kMostColumns = 3;
constexpr float kAround = 40; ///< of the columns: padding and the bar to scroll with

struct Menu {
    const PanelInput& input;
    std::vector<OfferedFigure> chosen;
    int columns = 1;
};

/// One figure with its tick, at `at`.
void draw_figure(const Menu& menu, const OfferedFigure& offered, ImVec2 at) {
    const Theme& theme = menu.input.theme;
    const FigureSpec& figure = *offered.figure;
    FigureChoice& choice = menu.input.view.settings.figures;
    const bool on = choice.contains(figure.id);
    const bool possible = on || can_choose(figure, menu.chosen);
    const std::string about = possible ? about_figure(figure) : text::kFiguresFull;
    const float width = theme.px(kMenuColumn - 4);
    const ImVec2 size{width, theme.px(kMenuRow)};
    ImGui::SetCursorScreenPos(at);
    if (button(menu.input, {.control = "figure",
                            .suffix = figure.id,
                            .look = on ? Look::kSelected : Look::kQuiet,
                            .size = size,
                            .enabled = possible,
                            .tooltip = about.c_str()})) {
        toggle_figure(choice, offered, menu.chosen);
    }
    // Its words begin below one another, which those of a button do not.
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Color ink = possible ? theme.palette->text : theme.palette->muted;
    const float middle = at.y + size.y / 2;
    draw_icon(list, switch_icon(on), {at.x + theme.px(14), middle}, theme.px(12), u32(ink));
    draw_text(list, theme.small, {at.x + theme.px(28), middle - theme.small->FontSize / 2}, ink,
              fitted(theme.small, figure_name(figure), width - theme.px(34)));
}

/// The figures in columns, read downwards.
void draw_columns(const Menu& menu, const std::vector<OfferedFigure>& figures) {
    const Theme& theme = menu.input.theme;
    const auto columns = static_cast<std::size_t>(menu.columns);
    const std::size_t rows = (figures.size() + columns - 1) / columns;
    const ImVec2 origin = ImGui::GetCursorScreenPos();
    for (std::size_t i = 0; i < figures.size(); ++i) {
        draw_figure(menu, figures[i],
                    {origin.x + static_cast<float>(i / rows) * theme.px(kMenuColumn),
                     origin.y + static_cast<float>(i % rows) * theme.px(kMenuRow)});
    }
    ImGui::SetCursorScreenPos(origin);
    ImGui::Dummy({static_cast<float>(menu.columns) * theme.px(kMenuColumn),
                  static_cast<float>(rows) * theme.px(kMenuRow)});
}

void draw_group(const Menu& menu, const std::string& title,
                const std::vector<OfferedFigure>& figures) {
    if (!figures.empty()) {
        card_title(menu.input, text::in_capitals(title).c_str());
        draw_columns(menu, figures);
    }
}

/// Has the menu that begins next stand above `header`, no higher than there is room, so that the
/// plot is seen; where there is hardly any room, it stands where it opened.
void place_above(const Theme& theme, const Rect& header, float width) {
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    const float gap = theme.px(4);
    const float room = header.y - 2 * gap;
    if (room < theme.px(160) && room < screen.y - header.bottom()) {
        return;
    }
    const float left = std::clamp(header.x, gap, std::max(screen.x - width - gap, gap));
    ImGui::SetNextWindowPos({left, header.y - gap}, ImGuiCond_Always, {0, 1});
    ImGui::SetNextWindowSizeConstraints({0, 0}, {screen.x, room});
}

} // namespace

void draw_figure_menu(const PanelInput& input, const Rect& header) {
    const Theme& theme = input.theme;
    const float screen = ImGui::GetIO().DisplaySize.x;
    const int columns = std::clamp(
        static_cast<int>((screen - theme.px(60)) / theme.px(kMenuColumn)), 1, kMostColumns);
    place_above(theme, header,
                static_cast<float>(columns) * theme.px(kMenuColumn) + theme.px(kAround));
    if (!begin_menu(theme, kFigureMenu)) {
        return;
    }
    const std::vector<const InstrumentSpec*> offered = offered_instruments(input.book);
    const Menu menu{input, chosen_figures(offered, input.view.settings.figures), columns};
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {theme.px(8), theme.px(3)});
    for (const InstrumentSpec* const instrument : offered) {
        std::vector<OfferedFigure> numbers;
        std::vector<OfferedFigure> maps;
        for (const FigureSpec& figure : instrument->figures) {
            (figure.axis == FigureAxis::kNone ? numbers : maps).push_back({instrument, &figure});
        }
        draw_group(menu, instrument->label, numbers);
        draw_group(menu, instrument->label + ", " + text::kMaps, maps);
    }
    ImGui::PopStyleVar();
    end_menu();
}

} // namespace grokscope::ui
