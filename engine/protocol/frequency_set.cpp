#include "engine/protocol/frequency_set.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace grokscope {

namespace {

bool is_frequency(int k) {
    return k >= 1 && k <= FrequencySet::kLargest;
}

} // namespace

FrequencySet FrequencySet::of(const std::vector<int>& frequencies) {
    if (!std::ranges::all_of(frequencies, is_frequency)) {
        throw std::invalid_argument("frequencies lie in 1.." + std::to_string(kLargest));
    }
    FrequencySet set;
    set.frequencies_ = frequencies;
    std::ranges::sort(set.frequencies_);
    const auto twice = std::ranges::unique(set.frequencies_);
    set.frequencies_.erase(twice.begin(), twice.end());
    return set;
}

FrequencySet FrequencySet::parse(std::string_view text, std::string& mistake) {
    std::vector<int> found;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::string_view one = text.substr(begin, end - begin);
        int k = 0;
        const auto [rest, error] = std::from_chars(one.data(), one.data() + one.size(), k);
        if (error != std::errc() || rest != one.data() + one.size() || !is_frequency(k)) {
            mistake = "must be frequencies in 1.." + std::to_string(kLargest) +
                      " with commas between them, as 23,41, got \"" + std::string(text) + "\"";
            return {};
        }
        found.push_back(k);
        begin = end + 1;
    }
    return of(found);
}

bool FrequencySet::contains(int k) const {
    return std::ranges::binary_search(frequencies_, k);
}

std::string FrequencySet::text() const {
    std::string text;
    for (const int k : frequencies_) {
        text += (text.empty() ? "" : ",") + std::to_string(k);
    }
    return text;
}

} // namespace grokscope
