#include "ui/core/operation_text.h"

#include <stdexcept>

namespace grokscope::ui {

namespace {

std::string word(std::string_view name, const OperationSpec& spec) {
    if (name == "a+b") {
        return expression(spec.operation, "a", "b");
    }
    if (name == "b+a") {
        return expression(spec.operation, "b", "a");
    }
    if (name == "sum") {
        return std::string(spec.noun);
    }
    if (name == "sums") {
        return std::string(spec.nouns);
    }
    if (name == "add") {
        return std::string(spec.verb);
    }
    if (name == "adding") {
        return std::string(spec.gerund);
    }
    if (name == "addition") {
        return std::string(spec.study);
    }
    if (name == "task") {
        return expression(spec.operation, "a", "b") +
               (spec.operation == Operation::kTable ? " by a table" : " modulo a number");
    }
    if (name == "no waves") {
        return std::string(spec.no_waves);
    }
    if (name == "adds them") { // angles: those of products are added, too
        return spec.inverts_second ? "subtracts them" : "adds them";
    }
    if (name == "stroke") { // only where a pair and its mirror have one answer
        const std::string stroke = ", a stroke as " + expression(spec.operation, "b", "a");
        return spec.inverts_second                   ? ""
               : spec.operation == Operation::kTable ? stroke + " where the table is symmetric"
                                                     : stroke;
    }
    if (name == "u+v-c") {
        if (spec.group == GroupKind::kNone) {
            return "c"; // there is no such fit, and no figure of it
        }
        const bool plain = spec.group == GroupKind::kAdditive;
        const std::string of = plain ? "" : "ind ";
        return of + "a" + (spec.inverts_second ? "-" : "+") + of + "b-" + of + "c";
    }
    throw std::logic_error("no word of an operation is called {" + std::string(name) + "}");
}

} // namespace

std::string in_operation(std::string_view text, Operation operation) {
    std::string result;
    while (!text.empty()) {
        const std::size_t open = text.find('{');
        const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
        if (close == std::string_view::npos) {
            return result.append(text);
        }
        result.append(text.substr(0, open));
        result += word(text.substr(open + 1, close - open - 1), spec_of(operation));
        text.remove_prefix(close + 1);
    }
    return result;
}

std::string expression(Operation operation, std::string_view a, std::string_view b) {
    return std::string(a).append(" ").append(spec_of(operation).sign).append(" ").append(b);
}

std::string expression(Operation operation, int a, int b) {
    return expression(operation, std::to_string(a), std::to_string(b));
}

std::string task_of(const Arithmetic& arithmetic) {
    return expression(arithmetic.operation, "a", "b") + arithmetic.qualifier();
}

std::string by_table(const Arithmetic& arithmetic) {
    return arithmetic.is_table() ? " by " + arithmetic.table.name() : std::string();
}

} // namespace grokscope::ui
