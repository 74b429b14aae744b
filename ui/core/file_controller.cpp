#include "ui/core/file_controller.h"

#include "engine/protocol/shown_text.h"
#include "ui/core/claims.h"
#include "ui/core/other_trainers.h"
#include "ui/core/playback.h"
#include "ui/core/run_fields.h"
#include "ui/core/text.h"
#include "ui/core/word_keeper.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace grokscope::ui {

namespace {

/// The oldest, which is there no longer; nothing when there is none.
template <typename Answer>
std::optional<Answer> take_first(std::deque<Answer>& answers) {
    if (answers.empty()) {
        return std::nullopt;
    }
    Answer first = std::move(answers.front());
    answers.pop_front();
    return first;
}

/// A sentence about a request's target, whose path is as long as a line has room for.
std::string with_short_path(std::string sentence, const FileRequestBody& request) {
    constexpr std::size_t kRoom = 56;
    const std::string path = std::visit(
        [](const auto& body) {
            if constexpr (requires { body.target; }) {
                return body.target.path;
            } else {
                return std::string();
            }
        },
        request);
    const std::size_t at = path.empty() ? std::string::npos : sentence.find(path);
    return at == std::string::npos
               ? sentence
               : sentence.replace(at, path.size(), text::short_path(path, kRoom));
}

} // namespace

FileController::FileController(FileControllerOptions options) : options_(std::move(options)) {
}

// ---------------------------------------------------------------------------- asking, answering

std::uint64_t FileController::send(FileRequestBody body) {
    const std::uint64_t job = next_job_++;
    jobs_[job] = body;
    send_as(job, std::move(body));
    return job;
}

void FileController::send_as(std::uint64_t job, FileRequestBody body) {
    if (options_.channels != nullptr) {
        waiting_.push_back({job, std::move(body)});
    }
}

bool FileController::update(ActionContext context, const DrawPicture& draw) {
    if (options_.channels == nullptr) {
        return false;
    }
    bool changed = tell_of_the_record(context);
    changed = start_replay(context) || changed;
    changed = succeed(context) || changed;
    if (std::optional<std::string> said = awaited_view_.arrive(context)) {
        notice = Notice{std::move(*said), {}};
        changed = true;
    }
    while (std::optional<FileReply> reply = options_.channels->replies.try_pop()) {
        changed = changed || !std::holds_alternative<file_reply::FilmProgress>(reply->body);
        take(context, std::move(*reply));
    }
    const bool filmed = film_ && !film_->ended && waiting_.empty() && film_on(context, draw);
    bool moved = false;
    while (!waiting_.empty() && options_.channels->requests.try_push(waiting_.front())) {
        waiting_.pop_front();
        moved = true;
    }
    if (moved) {
        options_.channels->doorbell.ring();
    }
    return changed || (moved && !filmed);
}

void FileController::take(ActionContext context, FileReply reply) {
    if (const auto* progress = std::get_if<file_reply::FilmProgress>(&reply.body)) {
        if (film_ && film_->job == reply.job) {
            film_->written = progress->frames;
        }
        return;
    }
    const auto job = jobs_.find(reply.job);
    if (job == jobs_.end()) {
        return;
    }
    FileRequestBody request = std::move(job->second);
    jobs_.erase(job);
    if (std::holds_alternative<file_request::LookUp>(request)) {
        const auto* known = std::get_if<file_reply::Known>(&reply.body);
        lookups_.push_back({reply.job, known == nullptr ? nullptr : known->runs});
        return; // nothing that the user asked for
    }
    if (std::holds_alternative<file_request::Watch>(request)) {
        auto* watched = std::get_if<file_reply::Watched>(&reply.body);
        watched_.push_back({reply.job, watched == nullptr ? file_reply::Watched{} : *watched});
        return;
    }
    if (const auto again = again_.extract(reply.job)) {
        const auto other = context.view.elsewhere.find(again.mapped());
        auto* opened = std::get_if<file_reply::Opened>(&reply.body);
        const bool read = opened != nullptr && !opened->runs.empty() && opened->runs.front().stored;
        if (other != context.view.elsewhere.end() && !read && other->second.ended) {
            context.view.elsewhere.erase(other);
        }
        if (read) { // nobody trains it on before the new one is in its place
            take_again(context, again.mapped(), std::move(opened->runs.front()));
            return;
        }
    }
    if (std::holds_alternative<file_request::ListRecent>(request)) {
        const auto* recent = std::get_if<file_reply::Recent>(&reply.body);
        recent_ = recent == nullptr ? nullptr : recent->list;
        return; // what is wrong with the notebook, its writer says
    }
    if (std::holds_alternative<file_request::ListPlane>(request)) {
        plane_job_.reset();
        const auto* plane = std::get_if<file_reply::Plane>(&reply.body);
        // One that could not be read just now leaves what was read before.
        if (plane != nullptr && (plane_runs_ == nullptr || *plane_runs_ != *plane->runs)) {
            plane_runs_ = plane->runs;
        }
        return;
    }
    std::optional<FilmJob> film;
    if (film_ && film_->job == reply.job) {
        film = std::exchange(film_, std::nullopt);
    }
    last_end_ = reply.body;
    if (auto* opened = std::get_if<file_reply::Opened>(&reply.body)) {
        take_opened(context, std::move(*opened));
    } else if (auto* view = std::get_if<file_reply::View>(&reply.body)) {
        awaited_view_.take(context, std::move(*view), [this](ActionContext at, OpenedRun run) {
            return show_recorded(at, std::move(run), false);
        });
    } else if (auto* shared = std::get_if<file_reply::Shared>(&reply.body)) {
        to_clipboard = std::move(shared->text);
        notice = Notice{text::kViewCopied, {}};
    } else if (auto* forked = std::get_if<file_reply::Forked>(&reply.body)) {
        take_forked(context, std::move(*forked));
    } else if (const auto* saved = std::get_if<file_reply::Saved>(&reply.body)) {
        notice = Notice{text::kSaved + shown_line(saved->path) +
                            (saved->note.empty() ? std::string() : "\n" + saved->note),
                        saved->command};
    } else if (const auto* failed = std::get_if<file_reply::Failed>(&reply.body)) {
        if (failed->exists) {
            question_text_ = with_short_path(failed->sentence, request);
            question_ = std::move(request);
            film_in_question_ = std::move(film);
        } else if (film && film->cancelled) {
            notice = Notice{failed->sentence, {}};
        } else {
            context.view.banner = text::kNotDone + in_plain_words(failed->sentence);
        }
    }
}

