// Words of the sheet of the path; what it says of a run is in claims.cpp.
// Threads: any; constants only.
#pragma once

namespace grokscope::ui::text {

inline constexpr const char* kPathComputing = "Finding the components of its path\xE2\x80\xA6";
inline constexpr const char* kPathNotYet =
    "the path of the weights is still being computed: try again in a moment";
inline constexpr const char* kPathOf = "weights of ";
inline constexpr const char* kPathEpochs = " epochs, up to ";
inline constexpr const char* kPathRounded = ", rounded ones among them";
inline constexpr const char* kPathCursor = "weights of epoch ";
inline constexpr const char* kPathMemorised = "memorised ";
inline constexpr const char* kPathGrokked = "grokked ";
inline constexpr const char* kPathFront = "From the front";
inline constexpr const char* kPathNote = "Each recorded epoch is a point in the space of all "
                                         "weights, seen along the three directions in "
                                         "which they spread most; the share is that of the squared "
                                         "distance from the mean. Two runs have "
                                         "directions of their own: their shapes can be compared, "
                                         "their places can not. A smooth curve in "
                                         "few components is what any slow drift looks like.";
inline constexpr const char* kPathCommand = "grokscope path RUN";

} // namespace grokscope::ui::text
