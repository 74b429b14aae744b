#include "engine/store/run_origin.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace grokscope {

namespace {

constexpr const char* kApart = "apart";
/// A stranger's runs may go on from each other in a circle.
constexpr int kMostParts = 16;

bool is_apart(Notebook& notebook, const RunSummary& run) {
    // Older versions gave it this name alone.
    return run.name == "apart from epoch " + std::to_string(run.provenance.parent_epoch) ||
           std::ranges::any_of(notebook.events(run.id),
                               [](const StoredEvent& event) { return event.state == kApart; });
}

/// Where the next record takes over from the one before it: what was written there between the last
/// state and the loss of the run is in that one alone.
std::int32_t begin_of(Notebook& notebook, StoredRunId run, std::int32_t origin) {
    const std::vector<MetricSample> own = notebook.metrics(run);
    return own.empty() ? origin : std::max(origin, own.front().epoch);
}

/// The records that make up the training, the run's own last, each with the epoch at which the next
/// takes over.
std::vector<std::pair<StoredRunId, std::int32_t>> parts_of(Notebook& notebook, RunSummary run) {
    std::vector<std::pair<StoredRunId, std::int32_t>> parts{
        {run.id, std::numeric_limits<std::int32_t>::max()}};
    while (parts.size() < kMostParts) {
        const std::optional<RunOrigin> origin = origin_of(notebook, run);
        if (!origin || !origin->apart || !origin->run) {
            break;
        }
        const std::int32_t begin = begin_of(notebook, parts.back().first, origin->epoch);
        parts.emplace_back(*origin->run, std::min(begin, parts.back().second));
        run = notebook.run(*origin->run);
    }
    std::ranges::reverse(parts);
    return parts;
}

/// What `read` reads of each part, as far as it is of this training.
template <typename Read>
auto joined(Notebook& notebook, const RunSummary& run, Read read) {
    decltype(read(run.id)) all;
    for (const auto& [part, end] : parts_of(notebook, run)) {
        const auto found = read(part);
        std::ranges::copy_if(found, std::back_inserter(all),
                             [end = end](const auto& one) { return one.epoch < end; });
    }
    return all;
}

} // namespace

void add_apart(Notebook& notebook, StoredRunId run, std::int32_t epoch) {
    notebook.add(run, StoredEvent{epoch, kApart, "another process had taken the run", ""});
}

std::optional<RunOrigin> origin_of(Notebook& notebook, const RunSummary& run) {
    const Provenance& from = run.provenance;
    if (from.parent.empty()) {
        return std::nullopt;
    }
    return RunOrigin{from.parent, notebook.find(from.parent), from.parent_epoch,
                     is_apart(notebook, run)};
}

std::vector<LaterRun> later_runs(Notebook& notebook, const std::vector<RunSummary>& runs,
                                 const RunSummary& run) {
    std::vector<LaterRun> found;
    for (const RunSummary& later : runs) {
        if (later.provenance.parent == run.uuid) {
            found.push_back({later.id, later.provenance.parent_epoch, is_apart(notebook, later),
                             !later.provenance.fork.empty()});
        }
    }
    return found;
}

RunSummary first_part(Notebook& notebook, const RunSummary& run) {
    return notebook.run(parts_of(notebook, run).front().first);
}

std::vector<MetricSample> whole_metrics(Notebook& notebook, const RunSummary& run) {
    return joined(notebook, run, [&](StoredRunId part) { return notebook.metrics(part); });
}

std::vector<StoredMark> whole_marks(Notebook& notebook, const RunSummary& run) {
    return joined(notebook, run, [&](StoredRunId part) { return notebook.marks(part); });
}

} // namespace grokscope
