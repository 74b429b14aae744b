// The query box: "7 + 13 mod 113 = ?" with the model's answer (ui.md section 9, science.md 3.5).
// Threads: main thread only.
#pragma once

#include "ui/views/inside/inside_frame.h"

namespace grokscope::ui {

/// Height it takes: stacked in a column, or beside each other, in three lines of remarks where
/// `width` is too little for two. Presenter mode has two at most and lets the runner-up go.
[[nodiscard]] float query_box_height(const Theme& theme, float width, bool stacked);

/// Two number fields and what the shown model answers: the answer, how sure it is, what it would
/// have said next, whether it was trained on the pair or on its mirror. A number out of range is
/// explained. Returns the lower edge of what it drew: stacked, a remark may need one line more.
float draw_query_box(const InsideFrame& frame, const Rect& area, bool stacked);

} // namespace grokscope::ui
