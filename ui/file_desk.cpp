#include "ui/file_desk.h"

#include "engine/protocol/shown_text.h"
#include "ui/claims.h"
#include "ui/other_trainers.h"
#include "ui/playback.h"
#include "ui/run_fields.h"
#include "ui/text.h"
#include "ui/word_keeper.h"

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

constexpr int kFilmFramesPerSecond = 30;
/// Nine hours. A stranger's epochs may be a thousand million, each of which would be counted.
constexpr int kMostFilmFrames = 1'000'000;

const char* extension(ExportKind kind) {
    switch (kind) {
    case ExportKind::kCsv:
        return ".csv";
    case ExportKind::kJson:
        return ".json";
    case ExportKind::kNpz:
        return ".npz";
    case ExportKind::kPt:
        return ".pt";
    case ExportKind::kNotebook:
        return ".db";
    case ExportKind::kPicture:
        return ".png";
    case ExportKind::kFilm:
        return ".mp4";
    case ExportKind::kView:
        return ".grokview";
    }
    return "";
}

/// The kind whose files end like this path.
std::optional<ExportKind> kind_of(const std::string& path) {
    const std::string end = std::filesystem::path(path).extension().string();
    for (const ExportKind kind :
         {ExportKind::kCsv, ExportKind::kJson, ExportKind::kNpz, ExportKind::kPt,
          ExportKind::kNotebook, ExportKind::kPicture, ExportKind::kFilm, ExportKind::kView}) {
        if (end == extension(kind)) {
            return kind;
        }
    }
    return std::nullopt;
}

bool belongs_to_epoch(ExportKind kind) {
    return kind == ExportKind::kNpz || kind == ExportKind::kPt || kind == ExportKind::kPicture ||
           kind == ExportKind::kView;
}

/// A name that no file has: "-2", "-3" and so on before the extension.
std::string free_path(const std::filesystem::path& wanted) {
    std::filesystem::path path = wanted;
    std::error_code ignored;
    for (int number = 2; std::filesystem::exists(path, ignored); ++number) {
        path = wanted.parent_path() / (wanted.stem().string() + "-" + std::to_string(number) +
                                       wanted.extension().string());
    }
    return path.string();
}

/// What exporters take of a run.
std::shared_ptr<const grokscope::RunRecord> figures_of(const RunRecord& run) {
    grokscope::RunRecord record;
    record.config = run.config;
    record.step_description = run.step_description;
    record.state = run.state;
    record.end_text = run.state_text;
    record.epochs_trained = run.epoch;
    record.samples = run.samples;
    for (const EpochMark& mark : run.marks) {
        record.marks.push_back({run.id, mark.kind, mark.epoch});
    }
    record.progress = run.progress;
    return std::make_shared<const grokscope::RunRecord>(std::move(record));
}

/// A film shows the record from its first epoch on, whatever the window shows.
ViewState at_the_start(const ViewState& view) {
    ViewState start = view;
    start.replaying = true;
    start.replay_loop = false;
    start.replay_slowed = false;
    start.replay_position = 0;
    start.cursor.hold(0);
    start.epoch_axis.follow = true;
    start.epoch_axis.whole = true;
    return start;
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

const RunRecord* selected(const Desk& desk) {
    return desk.view.selected ? desk.book.find(*desk.view.selected) : nullptr;
}

} // namespace

std::string suggested_name(const ExportChoice& choice, const RunRecord& run, std::int32_t epoch) {
    std::string name =
        "grokscope-" + text::run_name(run, false) + "-seed" + std::to_string(run.config.seed);
    if (choice.kind == ExportKind::kPicture && choice.picture.panel != kWholeWindow) {
        name += "-" + choice.picture.panel;
    }
    if (belongs_to_epoch(choice.kind)) {
        name += "-epoch" + std::to_string(std::max(epoch, 0));
    }
    std::erase_if(name, [](char letter) {
        return std::string_view("[]()").find(letter) != std::string_view::npos;
    });
    std::ranges::replace(name, ',', '_');
    std::ranges::replace(name, ' ', '_');
    return name + extension(choice.kind);
}

