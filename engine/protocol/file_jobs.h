// What the window asks of the files: to save figures, weights, pictures and films, to open
// notebooks and look things up in them.
// Threads: the window's asks, the file worker's answers; nothing here is shared but FileChannels.
#pragma once

#include "engine/protocol/branch.h"
#include "engine/protocol/doorbell.h"
#include "engine/protocol/known_runs.h"
#include "engine/protocol/metrics.h"
#include "engine/protocol/phase_plane.h"
#include "engine/protocol/recent_runs.h"
#include "engine/protocol/run_record.h"
#include "engine/protocol/spsc_ring.h"
#include "engine/protocol/store_status.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace grokscope {

struct StoredRun; // the engine's: a front end passes it on unread

/// RGBA bytes, top row first.
struct Picture {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> pixels;
};

/// Recorded runs that a window shows at most: more would need several gigabytes.
inline constexpr std::size_t kMostViewed = 64;

/// Where a run is recorded.
struct StoredPlace {
    std::string file;
    std::int64_t number = 0; ///< of the run in that notebook
};

/// A recorded run, ready to be shown; without `stored` when this process trains it.
struct OpenedRun {
    std::shared_ptr<const StoredRun> stored;
    StoredPlace place;
    /// Its name and notes; of no RunId yet.
    store_request::Words words = {};
    /// The other process that trains it, in words; empty: none does.
    std::string trained_by = {};
};

/// A recorded run that was cut off and can go on.
struct ResumeOffer {
    StoredPlace place;
    RunConfig config;
    std::int32_t epoch = 0;
};

/// A view of the window that is passed on (store/shared_view.h).
struct SharedView {
    std::vector<RunConfig> runs;
    std::size_t selected = 0; ///< of them
    /// The cursor's; nothing: the newest.
    std::optional<std::int32_t> epoch;
    /// Layout, axes and pictures: a JSON object in the window's own words.
    std::string look;
};

struct FileTarget {
    std::string path;
    /// The user agreed to replace what is there.
    bool overwrite = false;
};

enum class FigureFormat : std::uint8_t { kCsv, kJson };
enum class WeightFormat : std::uint8_t { kNpz, kPt };

namespace file_request {

/// A run's figures; the facts of the machine come from its record, or are this machine's.
struct SaveFigures {
    FileTarget target;
    FigureFormat format = FigureFormat::kCsv;
    std::shared_ptr<const RunRecord> record;
    StoredPlace place; ///< empty when the run is not recorded
};
/// The weights recorded at `epoch` or nearest before it.
struct SaveWeights {
    FileTarget target;
    WeightFormat format = WeightFormat::kNpz;
    bool transformer_lens = false;
    StoredPlace place;
    std::int32_t epoch = 0;
};
/// Everything of a run, as a notebook of its own. Never replaces a file.
struct SaveRun {
    FileTarget target;
    StoredPlace place;
};
struct SavePicture {
    FileTarget target;
    std::shared_ptr<const Picture> picture;
    /// Its alpha is kept; else it is written opaque.
    bool transparent = false;
};
/// Frames follow under the same job number, then EndFilm.
struct BeginFilm {
    FileTarget target;
    int width = 0;
    int height = 0;
    int frames_per_second = 30;
};
struct FilmFrame {
    std::shared_ptr<const Picture> picture;
};
struct EndFilm {
    bool keep = true; ///< false: cancelled, nothing is left behind
};
/// A view as text, into a file; without a path it is the answer.
struct ShareView {
    FileTarget target;
    SharedView view;
};
/// Reads such a text, and its runs where the notebook has them.
struct TakeView {
    std::string text;
    std::string notebook; ///< in use; empty: none
};
/// Takes the runs of a notebook over into the one in use, and shows the newest; where there is none
/// in use, only shows them. The file of a view is taken as TakeView.
struct Open {
    std::string path;     ///< "~" is the home folder
    std::string notebook; ///< in use; empty: none
};
/// Reads recorded runs as they stand, to look at them.
struct Show {
    std::vector<StoredPlace> places;
    /// They are replayed from the beginning.
    bool replay = false;
};
/// Whether other processes train recorded runs, and how far these have come.
struct Watch {
    std::vector<StoredPlace> places;
};
/// What a notebook holds, in short (store/recent_runs.h).
struct ListRecent {
    std::string notebook; ///< in use; empty: none
};
/// All runs of a notebook as a plane of settings takes them (store/plane_runs.h).
struct ListPlane {
    std::string notebook;
};
/// Reads a run that was cut off, to go on with it.
struct Resume {
    StoredPlace place;
};

/// Reads what a fork of this run at `epoch`, with these settings, goes on from.
struct Fork {
    StoredPlace place;
    RunId original{}; ///< its number in the window
    std::int32_t epoch = 0;
    RunConfig config;
};

/// What the notebook knows of runs like this one (store/known_runs.h).
struct LookUp {
    std::string notebook;
    RunConfig config;
    std::int64_t itself = 0; ///< its number there, left out; 0: it is not there
    bool with_earlier = false;
};

} // namespace file_request