std::optional<FileController::Lookup> FileController::take_lookup() {
    return take_first(lookups_);
}

std::optional<FileController::Watch> FileController::take_watched() {
    return take_first(watched_);
}

void FileController::read_again(RunId run) {
    const auto asked = [run](const auto& job) { return job.second == run; };
    if (std::ranges::none_of(again_, asked) && !successors_.contains(run)) {
        again_[send(file_request::Show{{place_of(run)}, false})] = run;
    }
}

void FileController::note_opened(ViewState& view, RunId run, const OpenedRun& opened) {
    places_[run] = opened.place;
    recall(view, run, opened.words);
    if (!opened.trained_by.empty()) {
        view.elsewhere[run] = {opened.trained_by};
    }
}

void FileController::take_again(ActionContext context, RunId old, OpenedRun opened) {
    const RunRecord* run = context.book.find(old);
    if (run == nullptr || !run->recorded) {
        return; // removed meanwhile, or trained here
    }
    successors_[old] = show_recorded(context, std::move(opened), false);
}

bool FileController::succeed(ActionContext context) {
    std::erase_if(succeeded_,
                  [&](RunId run) { return context.book.find_removed_too(run) == nullptr; });
    // The answer to a command comes after all the figures that it brings.
    if (successors_.empty() || held || !context.commands.idle()) {
        return false;
    }
    for (const auto& [old, fresh] : std::exchange(successors_, {})) {
        context.view.elsewhere.erase(old);
        const bool arrived = context.book.find_removed_too(fresh) != nullptr;
        const bool wanted = context.book.find(old) != nullptr; // else it was removed meanwhile
        if (arrived && wanted) {
            take_place_of(context.view, old, fresh);
        }
        if (arrived) {
            succeeded_.push_back(wanted ? old : fresh);
            context.commands.send(command::Remove{succeeded_.back()});
        }
    }
    return true;
}

std::vector<RunId> FileController::unseen() const {
    std::vector<RunId> runs = succeeded_;
    for (const auto& [old, fresh] : successors_) {
        runs.push_back(fresh);
    }
    return runs;
}

void FileController::take_opened(ActionContext context, file_reply::Opened opened) {
    for (OpenedRun& run : opened.runs) {
        const auto shown = std::ranges::find_if(context.book.runs(), [&](const auto& present) {
            const StoredPlace place = place_of(present->id);
            return place.file == run.place.file && place.number == run.place.number;
        });
        if (shown != context.book.runs().end() && !opened.start) {
            context.view.selected = (*shown)->id;
            if ((*shown)->recorded && !run.trained_by.empty()) { // since it was opened
                context.view.elsewhere.try_emplace((*shown)->id, TrainedElsewhere{run.trained_by});
            }
            continue;
        }
        if (!run.stored) {
            continue; // this window held it when the worker looked, and no longer does
        }
        context.view.selected = show_recorded(context, std::move(run), opened.start);
    }
    context.view.draft.reset();
    context.view.follow_latest();
    replayed_when_here_ = opened.replay ? context.view.selected : std::nullopt;
    if (!opened.sentence.empty()) {
        notice = Notice{std::move(opened.sentence), {}};
    }
}

RunId FileController::show_recorded(ActionContext context, OpenedRun run, bool start) {
    const RunId id = context.commands.new_run_id();
    note_opened(context.view, id, run);
    context.commands.send(command::ResumeRun{id, std::move(run.stored), start});
    return id;
}