std::string caption_of(const RunRecord* run, std::int32_t epoch, const std::string& version) {
    std::string caption = "Grokscope " + version;
    if (run != nullptr) {
        Facts facts;
        facts.run = moment_at(run, epoch);
        caption += "   " + text::run_name(*run, false) + ", seed " +
                   std::to_string(run->config.seed) + "   " + place_in_words(facts, epoch);
        if (run->recorded) {
            caption += std::string("   ") + text::kRecorded;
        }
    }
    return caption;
}

FileDesk::FileDesk(FileDeskOptions options) : options_(std::move(options)) {
}

// ---------------------------------------------------------------------------- asking, answering

std::uint64_t FileDesk::send(FileRequestBody body) {
    const std::uint64_t job = next_job_++;
    jobs_[job] = body;
    send_as(job, std::move(body));
    return job;
}

void FileDesk::send_as(std::uint64_t job, FileRequestBody body) {
    if (options_.channels != nullptr) {
        waiting_.push_back({job, std::move(body)});
    }
}

bool FileDesk::update(Desk desk, const DrawPicture& draw) {
    if (options_.channels == nullptr) {
        return false;
    }
    bool changed = tell_of_the_record(desk);
    changed = start_replay(desk) || changed;
    if (std::optional<std::string> said = awaited_view_.arrive(desk)) {
        notice = Notice{std::move(*said), {}};
        changed = true;
    }
    while (std::optional<FileReply> reply = options_.channels->replies.try_pop()) {
        changed = changed || !std::holds_alternative<file_reply::FilmProgress>(reply->body);
        take(desk, std::move(*reply));
    }
    const bool filmed = film_ && !film_->ended && waiting_.empty() && film_on(desk, draw);
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

void FileDesk::take(Desk desk, FileReply reply) {
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
        const auto other = desk.view.elsewhere.find(again.mapped());
        auto* opened = std::get_if<file_reply::Opened>(&reply.body);
        const bool read = opened != nullptr && !opened->runs.empty() && opened->runs.front().stored;
        if (other != desk.view.elsewhere.end() && (read || other->second.ended)) {
            desk.view.elsewhere.erase(other);
        }
        if (read) {
            take_again(desk, again.mapped(), std::move(opened->runs.front()));
            return;
        }
    }
    if (std::holds_alternative<file_request::ListRecent>(request)) {
        const auto* recent = std::get_if<file_reply::Recent>(&reply.body);
        recent_ = recent == nullptr ? nullptr : recent->list;
        return; // what is wrong with the notebook, its writer says
    }
    std::optional<FilmJob> film;
    if (film_ && film_->job == reply.job) {
        film = std::exchange(film_, std::nullopt);
    }
    last_end_ = reply.body;
    if (auto* opened = std::get_if<file_reply::Opened>(&reply.body)) {
        take_opened(desk, std::move(*opened));
    } else if (auto* view = std::get_if<file_reply::View>(&reply.body)) {
        awaited_view_.take(desk, std::move(*view), [this](Desk at, OpenedRun run) {
            return show_recorded(at, std::move(run), false);
        });
    } else if (auto* shared = std::get_if<file_reply::Shared>(&reply.body)) {
        to_clipboard = std::move(shared->text);
        notice = Notice{text::kViewCopied, {}};
    } else if (auto* branched = std::get_if<file_reply::Branched>(&reply.body)) {
        take_branched(desk, std::move(*branched));
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
            desk.view.banner = text::kNotDone + in_plain_words(failed->sentence);
        }
    }
}

std::optional<FileDesk::Lookup> FileDesk::take_lookup() {
    return take_first(lookups_);
}

std::optional<FileDesk::Watch> FileDesk::take_watched() {
    return take_first(watched_);
}

void FileDesk::read_again(RunId run) {
    const auto asked = [run](const auto& job) { return job.second == run; };
    if (std::ranges::none_of(again_, asked)) {
        again_[send(file_request::Show{{place_of(run)}, false})] = run;
    }
}

