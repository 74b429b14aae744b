// A set of frequencies of a group, as a setting has it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace grokscope {

/// Frequencies k >= 1, each once, in increasing order.
class FrequencySet {
public:
    /// The largest that any group has here: p = 251.
    static constexpr int kLargest = 125;

    FrequencySet() = default;
    /// Throws std::invalid_argument when one lies outside 1..kLargest.
    [[nodiscard]] static FrequencySet of(const std::vector<int>& frequencies);
    /// From what text() writes. On a mistake the set is empty and `mistake` is one sentence without
    /// a subject: "must be ..., got ...".
    [[nodiscard]] static FrequencySet parse(std::string_view text, std::string& mistake);

    [[nodiscard]] bool empty() const { return frequencies_.empty(); }
    [[nodiscard]] bool contains(int k) const;
    [[nodiscard]] const std::vector<int>& frequencies() const { return frequencies_; }
    /// "23,41"; empty without any.
    [[nodiscard]] std::string text() const;

    friend bool operator==(const FrequencySet&, const FrequencySet&) = default;

private:
    std::vector<int> frequencies_;
};

} // namespace grokscope
