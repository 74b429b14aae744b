// Words of the sheet of depth; what it says of a run is in claims.cpp.
// Threads: any; constants only.
#pragma once

#include <array>

namespace grokscope::ui::text {

inline constexpr const char* kDepthMeasure = "Measure the record";
inline constexpr const char* kDepthLogits = "logits";
inline constexpr const char* kDepthReadAt = ", read at ";
inline constexpr const char* kDepthLayer = "layer ";
inline constexpr const char* kDepthLayers = "layers ";
inline constexpr const char* kDepthHead = "head ";
inline constexpr const char* kDepthLayerAxis = "layer";
inline constexpr const char* kDepthEpochAxis = "epoch";
/// By HeadScore: on its button, and over a picture of it.
inline constexpr std::array<const char*, 7> kDepthScores{
    "last position",         "all positions",        "a", "op", "b",
    "control: another head", "control: another pair"};
inline constexpr std::array<const char*, 7> kDepthScoreNames{
    "mediation score, last position",          "mediation score, all positions",
    "mediation score, position of a",          "mediation score, position of the operation",
    "mediation score, position of b",          "control: z of another head",
    "control: z of a pair with a third answer"};
/// In a sentence, before the number.
inline constexpr std::array<const char*, 7> kDepthScoreShort{
    "last position ", "all positions ", "position of a ", "position of the operation ",
    "position of b ", "another head ",  "another pair "};
inline constexpr const char* kDepthScoreOf = "Exchanged";
/// By SkipPart: on its button, and over the curves.
inline constexpr std::array<const char*, 3> kDepthParts{"both", "attention", "MLP"};
inline constexpr std::array<const char*, 3> kDepthPartNames{"attention and MLP", "attention",
                                                            "the MLP"};
inline constexpr const char* kDepthSkip = "Skipped";
inline constexpr const char* kDepthSkipOne = "test accuracy without the layer's ";
inline constexpr const char* kDepthSkipMany = "test accuracy without ";
inline constexpr const char* kDepthSkipRow = " layers in a row, by the first: ";
inline constexpr const char* kDepthIntact = "intact ";
inline constexpr const char* kDepthFirst = "first reading, epoch ";
inline constexpr const char* kDepthInitialisation = "initialisation";
inline constexpr const char* kDepthMemorised = "memorised, ";
inline constexpr const char* kDepthNow = "now, ";
inline constexpr const char* kDepthAlsoMemorised = ", memorised";
inline constexpr const char* kDepthAlsoNow = ", now";
inline constexpr const char* kDepthTotal = "Everything exchanged: ";
inline constexpr const char* kDepthPoint =
    "Point at a head to read it; click it to take it out of a copy of the network.";
inline constexpr const char* kDepthAblated = "Taken out: ";
inline constexpr const char* kDepthWeights = " (weights of ";
inline constexpr const char* kDepthTestAccuracy = "): test accuracy ";
inline constexpr const char* kDepthNote = "Scores are of the newest reading by the cursor's epoch, "
                                          "over 256 exchanges that are the same at "
                                          "all epochs; colours keep one scale over the whole run. "
                                          "They do not add up to the total. Windows "
                                          "are skipped one at a time.";
inline constexpr const char* kDepthCommand = "grokscope measure RUN --instruments mediation,skip";

} // namespace grokscope::ui::text
