// What only the whole program shows: training beside an open window, and rest.
#pragma once

namespace grokscope {
class StopSignal;
}

namespace grokscope::bench {

class Table;

/// Adds ui.tax, idle.cpu and grok.wall, from this program run as a child: with its window on the
/// display there is, or on an Xvfb of its own, or not at all, and then a note says so. Two minutes
/// or more. Throws Stopped; the children have ended by then.
void measure_window(Table& table, int threads, int rounds, const StopSignal& stop);

} // namespace grokscope::bench
