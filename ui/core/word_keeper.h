// Hands the names and notes that the user gives runs to whoever keeps them.
// Threads: main thread only.
#pragma once

#include "engine/protocol/store_status.h"
#include "ui/core/run_book.h"
#include "ui/core/view_state.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace grokscope::ui {

/// Shows what was recorded of a run under its new number: as if it had always been there, so that
/// no undo takes it away.
void recall(ViewState& view, RunId run, const store_request::Words& words);

/// A run's name and notes as they stand in the view.
struct RunWords {
    std::string name;
    std::vector<Note> notes;
    friend bool operator==(const RunWords&, const RunWords&) = default;
};

class WordKeeper {
public:
    /// `keep` takes the changed words of one run; false when it cannot just now. Empty: nobody
    /// keeps them.
    explicit WordKeeper(std::function<bool(const store_request::Words&)> keep);

    /// Tells every run's words that changed since they were last taken, and those refused before.
    /// False when some were refused.
    bool tell(const RunBook& book, const ViewState& view);

private:
    std::function<bool(const store_request::Words&)> keep_;
    std::map<RunId, RunWords> told_;
};

} // namespace grokscope::ui