using FileRequestBody =
    std::variant<file_request::SaveFigures, file_request::SaveWeights, file_request::SaveRun,
                 file_request::SavePicture, file_request::BeginFilm, file_request::FilmFrame,
                 file_request::EndFilm, file_request::Open, file_request::Resume,
                 file_request::Fork, file_request::LookUp, file_request::Show,
                 file_request::ListRecent, file_request::ShareView, file_request::TakeView,
                 file_request::Watch, file_request::ListPlane>;

struct FileRequest {
    std::uint64_t job = 0;
    FileRequestBody body;
};

namespace file_reply {

struct Saved {
    std::string path; ///< empty: standard output
    /// A command to copy, such as the one that joins single pictures to a film; mostly empty.
    std::string command;
    /// What else is to be known, one sentence; mostly empty.
    std::string note;
};
struct Failed {
    std::string sentence;
    /// The target exists: asked again with `overwrite`, it is replaced.
    bool exists = false;
};
/// Frames of a film written so far.
struct FilmProgress {
    int frames = 0;
};
/// Answer to Open, Show and Resume: runs to be shown.
struct Opened {
    std::vector<OpenedRun> runs;
    /// What was taken over, one sentence.
    std::string sentence;
    /// They are to train at once.
    bool start = false;
    /// They are replayed from the beginning.
    bool replay = false;
};

/// Answer to Fork: what the new run goes on from.
struct Forked {
    std::shared_ptr<const BranchStart> from;
    RunId original{};
};

/// Answer to ShareView without a path.
struct Shared {
    std::string text;
};
/// Answer to TakeView: the view, and its runs as far as they are recorded: as many as the view has,
/// without `stored` where one is not, or empty without a notebook.
struct View {
    SharedView view;
    std::vector<OpenedRun> recorded;
};

/// Answer to LookUp.
struct Known {
    std::shared_ptr<const KnownRuns> runs;
};

/// Answer to Watch: those that could be read.
struct Watched {
    struct Run {
        StoredPlace place;
        std::string trained_by; ///< in words; empty: by no other process, or the run is gone
        std::int32_t epoch = 0; ///< trained, as far as recorded
    };
    std::vector<Run> runs;
};

/// Answer to ListRecent.
struct Recent {
    std::shared_ptr<const RecentList> list;
};

/// Answer to ListPlane.
struct Plane {
    std::shared_ptr<const PlaneRuns> runs;
};

} // namespace file_reply

using FileReplyBody =
    std::variant<file_reply::Saved, file_reply::Failed, file_reply::FilmProgress,
                 file_reply::Opened, file_reply::Forked, file_reply::Known, file_reply::Recent,
                 file_reply::Shared, file_reply::View, file_reply::Watched, file_reply::Plane>;

struct FileReply {
    std::uint64_t job = 0;
    FileReplyBody body;
};

/// Between the window and the file worker.
struct FileChannels {
    /// Window to worker. When full the window keeps the request and retries next frame; a film's
    /// frames are drawn only when there is room, so that a slow disk holds up the film alone.
    SpscRing<FileRequest> requests{8};
    /// Worker to window. Lossless: the worker defers locally when full (LosslessSender).
    SpscRing<FileReply> replies{64};
    /// Window to worker: rung after a request was pushed.
    Doorbell doorbell;
};

} // namespace grokscope
