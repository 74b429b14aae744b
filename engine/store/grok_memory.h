// What the notebook remembers of each run's grok, so that a list need not read all evaluated
// epochs.
#pragma once

#include "engine/protocol/lasting_grok.h"
#include "engine/store/sqlite.h"

#include <cstdint>
#include <map>
#include <optional>

namespace grokscope {

/// The version of the tables from which on there is this memory.
inline constexpr std::int64_t kGrokMemorySince = 5;

/// Of one run, out of its evaluated epochs: reads all of them. Nothing when there are none.
[[nodiscard]] std::optional<LastingGrok> grok_of_metrics(Statements& statements, std::int64_t run);

/// As remembered; nothing when it is not, or is damaged.
[[nodiscard]] std::optional<LastingGrok> remembered_grok(Statements& statements, std::int64_t run);

/// The same of every run, for those whose memory is damaged out of their evaluated epochs. Nothing
/// stands for a run without any. In notebooks of older versions all are read.
[[nodiscard]] std::map<std::int64_t, LastingGrok> all_groks(Statements& statements,
                                                            std::int64_t version);

/// Keeps the memory of one run, or forgets it.
void remember_grok(Statements& statements, std::int64_t run,
                   const std::optional<LastingGrok>& grok);
/// Of every run, out of its evaluated epochs: for a notebook that becomes one of this version.
void remember_all_groks(Database& database);

} // namespace grokscope
