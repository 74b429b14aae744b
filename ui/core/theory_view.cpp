#include "ui/core/theory_view.h"

#include <algorithm>
#include <cmath>

namespace grokscope::ui {

void set_theory(SfmSettings& settings, TheoryView& view, SfmSettings wanted) {
    const int before = settings.order();
    const int after = wanted.order();
    if (before != after && before > 0 && after > 0 && wanted.pairs == settings.pairs) {
        const double share = wanted.pairs / (static_cast<double>(before) * before);
        wanted.pairs = std::clamp(static_cast<int>(std::lround(share * after * after)), 3,
                                  wanted.most_pairs());
    }
    if (wanted.beta > 0) {
        view.gated_beta = wanted.beta;
    }
    settings = wanted;
}

void toggle_gate(SfmSettings& settings, const TheoryView& view) {
    settings.beta = settings.beta > 0 ? 0 : view.gated_beta;
}

int possible_p(Operation operation, int from, int p) {
    const int step = p < from ? -1 : 1;
    while (group_order(operation, p) == 0) {
        p += step; // 5 and 251 are prime
    }
    return p;
}

std::size_t shown_iteration(const TheoryView& view, std::size_t made) {
    const auto wanted = static_cast<std::size_t>(std::max(view.iteration.value_or(1), 1));
    return (view.iteration ? std::min(wanted, made) : made) - 1;
}

} // namespace grokscope::ui
