// What every panel gets: const data in, choices into the view state, commands out.
#pragma once

#include "engine/protocol/run_preset.h"
#include "ui/core/beside.h"
#include "ui/core/command_sink.h"
#include "ui/core/frame_wish.h"
#include "ui/core/rect.h"
#include "ui/core/run_book.h"
#include "ui/core/ui_log.h"
#include "ui/core/view_state.h"
#include "ui/kit/theme.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope::ui {

/// Threads that train.
struct Workers {
    int working = 1;
    /// With those that were sent to sleep.
    int available = 1;
};

/// Figures of the frame loop that panels show.
struct FrameFacts {
    double frames_per_second = 0;
    /// Epochs per second of all running runs together, over about the last second.
    double epochs_per_second = 0;
    /// Seconds since the window opened; drives animations.
    double seconds = 0;
    bool software_gl = false;
    std::string_view renderer = {};
    /// Framebuffer, pixels.
    int width = 0;
    int height = 0;
    /// Work for the last frame, and for the longest of the last few hundred, the swap left out.
    double frame_milliseconds = 0;
    double worst_frame_milliseconds = 0;
    /// As the trainer told last.
    Workers workers = {};
};

/// A plain area under everything else.
struct Ground {
    Rect rect;
    Color color;
};

/// Where a panel was drawn.
struct PanelRect {
    std::string name;
    Rect rect;
    /// Why it could not be drawn; empty: it was.
    std::string problem = {};
};

/// How a picture differs from the window it shows.
struct PictureLook {
    ImVec2 size; ///< pixels
    /// False: buttons are left out, chosen ones remain as words.
    bool controls = true;
    /// Curves and pictures only, laid out over the whole size.
    bool bare = false;
    /// A sheet by itself, by its panel's name; empty: the window.
    std::string_view sheet = {};
};

class FileController;
class LabController;
class RecordController;
class StudyController;
class TheoryController;

/// References outlive the call to draw().
struct PanelInput {
    const RunBook& book;
    ViewState& view;
    CommandSink& commands;
    const Theme& theme;
    UiLog& log;
    const FrameFacts& facts;
    /// Configurations to start from, as the form for a new run offers them.
    std::span<const RunPreset> presets;
    /// Collects large plain areas when not null: the program fills them by clearing before ImGui's
    /// picture, which costs a software renderer a tenth of drawing them. Null: drawn as usual.
    std::vector<Ground>* grounds = nullptr;
    /// Null in the window itself.
    const PictureLook* picture = nullptr;
    /// Collects the panels when not null.
    std::vector<PanelRect>* panels = nullptr;
    /// Saving, opening and branching; null in a picture.
    FileController* files = nullptr;
    /// What the notebook knows of runs like these; null in a picture.
    const RecordController* records = nullptr;
    /// What the laboratory does and is asked for; null in a picture.
    LabController* laboratory = nullptr;
    /// Answers about recorded weights that take seconds, and the questions for more.
    StudyController* study = nullptr;
    /// What the singular feature machine answers; null in a picture.
    TheoryController* theory = nullptr;
    /// Called with the name of each control when it has been drawn, its panel still open, when not
    /// null: a test throws there.
    const std::function<void(std::string_view)>* on_control = nullptr;
    /// What changes by itself; null in a picture.
    FrameWish* wish = nullptr;
    /// Where controls stand, for words that must not hide them; null in a picture.
    ControlPlaces* places = nullptr;

    /// What was drawn looks different at `when` (facts.seconds).
    void draw_again(double when) const {
        if (wish != nullptr) {
            wish->at(when);
        }
    }
    /// The selected run; null when there is none.
    [[nodiscard]] const RunRecord* selected() const {
        return view.selected ? book.find(*view.selected) : nullptr;
    }
    /// That of the selected run; of the settings that Start would take where there is none.
    [[nodiscard]] Operation operation() const {
        const RunRecord* run = selected();
        return run != nullptr ? run->config.operation
               : view.draft   ? view.draft->operation
                              : Operation::kAdd;
    }
    /// The run pinned beside the selected one; null when there is none or it is the same.
    [[nodiscard]] const RunRecord* compared() const {
        return view.pinned && view.pinned != view.selected ? book.find(*view.pinned) : nullptr;
    }
    /// The epoch that every panel shows: the cursor's on the selected run; -1 without data.
    [[nodiscard]] std::int32_t cursor_epoch() const {
        const RunRecord* run = selected();
        return view.cursor.at(run == nullptr ? -1 : run->last_epoch());
    }
};

} // namespace grokscope::ui