bool FileController::start_replay(ActionContext context) {
    // The answer to a command comes after all the figures that it brings.
    if (!replayed_when_here_ || !context.commands.idle()) {
        return false;
    }
    const RunRecord* run = context.book.find(*replayed_when_here_);
    replayed_when_here_.reset();
    if (run == nullptr || run->samples.empty()) {
        return false;
    }
    context.view.selected = run->id;
    context.view.replaying = true;
    context.view.replay_position = 0;
    return true;
}

void FileController::fork(ActionContext context, const ForkDraft& draft) {
    if (context.book.find(draft.original) != nullptr) {
        send(file_request::Fork{place_of(draft.original), draft.original, draft.epoch,
                                draft.config});
    }
}

void FileController::take_forked(ActionContext context, file_reply::Forked forked) {
    const RunId id = context.commands.new_run_id();
    context.commands.send(command::BranchRun{id, std::move(forked.from), true, forked.original});
    context.view.selected = id;
    context.view.draft.reset();
    context.view.follow_latest();
}

// ------------------------------------------------------------------------- dialogs and notices

void FileController::show_open() {
    open_open = available();
    notice.reset();
}

bool FileController::close_topmost() {
    for (bool* const open : {&export_open, &open_open}) {
        if (*open) {
            *open = false;
            return true;
        }
    }
    if (question() != nullptr) {
        answer(false);
        return true;
    }
    const bool had_notice = notice.has_value();
    notice.reset();
    return had_notice;
}

bool FileController::tell_of_the_record(ActionContext context) {
    const StoreStatus* status = store_status();
    if (status == nullptr || status->notice == told_) {
        return false;
    }
    told_ = status->notice;
    if (status->remedy.empty()) { // a notice would go by itself
        context.view.banner = text::capitalised(told_) + ".";
    } else {
        notice = Notice{told_, status->remedy};
    }
    return true;
}

bool FileController::let_notice_go(double now, bool window_visible) {
    if (!notice || !notice->command.empty()) {
        return false;
    }
    notice->drawn = notice->drawn && window_visible && question() == nullptr && !film_state();
    if (!notice->drawn || notice->read) {
        notice->until = 0;
        return false;
    }
    if (notice->until == 0) {
        notice->until = now + kNoticeSeconds;
    }
    if (now < notice->until) {
        return false;
    }
    notice.reset();
    return true;
}

// ------------------------------------------------------------------------------ opening, notebook

std::string FileController::notebook_in_use() const {
    const StoreStatus* status = store_status();
    return status != nullptr && status->file != kInMemory ? status->file : std::string();
}

void FileController::open(const std::string& path) {
    send(file_request::Open{path, notebook_in_use()});
    open_open = false;
}

void FileController::copy_view(ActionContext context) {
    std::optional<SharedView> view = view_to_share(context);
    if (!view) {
        notice = Notice{why_no_view(context), {}};
    } else if (available()) {
        send(file_request::ShareView{{}, std::move(*view)});
    }
}

void FileController::take_view(ActionContext context, const std::string& text) {
    if (text.empty()) {
        context.view.banner = text::kNothingToPaste;
    } else if (available()) {
        send(file_request::TakeView{text, notebook_in_use()});
    }
}

const RecentList* FileController::recent() {
    if (!available()) {
        return nullptr;
    }
    const std::string notebook = notebook_in_use();
    if (recent_asked_ != notebook) {
        recent_asked_ = notebook;
        send(file_request::ListRecent{notebook});
    }
    return recent_ != nullptr && recent_->file == notebook ? recent_.get() : nullptr;
}

std::shared_ptr<const PlaneRuns> FileController::plane_runs(double now) {
    const std::string notebook = notebook_in_use();
    if (!available() || notebook.empty()) {
        return nullptr;
    }
    if (now >= next_plane_look_ && !plane_job_) {
        plane_job_ = send(file_request::ListPlane{notebook});
        next_plane_look_ = now + kPlaneLook;
    }
    return plane_runs_ != nullptr && plane_runs_->file == notebook ? plane_runs_ : nullptr;
}

void FileController::take_offer() {
    if (!options_.offers.empty()) {
        go_on(options_.offers.front().place);
        options_.offers.erase(options_.offers.begin());
    }
}

const StoreStatus* FileController::trouble() const {
    const StoreStatus* status = store_status();
    return status != nullptr && !status->problem.empty() ? status : nullptr;
}

void FileController::retry_store() {
    if (options_.ask_store) {
        (void)options_.ask_store(store_request::RetryNow{});
    }
}

void FileController::save_notebook_as(const std::string& file) {
    if (options_.ask_store) {
        (void)options_.ask_store(store_request::SaveAs{file});
    }
}

StoredPlace FileController::place_of(RunId run) const {
    const StoreStatus* status = store_status();
    if (status != nullptr && status->file != kInMemory) {
        for (const StoredNumber& stored : status->runs) {
            if (stored.run == run) {
                return {status->file, stored.number};
            }
        }
    }
    const auto opened = places_.find(run);
    return opened == places_.end() ? StoredPlace{} : opened->second;
}

} // namespace grokscope::ui
