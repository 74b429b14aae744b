// One sentence of plain language for each picture, and what to look for: the (i) beside its title.
#pragma once

#include <span>
#include <string_view>

namespace grokscope::ui {

struct PanelTopic {
    std::string_view name;
    const char* title;
    const char* what;
    const char* look_for;
};

[[nodiscard]] std::span<const PanelTopic> panel_topics();
/// Throws std::logic_error for a name that the table lacks.
[[nodiscard]] const PanelTopic& panel_topic(std::string_view name);

} // namespace grokscope::ui
