#include "app/commands/path_command.h"

#include "app/commands/notebook_commands.h"
#include "app/terminal.h"
#include "engine/analysis/weight_path.h"
#include "engine/store/output_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace grokscope {

namespace {

/// In storage order, as the trained tensors of every other table.
std::string path_csv(const WeightPath& path) {
    std::string text = "epoch,pc1,pc2,pc3";
    for (const std::string& tensor : path.tensors) {
        text += fmt::format(",speed_{}", tensor);
    }
    text += '\n';
    for (const PathPoint& point : path.points) {
        text += fmt::format("{},{},{}\n", point.epoch, fmt::join(point.coordinates, ","),
                            fmt::join(point.speeds, ","));
    }
    return text;
}

std::string path_in_words(const WeightPath& path) {
    std::string text = "Share of the squared distance from the mean:";
    for (std::size_t i = 0; i < path.shares.size(); ++i) {
        text += fmt::format("{} PC{} {:.1f} %", i == 0 ? "" : ",", i + 1, 100 * path.shares[i]);
    }
    text += fmt::format("\n{:>9} {:>10} {:>10} {:>10}\n", "epoch", "PC1", "PC2", "PC3");
    for (const PathPoint& point : path.points) {
        text += fmt::format("{:>9}", point.epoch);
        for (const double coordinate : point.coordinates) {
            text += fmt::format(" {:>10.4f}", coordinate);
        }
        text += '\n';
    }
    return text;
}

} // namespace

int run_path(const PathOptions& options, const StopSignal& stop) {
    const std::unique_ptr<OutputFile> csv =
        options.csv_path.empty() ? nullptr : open_target(options.csv_path, options.force);
    Notebook notebook = open_for_reading(options.notebook, stop);
    const StoredRunId run = find_run(notebook, options.run);
    std::vector<std::int32_t> epochs; // of the records that can be read
    for (const std::int32_t epoch : notebook.weight_epochs(run)) {
        if (notebook.usable_weights(run, epoch)) {
            epochs.push_back(epoch);
        }
    }
    tell_left_out(notebook);
    if (epochs.size() < 2) {
        throw UsageError(fmt::format("a path needs weights of two epochs, run {} has {}; train "
                                     "longer, or with a smaller --weights-every",
                                     static_cast<std::int64_t>(run), epochs.size()));
    }
    const WeightPath path = weight_path(epochs, [&](std::int32_t epoch) {
        stop.check();
        return notebook.usable_weights(run, epoch).value();
    });
    if (csv != nullptr) {
        csv->commit(path_csv(path));
    }
    std::ostream& out = options.csv_path == "-" ? std::cerr : std::cout;
    out << fmt::format("Run {}, weights of {} epochs, {} to {}.\n", static_cast<std::int64_t>(run),
                       epochs.size(), epochs.front(), epochs.back())
        << path_in_words(path);
    return static_cast<int>(ExitCode::kSuccess);
}

} // namespace grokscope
