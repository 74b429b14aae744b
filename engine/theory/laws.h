// Closed forms of the singular feature machine (science.md 6.3).
// Threads: any.
#pragma once

#include "engine/protocol/theory.h"

#include <optional>

namespace grokscope {

/// tau = sqrt(2 beta ln n / n), n >= 1. Falls with n from e on, whatever 2603.29262 says.
[[nodiscard]] double sfm_gate(double beta, double n);

/// Features off the rule expected behind the first gate, with a step of `step` n/m^2:
/// `off` exp(-tau^2 m^2/(step^2 q (1-q))), q = n/m^2 [D]. Fewer than m^2 pairs; NaN from there on.
[[nodiscard]] double sfm_expected_survivors(int off, int order, double step, double beta, double n);

/// n*: the largest root of n epsilon = a ln n, a = beta (m^2 - m). Nothing where there is none:
/// epsilon/a > 1/e. epsilon > 0.
[[nodiscard]] std::optional<double> sfm_crossing(double a, double epsilon);

/// All that holds without iterating. Throws std::invalid_argument with the first of the settings'
/// mistakes.
[[nodiscard]] SfmLaws sfm_laws(const SfmSettings& settings);

} // namespace grokscope
