// The part of TAKE APART that scales embeddings of numbers and tells what the model answers then.
// Threads: main thread only.
#pragma once

#include "ui/panels/apart_buttons.h"

namespace grokscope::ui {

/// From `y` on; returns the lower edge.
float draw_scaled_rows(const InsideFrame& frame, float y, Pass pass);

} // namespace grokscope::ui
