// Numbers that people type, on the command line and in the window's fields; what is wrong with one
// becomes a sentence.
#pragma once

#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <vector>

namespace grokscope {

/// Sentences about what is wrong, in the order found.
using Mistakes = std::vector<std::string>;

/// The whole of `text` as a number. Adds a mistake that names `thing` and returns nothing when it
/// is none, or does not fit.
template <typename Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view thing, std::string_view text,
                                                 Mistakes& mistakes) {
    std::string sentence(thing);
    if (text.empty()) {
        mistakes.push_back(sentence + " needs a value");
        return std::nullopt;
    }
    std::string_view digits = text;
    if (digits.front() == '+') {
        digits.remove_prefix(1); // from_chars knows no plus sign
    }
    Number value{};
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc::result_out_of_range) {
        sentence += " got " + std::string(text) + ", which is ";
        if constexpr (std::is_integral_v<Number>) {
            sentence += "outside " + std::to_string(std::numeric_limits<Number>::min()) + " to " +
                        std::to_string(std::numeric_limits<Number>::max());
        } else {
            sentence += "too large or too small for a number of double precision";
        }
        mistakes.push_back(sentence);
        return std::nullopt;
    }
    if (error != std::errc{} || end != digits.data() + digits.size()) {
        sentence += " needs a ";
        sentence += std::is_floating_point_v<Number> ? ""
                    : std::is_unsigned_v<Number>     ? "non-negative whole "
                                                     : "whole ";
        mistakes.push_back(sentence + "number, got \"" + std::string(text) + "\"");
        return std::nullopt;
    }
    return value;
}

} // namespace grokscope
