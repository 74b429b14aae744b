// The one table of keys and controls: key handling, tooltips, the F1 sheet and the tests read it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace grokscope::ui {

enum class Action : std::uint8_t {
    kNone,
    kStartPause,
    kTrainOn,
    kStepEpoch,
    kStepEvaluation,
    kCursorBack,
    kCursorForth,
    kCursorBackTen,
    kCursorForthTen,
    kPreviousEvent,
    kNextEvent,
    kWholeRecord,
    kFollowLatest,
    kReplay,
    kSpeed1,
    kSpeed2,
    kSpeed3,
    kSpeed4,
    kSpeed5,
    kLogEpochs,
    kLogValues,
    kFit,
    kWavetableMode,
    kInsideTab,
    kPreviousRun,
    kNextRun,
    kAddStencil1,
    kAddStencil2,
    kAddStencil3,
    kAddStencil4,
    kAddStencil5,
    kAddStencil6,
    kAddStencil7,
    kRivals,
    kHideRun,
    kRemoveRun,
    kSelectRun1,
    kSelectRun2,
    kSelectRun3,
    kSelectRun4,
    kSelectRun5,
    kSelectRun6,
    kSelectRun7,
    kSelectRun8,
    kSelectRun9,
    kPalette,
    kHelp,
    kInfo,
    kEscape,
    kPresenter,
    kLayoutLesson,
    kLayoutCompare,
    kLayoutInside,
    kFlip,
    kNewRun,
    kNote,
    kGuess,
    kFork,
    kUndo,
    kRedo,
    kFoldColumns,
    kScaleUp,
    kScaleDown,
    kScaleReset,
    kTheme,
    kFullScreen,
    kSeeds,
    kPlane,
    kCollapse,
    kLottery,
    kValley,
    kPath,
    kDepth,
    kLaboratory,
    kTheory,
    kExport,
    kCopyView,
    kPasteView,
    kPicture,
    kOpen,
    kQuit
};

/// A key with its modifiers. Names are those of the keyboard's legends, in English.
struct Chord {
    enum class Key : std::uint8_t {
        kSpace,
        kPeriod,
        kLeft,
        kRight,
        kHome,
        kEnd,
        kPageUp,
        kPageDown,
        kDelete,
        kEscape,
        kDigit,    // with `number`
        kLetter,   // with `letter`
        kFunction, // with `number`
        kPlus,
        kMinus
    };
    Key key = Key::kSpace;
    bool ctrl = false;
    bool shift = false;
    char letter = 0;
    int number = 0;
    friend bool operator==(const Chord&, const Chord&) = default;

    [[nodiscard]] static constexpr Chord of(char letter) {
        return {Key::kLetter, false, false, letter, 0};
    }
    [[nodiscard]] static constexpr Chord ctrl_and(char letter) {
        return {Key::kLetter, true, false, letter, 0};
    }
};

/// A key went down, with the modifiers of that very moment.
struct KeyPress {
    Chord chord;
    /// The keyboard's own repetition of a key that is held.
    bool repeat = false;
    /// Characters that came with it, and after it until the next press.
    int characters = 0;
};

struct Shortcut {
    Action action = Action::kNone;
    Chord chord;
    /// As written on the F1 sheet.
    const char* keys = "";
    const char* what = "";
    /// Repeats while the key is held.
    bool repeats = false;
    /// Neighbouring rows with the same family share one line of the sheet: its keys and meaning.
    const char* family_keys = nullptr;
    const char* family_what = nullptr;
    /// Title of the group of the sheet that begins with this row.
    const char* group = nullptr;
};

/// One line of the F1 sheet.
struct SheetLine {
    std::string_view keys;
    std::string_view what;
    /// Title of the group that begins with this line; empty within one.
    std::string_view group = {};
};

/// Every key of the window, in the order of the F1 sheet. No chord occurs twice.
[[nodiscard]] std::span<const Shortcut> shortcuts();
/// The F1 sheet: every row of shortcuts(), families in one line.
[[nodiscard]] std::vector<SheetLine> sheet_lines();
/// What a press means; kNone when nothing, or when it repeats and the action does not.
[[nodiscard]] Action action_of(const KeyPress& press);
/// The key that does this, as written on the sheet; empty when none does.
[[nodiscard]] std::string_view keys_of(Action action);

/// A named control: what it does and what to try.
struct ControlInfo {
    std::string_view name;
    const char* tooltip = nullptr;
    Action action = Action::kNone;
};

[[nodiscard]] std::span<const ControlInfo> controls();
/// Throws std::logic_error for a name that the table lacks: every control has a tooltip.
[[nodiscard]] const ControlInfo& control(std::string_view name);

} // namespace grokscope::ui
