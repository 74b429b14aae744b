// Words of the laboratory: its sheet and its line in the form for a new run. What is said of a run
// as it stands is in claims.cpp; the instruments bring their own words along.
#pragma once

namespace grokscope::ui::text {

inline constexpr const char* kLabNoRun =
    "Select a run: here stands what measures it, how often, and how far that has come.";
inline constexpr const char* kLabAbsent =
    "Nothing measures in this window: no laboratory has answered. Plans can be made all the same; "
    "they are kept with the run.";
inline constexpr const char* kLabWhat = "Instruments read the recorded weights beside the "
                                        "training, on a thread of lower priority. They "
                                        "never hold it back and change none of its bits.";
inline constexpr const char* kLabEvery = "every";
inline constexpr const char* kLabEpochs = "epochs";
inline constexpr const char* kLabEpoch = "epoch"; ///< "every 1"
inline constexpr const char* kLabCost = "a reading takes ";
inline constexpr const char* kLabExact = "It needs exact weights: up to ";
inline constexpr const char* kLabExactEach = " each, ";
inline constexpr const char* kLabExactAll = " by epoch ";
inline constexpr const char* kLabRefusedMeans =
    " readings are due where only rounded weights are recorded, which would falsify them. While it "
    "is switched on, exact ones are recorded wherever it is due.";
inline constexpr const char* kLabWhole = "MEASURE THE WHOLE RECORD";
inline constexpr const char* kLabWholeMeans =
    "1 takes all weights that are recorded, 500 those of every 500th epoch.";
inline constexpr const char* kLabMeasure = "Measure the record";
inline constexpr const char* kLabBusy = "One record is measured at a time.";
inline constexpr const char* kLabNoLaboratory = "No laboratory has answered in this window.";
inline constexpr const char* kLabMeasuring = "Measuring the record of ";
inline constexpr const char* kLabTheRun = "the run";
inline constexpr const char* kLabAnotherRun = "a run that is not shown";
inline constexpr const char* kLabBegins = ": begins";
inline constexpr const char* kLabOf = " of ";
inline constexpr const char* kLabLeft = " left";
inline constexpr const char* kLabStop = "Stop";
/// What a refused number of a cadence is called.
inline constexpr const char* kLabThing = "the epochs between readings";

inline constexpr const char* kFormMeasures = "laboratory: what measures it as it trains";
inline constexpr const char* kFormMeasuresNone = "no instrument";

} // namespace grokscope::ui::text
