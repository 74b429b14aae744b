// A run that groks while it trains here is told of once, whichever run is selected.
// Threads: main thread only.
#pragma once

#include "engine/protocol/event.h"
#include "ui/core/claims.h"
#include "ui/core/toast.h"

#include <deque>
#include <set>

namespace grokscope::ui {

class NewsTeller {
public:
    /// Each event, in order. A mark counts while its run trains: those of a record come before.
    void take(const Event& event, std::deque<News>& news);

private:
    std::set<RunId> training_;
};

/// What the announcement's rows in claims.h ask.
[[nodiscard]] Facts facts_of(const RunBook& book, const News& news);
/// Forgets what is not true any more: of runs that were removed, reset, or have lost it again; and
/// what came with a run's first figures, which nobody could see come.
void drop_stale_news(const RunBook& book, std::deque<News>& news);

} // namespace grokscope::ui
