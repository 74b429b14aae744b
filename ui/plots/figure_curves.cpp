#include "ui/plots/figure_curves.h"

namespace grokscope::ui {

const Series& FigureCurves::of(const RunRecord& run, const OfferedFigure& figure) {
    const std::string& id = figure.figure->id;
    Entry& entry = entries_[{run.id, id}];
    const auto found = run.readings.find(figure.instrument->id);
    const InstrumentReadings* const readings =
        found == run.readings.end() ? nullptr : &found->second;
    const std::uint32_t rewritten = readings == nullptr ? 0 : readings->rewritten;
    if (entry.generation != run.generation || entry.rewritten != rewritten) {
        entry.series.clear();
        entry.used = 0;
        entry.generation = run.generation;
        entry.rewritten = rewritten;
    }
    const auto add = [&](const Reading& reading) {
        entry.series.append(reading.epoch, reading.number(id));
        ++entry.used;
    };
    if (figure.of_trainer()) {
        while (entry.used < run.progress.size()) {
            add(reading_of(run.progress[entry.used]));
        }
    } else {
        while (readings != nullptr && entry.used < readings->rows.size()) {
            add(readings->rows[entry.used]);
        }
    }
    return entry.series;
}

Reading reading_at(const RunRecord& run, const OfferedFigure& figure, std::int32_t epoch) {
    if (figure.of_trainer()) {
        if (const ProgressRow* row = run.progress_at(epoch)) {
            return reading_of(*row);
        }
    } else if (const Reading* reading = run.reading_at(figure.instrument->id, epoch)) {
        return *reading;
    }
    Reading none;
    none.epoch = -1;
    return none;
}

bool has_reading(const RunRecord& run, const OfferedFigure& figure) {
    if (figure.of_trainer()) {
        return !run.progress.empty();
    }
    const auto found = run.readings.find(figure.instrument->id);
    return found != run.readings.end() && !found->second.rows.empty();
}

bool is_measured(const RunConfig& config, const OfferedFigure& figure) {
    return figure.of_trainer() ? config.progress_every > 0
                               : config.measure.every(figure.instrument->id) > 0;
}

} // namespace grokscope::ui
