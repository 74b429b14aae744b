// The runs that the buttons make: no stencil, and each of the seven.
#pragma once

#include "ui/core/challengers.h"

#include <vector>

namespace grokscope::ui {

/// None first, then those of the buttons in their order.
inline std::vector<Stencil> eight_stencils() {
    std::vector<Stencil> all{Stencil()};
    all.insert(all.end(), one_click_stencils().begin(), one_click_stencils().end());
    return all;
}

} // namespace grokscope::ui
