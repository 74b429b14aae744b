// Labels of the progress measures with the key frequencies that a run ended with; the other texts
// are in text.h.
#pragma once

namespace grokscope::ui::text {

// The plot's, short: they stand at the ends of curves.
inline constexpr const char* kExcludedFinal = "excluded, final k";
inline constexpr const char* kRestrictedFinal = "restricted, final k";
// The read-out's.
inline constexpr const char* kFinalKeys = "final key frequencies";
inline constexpr const char* kFinalRestricted = "restricted with them, all / train / test";
inline constexpr const char* kFinalExcluded = "excluded with them, train";
inline constexpr const char* kFinalFit = "explained with them";
inline constexpr const char* kClusterSizes = "of them by frequency";
inline constexpr const char* kParticipations = "IPR W_E / W_L";
inline constexpr const char* kExcludedEach = "excluded one at a time, train";

} // namespace grokscope::ui::text
