#include "app/files/file_worker.h"

#include "app/files/film.h"
#include "app/files/notebook_files.h"
#include "app/files/screenshot.h"
#include "app/files/weight_files.h"
#include "engine/protocol/error_text.h"
#include "engine/protocol/lossless_sender.h"
#include "engine/protocol/shown_text.h"
#include "engine/protocol/start_thread.h"
#include "engine/store/export.h"
#include "engine/store/home_folder.h"
#include "engine/store/known_runs.h"
#include "engine/store/output_file.h"
#include "engine/store/plane_runs.h"
#include "engine/store/process_owner.h"
#include "engine/store/recent_runs.h"
#include "engine/store/run_owner.h"
#include "engine/store/shared_view.h"
#include "engine/store/stored_run_reader.h"
#include "engine/store/workplaces.h"

#include <chrono>
#include <exception>
#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

constexpr auto kRead = Notebook::Access::kReadOnly;
constexpr auto kWrite = Notebook::Access::kReadWrite;
/// Runs of an opened notebook that are shown at most, the newest.
constexpr std::size_t kShownAtMost = 4;
/// How often replies that found no room are tried again.
constexpr std::chrono::milliseconds kRetry{16};

StoredRunId id_of(const StoredPlace& place) {
    return static_cast<StoredRunId>(place.number);
}

/// A file that is written; one that may not be replaced is refused before the work.
class Writing {
public:
    explicit Writing(const FileTarget& target)
        : file_(target.path, overwrite_if(target.overwrite), Reader::kMustBeThere) {}

    [[nodiscard]] file_reply::Saved save(std::string_view content) {
        file_.commit(content);
        return {.path = file_.is_standard_output() ? std::string() : file_.target().string(),
                .command = {},
                .note = {}};
    }

private:
    OutputFile file_;
};

/// The path that a request names; empty when it names none.
std::string path_of(const FileRequest& request) {
    return std::visit(
        [](const auto& body) {
            if constexpr (requires { body.target; }) {
                return body.target.path;
            } else {
                return std::string();
            }
        },
        request.body);
}

Notebook notebook_of(const StoredPlace& place) {
    if (place.number == 0) {
        throw std::runtime_error(
            "this run is not recorded in a notebook, and only a record has its "
            "weights; start it, or start the program with a notebook");
    }
    return {place.file, kRead};
}

} // namespace

class FileWorker::Impl {
public:
    Impl(FileChannels& channels, FileWorkerOptions options)
        : channels_(channels), options_(std::move(options)), replies_(channels.replies),
          thread_(start_thread("the files", [this](const std::stop_token& stop) { work(stop); })) {}

private:
    using Saved = file_reply::Saved;

    void work(const std::stop_token& stop) {
        const std::stop_callback wake_up(stop, [this] { channels_.doorbell.ring(); });
        while (!stop.stop_requested()) {
            std::optional<FileRequest> request = channels_.requests.try_pop();
            if (request) {
                obey(*request);
            } else if (replies_.flush()) {
                channels_.doorbell.wait();
            } else {
                channels_.doorbell.wait_until(std::chrono::steady_clock::now() + kRetry);
            }
        }
    }

    void obey(const FileRequest& request) {
        std::optional<FileReplyBody> reply;
        try {
            reply = std::visit([&](const auto& body) { return carry_out(request.job, body); },
                               request.body);
        } catch (const TargetExists&) {
            reply = file_reply::Failed{shown_line("\"" + path_of(request) + "\" exists already."),
                                       true};
        } catch (const std::exception& error) {
            films_.erase(request.job);
            reply = file_reply::Failed{shown_line(sentence_of(error)), false};
        } catch (...) {
            films_.erase(request.job);
            reply =
                file_reply::Failed{"the file could not be written for an unknown reason", false};
        }
        if (reply) {
            replies_.send({request.job, std::move(*reply)});
            if (options_.wake_front_end) {
                options_.wake_front_end();
            }
        }
    }

