#include "ui/core/run_order.h"

#include "ui/core/run_looks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>

namespace grokscope::ui {

namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
/// Seconds between two looks at figures that change.
constexpr double kPatience = 1;

/// What a run is sorted by: smaller comes first, NaN last. Best first: what grew most, most
/// accurate, soonest grokked, largest gain.
double key_of(const RunBook& book, const ViewState& view, const RunRecord& run) {
    switch (view.arrangement.sorting.by) {
    case RunOrder::kMade:
    case RunOrder::kName:
        break;
    case RunOrder::kSeed:
        return run.config.seed;
    case RunOrder::kEpoch:
        return run.last_epoch() < 0 ? kMissing : -run.last_epoch();
    case RunOrder::kTest: {
        const RunRecord* selected = view.selected ? book.find(*view.selected) : nullptr;
        const std::int32_t newest = selected == nullptr ? -1 : selected->last_epoch();
        const MetricSample* sample = run.sample_at(view.cursor.at(newest));
        return sample == nullptr ? kMissing : -sample->test_accuracy;
    }
    case RunOrder::kGrok: {
        const auto grokked = run.mark(MarkKind::kGrokked);
        return grokked ? *grokked : kMissing;
    }
    case RunOrder::kSpeedUp: {
        const auto ratio = book.speed_up(run);
        return ratio ? -(ratio->low > 0 ? ratio->low : ratio->high) : kMissing;
    }
    }
    return 0;
}

struct Row {
    const RunRecord* run;
    double key;
    std::string name; ///< empty unless it is sorted by name
};

bool before(const Row& one, const Row& other, bool reversed) {
    if (std::isnan(one.key) || std::isnan(other.key)) {
        return !std::isnan(one.key) && std::isnan(other.key); // last, whichever way round
    }
    const auto key = [](const Row& row) {
        // Baselines, then from the smallest stencil to the largest, then in the letters' order.
        return std::tuple(row.key, row.name.empty() ? 0 : row.run->config.stencil.size(), row.name);
    };
    return reversed ? key(other) < key(one) : key(one) < key(other);
}

std::vector<RunId> ids_of(const RunBook& book) {
    std::vector<RunId> ids;
    for (const auto& run : book.runs()) {
        ids.push_back(run->id);
    }
    return ids;
}

} // namespace

std::vector<RunId> sorted_runs(const RunBook& book, const ViewState& view) {
    const RunSorting sorting = view.arrangement.sorting;
    std::vector<RunId> order = ids_of(book);
    if (sorting.by == RunOrder::kMade) {
        if (sorting.reversed) {
            std::ranges::reverse(order);
        }
        return order;
    }
    std::vector<Row> rows;
    for (const auto& run : book.runs()) {
        rows.push_back(
            {run.get(), key_of(book, view, *run),
             sorting.by == RunOrder::kName ? run_label(view, *run, true) : std::string()});
    }
    std::ranges::stable_sort(rows, [&](const Row& one, const Row& other) {
        return before(one, other, sorting.reversed);
    });
    std::ranges::transform(rows, order.begin(), [](const Row& row) { return row.run->id; });
    return order;
}

double order_runs(const RunBook& book, ViewState& view, double now) {
    const std::vector<RunId> ids = ids_of(book);
    const bool same_runs =
        std::is_permutation(ids.begin(), ids.end(), view.run_order.begin(), view.run_order.end());
    std::vector<RunId> order = sorted_runs(book, view);
    const bool figures_only = same_runs && view.arrangement.sorting == view.run_order_of;
    if (figures_only && (view.over_run_list || order == view.run_order)) {
        return kNever; // the hand that leaves the list is input
    }
    if (figures_only && now < view.next_ordering) {
        return view.next_ordering;
    }
    view.run_order = std::move(order);
    view.run_order_of = view.arrangement.sorting;
    view.next_ordering = now + kPatience;
    return kNever;
}

std::vector<const RunRecord*> listed_runs(const RunBook& book, const ViewState& view) {
    std::vector<const RunRecord*> runs;
    for (const RunId id : view.run_order) {
        if (const RunRecord* run = book.find(id)) {
            runs.push_back(run);
        }
    }
    for (const auto& run : book.runs()) {
        if (std::ranges::find(view.run_order, run->id) == view.run_order.end()) {
            runs.push_back(run.get());
        }
    }
    return runs;
}

} // namespace grokscope::ui
