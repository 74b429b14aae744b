// What a command line is understood as, or what is said to be wrong with it.
#pragma once

#include "app/options/options.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace grokscope {

using Arguments = std::vector<std::string>;

template <typename Expected>
Expected parse(const Arguments& arguments) {
    const Invocation invocation = parse_command_line(arguments);
    if (!std::holds_alternative<Expected>(invocation)) {
        ADD_FAILURE() << "another command was understood";
        return {};
    }
    return std::get<Expected>(invocation);
}

/// The sentences about what is wrong.
inline std::vector<std::string> mistakes_in(const Arguments& arguments) {
    try {
        (void)parse_command_line(arguments);
    } catch (const UsageError& error) {
        std::vector<std::string> lines;
        std::string line;
        for (const char* letter = error.what(); *letter != '\0'; ++letter) {
            if (*letter == '\n') {
                lines.push_back(std::exchange(line, {}));
            } else {
                line += *letter;
            }
        }
        lines.push_back(line);
        return lines;
    }
    return {};
}

inline bool mentions(const std::vector<std::string>& lines, const std::string& text) {
    return std::ranges::any_of(
        lines, [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

} // namespace grokscope
