#include "engine/store/reading_tables.h"

#include "engine/store/bytes.h"
#include "engine/store/record_checks.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <optional>
#include <string>
#include <utility>

namespace grokscope {

namespace {

using PlainJson = nlohmann::json;

/// A figure as it may stand there: null or nothing is missing.
double figure_in(const PlainJson& details, const char* key) {
    constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
    const auto found = details.find(key);
    if (found == details.end() || !found->is_number()) {
        return kMissing;
    }
    const double value = found->get<double>();
    return value >= 0 && value <= 1e80 ? value : kMissing;
}

void add_reading(const char* instrument, std::int32_t epoch, double seconds,
                 std::vector<std::pair<const char*, double>> figures,
                 std::vector<Reading>& readings) {
    Reading reading;
    reading.epoch = epoch;
    reading.instrument = instrument;
    reading.seconds = seconds;
    for (const auto& [id, value] : figures) {
        if (!std::isnan(value)) {
            reading.figures.push_back({id, {value}});
        }
    }
    if (!reading.figures.empty()) {
        readings.push_back(std::move(reading));
    }
}

Bytes double_bytes(const std::vector<double>& values) {
    ByteWriter writer;
    writer.put(std::span<const double>(values));
    return writer.take();
}

/// Numbers in the tables of instruments and figures, entering what is new.
class Descriptions {
public:
    Descriptions(Statements& statements, const InstrumentSpec& instrument)
        : statements_(statements) {
        statements("INSERT OR IGNORE INTO instrument (name, label, sentence) VALUES (?1, ?2, ?3)")
            .with(instrument.id, instrument.label, instrument.sentence)
            .run();
        instrument_ =
            first_of(statements("SELECT id FROM instrument WHERE name = ?1").with(instrument.id));
    }

    [[nodiscard]] std::int64_t instrument() const { return instrument_; }

    [[nodiscard]] std::int64_t number_of(const FigureSpec& figure) {
        statements_("INSERT OR IGNORE INTO figure (instrument, name, label, unit, sentence, axis, "
                    "logarithmic) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
            .with(instrument_, figure.id, figure.label, figure.unit, figure.sentence,
                  kFigureAxes.at(static_cast<std::size_t>(figure.axis)),
                  static_cast<int>(figure.logarithmic))
            .run();
        return first_of(statements_("SELECT id FROM figure WHERE instrument = ?1 AND name = ?2")
                            .with(instrument_, figure.id));
    }

private:
    static std::int64_t first_of(Statement& row) {
        const ResetAtEnd reset(row);
        return row.step() ? row.integer(0) : 0;
    }

    Statements& statements_;
    std::int64_t instrument_ = 0;
};

} // namespace

void write_reading(Statements& statements, std::int64_t run, const Reading& reading,
                   const InstrumentSpec& instrument) {
    Descriptions descriptions(statements, instrument);
    statements("INSERT OR IGNORE INTO reading (run, epoch, instrument, seconds) "
               "VALUES (?1, ?2, ?3, ?4)")
        .with(run, reading.epoch, descriptions.instrument(), reading.seconds)
        .run();
    Statement& value =
        statements("INSERT OR IGNORE INTO reading_value (run, epoch, figure, number, list) "
                   "VALUES (?1, ?2, ?3, ?4, ?5)");
    for (const FigureValues& figure : reading.figures) {
        const FigureSpec* spec = find_figure(instrument, figure.id);
        if (spec == nullptr) {
            continue; // nobody would know what it is
        }
        const bool single = spec->axis == FigureAxis::kNone;
        const double one =
            single ? reading.number(figure.id) : std::numeric_limits<double>::quiet_NaN();
        const Bytes list = single ? Bytes() : double_bytes(figure.values);
        value.with(run, reading.epoch, descriptions.number_of(*spec), one, std::span(list)).run();
    }
}

std::vector<Reading> readings_of_old_details(Database& database, std::int64_t run) {
    std::vector<Reading> readings;
    Statement rows(database, "SELECT epoch, details FROM measure WHERE run = ?1 AND "
                             "(details LIKE '%\"ildr\":%' OR details LIKE '%\"commutator_%') "
                             "ORDER BY epoch");
    rows.bind(1, run);
    while (rows.step()) {
        const std::int64_t epoch = rows.integer(0);
        const PlainJson details = PlainJson::parse(rows.text(1), nullptr, false);
        if (!details.is_object() || epoch < 0 || epoch > kLastEpochOfAll) {
            continue;
        }
        const double seconds = figure_in(details, "warning_seconds");
        const auto at = static_cast<std::int32_t>(epoch);
        add_reading("commutator", at, seconds,
                    {// The first versions had the published form alone, under this name.
                     {"commutator_defect", figure_in(details, "commutator_unguarded")},
                     {"commutator_published", figure_in(details, "commutator_defect")}},
                    readings);
        add_reading("ildr", at, seconds, {{"class_separation", figure_in(details, "ildr")}},
                    readings);
    }
    return readings;
}

void move_old_readings(Database& database) {
    std::vector<std::int64_t> runs; // only those that asked for any: details are long
    Statement rows(database, "SELECT id FROM run WHERE config LIKE '%\"ildr_every\":%' AND NOT "
                             "(config LIKE '%\"ildr_every\":0,%' AND "
                             "config LIKE '%\"commutator_every\":0,%')");
    while (rows.step()) {
        runs.push_back(rows.integer(0));
    }
    Statements statements(database);
    for (const std::int64_t run : runs) {
        for (const Reading& reading : readings_of_old_details(database, run)) {
            write_reading(statements, run, reading, *find_instrument(reading.instrument));
        }
    }
}

} // namespace grokscope