    using Answer = std::optional<FileReplyBody>;

    Answer carry_out(std::uint64_t, const file_request::SaveFigures& save) {
        Writing file(save.target);
        if (save.format == FigureFormat::kCsv) {
            return file.save(to_csv(*save.record));
        }
        HostFacts facts = options_.facts;
        RunRecord record = *save.record;
        if (save.place.number != 0) { // of the machine that trained it
            Notebook notebook = notebook_of(save.place);
            const Provenance provenance = notebook.run(id_of(save.place)).provenance;
            facts = host_facts_of(provenance);
            tell_workplaces(workplaces_of(notebook, id_of(save.place)), record);
        }
        return file.save(to_json(record, facts));
    }

    Answer carry_out(std::uint64_t, const file_request::SaveWeights& save) {
        Notebook notebook = notebook_of(save.place);
        Writing file(save.target);
        const StoredRunId run = id_of(save.place);
        const std::optional<std::int32_t> epoch = recorded_weights_at(notebook, run, save.epoch);
        if (!epoch) {
            throw std::runtime_error("no weights are recorded at or before epoch " +
                                     std::to_string(save.epoch));
        }
        const WeightsFile weights =
            weights_file(notebook, run, epoch, save.format, save.transformer_lens);
        Saved saved = file.save(weights.text());
        saved.note = "W" + weights.note.substr(1) + ".";
        add_notes(saved.note, notebook.left_out().sentences());
        return saved;
    }

    Answer carry_out(std::uint64_t, const file_request::SaveRun& save) {
        Notebook notebook = notebook_of(save.place);
        save_as_notebook(notebook, id_of(save.place), save.target.path);
        Saved saved{.path = save.target.path, .command = {}, .note = {}};
        add_notes(saved.note, notebook.left_out().sentences());
        return saved;
    }

    Answer carry_out(std::uint64_t, const file_request::SavePicture& save) {
        Writing file(save.target);
        const Picture& picture = *save.picture;
        return file.save(png_of(picture.width, picture.height, picture.pixels,
                                save.transparent ? Alpha::kKept : Alpha::kOpaque));
    }

    Answer carry_out(std::uint64_t job, const file_request::BeginFilm& begin) {
        films_.try_emplace(job, begin.target, begin.width, begin.height, begin.frames_per_second);
        return file_reply::FilmProgress{0};
    }

    Answer carry_out(std::uint64_t job, const file_request::FilmFrame& frame) {
        const auto film = films_.find(job);
        if (film == films_.end()) {
            return std::nullopt; // it has failed, and that was said
        }
        film->second.add(*frame.picture);
        return file_reply::FilmProgress{film->second.frames()};
    }

    Answer carry_out(std::uint64_t job, const file_request::EndFilm& end) {
        const auto film = films_.find(job);
        if (film == films_.end()) {
            return std::nullopt;
        }
        Answer answer;
        if (end.keep) {
            answer = film->second.finish();
        } else {
            answer = file_reply::Failed{"The film was cancelled; nothing of it is kept.", false};
        }
        films_.erase(film);
        return answer;
    }

    Answer carry_out(std::uint64_t, const file_request::ShareView& share) {
        const std::string text = to_text(share.view);
        if (share.target.path.empty()) {
            return file_reply::Shared{text};
        }
        return Writing(share.target).save(text + "\n");
    }

