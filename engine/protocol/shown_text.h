// Text from outside made fit to be shown: what a notebook, a configuration, the command line, the
// environment or a file's name says reaches terminal, window, table and log through here.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace grokscope {

/// Longer texts are cut.
inline constexpr std::size_t kLongestText = 16384;

namespace shown_detail {

struct Letter {
    std::uint32_t code = 0;
    std::size_t length = 0; ///< in bytes; 0: the first byte begins no letter
};

/// The first letter of a text that is not empty, by the rules of UTF-8 (RFC 3629).
inline Letter first_letter(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const std::uint32_t first = byte(0);
    if (first < 0x80) {
        return {first, 1};
    }
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || length > text.size()) {
        return {};
    }
    std::uint32_t code = first & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0U) != 0x80) {
            return {};
        }
        code = code << 6U | (byte(i) & 0x3fU);
    }
    constexpr std::array<std::uint32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    return code < kLeast[length] || surrogate || code > 0x10ffff ? Letter() : Letter{code, length};
}

struct Range {
    std::uint32_t first;
    std::uint32_t last;
};

/// Letters that steer a terminal, are not seen, or turn the direction of reading: controls (C0 and
/// C1), and of Unicode's default-ignorable ones all but the variation selectors of emoji and the
/// two joiners, which Persian, Indic scripts and emoji are written with; line and paragraph
/// separator; what is no character. Increasing.
inline constexpr std::array kHidden = {
    Range{0x00, 0x1f},       Range{0x7f, 0x9f},      Range{0xad, 0xad},
    Range{0x34f, 0x34f},     Range{0x61c, 0x61c},    Range{0x115f, 0x1160},
    Range{0x17b4, 0x17b5},   Range{0x180b, 0x180f},  Range{0x200b, 0x200b},
    Range{0x200e, 0x200f},   Range{0x2028, 0x202e},  Range{0x2060, 0x206f},
    Range{0x3164, 0x3164},   Range{0xfeff, 0xfeff},  Range{0xffa0, 0xffa0},
    Range{0xfff0, 0xfffb},   Range{0xfffe, 0xffff},  Range{0x1bca0, 0x1bca3},
    Range{0x1d173, 0x1d17a}, Range{0xe0000, 0xe0fff}};

inline bool is_hidden(std::uint32_t code) {
    const auto range = std::ranges::lower_bound(kHidden, code, {}, &Range::last);
    return range != kHidden.end() && range->first <= code;
}

/// What stands for the letter.
inline std::string_view sign_of(Letter letter, std::string_view text, bool one_line) {
    const std::string_view raw = text.substr(0, letter.length);
    if (raw == "\n" || raw == "\t") {
        return !one_line ? raw : raw == "\n" ? "\\n" : "\\t";
    }
    return letter.length == 0 || is_hidden(letter.code) ? "?" : raw;
}

inline std::string shown(std::string_view text, bool one_line) {
    std::string clean;
    while (!text.empty()) {
        const Letter letter = first_letter(text);
        const std::string_view sign = sign_of(letter, text, one_line);
        if (clean.size() + sign.size() > kLongestText) {
            break;
        }
        clean += sign;
        text.remove_prefix(std::max<std::size_t>(letter.length, 1));
    }
    return clean;
}

} // namespace shown_detail

/// A text of several lines, as notes are: valid UTF-8 in which every letter is seen and none steers
/// anything; '?' stands for each letter, or byte, that was otherwise. Newlines and tabs stay.
[[nodiscard]] inline std::string shown_text(std::string_view text) {
    return shown_detail::shown(text, false);
}

/// The same for what stands on one line, as names, labels and sentences do: a newline is shown as
/// \n, a tab as \t.
[[nodiscard]] inline std::string shown_line(std::string_view text) {
    return shown_detail::shown(text, true);
}

/// The same as a cell of a CSV file, quoted (RFC 4180). An apostrophe stands in front of what a
/// spreadsheet would take for a formula.
[[nodiscard]] inline std::string csv_cell(std::string_view text) {
    const std::string line = shown_line(text);
    std::string cell = "\"";
    if (!line.empty() && std::string_view("=+-@").find(line.front()) != std::string_view::npos) {
        cell += '\'';
    }
    for (const char letter : line) {
        cell += letter;
        if (letter == '"') {
            cell += '"';
        }
    }
    return cell + '"';
}

} // namespace grokscope
