// Words of the sheet of the lottery; what it says of a run is in claims.cpp.
// Threads: any; constants only.
#pragma once

#include <array>

namespace grokscope::ui::text {

inline constexpr const char* kLotteryMeasure = "Measure the record";
inline constexpr const char* kLotteryShare =
    "share of a neuron's variance, the mean over those that respond";
inline constexpr const char* kLotteryKeys = "key frequencies of W_L, from the progress measures";
inline constexpr const char* kLotteryAxis = "epoch";
inline constexpr const char* kLotteryK = "k = ";
inline constexpr const char* kLotteryEpoch = "epoch ";
inline constexpr const char* kLotteryReadAt = "read at epoch ";
inline constexpr const char* kLotteryRest = "not one frequency alone";
inline constexpr const char* kLotteryMore = " more were key";
inline constexpr const char* kLotteryPhases = "Phases of clustered neurons";
inline constexpr const char* kLotteryNeurons = "how many";
inline constexpr const char* kLotteryError = "output phase off the sum of both input phases";
inline constexpr const char* kLotteryDifference = "input phases off each other";
inline constexpr const char* kLotteryRadians = " rad";
/// Of the two distances: (arXiv 2602.16849).
inline constexpr const char* kLotteryPhaseNote =
    "Mean distances, 0 when aligned, pi/2 = 1.57 by chance (2602.16849).";
inline constexpr const char* kLotteryReading = "Reading the phases\xE2\x80\xA6";
/// Beside the dots, before the epoch.
inline constexpr const char* kLotteryScatter =
    "Each clustered neuron, a dot: the sum of both input phases across, its output phase up, each "
    "from -pi to pi. On the line they agree. Weights of epoch ";
inline constexpr const char* kLotteryExact = ", exact.";
inline constexpr const char* kLotteryRounded = ", rounded.";
inline constexpr const char* kLotteryNote =
    "Shares are those of the newest reading by the cursor's epoch, and those of the last one. A "
    "neuron is clustered when one frequency explains 85 % of it. What no single frequency explains "
    "is left empty above the bands.";
inline constexpr std::array<const char*, 5> kLotteryColumns{"frequency", "share", "at last",
                                                            "clustered", "key"};
inline constexpr const char* kLotteryKeySince = "since ";
inline constexpr const char* kLotteryKeyLost = " to ";
inline constexpr const char* kLotteryCommand = "grokscope measure RUN --instruments features";

} // namespace grokscope::ui::text
