// What the texts of a view have in common: the window's settings and a view that is passed on. A
// wrong value leaves what is there. Threads: main thread only.
#pragma once

#include "ui/core/arrangement.h"
#include "ui/core/figure_choice.h"

#include <nlohmann/json.hpp>

namespace grokscope::ui {

using Json = nlohmann::ordered_json;

/// The number at `key` when it is one within the range; else `now`.
[[nodiscard]] float number_or(const Json& object, const char* key, float low, float high,
                              float now);
[[nodiscard]] bool flag_or(const Json& object, const char* key, bool now);

/// The names of the figures that are chosen, and taken back: those that are sound, as many as can
/// be drawn.
[[nodiscard]] Json figures_json(const FigureChoice& choice);
void take_figures(const Json& object, FigureChoice& choice);

[[nodiscard]] Json layout_json(const NamedLayout& layout);
void take_layout(const Json& object, NamedLayout& layout);

} // namespace grokscope::ui
