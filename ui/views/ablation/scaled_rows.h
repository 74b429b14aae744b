// The part of TAKE APART that scales embeddings of numbers and tells what the model answers then.
// Threads: main thread only.
#pragma once

#include "ui/views/inside/ablation_buttons.h"

namespace grokscope::ui {

/// Behind what stands in `row`, or on the lines below; returns the lower edge.
float draw_scaled_rows(const InsideFrame& frame, AblationButtons& row, Pass pass);

} // namespace grokscope::ui
