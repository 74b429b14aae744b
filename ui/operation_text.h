// The words of an operation in the window's sentences. Texts that speak of answers are written with
// a name in braces in place of what differs: {a+b} "a + b", {b+a} "b + a", {sum}, {sums}, {add},
// {adding}, {addition}, {adds them} "adds them" or "subtracts them", {u+v-c} the angle of the fit,
// {stroke} what the map's strokes mean, nothing where there are none.
#pragma once

#include "engine/protocol/operation.h"

#include <string>
#include <string_view>

namespace grokscope::ui {

/// The text of this operation. Throws std::logic_error for a name in braces that is none of those
/// above.
[[nodiscard]] std::string in_operation(std::string_view text, Operation operation);
/// "7 + 13"
[[nodiscard]] std::string expression(Operation operation, std::string_view a, std::string_view b);
[[nodiscard]] std::string expression(Operation operation, int a, int b);

} // namespace grokscope::ui
