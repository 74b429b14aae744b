#include "engine/store/grok_memory.h"

#include "engine/store/record_checks.h"

#include <limits>
#include <string_view>
#include <vector>

namespace grokscope {

namespace {

constexpr double kNotKept = std::numeric_limits<double>::quiet_NaN();

/// An accuracy; whatever is none is missing.
double share(const Statement& row, int column) {
    const double value = row.real(column);
    return value >= 0 && value <= 1 ? value : kNotKept;
}

bool is_epoch(std::int64_t value) {
    return value >= 0 && value <= kLastEpochOfAll;
}

std::optional<std::int32_t> epoch_or_null(const Statement& row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional(epoch_in_range(row.integer(column)));
}

double real_or_null(std::optional<std::int32_t> epoch) {
    return epoch ? *epoch : kNotKept; // which SQLite gets as NULL
}

constexpr std::string_view kRemembered =
    "SELECT last_epoch, grok_epoch, since, times_lost, lost, run FROM grok";
constexpr std::string_view kRememberedOfOne =
    "SELECT last_epoch, grok_epoch, since, times_lost, lost, run FROM grok WHERE run = ?1";

/// Nothing for what cannot have been written by us.
std::optional<LastingGrok> grok_of(const Statement& row) {
    try {
        const std::int64_t times_lost = row.integer(3);
        if (!is_epoch(times_lost)) {
            return std::nullopt;
        }
        return LastingGrok({.grok_epoch = epoch_or_null(row, 1),
                            .since = epoch_or_null(row, 2),
                            .last_epoch = epoch_in_range(row.integer(0)),
                            .times_lost = static_cast<int>(times_lost),
                            .lost = row.integer(4) != 0});
    } catch (const DamagedRecord&) {
        return std::nullopt;
    }
}

/// By the evaluated epochs of every run.
std::map<std::int64_t, LastingGrok> groks_of_all_metrics(Statements& statements) {
    std::map<std::int64_t, LastingGrok> groks;
    Statement& rows = statements("SELECT run, epoch, train_accuracy, test_accuracy FROM metric "
                                 "ORDER BY run, epoch");
    const ResetAtEnd reset(rows);
    while (rows.step()) {
        if (is_epoch(rows.integer(1))) {
            groks[rows.integer(0)].observe(static_cast<std::int32_t>(rows.integer(1)),
                                           share(rows, 2), share(rows, 3));
        }
    }
    return groks;
}

} // namespace

std::optional<LastingGrok> grok_of_metrics(Statements& statements, std::int64_t run) {
    std::optional<LastingGrok> grok;
    Statement& rows = statements("SELECT epoch, train_accuracy, test_accuracy FROM metric "
                                 "WHERE run = ?1 ORDER BY epoch")
                          .with(run);
    const ResetAtEnd reset(rows);
    while (rows.step()) {
        if (is_epoch(rows.integer(0))) {
            grok = grok.value_or(LastingGrok());
            grok->observe(static_cast<std::int32_t>(rows.integer(0)), share(rows, 1),
                          share(rows, 2));
        }
    }
    return grok;
}

std::optional<LastingGrok> remembered_grok(Statements& statements, std::int64_t run) {
    Statement& row = statements(kRememberedOfOne).with(run);
    const ResetAtEnd reset(row);
    return row.step() ? grok_of(row) : std::nullopt;
}

std::map<std::int64_t, LastingGrok> all_groks(Statements& statements, std::int64_t version) {
    if (version < kGrokMemorySince) {
        return groks_of_all_metrics(statements);
    }
    std::map<std::int64_t, LastingGrok> groks;
    std::vector<std::int64_t> damaged;
    Statement& rows = statements(kRemembered);
    const ResetAtEnd reset(rows);
    while (rows.step()) {
        if (const auto grok = grok_of(rows)) {
            groks.emplace(rows.integer(5), *grok);
        } else {
            damaged.push_back(rows.integer(5));
        }
    }
    for (const std::int64_t run : damaged) {
        if (const auto grok = grok_of_metrics(statements, run)) {
            groks.emplace(run, *grok);
        }
    }
    return groks;
}

void remember_grok(Statements& statements, std::int64_t run,
                   const std::optional<LastingGrok>& grok) {
    if (!grok) {
        statements("DELETE FROM grok WHERE run = ?1").with(run).run();
        return;
    }
    const LastingGrok::Memory& memory = grok->memory();
    statements("INSERT OR REPLACE INTO grok (run, last_epoch, grok_epoch, since, times_lost, lost) "
               "VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
        .with(run, memory.last_epoch, real_or_null(memory.grok_epoch), real_or_null(memory.since),
              memory.times_lost, static_cast<int>(memory.lost))
        .run();
}

void remember_all_groks(Database& database) {
    Statements statements(database);
    for (const auto& [run, grok] : groks_of_all_metrics(statements)) {
        remember_grok(statements, run, grok);
    }
}

} // namespace grokscope
