// Stands in for the window in a build without one (GROKSCOPE_UI=OFF).
#include "app/window_app.h"

#include <iostream>

namespace grokscope {

int run_window(const WindowOptions&, const StopSignal&) {
    std::cerr << "grokscope: this build has no window; `grokscope train` works without one, and "
                 "-DGROKSCOPE_UI=ON builds it\n";
    return static_cast<int>(ExitCode::kNoDisplay);
}

} // namespace grokscope
