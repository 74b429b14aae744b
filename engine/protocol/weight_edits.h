// What is done to the weights by hand where a fork begins (science.md 6.7).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope {

/// Edits of the embeddings of the numbers, the columns of W_E without that of '='; done once, in
/// this order, before the first epoch. The rest of the state stays as it is.
struct WeightEdits {
    /// Longer lists are no edits.
    static constexpr int kMostScaled = 16;
    /// Factors lie between this and its negative.
    static constexpr double kLargestFactor = 1000;

    /// The run whose embeddings take the place of its own, a uuid; empty: none.
    std::string embedding_from = {};
    /// The epoch whose recorded weights have them.
    std::int32_t embedding_epoch = 0;
    /// The numbers exchange their embeddings at random, by the run's seed: the control.
    bool shuffled = false;
    struct Scaled {
        int number = 0;
        double factor = 1;
        friend bool operator==(const Scaled&, const Scaled&) = default;
    };
    /// By increasing number, each at most once; factors are finite.
    std::vector<Scaled> scaled = {};

    [[nodiscard]] bool empty() const {
        return embedding_from.empty() && !shuffled && scaled.empty();
    }
    /// From what text() writes. On a mistake there are none and `mistake` is one sentence without a
    /// subject: "must be ..., got ...".
    [[nodiscard]] static WeightEdits parse(std::string_view text, std::string& mistake);
    /// "from:UUID@2000,shuffle,scale:0=0.5"; empty without any.
    [[nodiscard]] std::string text() const;
    /// "embedding of 6b0f3c1a at 2000, embedding shuffled, row 0 x 0.5"
    [[nodiscard]] std::string words() const;

    friend bool operator==(const WeightEdits&, const WeightEdits&) = default;
};

/// "3=0.5": the number and the factor of its embedding; `mistake` as parse() has it.
[[nodiscard]] WeightEdits::Scaled parse_scaled(std::string_view text, std::string& mistake);

} // namespace grokscope
