// What the window knows of a view that lies over it, apart from how it is drawn: names, key, words
// and controls, all in one place. Everything else loops over the list (list.h).
// Threads: any; constants only.
#pragma once

#include "ui/core/shortcuts.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace grokscope::ui {

/// Whether there are pictures of a view by itself, be it open or not, and of what.
enum class ViewPicture : std::uint8_t {
    kNone,
    kOfRun,     ///< the selected run at the cursor's epoch
    kOfEpoch,   ///< likewise, but each epoch takes seconds: there are no films
    kOfRuns,    ///< all runs shown
    kOfNotebook ///< the runs of the notebook
};

struct ViewInfo {
    /// Of its panel: in the log, in --panel, of its (i), of its button "close_NAME".
    std::string_view name;
    const char* title;
    /// Opens and closes it.
    Action action;
    Chord chord;
    /// The chord as written on the F1 sheet, and what the view is, for that sheet and menus.
    const char* keys;
    const char* does;
    /// The (i) beside its title: one sentence of plain language, and what to look for. Null: none.
    const char* shows = nullptr;
    const char* look_for = nullptr;
    ViewPicture picture = ViewPicture::kNone;
    /// That picture is made of what the inspector answers (StudyController), which takes seconds.
    bool studied = false;
    std::span<const ControlInfo> controls = {};
};

} // namespace grokscope::ui
