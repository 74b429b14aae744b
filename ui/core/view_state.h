// What the user chose to see: a plain struct with one owner, the window. Panels change it directly;
// nothing in it concerns training.
// Threads: main thread only.
#pragma once

#include "engine/protocol/config.h"
#include "engine/protocol/inspect.h"
#include "engine/protocol/metrics.h"
#include "ui/core/arrangement.h"
#include "ui/core/depth_choice.h"
#include "ui/core/figure_choice.h"
#include "ui/core/layout.h"
#include "ui/core/phase_plane.h"
#include "ui/core/presenter.h"
#include "ui/core/shortcuts.h"
#include "ui/core/theory_view.h"
#include "ui/core/toast.h"
#include "ui/views/tabs.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {

enum class Action : std::uint8_t; // shortcuts.h

enum class WavetableMode : std::uint8_t { kRidge, kHeat, kBars };
/// Epochs per second of each run that keys 1 to 5 choose; 0 is unlimited.
inline constexpr std::array<double, 5> kSpeeds{5, 20, 60, 200, 0};
/// How amplitudes become heights (science.md 3.2).
enum class WavetableScale : std::uint8_t { kLinear, kDecibel, kShape };
/// What rate 1x of the replay means, in epochs per second.
inline constexpr double kReplayEpochsPerSecond = 20;
inline constexpr std::array<int, 7> kReplayRates{1, 2, 5, 10, 20, 50, 100};
/// Epochs per second, at most, of replay and training where test accuracy moves fast.
inline constexpr double kSlowEpochsPerSecond = 60;
/// What the x axis of the plots counts.
enum class XUnit : std::uint8_t {
    kEpochs,
    kSeconds,    ///< of training of that run, pauses left out
    kOperations, ///< 1e9 floating-point operations by count (docs/engine.md), not by timing
    kSinceGrok   ///< epochs before and after that run's grok epoch; runs without one are left out
};
/// What the window says about the threads that train.
enum class WorkersNotice : std::uint8_t {
    kNone,
    kOffered, ///< frames come too slowly: fewer threads are offered
    kTaken    ///< the offer was taken: the way back is
};
/// Curves smoothed over so many samples, the raw ones behind; off by default.
enum class Smoothing : std::uint8_t { kOff, kLight, kStrong };

/// The one epoch that all panels show. Live: the newest epoch of the selected run.
struct EpochCursor {
    bool live = true;
    /// Where it is held; without meaning while live.
    std::int32_t held_epoch = 0;

    void hold(std::int32_t epoch) {
        live = false;
        held_epoch = std::max<std::int32_t>(epoch, 0);
    }
    /// The epoch it stands on, given the newest one of the selected run.
    [[nodiscard]] std::int32_t at(std::int32_t newest) const { return live ? newest : held_epoch; }
};

/// Epoch axis shared by all plots.
struct EpochAxis {
    double min = 0;
    double max = 500;
    bool log = false;
    /// The program moves the axis only while this is on; a pan or zoom by the user ends it.
    bool follow = true;
    /// Following shows the whole record; off while the user's own width is kept.
    bool whole = true;
};

/// Value axis of one plot.
struct ValueAxis {
    double min = 0;
    double max = 1;
    bool log = true;
    /// Set by the user's zoom: new data no longer move it.
    bool user = false;
    /// Has held data since it was made or refitted.
    bool fitted = false;
};

/// Whose spectrum the wavetable shows: the number embeddings W_E; W_L = W_U^T W_out, what the MLP's
/// neurons write on the logits; or the neurons' own activations over all pairs. The last is not
/// chosen by itself: W_E with the numbers in their own order, where that is another one than the
/// group's, or the only one.
enum class WavetableSource : std::uint8_t { kEmbedding, kLogits, kNeurons, kPlainEmbedding };

struct WavetableView {
    WavetableMode mode = WavetableMode::kRidge;
    WavetableSource source = WavetableSource::kEmbedding;
    WavetableScale scale = WavetableScale::kLinear;
    /// 0 (rows nearly on top of each other) to 1 (seen from above).
    float tilt = 0.5F;
    /// -1 to 1: rows at the back moved left or right, as a share of the width.
    float shear = 0.25F;
};

/// One circle, epoch 0 beside the cursor's, or one circle for each of up to five key frequencies or
/// three pairs of components.
enum class CircleLayout : std::uint8_t { kOne, kBeforeNow, kKeyFrequencies };

/// Along the cosine and sine of one frequency, or along principal components.
enum class CirclePlane : std::uint8_t { kFrequency, kComponents };

struct CircleView {
    CircleLayout layout = CircleLayout::kOne;
    CirclePlane plane = CirclePlane::kFrequency;
    /// Points glide to their new places in under 200 ms; off: they jump.
    bool glide = true;
};

/// What is looked at inside the model.
struct InsideView {
    InsideTab tab = InsideTab::kCircle;
    /// What stands in the two fields of the query box; may lie outside of 0..p-1.
    NumberPair typed{7, 13};
    /// What TAKE APART takes out.
    Ablation ablation;
    /// Map, clock and attention show the ablated model; without an ablation: no difference.
    bool ablated = true;
    /// Head in the first column of the attention maps.
    int first_head = 0;
};