void FileDesk::note_opened(ViewState& view, RunId run, const OpenedRun& opened) {
    places_[run] = opened.place;
    recall(view, run, opened.words);
    if (!opened.trained_by.empty()) {
        view.elsewhere[run] = {opened.trained_by};
    }
}

void FileDesk::take_again(Desk desk, RunId old, OpenedRun opened) {
    const RunRecord* run = desk.book.find(old);
    if (run == nullptr || !run->recorded) {
        return; // removed meanwhile, or trained here
    }
    desk.commands.send(command::Remove{old});
    take_place_of(desk.view, old, show_recorded(desk, std::move(opened), false));
}

void FileDesk::take_opened(Desk desk, file_reply::Opened opened) {
    for (OpenedRun& run : opened.runs) {
        const auto shown = std::ranges::find_if(desk.book.runs(), [&](const auto& present) {
            const StoredPlace place = place_of(present->id);
            return place.file == run.place.file && place.number == run.place.number;
        });
        if (shown != desk.book.runs().end() && !opened.start) {
            desk.view.selected = (*shown)->id;
            if ((*shown)->recorded && !run.trained_by.empty()) { // since it was opened
                desk.view.elsewhere.try_emplace((*shown)->id, TrainedElsewhere{run.trained_by});
            }
            continue;
        }
        if (!run.stored) {
            continue; // this window held it when the worker looked, and no longer does
        }
        desk.view.selected = show_recorded(desk, std::move(run), opened.start);
    }
    desk.view.draft.reset();
    desk.view.follow_latest();
    replayed_when_here_ = opened.replay ? desk.view.selected : std::nullopt;
    if (!opened.sentence.empty()) {
        notice = Notice{std::move(opened.sentence), {}};
    }
}

RunId FileDesk::show_recorded(Desk desk, OpenedRun run, bool start) {
    const RunId id = desk.commands.new_run_id();
    note_opened(desk.view, id, run);
    desk.commands.send(command::ResumeRun{id, std::move(run.stored), start});
    return id;
}

bool FileDesk::start_replay(Desk desk) {
    // The answer to a command comes after all the figures that it brings.
    if (!replayed_when_here_ || !desk.commands.idle()) {
        return false;
    }
    const RunRecord* run = desk.book.find(*replayed_when_here_);
    replayed_when_here_.reset();
    if (run == nullptr || run->samples.empty()) {
        return false;
    }
    desk.view.selected = run->id;
    desk.view.replaying = true;
    desk.view.replay_position = 0;
    return true;
}

void FileDesk::branch_here(Desk desk) {
    if (const RunRecord* run = selected(desk)) {
        const std::int32_t epoch = desk.view.cursor.at(run->last_epoch());
        send(file_request::Branch{place_of(run->id), std::max(epoch, 0)});
    }
}

void FileDesk::take_branched(Desk desk, file_reply::Branched branched) {
    const RunId id = desk.commands.new_run_id();
    desk.commands.send(command::BranchRun{id, std::move(branched.from), true});
    desk.view.selected = id;
    desk.view.draft.reset();
    desk.view.follow_latest();
    notice = Notice{text::branched_from(branched.epoch), {}};
}

void FileDesk::answer(bool replace) {
    if (!question_) {
        return;
    }
    FileRequestBody request = std::move(*question_);
    question_.reset();
    if (!replace) {
        return;
    }
    std::visit(
        [](auto& body) {
            if constexpr (requires { body.target; }) {
                body.target.overwrite = true;
            }
        },
        request);
    const std::uint64_t job = send(std::move(request));
    if (film_in_question_) {
        film_ = std::exchange(film_in_question_, std::nullopt);
        film_->job = job;
        film_->view = at_the_start(film_->view);
        film_->wanted.film_frame = 1;
        film_->ended = false;
    }
}

// -------------------------------------------------------------------------------------- saving

