// What the notebook knows of runs like those in the window: when others of their kind grokked, and
// whether a rerun repeats its record. Asked in the background, shown once the answer is there.
// Threads: main thread only; the file worker reads the notebook.
#pragma once

#include "engine/protocol/rerun_check.h"
#include "ui/core/actions.h"
#include "ui/core/file_controller.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grokscope::ui {

class RecordController {
public:
    /// Once per turn of the loop: takes answers, asks for what is missing, compares what came. True
    /// when something changed that panels show.
    bool update(const ActionContext& context, FileController& files);

    /// What recorded runs with these settings did, whatever their seed; null while it is not known,
    /// and without a notebook.
    [[nodiscard]] const KnownRuns* known(const RunConfig& config) const;
    /// How the run compares with an earlier one of the same course; null when there is none.
    [[nodiscard]] const RerunCheck* check(RunId run) const;

private:
    /// What was asked about one course.
    struct Known {
        RunConfig course;
        std::shared_ptr<const KnownRuns> runs;
        std::uint64_t revision = 0; ///< that it was asked at
    };
    /// A run's record, and whether it was looked for.
    struct Rerun {
        std::uint32_t generation = 0;
        std::int64_t number_before = 0; ///< under which the life before this one is recorded
        bool asked = false;
        std::optional<RerunCheck> check;
    };
    /// The one question under way.
    struct Question {
        std::uint64_t job = 0;
        RunConfig course;
        std::optional<RunId> run; ///< whose record is looked for
        std::uint32_t generation = 0;
    };

    void take(const ActionContext& context, FileController::Lookup lookup);
    /// Notes what makes answers stale: a run has grokked, and its mark is in the notebook now.
    void observe(const ActionContext& context, const StoreStatus& status);
    void ask_next(const ActionContext& context, FileController& files, const StoreStatus& status);
    [[nodiscard]] bool ask_about(FileController& files, const StoreStatus& status,
                                 const RunConfig& config, std::int64_t itself);
    [[nodiscard]] bool look_for_record(FileController& files, const StoreStatus& status,
                                       const RunRecord& run);
    [[nodiscard]] const Known* find(const RunConfig& course) const;

    std::vector<Known> known_;
    std::map<RunId, Rerun> reruns_;
    std::optional<Question> question_;
    std::string file_;           ///< the notebook that the answers come from
    std::uint64_t revision_ = 1; ///< grows when an answer may have become another
    std::size_t grokked_ = 0;    ///< runs of the window
    std::uint64_t stale_until_commit_ = 0;
    std::uint64_t commits_ = 0;
    bool form_open_ = false;
};

} // namespace grokscope::ui
