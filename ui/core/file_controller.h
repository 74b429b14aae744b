// The window's side of all files: what is to be saved and opened, and what came of it. No GL and no
// ImGui: pictures come from a function it is given.
// Threads: main thread only; FileChannels are the only contact with the file worker.
#pragma once

#include "engine/protocol/file_jobs.h"
#include "engine/protocol/store_status.h"
#include "ui/core/actions.h"
#include "ui/core/export_choice.h"
#include "ui/core/frame_wish.h"
#include "ui/core/shared_views.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {

/// Where files go when nobody says otherwise.
struct UserFolders {
    std::string documents;
    std::string pictures;
    std::string videos;
};

/// Enough to read a notice twice.
inline constexpr double kNoticeSeconds = 15;

/// A picture that was asked for is not to be had: another name, panel or size is wanted.
class PictureRefused : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Draws the window as `view` has it. A film's pictures come a part at a time, so that the window
/// goes on meanwhile: nothing until one is whole, when it is asked for again in the same words.
using DrawPicture =
    std::function<std::optional<Picture>(const ViewState& view, const PictureWanted& wanted)>;

/// What the context is made with.
struct FileControllerOptions {
    /// Null: there is no worker, nothing can be saved or opened. Outlives the context.
    FileChannels* channels = nullptr;
    UserFolders folders;
    /// The notebook writer's state; may be empty, may return null: nothing is recorded.
    std::function<const StoreStatus*()> store_status;
    /// Asks the notebook's writer; false when it cannot take the request now. May be empty.
    std::function<bool(StoreRequest)> ask_store;
    /// Runs that were cut off when their process ended.
    std::vector<ResumeOffer> offers;
};

class FileController {
public:
    explicit FileController(FileControllerOptions options);

    /// Once per turn of the loop: takes answers, sends requests, draws at a film's next frame when
    /// there is room for it. True when something changed; a film's progress is no such thing.
    bool update(ActionContext context, const DrawPicture& draw);
    /// A film is being made: the loop must not rest.
    [[nodiscard]] bool busy() const { return film_.has_value(); }
    /// Requests that have no answer yet.
    [[nodiscard]] bool waiting() const { return !jobs_.empty() || !waiting_.empty(); }

    // ---------------------------------------------------------------------------- for panels

    [[nodiscard]] bool available() const { return options_.channels != nullptr; }
    bool export_open = false;
    bool open_open = false;
    ExportChoice choice;
    std::string open_path;
    std::string save_as_path;

    /// Opens the dialog with a fresh path.
    void show_export(ActionContext context);
    void show_open();
    /// Keeps the path in step with the choice, as long as the user has not written one.
    void suggest_path(ActionContext context);
    /// Does what `choice` says; where the path ends like a file of another kind, that kind.
    void save(ActionContext context, const DrawPicture& draw);
    /// The whole window as PNG under a name that nothing has yet.
    void save_window_picture(ActionContext context, const DrawPicture& draw);
    /// Saves a picture at exactly this path; what exists is replaced only if so wanted.
    void save_picture_as(ActionContext context, const DrawPicture& draw,
                         const PictureWanted& wanted, FileTarget target);
    void begin_film(ActionContext context, const PictureWanted& wanted, FileTarget target);
    void cancel_film();
    void open(const std::string& path);
    /// Reads runs of the notebook in use as they stand, to look at them.
    void show(std::vector<StoredPlace> places, bool replay) {
        send(file_request::Show{std::move(places), replay});
    }
    /// Reads a recorded run once more, which then takes its own place in the window: from one frame
    /// to the next, and not while a mouse button is `held`, whose press would fall between the two.
    void read_again(RunId run);
    bool held = false;
    /// Runs in the book that are not to be seen: those that wait to take another's place, and those
    /// that have lost theirs.
    [[nodiscard]] std::vector<RunId> unseen() const;
    /// Whether other processes train these; returns the job. The answer waits for take_watched().
    std::uint64_t watch(std::vector<StoredPlace> places) {
        return send(file_request::Watch{std::move(places)});
    }
    struct Watch {
        std::uint64_t job = 0;
        file_reply::Watched runs; ///< none: the notebook could not be read
    };
    [[nodiscard]] std::optional<Watch> take_watched();
    /// Reads one that was cut off, and trains it on.
    void go_on(StoredPlace place) { send(file_request::Resume{std::move(place)}); }

    /// Asks for the view as text; it comes into `to_clipboard`.
    void copy_view(ActionContext context);
    /// Shows the view that this text is.
    void take_view(ActionContext context, const std::string& text);
    /// What is to be put there, once.
    std::optional<std::string> to_clipboard;

    /// What the notebook in use holds, in short, and the race that comes with the program, once
    /// that is known; null before. The first call asks for it, and so does each after
    /// ask_recent_again().
    [[nodiscard]] const RecentList* recent();
    void ask_recent_again() { recent_asked_.reset(); }

    /// Seconds from one look for the runs of a plane to the next.
    static constexpr double kPlaneLook = 2;
    /// All runs of the notebook in use, as they were read last; null before, and without one. To be
    /// called while somebody looks at them, at `now` seconds: they are read again every kPlaneLook.
    [[nodiscard]] std::shared_ptr<const PlaneRuns> plane_runs(double now);

    /// What the notebook knows of runs like one.
    struct Lookup {
        std::uint64_t job = 0;
        std::shared_ptr<const KnownRuns> runs; ///< null: it could not be read
    };
    /// Asks for it; returns the job. The answer waits for take_lookup().
    std::uint64_t look_up(file_request::LookUp wanted) { return send(std::move(wanted)); }
    [[nodiscard]] std::optional<Lookup> take_lookup();
    /// The notebook writer's state; null when nothing is recorded.
    [[nodiscard]] const StoreStatus* store_status() const {
        return options_.store_status ? options_.store_status() : nullptr;
    }

