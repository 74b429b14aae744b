// Hands the names and notes that the user gives runs to whoever keeps them.
// Threads: main thread only.
#pragma once

#include "engine/protocol/store_status.h"
#include "ui/run_book.h"
#include "ui/view_state.h"

#include <functional>
#include <map>

namespace grokscope::ui {

class WordKeeper {
public:
    /// `keep` takes the words of one run; false when it cannot just now. Empty: nobody keeps them.
    explicit WordKeeper(std::function<bool(const store_request::Words&)> keep);

    /// Tells every run's words that changed since they were last taken, and those refused before.
    void tell(const RunBook& book, const ViewState& view);

private:
    std::function<bool(const store_request::Words&)> keep_;
    std::map<RunId, store_request::Words> told_;
};

} // namespace grokscope::ui
