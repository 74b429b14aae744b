// The curves of the theory view: small plots that nobody moves.
// Threads: main thread only.
#pragma once

#include "engine/protocol/theory.h"
#include "ui/kit/panel_input.h"

#include <cstddef>

namespace grokscope::ui {

/// Each with its title, at ImGui's cursor; `size` holds both. `iteration`, from 0 on, is marked.
void plot_errors(const PanelInput& input, const SfmAnswer& answer, std::size_t iteration,
                 ImVec2 size);
void plot_features(const PanelInput& input, const SfmAnswer& answer, std::size_t iteration,
                   ImVec2 size);
/// Over n, with this n and n* marked.
void plot_energy(const PanelInput& input, const SfmAnswer& answer, ImVec2 size);
void plot_gate(const PanelInput& input, const SfmAnswer& answer, ImVec2 size);
void plot_expected(const PanelInput& input, const SfmAnswer& answer, ImVec2 size);

} // namespace grokscope::ui
