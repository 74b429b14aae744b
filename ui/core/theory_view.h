// What the user chose in the theory view, and what changes with it. Without ImGui.
// Threads: main thread only.
#pragma once

#include "engine/protocol/theory.h"

#include <cstddef>
#include <optional>

namespace grokscope::ui {

/// Beside the settings themselves, which are part of the arrangement.
struct TheoryView {
    /// That the gate comes back with when it is switched on again, > 0.
    double gated_beta = SfmSettings{}.beta;
    /// The iteration that is looked at, from 1 on; nothing: the last there is.
    std::optional<int> iteration;
};

/// Takes `wanted` in place of `settings`. Where the number of pairs of the group becomes another
/// one and n was left alone, n keeps its share of them.
void set_theory(SfmSettings& settings, TheoryView& view, SfmSettings wanted);
/// Takes the gate away (beta 0), or puts it back.
void toggle_gate(SfmSettings& settings, const TheoryView& view);
/// The p nearest to `p` on the side where it was moved to from `from` that the operation can have:
/// for products a prime. Both 5..251.
[[nodiscard]] int possible_p(Operation operation, int from, int p);
/// Which of `made` iterations, at least 1, is shown: from 0 on.
[[nodiscard]] std::size_t shown_iteration(const TheoryView& view, std::size_t made);

} // namespace grokscope::ui
