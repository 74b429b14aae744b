#include "ui/core/fuzzy.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace grokscope::ui {

namespace {

constexpr int kLetter = 1;
constexpr int kNeighbour = 6;     ///< more, for one that follows the one before
constexpr int kWordBeginning = 5; ///< more, for the first letter of a word
constexpr int kImpossible = -1;

/// ASCII only: keys and what they do are written in it.
char small(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool begins_word(std::string_view line, std::size_t at) {
    const auto inside = [](char letter) {
        return (small(letter) >= 'a' && small(letter) <= 'z') || (letter >= '0' && letter <= '9');
    };
    return at == 0 || !inside(line[at - 1]);
}

} // namespace

std::optional<int> fuzzy_score(std::string_view query, std::string_view line) {
    std::vector<int> best(line.size() + 1, 0); ///< of the letters so far, the last within [0, i)
    std::vector<int> ending(line.size(), kImpossible); ///< the same, the last one at i
    bool first = true;
    for (const char letter : query) {
        if (letter == ' ') {
            continue;
        }
        std::vector<int> next(line.size(), kImpossible);
        for (std::size_t i = 0; i < line.size(); ++i) {
            if (small(line[i]) != small(letter) || best[i] == kImpossible) {
                continue;
            }
            const int own = kLetter + (begins_word(line, i) ? kWordBeginning : 0);
            const int joined = !first && i > 0 && ending[i - 1] != kImpossible
                                   ? ending[i - 1] + kNeighbour
                                   : kImpossible;
            next[i] = own + std::max(best[i], joined);
        }
        ending = std::move(next);
        best[0] = kImpossible; // a letter stands somewhere
        for (std::size_t i = 0; i < line.size(); ++i) {
            best[i + 1] = std::max(best[i], ending[i]);
        }
        first = false;
    }
    return best.back() == kImpossible ? std::nullopt : std::optional(best.back());
}

} // namespace grokscope::ui
