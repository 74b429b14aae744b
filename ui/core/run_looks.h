// How a run is named and drawn everywhere: the stencil's name and look, or what the user gave it.
#pragma once

#include "ui/core/palette.h"
#include "ui/core/run_book.h"
#include "ui/core/view_state.h"

#include <span>
#include <string>

namespace grokscope::ui {

/// Colours that the user may give a run; the first is that of text in either theme.
[[nodiscard]] std::span<const Color> user_colors(ThemeKind theme);
/// Colour as the user chose it, else the stencil's. Dash and marker are the stencil's for its first
/// run and others for each further one: they name it in grey too.
[[nodiscard]] CurveStyle run_style(const ViewState& view, const RunRecord& run, ThemeKind theme);
/// The user's name of the run, else its stencil, with the seed when several are shown; a branch and
/// a run named like an earlier one say so: "baseline from 0 (2)".
[[nodiscard]] std::string run_label(const ViewState& view, const RunRecord& run, bool with_seed);
/// Whether the list holds runs of different seeds, so that names need them.
[[nodiscard]] bool several_seeds(const RunBook& book);

} // namespace grokscope::ui