    Answer carry_out(std::uint64_t, const file_request::TakeView& take) {
        file_reply::View answer{shared_view_from(take.text), {}};
        std::error_code ignored;
        if (take.notebook.empty() || !std::filesystem::exists(take.notebook, ignored)) {
            return answer; // nothing is recorded as yet
        }
        Notebook notebook(take.notebook, kRead);
        const std::vector<RunSummary> runs = notebook.runs();
        for (const RunConfig& wanted : answer.view.runs) {
            OpenedRun& found = answer.recorded.emplace_back();
            const auto newest =
                std::ranges::find_if(runs.rbegin(), runs.rend(), [&](const auto& run) {
                    return course_of(run.config) == course_of(wanted) &&
                           run.provenance.parent.empty();
                });
            if (newest != runs.rend()) {
                file_reply::Opened opened;
                read_runs(notebook, {{take.notebook, static_cast<std::int64_t>(newest->id)}},
                          opened);
                found = std::move(opened.runs.front());
            }
        }
        return answer;
    }

    Answer carry_out(std::uint64_t job, const file_request::Open& open) {
        const std::string path = with_home(open.path);
        if (std::optional<std::string> view = shared_view_file(path)) {
            return carry_out(job, file_request::TakeView{std::move(*view), open.notebook});
        }
        Notebook source(path, kRead);
        std::error_code ignored;
        file_reply::Opened opened;
        const bool own =
            !open.notebook.empty() && std::filesystem::equivalent(path, open.notebook, ignored);
        std::vector<StoredRunId> runs;
        std::string file = path;
        if (open.notebook.empty() || own) {
            source.check_integrity();
            for (const RunSummary& run : source.runs()) {
                runs.push_back(run.id);
            }
            opened.sentence = own ? "Shown from your own notebook."
                                  : "Shown from \"" + path +
                                        "\"; nothing is taken over, since no "
                                        "notebook is in use.";
            add_notes(opened.sentence, source.left_out().sentences());
        } else {
            Notebook target(open.notebook, kWrite);
            const Imported imported = import_runs(source, target);
            opened.sentence = "\"" + path + "\": " + in_words(imported) + ".";
            add_notes(opened.sentence, imported.left_out);
            add_notes(opened.sentence, imported.incomplete);
            runs = imported.known;
            runs.insert(runs.end(), imported.taken.begin(), imported.taken.end());
            file = open.notebook;
        }
        if (runs.empty()) {
            std::string why = "\"" + path + "\" is a notebook, but holds no run";
            why += source.left_out().empty() ? "" : " that can be read.";
            add_notes(why, source.left_out().sentences());
            throw std::runtime_error(why);
        }
        Notebook shown(file, kRead);
        if (runs.size() > kShownAtMost) {
            opened.sentence += " The newest " + std::to_string(kShownAtMost) + " are shown.";
            runs.erase(runs.begin(), runs.end() - kShownAtMost);
        }
        std::vector<StoredPlace> places;
        for (const StoredRunId run : runs) {
            places.push_back({file, static_cast<std::int64_t>(run)});
        }
        read_runs(shown, places, opened);
        return opened;
    }

    Answer carry_out(std::uint64_t, const file_request::Show& show) {
        Notebook notebook = notebook_of(show.places.front());
        file_reply::Opened opened;
        opened.replay = show.replay;
        read_runs(notebook, show.places, opened);
        return opened;
    }

    Answer carry_out(std::uint64_t, const file_request::ListRecent& wanted) {
        constexpr std::size_t kListed = 24;
        RecentList list{
            .file = wanted.notebook, .entries = {}, .all_runs = 0, .race_file = {}, .race = {}};
        std::error_code ignored;
        if (!wanted.notebook.empty() && std::filesystem::exists(wanted.notebook, ignored)) {
            Notebook notebook(wanted.notebook, kRead);
            list = recent_runs(notebook, kListed);
        }
        add_race(list);
        return file_reply::Recent{std::make_shared<const RecentList>(std::move(list))};
    }

    /// One that cannot be read is not offered, and hides no notebook.
    void add_race(RecentList& list) {
        if (options_.race.empty()) {
            return;
        }
        try {
            Notebook race(options_.race, kRead);
            list.race = race_in(race);
            list.race_file = options_.race;
        } catch (const std::runtime_error&) {
            list.race = {};
        }
    }