/// What the sheet of the laboratory has asked for and what is typed there.
struct LaboratoryDraft {
    /// The run that it is of, and the plan that was asked for last.
    RunId run{};
    MeasurePlan plan;
    /// Epochs between readings, of instruments that are off or whose field is being edited.
    std::map<std::string, int, std::less<>> every;
};

/// Text that stays in its field, refused, until it is corrected or the number changes elsewhere.
struct WrongNumber {
    std::string text;
    /// What is wrong with it, as the command line says it.
    std::string sentence;
    /// The number as it stands, unchanged.
    std::string instead;
};

/// The number of the field that is typed into, as it was before.
struct TypedFrom {
    std::string field;
    double number = 0;
};

/// A fork that is being made: of which run, where, and with which settings.
struct ForkDraft {
    RunId original{};
    std::int32_t epoch = 0;
    RunConfig config;
    /// The number whose embedding may be scaled, and by what; 1: it is not.
    WeightEdits::Scaled scaled = {};
};

/// A guess that is being typed.
struct GuessDraft {
    std::string who;
    std::int32_t epoch = 2000;
};

/// Of a recorded run that is shown while another process trains it.
struct TrainedElsewhere {
    std::string who;        ///< in words
    std::int32_t epoch = 0; ///< that it had come to when last looked; 0: not looked yet
    bool ended = false;     ///< it trains it no more, and the record is being read again
    friend bool operator==(const TrainedElsewhere&, const TrainedElsewhere&) = default;
};

/// The sheet of the plane.
struct PlaneView {
    PlaneChoice choice = {};
    /// Colours are those of regions, not of epochs.
    bool regions = false;
    /// What it shows; null before the notebook was read.
    std::shared_ptr<const PlaneRuns> runs = {};
};

/// Runs that a picture of the sheet of seeds is made of; null: those of the window.
using SeedsShown = std::shared_ptr<const std::vector<SweepRun>>;

/// The sheet of the weights' path, and from where it is looked at: radians around the axis that
/// goes up, and above the plane of the other two.
struct PathView {
    float turn = 0.6F;
    float lift = 0.45F;
};

/// How things are shown: what the settings file keeps (view_settings.h) and what a copied view
/// takes to another window (view_look.h), beside the layout.
struct ViewSettings {
    ThemeKind theme = ThemeKind::kDark;
    /// User's zoom of the whole window, 1..3, on top of the monitor's scale.
    float scale = 1.0F;
    /// The named layouts as they were left.
    std::array<NamedLayout, kLayouts> layouts = factory_layouts();
    PresenterView presenter;

    EpochAxis epoch_axis;
    XUnit x_unit = XUnit::kEpochs;
    Smoothing smoothing = Smoothing::kOff;
    /// The selected run's test curves are drawn in two parts, too: mirrored and truly new pairs.
    bool test_parts = false;
    ThirdPlot third_plot = ThirdPlot::kMismatch;
    /// What the third plot shows of the instruments' figures.
    FigureChoice figures;

    /// Circle, map, clock and wavetable have the numbers in their own order, where that is another
    /// one than the order of the operation's group.
    bool plain_order = false;
    WavetableView wavetable;
    CircleView circle;
    InsideView inside;
    /// Frequency of the circle, 1..p/2; nothing: the strongest of the newest recorded epoch, so
    /// that it does not change while scrubbing.
    std::optional<int> frequency;
};

/// All that the window shows: what the user arranged and may take back, how it is shown, and, of
/// its own, what passes.
struct ViewState {
    Arrangement arrangement;
    History history;
    ViewSettings settings;

    std::optional<RunId> selected;
    /// Run under the mouse in list or plot, as of the last frame; panels write the next one.
    std::optional<RunId> hovered;
    std::optional<RunId> hovered_next;
    std::vector<RunId> hidden;
    /// The runs as they are listed (run_order.h), what that order is of, and when figures that
    /// changed may next change it.
    std::vector<RunId> run_order;
    RunSorting run_order_of;
    double next_ordering = 0;
    /// The mouse was over the list in the last frame; the list writes the next one.
    bool over_run_list = false;
    bool over_run_list_next = false;
    /// The run that the selected one is compared with: the pictures show both on one scale. May be
    /// the selected one itself, which compares nothing. Always a run of the book.
    std::optional<RunId> pinned;
    /// The selected run while B is held and the pinned one stands in for it.
    std::optional<RunId> flipped_from;

    EpochCursor cursor;
    /// Epoch under the mouse in any plot, as of the last frame; panels write the next one.
    std::optional<std::int32_t> hovered_epoch;
    std::optional<std::int32_t> hovered_epoch_next;
    /// The same place in units of the x axis.
    std::optional<double> hovered_x;
    std::optional<double> hovered_x_next;
    ValueAxis loss_axis{1e-2, 10, true, false, false};
    ValueAxis mismatch_axis{1e-3, 1, true, false, false};
    ValueAxis progress_axis{1e-3, 10, true, false, false};
    /// Its value axes, from the left, and what each is of (FigureAxisGroup::name).
    std::array<ValueAxis, kMostFigureAxes> figure_axes;
    std::array<std::string, kMostFigureAxes> figure_axes_of;

