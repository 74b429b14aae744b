// Which layer of a model INSIDE looks at.
// Threads: main thread only.
#pragma once

#include "ui/views/inside/ablation_buttons.h"

#include <string>

namespace grokscope::ui {

/// Back, forth and the number of the layer: in this row, of a model of several layers.
void choose_layer(const InsideFrame& frame, AblationButtons& row);

/// "2"; of several layers "1.2", head 2 of the layer that is looked at.
[[nodiscard]] std::string head_name(const InspectReply& reply, int head);

} // namespace grokscope::ui
