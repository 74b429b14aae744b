// How well a few letters fit a line: they need not stand together, only in this order.
#pragma once

#include <optional>
#include <string_view>

namespace grokscope::ui {

/// The better, the more of the letters begin words or follow each other; nothing when they do not
/// all stand in `line` in this order. Large and small letters are the same; spaces in `query` are
/// ignored. An empty query fits everything, with 0.
[[nodiscard]] std::optional<int> fuzzy_score(std::string_view query, std::string_view line);

} // namespace grokscope::ui