    /// Reads the runs as they stand, whoever trains them, into `opened`. One that is damaged hides
    /// no other. Throws when none can be shown.
    void read_runs(Notebook& notebook, const std::vector<StoredPlace>& places,
                   file_reply::Opened& opened) {
        std::string unreadable;
        for (const StoredPlace& place : places) {
            const StoredRunId run = id_of(place);
            try {
                const RunSummary summary = notebook.run(run);
                if (is_held(summary) && is_this_process(summary.owner)) {
                    opened.runs.push_back({nullptr, place, {}});
                    continue;
                }
                const std::string other = other_trainer_of(summary);
                opened.runs.push_back(
                    {read_for_viewing(notebook, run), place, words_of(notebook, run), other});
                if (!other.empty()) {
                    opened.sentence += " Run " + std::to_string(place.number) +
                                       " is shown as it stands: " + other + " trains it.";
                }
            } catch (const std::runtime_error& error) {
                unreadable +=
                    " Run " + std::to_string(place.number) + " is not shown: " + error.what() + ".";
            }
        }
        if (opened.runs.empty() && !unreadable.empty()) {
            throw std::runtime_error(opened.sentence + " Nothing is shown." + unreadable);
        }
        opened.sentence += unreadable;
        add_notes(opened.sentence, notebook.left_out().sentences());
        opened.sentence = shown_line(opened.sentence);
        opened.sentence.erase(0, opened.sentence.find_first_not_of(' '));
    }

    Answer carry_out(std::uint64_t, const file_request::Resume& resume) {
        Notebook notebook = notebook_of(resume.place);
        file_reply::Opened opened;
        const StoredRunId run = id_of(resume.place);
        opened.runs.push_back(
            {read_for_resuming(notebook, run), resume.place, words_of(notebook, run)});
        add_notes(opened.sentence, notebook.left_out().sentences());
        opened.start = true;
        return opened;
    }

    Answer carry_out(std::uint64_t, const file_request::Fork& fork) {
        Notebook notebook = notebook_of(fork.place);
        return file_reply::Forked{read_for_forking(notebook, id_of(fork.place), fork.epoch,
                                                   fork.config, Recorded::kNotYet),
                                  fork.original};
    }

    /// One that cannot be read just now is left out.
    Answer carry_out(std::uint64_t, const file_request::Watch& wanted) {
        file_reply::Watched watched;
        for (const StoredPlace& place : wanted.places) {
            try {
                Notebook notebook(place.file, kRead);
                const RunSummary run = notebook.run(id_of(place));
                watched.runs.push_back({place, other_trainer_of(run), run.epoch});
            } catch (const NotebookError& error) {
                if (!error.may_pass()) {
                    watched.runs.push_back({place, {}, 0});
                }
            }
        }
        return watched;
    }

    Answer carry_out(std::uint64_t, const file_request::ListPlane& wanted) {
        Notebook notebook(wanted.notebook, kRead);
        return file_reply::Plane{std::make_shared<const PlaneRuns>(plane_runs(notebook))};
    }

    Answer carry_out(std::uint64_t, const file_request::LookUp& wanted) {
        Notebook notebook(wanted.notebook, kRead);
        KnownRuns known = known_runs(notebook, wanted.config,
                                     static_cast<StoredRunId>(wanted.itself), wanted.with_earlier);
        known.here = workplace_of(options_.facts);
        return file_reply::Known{std::make_shared<const KnownRuns>(std::move(known))};
    }

    FileChannels& channels_;
    FileWorkerOptions options_;
    LosslessSender<FileReply> replies_;
    std::map<std::uint64_t, Film> films_;
    std::jthread thread_; // last: joined before what it uses goes
};

FileWorker::FileWorker(FileChannels& channels, FileWorkerOptions options)
    : impl_(std::make_unique<Impl>(channels, std::move(options))) {
}

FileWorker::~FileWorker() = default;

} // namespace grokscope
