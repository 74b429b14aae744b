// A view that is passed on: which runs this window shows and how, and how another window comes to
// show the same. Runs that its notebook lacks are made anew: the same settings give the same curve.
// Threads: main thread only.
#pragma once

#include "engine/protocol/file_jobs.h"
#include "ui/core/actions.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace grokscope::ui {

/// What this window shows; nothing without a run.
[[nodiscard]] std::optional<SharedView> view_to_share(ActionContext context);
/// Why there is none to share, one sentence.
[[nodiscard]] const char* why_no_view(ActionContext context);

/// A view that is on its way into this window.
class AwaitedView {
public:
    /// Has its runs shown: those that are here already, those that are recorded, by `show`, and the
    /// rest made, not started.
    void take(ActionContext context, file_reply::View view,
              const std::function<RunId(ActionContext, OpenedRun)>& show);
    /// Once per turn of the loop: takes the look once all runs are here. Then, what came of it, in
    /// one sentence.
    [[nodiscard]] std::optional<std::string> arrive(ActionContext context);

private:
    struct Coming {
        SharedView view;
        std::vector<RunId> runs; ///< as in `view`
        std::size_t made = 0;    ///< of them, anew
    };
    std::optional<Coming> coming_;
};

} // namespace grokscope::ui
