// What the trainer hands to the notebook's writer, and the rings between the two.
// Threads: each ring names its producer and its consumer.
#pragma once

#include "engine/model/training_state.h"
#include "engine/protocol/doorbell.h"
#include "engine/protocol/event.h"
#include "engine/protocol/latest.h"
#include "engine/protocol/metrics.h"
#include "engine/protocol/records.h"
#include "engine/protocol/spsc_ring.h"
#include "engine/protocol/store_status.h"
#include "engine/store/notebook.h"
#include "engine/train/training_time.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace grokscope {

namespace item {

/// The run goes on with the recorded one of this uuid, from `epoch`.
struct Resumed {
    RunId run{};
    std::string uuid;
    std::int32_t epoch = 0;
};
/// Weights to keep for ever.
struct Weights {
    RunId run{};
    std::int32_t epoch = 0;
    bool exact = false; ///< every bit, else rounded (rounded_weights.h)
    std::shared_ptr<const Parameters> parameters;
    std::shared_ptr<const void> waiting =
        {}; ///< the recorder counts the owners; gone with the item
};
/// The newest state to resume from.
struct Checkpoint {
    RunId run{};
    std::unique_ptr<TrainingState> state;
    TrainingTime time = {};
    std::shared_ptr<const void> under_way; ///< the recorder counts the owners; gone with the item
};

} // namespace item

using StoreItem =
    std::variant<event::RunAdded, event::RunReset, event::StateChanged, event::Mark,
                 event::WorkplaceChanged, event::MeasuresSet, MetricSample, Snapshot, ProgressRow,
                 item::Resumed, item::Weights, item::Checkpoint, store_request::Words>;

/// Where the record goes. Another file under the same name is another notebook: what was taken away
/// and put back, say.
struct NotebookInUse {
    std::string file;
    std::optional<FileIdentity> identity; ///< empty until it was opened
    friend bool operator==(const NotebookInUse&, const NotebookInUse&) = default;
};

/// Sizes are for a writer that stands still for seconds; nothing is lost at any size.
struct StoreRings {
    explicit StoreRings(std::size_t item_slots = 4096) : items(item_slots) {}

    /// Trainer to writer. Lossless: the trainer defers locally when full (LosslessSender).
    SpscRing<StoreItem> items;
    /// Writer to trainer: memory of written checkpoints, to be used again.
    SpscRing<std::unique_ptr<TrainingState>> spare_states{8};
    /// Front end to writer.
    SpscRing<StoreRequest> requests{16};
    /// Writer to front end.
    Latest<StoreStatus> status;
    /// Each to one other thread that reads the notebook: the inspector's and the laboratory's.
    Latest<NotebookInUse> in_use;
    Latest<NotebookInUse> in_use_of_laboratory;
    /// Trainer and front end to writer: rung after something was pushed.
    Doorbell doorbell;
};

} // namespace grokscope