std::int32_t FileDesk::epoch_saved(const ViewState& view, const RunRecord& run) const {
    const std::int32_t epoch = std::max(view.cursor.at(run.last_epoch()), 0);
    const bool weights = choice.kind == ExportKind::kNpz || choice.kind == ExportKind::kPt;
    return weights && view.cursor.live ? std::max(run.epoch, epoch) : epoch;
}

std::string FileDesk::folder() const {
    switch (choice.kind) {
    case ExportKind::kPicture:
        return options_.folders.pictures;
    case ExportKind::kFilm:
        return options_.folders.videos;
    default:
        return options_.folders.documents;
    }
}

void FileDesk::show_export(Desk desk) {
    export_open = available();
    notice.reset(); // it would lie on the dialog
    choice.path_is_users = false;
    suggest_path(desk);
}

void FileDesk::show_open() {
    open_open = available();
    notice.reset();
}

bool FileDesk::close_topmost() {
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

bool FileDesk::tell_of_the_record(Desk desk) {
    const StoreStatus* status = store_status();
    if (status == nullptr || status->notice == told_) {
        return false;
    }
    told_ = status->notice;
    if (status->remedy.empty()) { // a notice would go by itself
        desk.view.banner = text::capitalised(told_) + ".";
    } else {
        notice = Notice{told_, status->remedy};
    }
    return true;
}

bool FileDesk::let_notice_go(double now, bool window_visible) {
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

void FileDesk::suggest_path(Desk desk) {
    const RunRecord* run = selected(desk);
    if (run != nullptr && !choice.path_is_users) {
        const std::filesystem::path path =
            std::filesystem::path(folder()) /
            suggested_name(choice, *run, epoch_saved(desk.view, *run));
        choice.path = path.string();
    }
}

void FileDesk::save(Desk desk, const DrawPicture& draw) {
    const RunRecord* run = selected(desk);
    if (run == nullptr || choice.path.empty()) {
        return;
    }
    // Nobody reads the window's standard output: "-" is a file as any other.
    const FileTarget target{choice.path == "-" ? "./-" : choice.path, false};
    choice.kind = kind_of(choice.path).value_or(choice.kind);
    switch (choice.kind) {
    case ExportKind::kCsv:
    case ExportKind::kJson:
        send(file_request::SaveFigures{
            target, choice.kind == ExportKind::kCsv ? FigureFormat::kCsv : FigureFormat::kJson,
            figures_of(*run), place_of(run->id)});
        break;
    case ExportKind::kNpz:
    case ExportKind::kPt:
        send(file_request::SaveWeights{
            target, choice.kind == ExportKind::kNpz ? WeightFormat::kNpz : WeightFormat::kPt,
            choice.transformer_lens, place_of(run->id), epoch_saved(desk.view, *run)});
        break;
    case ExportKind::kNotebook:
        send(file_request::SaveRun{target, place_of(run->id)});
        break;
    case ExportKind::kPicture:
        save_picture_as(desk, draw, choice.picture, target);
        break;
    case ExportKind::kFilm:
        begin_film(desk, choice.picture, target);
        break;
    case ExportKind::kView:
        if (std::optional<SharedView> view = view_to_share(desk)) {
            send(file_request::ShareView{target, std::move(*view)});
        }
        break;
    }
    export_open = false;
}

void FileDesk::save_picture_as(Desk desk, const DrawPicture& draw, const PictureWanted& wanted,
                               FileTarget target) {
    auto picture = std::make_shared<const Picture>(draw(desk.view, wanted).value());
    send(file_request::SavePicture{std::move(target), std::move(picture), wanted.transparent});
}

void FileDesk::save_window_picture(Desk desk, const DrawPicture& draw) {
    const RunRecord* run = selected(desk);
    if (!available() || run == nullptr) {
        return;
    }
    const ExportChoice plain{.path = {}};
    const std::filesystem::path path =
        std::filesystem::path(options_.folders.pictures) /
        suggested_name(plain, *run, desk.view.cursor.at(run->last_epoch()));
    save_picture_as(desk, draw, {kWholeWindow, 1, true}, {free_path(path), false});
}

// ---------------------------------------------------------------------------------------- films

void FileDesk::begin_film(Desk desk, const PictureWanted& wanted, FileTarget target) {
    if (film_ || selected(desk) == nullptr) {
        return;
    }
    FilmJob film;
    film.target = std::move(target);
    film.view = at_the_start(desk.view);
    film.wanted = wanted;
    film.wanted.film_frame = 1;
    film.wanted.transparent = false; // no film has it
    // As many frames as the replay has at its rate.
    ViewState counting = film.view;
    while (counting.replaying) {
        if (++film.frames > kMostFilmFrames) {
            throw std::runtime_error("a film of this run would have more than " +
                                     text::grouped(kMostFilmFrames) +
                                     " frames; choose a higher rate of the replay");
        }
        advance_replay({desk.book, counting, desk.commands}, 1.0 / kFilmFramesPerSecond);
    }
    ++film.frames; // the last epoch
    film_ = std::move(film);
}

bool FileDesk::film_on(Desk desk, const DrawPicture& draw) {
    FilmJob& film = *film_;
    std::optional<Picture> drawn = draw(film.view, film.wanted);
    if (!drawn) {
        return false;
    }
    const bool last = !film.view.replaying;
    if (film.job == 0) {
        film.job = send(file_request::BeginFilm{film.target, drawn->width, drawn->height,
                                                kFilmFramesPerSecond});
    }
    send_as(film.job, file_request::FilmFrame{std::make_shared<const Picture>(std::move(*drawn))});
    if (last) {
        send_as(film.job, file_request::EndFilm{true});
        film.ended = true;
    } else {
        ++film.wanted.film_frame;
        advance_replay({desk.book, film.view, desk.commands}, 1.0 / kFilmFramesPerSecond);
    }
    return true;
}

void FileDesk::cancel_film() {
    if (film_ && film_->job == 0) {
        film_.reset();
        notice = Notice{text::kFilmCancelled, {}};
    } else if (film_ && !film_->ended) {
        send_as(film_->job, file_request::EndFilm{false});
        film_->ended = true;
        film_->cancelled = true;
    }
}

std::optional<FileDesk::FilmState> FileDesk::film_state() const {
    return film_ ? std::optional(FilmState{film_->written, film_->frames}) : std::nullopt;
}

// ------------------------------------------------------------------------------ opening, notebook

std::string FileDesk::notebook_in_use() const {
    const StoreStatus* status = store_status();
    return status != nullptr && status->file != kInMemory ? status->file : std::string();
}

void FileDesk::open(const std::string& path) {
    send(file_request::Open{path, notebook_in_use()});
    open_open = false;
}

void FileDesk::copy_view(Desk desk) {
    std::optional<SharedView> view = view_to_share(desk);
    if (!view) {
        notice = Notice{text::kNoViewYet, {}};
    } else if (available()) {
        send(file_request::ShareView{{}, std::move(*view)});
    }
}

void FileDesk::take_view(Desk desk, const std::string& text) {
    if (text.empty()) {
        desk.view.banner = text::kNothingToPaste;
    } else if (available()) {
        send(file_request::TakeView{text, notebook_in_use()});
    }
}

const RecentList* FileDesk::recent() {
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

void FileDesk::take_offer() {
    if (!options_.offers.empty()) {
        go_on(options_.offers.front().place);
        options_.offers.erase(options_.offers.begin());
    }
}

const StoreStatus* FileDesk::trouble() const {
    const StoreStatus* status = store_status();
    return status != nullptr && !status->problem.empty() ? status : nullptr;
}

void FileDesk::retry_store() {
    if (options_.ask_store) {
        (void)options_.ask_store(store_request::RetryNow{});
    }
}

void FileDesk::save_notebook_as(const std::string& file) {
    if (options_.ask_store) {
        (void)options_.ask_store(store_request::SaveAs{file});
    }
}

StoredPlace FileDesk::place_of(RunId run) const {
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
