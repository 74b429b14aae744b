#include "engine/analysis/key_frequencies.h"

#include "engine/analysis/concentration.h"

#include <algorithm>
#include <cstddef>

namespace grokscope {

namespace {

constexpr double kLeastGini = 0.20;
constexpr float kEnterShare = 1.0F / 4;
constexpr float kStayShare = 1.0F / 5;
constexpr std::size_t kMostKeys = 12;

} // namespace

std::vector<int> live_key_frequencies(std::span<const float> amplitudes,
                                      std::span<const int> previous) {
    if (amplitudes.empty() || !(gini(amplitudes) >= kLeastGini)) {
        return {};
    }
    const auto amplitude = [&](int k) { return amplitudes[static_cast<std::size_t>(k - 1)]; };
    const float largest = *std::max_element(amplitudes.begin(), amplitudes.end());
    std::vector<int> keys;
    for (int k = 1; k <= static_cast<int>(amplitudes.size()); ++k) {
        const bool stays = std::find(previous.begin(), previous.end(), k) != previous.end();
        if (amplitude(k) > largest * (stays ? kStayShare : kEnterShare)) {
            keys.push_back(k);
        }
    }
    if (keys.size() > kMostKeys) {
        std::stable_sort(keys.begin(), keys.end(),
                         [&](int one, int other) { return amplitude(one) > amplitude(other); });
        keys.resize(kMostKeys);
        std::sort(keys.begin(), keys.end());
    }
    return keys;
}

std::vector<int> final_key_frequencies(std::span<const float> amplitudes) {
    return live_key_frequencies(amplitudes, {});
}

} // namespace grokscope
