// Readings of the laboratory's instruments, out of the notebook.
#include "engine/protocol/shown_text.h"
#include "engine/store/notebook.h"
#include "engine/store/notebook_impl.h"
#include "engine/store/reading_tables.h"
#include "engine/store/record_checks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace grokscope {

namespace {

/// No figure has more values at one epoch.
constexpr std::size_t kMostValues = 4096;
constexpr std::size_t kLongestSentence = 1000;
/// Beyond this nothing is a figure.
constexpr double kLargestFigure = 1e80;

double figure_in_range(double value) {
    return std::fabs(value) <= kLargestFigure ? value : std::numeric_limits<double>::quiet_NaN();
}

std::vector<double> doubles_of(const Bytes& bytes) {
    if (bytes.size() % sizeof(double) != 0 || bytes.size() > kMostValues * sizeof(double)) {
        throw DamagedRecord("a list of figures has " + std::to_string(bytes.size()) + " bytes");
    }
    std::vector<double> values(bytes.size() / sizeof(double));
    ByteReader(bytes).get(std::span<double>(values));
    std::ranges::transform(values, values.begin(), figure_in_range);
    return values;
}

/// A name that files and columns may have.
std::string name_of_figure(const Statement& row, int column) {
    std::string name = row.text(column);
    const bool sound = !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
    if (!sound) {
        throw DamagedRecord("\"" + shown_line(name.substr(0, 40)) + "\" is no name of a figure");
    }
    return name;
}

std::string words(const Statement& row, int column) {
    return shown_line(row.text(column).substr(0, kLongestSentence));
}

} // namespace

void Notebook::add(StoredRunId run, const Reading& reading, const InstrumentSpec& instrument) {
    write_reading(impl_->statements, number(run), reading, instrument);
}

std::vector<InstrumentSpec> Notebook::described_instruments() {
    std::vector<InstrumentSpec> all;
    if (impl_->version() < kReadingsSince) {
        return all;
    }
    (void)impl_->rows(
        0, RecordKind::kReading,
        impl_->statement(
            "SELECT i.name, i.label, i.sentence, f.name, f.label, f.unit, f.sentence, f.axis, "
            "f.logarithmic FROM instrument i JOIN figure f ON f.instrument = i.id "
            "ORDER BY i.id, f.id LIMIT 1000"),
        [&](const Statement& row) {
            const std::string id = name_of_figure(row, 0);
            FigureSpec figure{.id = name_of_figure(row, 3),
                              .label = words(row, 4),
                              .unit = words(row, 5),
                              .sentence = words(row, 6)};
            const auto axis = std::ranges::find(kFigureAxes, row.text(7));
            if (axis == kFigureAxes.end()) {
                throw DamagedRecord("the figure \"" + figure.id + "\" has an unknown axis");
            }
            figure.axis = static_cast<FigureAxis>(axis - kFigureAxes.begin());
            figure.logarithmic = row.integer(8) != 0;
            if (all.empty() || all.back().id != id) {
                all.push_back({});
                all.back().id = id;
                all.back().label = words(row, 1);
                all.back().sentence = words(row, 2);
            }
            all.back().figures.push_back(std::move(figure));
            return 0;
        });
    return all;
}

std::vector<Reading> Notebook::readings(StoredRunId run) {
    if (impl_->version() < kReadingsSince) {
        return readings_of_old_details(*impl_->database, number(run));
    }
    std::map<std::pair<std::int32_t, std::string>, Reading> found;
    (void)impl_->rows(number(run), RecordKind::kReading,
                      impl_
                          ->statement("SELECT r.epoch, i.name, r.seconds FROM reading r "
                                      "JOIN instrument i ON i.id = r.instrument WHERE r.run = ?1 "
                                      "ORDER BY r.epoch, i.name")
                          .with(number(run)),
                      [&](const Statement& row) {
                          const std::int32_t epoch = epoch_in_range(row.integer(0));
                          const std::string instrument = name_of_figure(row, 1);
                          Reading& reading = found[{epoch, instrument}];
                          reading.epoch = epoch;
                          reading.instrument = instrument;
                          reading.seconds = figure_in_range(row.real(2));
                          return 0;
                      });
    (void)impl_->rows(number(run), RecordKind::kReadingFigure,
                      impl_
                          ->statement("SELECT v.epoch, i.name, f.name, f.axis, v.number, v.list "
                                      "FROM reading_value v JOIN figure f ON f.id = v.figure "
                                      "JOIN instrument i ON i.id = f.instrument WHERE v.run = ?1 "
                                      "ORDER BY v.epoch, i.name, f.id")
                          .with(number(run)),
                      [&](const Statement& row) {
                          const auto reading =
                              found.find({epoch_in_range(row.integer(0)), name_of_figure(row, 1)});
                          if (reading == found.end()) {
                              throw DamagedRecord("at epoch " + std::to_string(row.integer(0)) +
                                                  ", it belongs to no reading");
                          }
                          FigureValues figure{name_of_figure(row, 2), {}};
                          figure.values = row.text(3).empty()
                                              ? std::vector{figure_in_range(row.real(4))}
                                              : doubles_of(row.blob(5));
                          reading->second.figures.push_back(std::move(figure));
                          return 0;
                      });
    std::vector<Reading> all;
    for (auto& [key, reading] : found) {
        all.push_back(std::move(reading));
    }
    return all;
}

std::map<StoredRunId, double> Notebook::newest_readings(std::string_view figure) {
    std::map<StoredRunId, double> newest;
    if (impl_->version() < kReadingsSince) {
        return newest; // those were of other figures
    }
    (void)impl_->rows(0, RecordKind::kReadingFigure,
                      impl_
                          // From runs to values by key: the values of other figures are many.
                          ->statement("SELECT r.id, max(v.epoch), v.number FROM run r "
                                      "CROSS JOIN figure f CROSS JOIN reading_value v "
                                      "ON v.run = r.id AND v.figure = f.id WHERE f.name = ?1 AND "
                                      "f.axis = '' AND abs(v.number) <= ?2 GROUP BY r.id")
                          .with(figure, kLargestFigure),
                      [&](const Statement& row) {
                          newest.emplace(static_cast<StoredRunId>(row.integer(0)), row.real(2));
                          return 0;
                      });
    return newest;
}

std::vector<std::int32_t> Notebook::read_epochs(StoredRunId run, const InstrumentSpec& instrument) {
    if (impl_->version() < kReadingsSince) {
        return {}; // those were of other figures
    }
    return impl_->rows(
        number(run), RecordKind::kReading,
        impl_
            ->statement(
                "SELECT r.epoch FROM reading r JOIN instrument i ON i.id = r.instrument "
                "WHERE r.run = ?1 AND i.name = ?2 AND (SELECT count(*) FROM reading_value v "
                "JOIN figure f ON f.id = v.figure WHERE v.run = r.run AND v.epoch = r.epoch AND "
                "f.instrument = r.instrument) >= ?3 ORDER BY r.epoch")
            .with(number(run), instrument.id, static_cast<int>(instrument.figures.size())),
        [](const Statement& row) { return epoch_in_range(row.integer(0)); });
}

void Notebook::set_alarms(StoredRunId run, const std::vector<StoredMark>& alarms) {
    for (const MarkKind kind : {MarkKind::kSeparationAlarm, MarkKind::kCommutatorAlarm}) {
        impl_->statement("DELETE FROM mark WHERE run = ?1 AND kind = ?2")
            .with(number(run), name_of(kind))
            .run();
    }
    for (const StoredMark& alarm : alarms) {
        add(run, alarm);
    }
}

} // namespace grokscope
