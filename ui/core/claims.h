// Every sentence of the window that says something about a run as it stands: where it appears, its
// words, and the condition under which it is true. At each place exactly one row holds at any time,
// and a panel shows that one. Sentences that hold for every run are in text.h and shortcuts.cpp.
// docs/ui.md lists these rows; a test keeps both equal, and walks recorded courses.
#pragma once

#include "ui/core/moment.h"
#include "ui/core/ring_chance.h"
#include "ui/core/view_state.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace grokscope::ui {

enum class Place : std::uint8_t {
    kHeadline,   ///< in the caption, in presenter mode; its brief form in the status line
    kStory,      ///< beside the headline: what to look at
    kCursor,     ///< beside the cursor's epoch
    kCard,       ///< a run's card, before the epoch: has it grokked
    kNews,       ///< announced once, of any run, its name before and its grok epoch after
    kResting,    ///< a run's card, in place of "paused"; may be empty
    kEnd,        ///< read-out, before the newest epoch of a run that has none there
    kExperiment, ///< name of the settings in the strip
    kRing,       ///< under the circle
    kRingYet,    ///< after that
    kFirstCircle,
    kTourLines,
    kTourJump,
    kTourCircle,
    kTourCircleTask,
    kTourStartTask,
    kEmptyAccuracy,
    kEmptyLoss,
    kEmptyProgress,
    kEmptyWavetable,
    kEmptyNeurons,
    kEmptyCircle,
    kEmptyFigures, ///< after the figure's name
    kLag,          ///< of an instrument, after the number of readings that are behind, if there are
    kCollapse,     ///< in the sheet of the collapse, over its curves; may be empty
    kLottery,      ///< in the sheet of the lottery: who has won; names follow a blank at its end
    kLotteryKeys,  ///< after that: which frequencies were key and are not; may be empty
    kValley,       ///< in the sheet of the valley, over its plots; may be empty
    kPath,         ///< in the sheet of the path; may be empty
    kDepthHeads,   ///< in the sheet of depth: how many heads carry it; they follow a blank
    kDepthLayers,  ///< after that: which layers are bypassed; they follow a blank
    kGuesses       ///< first line of the sheet of guesses; after the last one, whose were nearest
};

/// All that the rows ask. What a place does not ask about may stay as it is.
struct Facts {
    /// The run that is spoken of, at the epoch that is shown.
    Moment run;
    bool at_newest = true;     ///< the cursor follows the newest epoch
    bool seen_to_grok = false; ///< its grok epoch came while it trained here, after other figures
    bool rested = false;       ///< paused by the window, since it had been stable
    bool published = false;
    Preset preset = Preset::kNanda;
    /// Of the circle, whose weights may be of an earlier epoch than the cursor's: `run` is at its
    /// epoch, and this at the cursor's.
    RingShape ring = RingShape::kNone;
    bool grokked_at_cursor = false;
    /// First recorded embedding.
    std::int32_t first_epoch = 0;
    /// Of all runs, as far as they have got: which of them have grokked, and the selected one.
    bool any_grokked = false;
    bool selected_grokked = false;
    /// Figures exist, but of hidden runs only.
    bool hidden = false;
    bool has_progress_measures = true; ///< by its configuration
    /// Of one instrument: the runs that are shown are measured by it, the trainer itself reads it,
    /// readings that are due and not made, those that rounded weights forbid, and whether there is
    /// one.
    bool measured = false;
    bool of_trainer = false;
    std::int64_t waiting = 0;
    std::int64_t refused = 0;
    bool has_reading = false;
    /// A record is looked at, which nothing trains: the large button replays it.
    bool viewed = false;
    /// Of the collapse: figures beside test accuracy that were read twice or more since it
    /// memorised.
    int condensed = 0;
    /// Of the lottery: the operation has a group, a reading has shares at the epoch or before, of
    /// neurons that respond, and few frequencies have most of them; there are progress measures,
    /// and a frequency that was key for a while.
    bool has_group = true;
    bool read_by_then = false;
    bool responds = false;
    bool prevails = false;
    bool has_rows = false;
    bool lost_keys = false;
    /// Of depth, at the newest reading by then: heads have scores, one of them stands out, there
    /// are test pairs, it answers them with nothing skipped, and a window of layers is bypassed.
    bool scored = false;
    bool stands_out = false;
    bool asked = false;
    bool answers = false;
    bool bypasses = false;
    bool plain_model = true; ///< one layer and ReLU, without LayerNorm
    bool guesses = false;    ///< somebody has guessed when the run jumps
};

/// Words with a name in braces take those of the run's operation (operation_text.h).
struct Claim {
    Place place{};
    const char* words = "";
    /// The same for the status line.
    const char* brief = "";
    /// When it is true, in words.
    const char* condition = "";
    bool (*holds)(const Facts&) = nullptr;
    /// Trouble: marked in the warning colour.
    bool warns = false;
};

[[nodiscard]] std::span<const Claim> claims();
/// Of the selected run at the cursor, as far as these two know it.
[[nodiscard]] Facts facts_of(const RunBook& book, const ViewState& view);
/// The row that holds, its words those of the run's operation; one without words when none does.
[[nodiscard]] const Claim& claim(Place place, const Facts& facts);
[[nodiscard]] std::string_view name_of(Place place);
/// The cursor's epoch, and where the run is when that lies beyond its record: "epoch 5,000, ended
/// at 2,000".
[[nodiscard]] std::string place_in_words(const Facts& facts, std::int32_t epoch);

/// Of a circle with the weights of `epoch`, looked at while the cursor stands at `cursor`.
[[nodiscard]] Facts facts_of_circle(const RunRecord& run, RingShape ring, std::int32_t epoch,
                                    std::int32_t cursor);
/// What stands under it: "a ring, not grokked by 2,180".
[[nodiscard]] std::string circle_in_words(const Facts& facts, std::int32_t epoch);

/// True when the settings are those of the publication, seed, stencil and length aside.
[[nodiscard]] bool is_published(const RunConfig& config);

} // namespace grokscope::ui