    /// Begins a new run with the weights recorded at the cursor, or nearest before it.
    void fork(ActionContext context, const ForkDraft& draft);

    /// The target of a request that exists already: may it be replaced?
    [[nodiscard]] const std::string* question() const {
        return question_ ? &question_text_ : nullptr;
    }
    void answer(bool replace);
    /// Escape: a dialog is closed; else a question is answered with no, or a notice goes. False
    /// when there is none of them.
    [[nodiscard]] bool close_topmost();

    /// What was saved or opened last.
    struct Notice {
        std::string text;
        std::string command; ///< to copy; mostly empty
        bool drawn = false;  ///< it has been, and nothing covers it
        bool read = false;   ///< the mouse is over it
        double until = 0;    ///< seconds; 0: its time has not begun
    };
    std::optional<Notice> notice;
    /// Once per turn of the loop, at `now` seconds: a notice goes by itself after kNoticeSeconds
    /// in sight, counted anew when it was covered or read, and never when it holds a command to
    /// copy. True when it went.
    bool let_notice_go(double now, bool window_visible);
    /// When that has to be asked at the latest; kNever when a notice does not go by itself.
    [[nodiscard]] double notice_goes() const {
        return notice && notice->until > 0 ? notice->until : kNever;
    }

    /// Frames written and frames in all, while a film is made.
    struct FilmState {
        int written = 0;
        int frames = 0;
    };
    [[nodiscard]] std::optional<FilmState> film_state() const;

    /// The next run to offer for resuming; null when there is none.
    [[nodiscard]] const ResumeOffer* offer() const {
        return options_.offers.empty() ? nullptr : &options_.offers.front();
    }
    [[nodiscard]] std::size_t offers() const { return options_.offers.size(); }
    void take_offer();
    void decline_offers() { options_.offers.clear(); }

    /// The writer's trouble; null while all is well.
    [[nodiscard]] const StoreStatus* trouble() const;
    void retry_store();
    void save_notebook_as(const std::string& file);

    /// Where a run is recorded; number 0 when it is not.
    [[nodiscard]] StoredPlace place_of(RunId run) const;
    /// The run is shown as it was read.
    void note_opened(ViewState& view, RunId run, const OpenedRun& opened);
    /// What the last job ended with: for a program that waits for one.
    [[nodiscard]] const std::optional<FileReplyBody>& last_end() const { return last_end_; }

private:
    struct FilmJob {
        std::uint64_t job = 0; ///< 0: its first picture is not drawn yet
        FileTarget target;
        ViewState view;
        PictureWanted wanted;
        int frames = 0;
        int written = 0;
        bool ended = false;     ///< all frames are asked for
        bool cancelled = false; ///< by the user
    };

    std::uint64_t send(FileRequestBody body);
    void send_as(std::uint64_t job, FileRequestBody body);
    /// What the writer wants to be known, once; true when that is new.
    bool tell_of_the_record(ActionContext context);
    void take(ActionContext context, FileReply reply);
    void take_forked(ActionContext context, file_reply::Forked forked);
    void take_opened(ActionContext context, file_reply::Opened opened);
    /// Has a recorded run shown.
    RunId show_recorded(ActionContext context, OpenedRun run, bool start);
    /// The notebook in use; empty without one.
    [[nodiscard]] std::string notebook_in_use() const;
    /// What was read of a run that is shown, to take its place once all of it is here.
    void take_again(ActionContext context, RunId old, OpenedRun opened);
    /// Puts those in their places whose figures are all here. True when it did.
    bool succeed(ActionContext context);
    /// Starts the replay that was asked for, once all figures are here. True when it did.
    bool start_replay(ActionContext context);
    /// True when it told the worker something.
    bool film_on(ActionContext context, const DrawPicture& draw);
    [[nodiscard]] std::string folder() const;
    /// The epoch of what is saved. Weights of a live run are those that its next epoch starts with,
    /// one after the newest figures.
    [[nodiscard]] std::int32_t epoch_saved(const ViewState& view, const RunRecord& run) const;

    FileControllerOptions options_;
    std::uint64_t next_job_ = 1;
    std::deque<FileRequest> waiting_;
    std::map<std::uint64_t, FileRequestBody> jobs_; ///< not answered yet
    std::optional<FileRequestBody> question_;
    std::string question_text_;
    std::optional<FilmJob> film_;
    std::optional<FilmJob> film_in_question_;
    std::map<RunId, StoredPlace> places_;
    std::optional<FileReplyBody> last_end_;
    std::deque<Lookup> lookups_;           ///< answered
    std::deque<Watch> watched_;            ///< answered
    std::map<std::uint64_t, RunId> again_; ///< jobs that read a run which is shown
    std::map<RunId, RunId> successors_;    ///< by the run whose place they take
    std::vector<RunId> succeeded_;         ///< in the book until the trainer has removed them
    std::shared_ptr<const RecentList> recent_;
    std::optional<std::string> recent_asked_; ///< of which notebook
    AwaitedView awaited_view_;
    std::shared_ptr<const PlaneRuns> plane_runs_;
    std::optional<std::uint64_t> plane_job_; ///< under way
    double next_plane_look_ = 0;
    std::optional<RunId> replayed_when_here_; ///< its figures are under way
    std::string told_;                        ///< the notebook writer's notice, when it was shown
};

} // namespace grokscope::ui
