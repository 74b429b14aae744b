// A recorded run as the window gets it, made up.
#pragma once

#include "tests/ui/fake_engine.h"

#include <gtest/gtest.h>

#include <functional>

namespace grokscope {

/// Puts a run with figures, spectra and measures of `epochs` epochs into the channels; `change`
/// may alter each figure.
inline void record(Channels& channels, RunId run, const RunConfig& config, int epochs,
                   const std::function<void(MetricSample&)>& change = {}) {
    event::RunAdded added;
    added.run = run;
    added.config = config;
    added.recorded = true;
    EXPECT_TRUE(channels.events.try_push(Event(added)));
    for (int epoch = 0; epoch < epochs; ++epoch) {
        MetricSample sample = fake::sample_at(run, config, epoch);
        if (change) {
            change(sample);
        }
        EXPECT_TRUE(channels.metrics.try_push(sample));
        EXPECT_TRUE(channels.snapshots.try_push(fake::snapshot_at(run, config, epoch)));
        EXPECT_TRUE(channels.progress.try_push(fake::progress_at(run, config, epoch)));
    }
}

} // namespace grokscope
