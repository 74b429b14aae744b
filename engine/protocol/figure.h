// What an instrument reads, and how it describes itself: name, unit, sentence and axis of every
// figure. All who write, draw or print figures go by these descriptions.
#pragma once

#include "engine/protocol/metrics.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope {

/// What the values of a figure are counted by.
enum class FigureAxis : std::uint8_t {
    kNone,      ///< one number
    kFrequency, ///< k = 1..p/2 at index k-1
    kTensor,    ///< the trained tensors in storage order
    kHead,      ///< attention heads, layer by layer
    kLayer      ///< layers, or windows of them by the first
};

/// One figure of an instrument.
struct FigureSpec {
    /// Name in files and columns, the same for ever and used by no other instrument.
    std::string id;
    /// On an axis and in a menu: short, no capital unless it is a name.
    std::string label;
    /// What it is counted in, "nats"; empty: a pure number.
    std::string unit = {};
    /// What it says, one sentence.
    std::string sentence = {};
    FigureAxis axis = FigureAxis::kNone;
    /// Drawn on a logarithmic axis.
    bool logarithmic = false;

    friend bool operator==(const FigureSpec&, const FigureSpec&) = default;
};

/// The values of one figure at one epoch: one number, or one for each place of its axis. What is
/// missing is NaN.
struct FigureValues {
    std::string id;
    std::vector<double> values;

    friend bool operator==(const FigureValues&, const FigureValues&) = default;
};

/// What one instrument read of the weights theta_e that are the input of epoch `epoch`.
struct Reading {
    RunId run{};
    std::int32_t epoch = 0;
    std::string instrument;
    std::vector<FigureValues> figures;
    /// Seconds that it took.
    double seconds = 0;
    /// Which life of the run this belongs to: resets before it (event::RunReset).
    std::uint32_t life = 0;

    /// The value of a figure that is one number; NaN where there is none.
    [[nodiscard]] double number(std::string_view id) const {
        const auto found = std::ranges::find(figures, id, &FigureValues::id);
        return found != figures.end() && found->values.size() == 1
                   ? found->values.front()
                   : std::numeric_limits<double>::quiet_NaN();
    }
};

} // namespace grokscope
