// Which characters ImGui was asked to draw or to measure: its fonts have only those that they were
// built with, and it says nothing of the others.
// Threads: main thread only.
#pragma once

#include <bitset>
#include <cstddef>
#include <utility>
#include <vector>

namespace grokscope {

/// Of one ImGui context whose ImGuiIO::UserData points here.
class CharactersSeen {
public:
    static constexpr std::size_t kCharacters = 0x110000;

    void note(unsigned character) {
        if (character < kCharacters && !seen_[character]) {
            seen_.set(character);
            fresh_.push_back(character);
        }
    }
    [[nodiscard]] bool any_fresh() const { return !fresh_.empty(); }
    /// Those seen for the first time since the last call, in that order.
    [[nodiscard]] std::vector<unsigned> take_fresh() { return std::exchange(fresh_, {}); }

private:
    std::bitset<kCharacters> seen_;
    std::vector<unsigned> fresh_;
};

} // namespace grokscope
