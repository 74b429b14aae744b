#include "engine/analysis/square_pattern.h"

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

namespace grokscope {

namespace {

std::size_t side_of(std::string_view letters) {
    for (std::size_t side = 1; side <= kLargestSquare; ++side) {
        if (letters.size() == side * side) {
            return side;
        }
    }
    throw std::invalid_argument("a square has 1, 4 or 9 letters, got " +
                                std::to_string(letters.size()));
}

/// The same letters under the names '0', '1', ... in the order in which they appear.
std::string renamed(std::string_view letters) {
    std::string seen;
    std::string names(letters);
    for (char& letter : names) {
        std::size_t place = seen.find(letter);
        if (place == std::string::npos) {
            place = seen.size();
            seen += letter;
        }
        letter = static_cast<char>('0' + place);
    }
    return names;
}

/// Turned or mirrored in one of eight ways, then renamed.
std::string seen_from(std::string_view letters, std::size_t side, unsigned way) {
    std::string turned(letters.size(), ' ');
    for (std::size_t row = 0; row < side; ++row) {
        for (std::size_t column = 0; column < side; ++column) {
            std::size_t y = (way & 1U) != 0 ? side - 1 - row : row;
            std::size_t x = (way & 2U) != 0 ? side - 1 - column : column;
            if ((way & 4U) != 0) {
                std::swap(x, y);
            }
            turned[row * side + column] = letters[y * side + x];
        }
    }
    return renamed(turned);
}

std::set<std::string> orbit(std::string_view letters) {
    const std::size_t side = side_of(letters);
    std::set<std::string> all;
    for (unsigned way = 0; way < 8; ++way) {
        all.insert(seen_from(letters, side, way));
    }
    return all;
}

} // namespace

std::string square_class(std::string_view letters) {
    return *orbit(letters).begin();
}

std::uint64_t square_class_size(std::string_view letters, int colours) {
    const std::set<std::string> all = orbit(letters);
    const int used = *std::ranges::max_element(*all.begin()) - '0' + 1;
    if (used > colours) {
        throw std::invalid_argument("a square of " + std::to_string(used) + " letters is none of " +
                                    std::to_string(colours) + " colours");
    }
    std::uint64_t namings = 1;
    for (int i = 0; i < used; ++i) {
        namings *= static_cast<std::uint64_t>(colours - i);
    }
    return all.size() * namings;
}

std::vector<std::string> square_classes(int side, int colours) {
    if (side < 1 || side > kLargestSquare) {
        throw std::invalid_argument("a square has a side from 1 to " +
                                    std::to_string(kLargestSquare) + ", got " +
                                    std::to_string(side));
    }
    std::set<std::string> all;
    std::string letters(static_cast<std::size_t>(side * side), '0');
    // All strings in which each letter is at most one beyond those before it.
    const auto extend = [&](const auto& self, std::size_t place, int used) -> void {
        if (place == letters.size()) {
            all.insert(square_class(letters));
            return;
        }
        for (int letter = 0; letter <= std::min(used, colours - 1); ++letter) {
            letters[place] = static_cast<char>('0' + letter);
            self(self, place + 1, std::max(used, letter + 1));
        }
    };
    extend(extend, 0, 0);
    return {all.begin(), all.end()};
}

} // namespace grokscope
