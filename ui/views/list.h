// The views that lie over the window, in the order of their menus. A view is an entry here, an
// action (shortcuts.h), how it is drawn (view.h, MainView), and its own folder.
// Threads: any; constants only.
#pragma once

#include "ui/views/collapse/info.h"
#include "ui/views/depth/info.h"
#include "ui/views/laboratory/info.h"
#include "ui/views/lottery/info.h"
#include "ui/views/path/info.h"
#include "ui/views/plane/info.h"
#include "ui/views/seeds/info.h"
#include "ui/views/theory/info.h"
#include "ui/views/valley/info.h"

#include <array>

namespace grokscope::ui {

inline constexpr std::array kViews{&kSeedsInfo,   &kPlaneInfo,      &kCollapseInfo,
                                   &kLotteryInfo, &kValleyInfo,     &kPathInfo,
                                   &kDepthInfo,   &kLaboratoryInfo, &kTheoryInfo};

/// Null where the action opens none.
[[nodiscard]] constexpr const ViewInfo* view_of(Action action) {
    for (const ViewInfo* const view : kViews) {
        if (view->action == action) {
            return view;
        }
    }
    return nullptr;
}
/// Null where there is none of that name.
[[nodiscard]] constexpr const ViewInfo* view_named(std::string_view name) {
    for (const ViewInfo* const view : kViews) {
        if (view->name == name) {
            return view;
        }
    }
    return nullptr;
}
/// Whether films are made of a panel, or of the window.
[[nodiscard]] constexpr bool has_films(std::string_view panel) {
    const ViewInfo* const view = view_named(panel);
    return view == nullptr || view->picture == ViewPicture::kOfRun;
}

} // namespace grokscope::ui
