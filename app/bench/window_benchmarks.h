// What only the whole program shows: training beside an open window, and rest.
#pragma once

namespace grokscope {
class StopSignal;
}

namespace grokscope::bench {

class Table;

/// How often what is measured.
struct WindowRounds {
    int tax = 5;
    int grok = 1; ///< two whole runs each
};

/// Adds ui.tax with the frames' figures, idle.cpu and grok.wall, from this program run as a child,
/// with its window and without in turn: the window on the display there is, or on an Xvfb of its
/// own, or not at all, and then a note says so. Some minutes. Throws Stopped; the children have
/// ended by then.
void measure_window(Table& table, int threads, const WindowRounds& rounds, const StopSignal& stop);

} // namespace grokscope::bench
