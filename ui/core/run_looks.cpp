#include "ui/core/run_looks.h"

#include "ui/core/text.h"

#include <array>

namespace grokscope::ui {

std::span<const Color> user_colors(ThemeKind theme) {
    // Okabe and Ito's, safe for the colour-blind, with the theme's text colour for their black; on
    // dark ground their blue is a little lighter.
    static constexpr std::array kDark{rgb(0xe6e9ef), rgb(0x0a7abc), rgb(0xd55e00), rgb(0x009e73),
                                      rgb(0x56b4e9), rgb(0xcc79a7), rgb(0xf0e442), rgb(0xe69f00)};
    static constexpr std::array kLight{rgb(0x1a1e25), rgb(0x0072b2), rgb(0xd55e00), rgb(0x009e73),
                                       rgb(0x56b4e9), rgb(0xcc79a7), rgb(0xf0e442), rgb(0xe69f00)};
    return theme == ThemeKind::kDark ? std::span<const Color>(kDark)
                                     : std::span<const Color>(kLight);
}

CurveStyle run_style(const ViewState& view, const RunRecord& run, ThemeKind theme) {
    CurveStyle style = curve_style(run.config, run.shape.value_or(shape_of(run.config)), theme);
    const auto found = view.arrangement.looks.find(run.id);
    if (found != view.arrangement.looks.end() && found->second.color) {
        const auto colors = user_colors(theme);
        style.color = colors[static_cast<std::size_t>(*found->second.color) % colors.size()];
        style.casing = needs_casing(style.color, theme);
    }
    return style;
}

std::string run_label(const ViewState& view, const RunRecord& run, bool with_seed) {
    const auto found = view.arrangement.looks.find(run.id);
    if (found != view.arrangement.looks.end() && !found->second.name.empty()) {
        return found->second.name;
    }
    return text::run_name(run, with_seed);
}

bool several_seeds(const RunBook& book) {
    const auto runs = book.runs();
    return std::any_of(runs.begin(), runs.end(), [&](const auto& run) {
        return run->config.seed != runs.front()->config.seed;
    });
}

} // namespace grokscope::ui
