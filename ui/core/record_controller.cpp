#include "ui/core/record_controller.h"

#include <algorithm>
#include <utility>

namespace grokscope::ui {

namespace {

/// Commits after which a mark that the window has seen is in the notebook for certain: one may have
/// been under way.
constexpr std::uint64_t kCommitsToWait = 2;

/// Answers kept; while a form is edited every value is another question.
constexpr std::size_t kMostKnown = 64;

std::int64_t number_of(const StoreStatus& status, RunId run) {
    const auto found = std::ranges::find(status.runs, run, &StoredNumber::run);
    return found == status.runs.end() ? 0 : found->number;
}

/// Whether the card of this run says when others grokked.
bool waits_for_grokking(const RunRecord& run) {
    return !run.branch && !run.mark(MarkKind::kGrokked) && run.state != RunState::kFailed &&
           run.state != RunState::kFinished;
}

} // namespace

const RecordController::Known* RecordController::find(const RunConfig& course) const {
    const auto found = std::ranges::find(known_, course, &Known::course);
    return found == known_.end() ? nullptr : &*found;
}

const KnownRuns* RecordController::known(const RunConfig& config) const {
    const Known* found = find(course_of(config));
    return found == nullptr ? nullptr : found->runs.get();
}

const RerunCheck* RecordController::check(RunId run) const {
    const auto found = reruns_.find(run);
    return found != reruns_.end() && found->second.check ? &*found->second.check : nullptr;
}

bool RecordController::update(const ActionContext& context, FileController& files) {
    bool changed = false;
    while (std::optional<FileController::Lookup> lookup = files.take_lookup()) {
        take(context, std::move(*lookup));
        changed = true;
    }
    std::erase_if(reruns_,
                  [&](const auto& entry) { return context.book.find(entry.first) == nullptr; });
    for (auto& [id, rerun] : reruns_) {
        const RunRecord& run = *context.book.find(id);
        if (rerun.check && rerun.generation == run.generation) {
            rerun.check->compare(run.samples); // drawn with the samples themselves
        }
    }
    const StoreStatus* status = files.store_status();
    if (status == nullptr || status->file == kInMemory || !files.available()) {
        return changed;
    }
    observe(context, *status);
    if (!question_) {
        ask_next(context, files, *status);
    }
    return changed;
}

void RecordController::take(const ActionContext& context, FileController::Lookup lookup) {
    if (!question_ || question_->job != lookup.job) {
        return;
    }
    const Question question = *std::exchange(question_, std::nullopt);
    if (lookup.runs == nullptr) {
        return; // the notebook cannot be read now; its writer says why
    }
    if (!question.run) {
        const auto known = std::ranges::find(known_, question.course, &Known::course);
        if (known != known_.end()) {
            known->runs = lookup.runs;
        }
        return;
    }
    const RunRecord* run = context.book.find(*question.run);
    if (run != nullptr && run->generation == question.generation && lookup.runs->earlier) {
        Workplace here = lookup.runs->here;
        here.step = run->step_description;
        reruns_[run->id].check.emplace(lookup.runs->earlier, std::move(here)).compare(run->samples);
    }
}

void RecordController::observe(const ActionContext& context, const StoreStatus& status) {
    if (status.file != file_) {
        file_ = status.file;
        known_.clear();
        ++revision_;
    }
    const auto grokked =
        static_cast<std::size_t>(std::ranges::count_if(context.book.runs(), [](const auto& run) {
            return run->mark(MarkKind::kGrokked).has_value();
        }));
    if (grokked != grokked_) {
        grokked_ = grokked;
        stale_until_commit_ = status.commits + kCommitsToWait;
    }
    if (status.commits != commits_) {
        commits_ = status.commits;
        revision_ += commits_ <= stale_until_commit_ ? 1 : 0;
    }
    // Other programs write in it, too.
    if (context.view.new_run_open && !form_open_) {
        ++revision_;
    }
    form_open_ = context.view.new_run_open;
}

void RecordController::ask_next(const ActionContext& context, FileController& files,
                                const StoreStatus& status) {
    if (context.view.new_run_open) {
        const RunConfig config = shown_config(context);
        if (config.validate().empty() && ask_about(files, status, config, 0)) {
            return;
        }
    }
    for (const auto& run : context.book.runs()) {
        if (look_for_record(files, status, *run) ||
            (waits_for_grokking(*run) &&
             ask_about(files, status, run->config, number_of(status, run->id)))) {
            return;
        }
    }
}

bool RecordController::ask_about(FileController& files, const StoreStatus& status,
                                 const RunConfig& config, std::int64_t itself) {
    const RunConfig course = course_of(config);
    auto known = std::ranges::find(known_, course, &Known::course);
    if (known != known_.end() && known->revision == revision_) {
        return false;
    }
    if (known == known_.end()) {
        if (known_.size() == kMostKnown) {
            known_.erase(known_.begin());
        }
        known = known_.insert(known_.end(), {course, nullptr, 0});
    }
    known->revision = revision_;
    question_ = Question{files.look_up({status.file, course, itself, false}), course, {}, 0};
    return true;
}

bool RecordController::look_for_record(FileController& files, const StoreStatus& status,
                                       const RunRecord& run) {
    const auto [entry, fresh] = reruns_.try_emplace(run.id);
    Rerun& rerun = entry->second;
    const std::int64_t number = number_of(status, run.id);
    if (fresh || rerun.generation != run.generation) {
        // A run that was reset is a new one for the notebook, under a number of its own.
        rerun = {.generation = run.generation,
                 .number_before = fresh ? 0 : number,
                 .asked = false,
                 .check = std::nullopt};
    }
    // Once its own record has begun, the life before it is on record as well.
    if (rerun.asked || run.branch || run.samples.empty() || number == 0 ||
        number == rerun.number_before) {
        return false;
    }
    rerun.asked = true;
    question_ = Question{files.look_up({status.file, run.config, number, true}), run.config, run.id,
                         run.generation};
    return true;
}

} // namespace grokscope::ui
