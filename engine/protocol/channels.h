// Everything that crosses between the front end's thread and the threads of the engine: the
// trainer's and, in `inspect`, `laboratory` and `theory`, those of these names. Nothing else is
// shared between them.
// Threads: each field names its producer and its consumer.
#pragma once

#include "engine/protocol/cache_line.h"
#include "engine/protocol/command.h"
#include "engine/protocol/doorbell.h"
#include "engine/protocol/event.h"
#include "engine/protocol/figure.h"
#include "engine/protocol/inspect.h"
#include "engine/protocol/laboratory.h"
#include "engine/protocol/metrics.h"
#include "engine/protocol/records.h"
#include "engine/protocol/spsc_ring.h"
#include "engine/protocol/theory.h"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace grokscope {

/// Ring capacities, in elements. Small ones are for tests: nothing is lost at any size.
struct ChannelSizes {
    std::size_t commands = 256;
    std::size_t events = 1024;
    std::size_t metrics = 8192;
    std::size_t snapshots = 128;
    std::size_t progress = 128;
    std::size_t readings = 1024;
};

struct Channels {
    explicit Channels(const ChannelSizes& sizes = {})
        : commands(sizes.commands), events(sizes.events), metrics(sizes.metrics),
          snapshots(sizes.snapshots), progress(sizes.progress), readings(sizes.readings) {}

    /// Front end to trainer. When full the front end keeps the command and retries next frame.
    SpscRing<Command> commands;
    /// Trainer to front end. Lossless: the trainer defers locally when full (LosslessSender). An
    /// event comes after every record that was sent before it: take events first, then records, and
    /// none that an event speaks of is missing.
    SpscRing<Event> events;
    /// Trainer to front end. Lossless, as above.
    SpscRing<MetricSample> metrics;
    /// Trainer to front end. Lossless, as above. Elements own memory.
    SpscRing<Snapshot> snapshots;
    /// Trainer to front end. Lossless, as above. Elements own memory.
    SpscRing<ProgressRow> progress;
    /// Trainer to front end, of runs that were taken up from a record. Lossless, as above. Elements
    /// own memory.
    SpscRing<Reading> readings;

    /// Front end to trainer: rung after a command was pushed, so that an idle trainer wakes.
    alignas(kCacheLine) Doorbell doorbell;
    /// Trainer to front end: values that ever found a ring full and had to wait. A statistic.
    alignas(kCacheLine) std::atomic<std::uint64_t> deferred{0};

    /// Questions about recorded weights. Unanswered where nobody inspects.
    InspectChannels inspect;

    /// What the instruments read. Silent where there is no laboratory.
    LaboratoryChannels laboratory;

    /// Questions about the singular feature machine, which is of no run. Unanswered where there is
    /// no theorist.
    TheoryChannels theory;

    /// Wakes the trainer. Front end's thread, or a stop callback; never blocks.
    void ring_doorbell() { doorbell.ring(); }
};

} // namespace grokscope
