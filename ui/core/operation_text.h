// The words of an operation in the window's sentences. Texts that speak of answers are written with
// a name in braces in place of what differs: {a+b} "a + b", {b+a} "b + a", {sum}, {sums}, {add},
// {adding}, {addition}, {task} "a + b modulo a number", {no waves} why there are none,
// {adds them} "adds them" or "subtracts them", {u+v-c} the angle of the fit,
// {stroke} what the map's strokes mean, nothing where there are none.
#pragma once

#include "engine/protocol/arithmetic.h"

#include <string>
#include <string_view>

namespace grokscope::ui {

/// The text of this operation. Throws std::logic_error for a name in braces that is none of those
/// above.
[[nodiscard]] std::string in_operation(std::string_view text, Operation operation);
/// "7 + 13"
[[nodiscard]] std::string expression(Operation operation, std::string_view a, std::string_view b);
[[nodiscard]] std::string expression(Operation operation, int a, int b);
/// "a + b mod 113", "a * b by the table S5".
[[nodiscard]] std::string task_of(const Arithmetic& arithmetic);
/// " by S5", where names of runs tell a table; else nothing.
[[nodiscard]] std::string by_table(const Arithmetic& arithmetic);

} // namespace grokscope::ui
