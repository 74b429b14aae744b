// FileController's saving: files, pictures and films of the selected run, and the question whether
// one may be replaced.
#include "ui/core/file_controller.h"
#include "ui/core/playback.h"
#include "ui/core/text.h"
#include "ui/views/list.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace grokscope::ui {

namespace {

constexpr int kFilmFramesPerSecond = 30;
/// Nine hours. A stranger's epochs may be a thousand million, each of which would be counted.
constexpr int kMostFilmFrames = 1'000'000;

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
    start.settings.epoch_axis.follow = true;
    start.settings.epoch_axis.whole = true;
    return start;
}

} // namespace

std::int32_t FileController::epoch_saved(const ViewState& view, const RunRecord& run) const {
    const std::int32_t epoch = std::max(view.cursor.at(run.last_epoch()), 0);
    const bool weights = choice.kind == ExportKind::kNpz || choice.kind == ExportKind::kPt;
    return weights && view.cursor.live ? std::max(run.epoch, epoch) : epoch;
}

std::string FileController::folder() const {
    switch (choice.kind) {
    case ExportKind::kPicture:
        return options_.folders.pictures;
    case ExportKind::kFilm:
        return options_.folders.videos;
    default:
        return options_.folders.documents;
    }
}

void FileController::show_export(ActionContext context) {
    export_open = available();
    notice.reset(); // it would lie on the dialog
    choice.path_is_users = false;
    suggest_path(context);
}

void FileController::suggest_path(ActionContext context) {
    const RunRecord* run = selected_run(context);
    if (run != nullptr && !choice.path_is_users) {
        const std::filesystem::path path =
            std::filesystem::path(folder()) /
            suggested_name(choice, *run, epoch_saved(context.view, *run));
        choice.path = path.string();
    }
}

void FileController::save(ActionContext context, const DrawPicture& draw) {
    const RunRecord* run = selected_run(context);
    if (run == nullptr || choice.path.empty()) {
        return;
    }
    // Nobody reads the window's standard output: "-" is a file as any other.
    const FileTarget target{choice.path == "-" ? "./-" : choice.path, false};
    choice.kind = export_kind_of(choice.path).value_or(choice.kind);
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
            choice.transformer_lens, place_of(run->id), epoch_saved(context.view, *run)});
        break;
    case ExportKind::kNotebook:
        send(file_request::SaveRun{target, place_of(run->id)});
        break;
    case ExportKind::kPicture:
        save_picture_as(context, draw, choice.picture, target);
        break;
    case ExportKind::kFilm:
        begin_film(context, choice.picture, target);
        break;
    case ExportKind::kView:
        if (std::optional<SharedView> view = view_to_share(context)) {
            send(file_request::ShareView{target, std::move(*view)});
        } else {
            notice = Notice{why_no_view(context), {}};
        }
        break;
    }
    export_open = false;
}

void FileController::save_picture_as(ActionContext context, const DrawPicture& draw,
                                     const PictureWanted& wanted, FileTarget target) {
    auto picture = std::make_shared<const Picture>(draw(context.view, wanted).value());
    send(file_request::SavePicture{std::move(target), std::move(picture), wanted.transparent});
}

void FileController::save_window_picture(ActionContext context, const DrawPicture& draw) {
    const RunRecord* run = selected_run(context);
    if (!available() || run == nullptr) {
        return;
    }
    const ExportChoice plain{.path = {}};
    const std::filesystem::path path =
        std::filesystem::path(options_.folders.pictures) /
        suggested_name(plain, *run, context.view.cursor.at(run->last_epoch()));
    save_picture_as(context, draw, {kWholeWindow, 1, true}, {free_path(path), false});
}

// ---------------------------------------------------------------------------------------- films

void FileController::begin_film(ActionContext context, const PictureWanted& wanted,
                                FileTarget target) {
    if (film_ || selected_run(context) == nullptr) {
        return;
    }
    if (!has_films(wanted.panel)) {
        throw PictureRefused("there is no film of the " + wanted.panel +
                             ": it does not follow the epochs, or takes seconds for each; save a "
                             "picture, or a film of something else");
    }
    FilmJob film;
    film.target = std::move(target);
    film.view = at_the_start(context.view);
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
        advance_replay({context.book, counting, context.commands}, 1.0 / kFilmFramesPerSecond);
    }
    ++film.frames; // the last epoch
    film_ = std::move(film);
}

bool FileController::film_on(ActionContext context, const DrawPicture& draw) {
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
        advance_replay({context.book, film.view, context.commands}, 1.0 / kFilmFramesPerSecond);
    }
    return true;
}

void FileController::cancel_film() {
    if (film_ && film_->job == 0) {
        film_.reset();
        notice = Notice{text::kFilmCancelled, {}};
    } else if (film_ && !film_->ended) {
        send_as(film_->job, file_request::EndFilm{false});
        film_->ended = true;
        film_->cancelled = true;
    }
}

std::optional<FileController::FilmState> FileController::film_state() const {
    return film_ ? std::optional(FilmState{film_->written, film_->frames}) : std::nullopt;
}

void FileController::answer(bool replace) {
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

} // namespace grokscope::ui
