// Words of forks.
#pragma once

namespace grokscope::ui::text {

inline constexpr const char* kFork = "Fork";
inline constexpr const char* kForkAt = " at epoch ";
inline constexpr const char* kForkWhat =
    "A new run goes on from here with the whole state of this one: weights, probes and the "
    "optimiser's memories. Only what you change differs.";
inline constexpr const char* kForkRule = "rule";
inline constexpr const char* kForkRuleMeaning = "What acts beside AdamW from here on.";
inline constexpr const char* kForkNoRule = "none";
inline constexpr const char* kForkStencil = "stencil";
inline constexpr const char* kForkStencilMeaning =
    "Probes that the run has not had begin untrained.";
inline constexpr const char* kForkNoStencil = "none";
inline constexpr const char* kForkWithout = "train on without frequencies";
inline constexpr const char* kForkWithoutMeaning =
    "The embedding loses them behind every update, so that they cannot grow back. Offered are the "
    "key frequencies at this epoch.";
inline constexpr const char* kForkNoKeys = "No key frequencies are known at this epoch.";
inline constexpr const char* kForkFrozen = "frozen tensors";
inline constexpr const char* kForkFrozenMeaning =
    "No update moves them, neither by gradient nor by decay.";
inline constexpr const char* kForkEdits = "embedding of a number times";
inline constexpr const char* kForkTimes = "\xC3\x97";
inline constexpr const char* kForkShuffle = "shuffle all";
inline constexpr const char* kForkEditsMeaning =
    "Done once, before its first epoch. Embeddings of another run are taken over in a terminal: "
    "train --branch with --embedding-from.";
inline constexpr const char* kForkStart = "Fork here";
inline constexpr const char* kForkOriginalGone = "The run to fork from is not here any more.";
inline constexpr const char* kForkBeforeItBegins =
    "This run is a fork, and that epoch is one of its original: fork from that.";
inline constexpr const char* kForkNoNotebook =
    "A fork goes on from what is recorded, and this window records nothing: start it with a "
    "notebook.";
inline constexpr const char* kForkBegun = "It forks";
inline constexpr const char* kForkNothingChanged =
    "Nothing is changed yet: it would repeat its original bit for bit.";
inline constexpr const char* kForkChanges = "It will be called: ";
inline constexpr const char* kForkFrom = " from ";
inline constexpr const char* kRetracing = "computing its original again: ";
inline constexpr const char* kRetracingOf = " of ";
inline constexpr const char* kTrainOnWithout = "Train on without ";

} // namespace grokscope::ui::text