    /// Settings edited in the strip: Start makes a new run of them. Empty: those of the selected.
    std::optional<RunConfig> draft;
    /// The built-in configuration that the draft began as; empty when it began as none.
    std::string draft_preset;
    /// Offsets chosen with the three toggles.
    Stencil draft_stencil;
    /// Seed in the "add baseline" field.
    std::uint32_t baseline_seed = 0;
    /// Limit on epochs per second, as index into kSpeeds.
    int speed = 4;
    /// Moves the cursor by itself through the record.
    bool replaying = false;
    double replay_position = 0;
    /// Index into kReplayRates.
    std::size_t replay_rate = 4;
    bool replay_loop = false;
    /// Held back at the moment, where test accuracy moves fast.
    bool replay_slowed = false;
    /// Replay and training slow down where test accuracy moves fast.
    bool auto_slow = true;
    /// Training is held back at the moment; the user's `speed` stays what it was.
    bool training_slowed = false;
    /// The user has chosen a speed during this jump: it is not held back.
    bool slowing_waived = false;
    /// A run that has stayed grokked for 1,000 epochs is paused, once, so that the machine rests.
    bool auto_stop = true;
    /// Runs that have been paused for that.
    std::vector<RunId> rested;
    /// Sentence for the picture under the mouse, as of the last frame; panels write the next one.
    const char* hint = nullptr;
    const char* hint_next = nullptr;
    /// What failed and what to do; empty without a failure, or once it was read.
    std::string banner;
    /// Lower edge of the banner in the last frame, in pixels; 0 without one.
    float banner_bottom = 0;
    /// Upper edge of the toast, in pixels; 0 without one.
    float toast_top = 0;
    /// What was just done and can be undone; it stands in front of the news.
    std::optional<Toast> toast;
    /// Runs that have grokked, the one that is told of first.
    std::deque<News> news;
    WorkersNotice workers_notice = WorkersNotice::kNone;
    /// In a narrow window: the pictures are shown in place of the plots.
    bool pictures_in_front = false;

    /// Runs that other processes train: nothing that is trained here would be theirs.
    std::map<RunId, TrainedElsewhere> elsewhere;

    /// What was typed into a field for a number and is none that it takes, by the field's name.
    std::map<std::string, WrongNumber, std::less<>> wrong_numbers;
    /// What a field goes back to when what is typed into it turns out to be none.
    std::optional<TypedFrom> typed_from;
    /// What the notebook holds stands where the plots have nothing to show yet.
    bool start_view = true;
    /// The form for a new run; it edits `draft`.
    bool new_run_open = false;
    /// Text of the note that is being written for the cursor's epoch; nothing: none is.
    std::optional<std::string> note_draft;
    /// The sheet of guesses is open.
    bool guessing = false;
    GuessDraft guess;
    /// Card of the guided tour, from 0; nothing: no tour.
    std::optional<std::size_t> tour;
    /// What that card waits for had not happened when it came up: it goes on by itself.
    bool tour_waits = false;
    /// The sheet that lies over the window: the action that opens and closes it, one at a time.
    Action sheet = Action::kNone;
    /// What buttons asked for, done at the next frame as if its keys had been pressed.
    std::vector<Action> asked;
    TheoryView theory;
    /// The form for a fork, while it is open.
    std::optional<ForkDraft> fork;
    LaboratoryDraft laboratory;
    /// Epochs between the readings that "measure the whole record" makes.
    int whole_record_every = 1;
    /// Seeds of one variant are drawn as a band.
    bool seed_bands = true;
    bool info_open = false;
    PlaneView plane;
    SeedsShown seeds;
    PathView path;
    DepthView depth;

    [[nodiscard]] bool is_open(Action of_sheet) const { return sheet == of_sheet; }
    void toggle_sheet(Action of_sheet) { sheet = sheet == of_sheet ? Action::kNone : of_sheet; }
    [[nodiscard]] bool visible(RunId run) const {
        return std::find(hidden.begin(), hidden.end(), run) == hidden.end();
    }
    void set_visible(RunId run, bool show) {
        std::erase(hidden, run);
        if (!show) {
            hidden.push_back(run);
        }
    }
    /// Once per frame, before the panels draw: what they noted last time takes effect.
    void begin_frame() {
        hovered = std::exchange(hovered_next, std::nullopt);
        hovered_epoch = std::exchange(hovered_epoch_next, std::nullopt);
        hovered_x = std::exchange(hovered_x_next, std::nullopt);
        over_run_list = std::exchange(over_run_list_next, false);
        hint = std::exchange(hint_next, nullptr);
    }
    /// Follow latest: the right edge tracks the data again and the cursor is live (End).
    void follow_latest() {
        settings.epoch_axis.follow = true;
        cursor.live = true;
    }
};

} // namespace grokscope::ui
