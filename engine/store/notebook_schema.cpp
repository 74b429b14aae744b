#include "engine/store/notebook_schema.h"

#include "engine/store/grok_memory.h"
#include "engine/store/reading_tables.h"

#include <array>
#include <map>
#include <span>
#include <string_view>

namespace grokscope {

namespace {

/// Step i leads from version i to version i + 1. A step is never changed once released.
///
/// Epochs: of `metric` and `mismatch` the trained epoch e; of everything else the epoch whose input
/// the weights are. Blobs of numbers are little-endian float32. A figure that is missing is NULL.
constexpr std::array<std::string_view, 8> kMigrations = {R"sql(
CREATE TABLE run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  created_at TEXT NOT NULL,
  config TEXT NOT NULL,
  state TEXT NOT NULL,
  state_text TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  wall_seconds REAL NOT NULL,
  step TEXT NOT NULL,
  program_version TEXT NOT NULL,
  host TEXT NOT NULL,
  threads INTEGER NOT NULL,
  split_hash TEXT NOT NULL,
  owner TEXT NOT NULL,
  heartbeat INTEGER NOT NULL,
  parent TEXT NOT NULL,
  parent_epoch INTEGER NOT NULL
) STRICT;
CREATE TABLE metric (
  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  train_loss REAL,
  test_loss REAL,
  train_accuracy REAL,
  test_accuracy REAL,
  weight_sum_squares REAL,
  wall_seconds REAL,
  PRIMARY KEY (run, epoch)
) STRICT, WITHOUT ROWID;
CREATE TABLE mismatch (
  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  stencil_offset INTEGER NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (run, epoch, stencil_offset)
) STRICT, WITHOUT ROWID;
CREATE TABLE mark (
  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  kind TEXT NOT NULL,
  PRIMARY KEY (run, epoch, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  state TEXT NOT NULL,
  text TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;
CREATE INDEX event_of_run ON event (run, epoch);
CREATE TABLE spectrum (
  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  mean REAL,
  embedding BLOB NOT NULL,
  logit BLOB NOT NULL,
  weight_sum_squares REAL,
  PRIMARY KEY (run, epoch)
) STRICT, WITHOUT ROWID;
CREATE TABLE measure (
  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  full_loss REAL,
  full_loss_train REAL,
  full_loss_test REAL,
  restricted_loss REAL,
  restricted_loss_train REAL,
  restricted_loss_test REAL,
  excluded_loss REAL,
  fit_r_squared REAL,
  fit_loss REAL,
  gini_W_E REAL,
  gini_W_L REAL,
  ipr_W_E REAL,
  ipr_W_L REAL,
  clustered_neurons INTEGER NOT NULL,
  dead_neurons INTEGER NOT NULL,
  neurons INTEGER NOT NULL,
  total_sum_squares REAL,
  compute_seconds REAL,
  details TEXT NOT NULL,
  PRIMARY KEY (run, epoch)
) STRICT, WITHOUT ROWID;
CREATE TABLE weights (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  encoding INTEGER NOT NULL,
  base_epoch INTEGER NOT NULL,
  data BLOB NOT NULL,
  UNIQUE (run, epoch)
) STRICT;
CREATE TABLE checkpoint (
  run INTEGER PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  wall_seconds REAL NOT NULL,
  data BLOB NOT NULL
) STRICT;
CREATE TABLE annotation (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  text TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX annotation_of_run ON annotation (run, epoch);
)sql",
                                                         R"sql(
-- The tables stay as they are. Recorded weights may be rounded (encodings 3 and 4), which programs
-- of version 1 cannot read.
)sql",
                                                         R"sql(
-- Figures of the test pairs whose mirror trains and of the truly new ones, of the epochs of metric.
CREATE TABLE mirror (
  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  mirrored_loss REAL,
  new_loss REAL,
  mirrored_accuracy REAL,
  new_accuracy REAL,
  PRIMARY KEY (run, epoch)
) STRICT, WITHOUT ROWID;
)sql",
                                                         R"sql(
-- Seconds on the CPU clocks of all threads that trained; NULL of what was trained before.
ALTER TABLE run ADD COLUMN cpu_seconds REAL;
ALTER TABLE metric ADD COLUMN cpu_seconds REAL;
ALTER TABLE checkpoint ADD COLUMN cpu_seconds REAL;
-- Words by which the user finds runs again.
CREATE TABLE tag (
  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  tag TEXT NOT NULL,
  PRIMARY KEY (run, tag)
) STRICT, WITHOUT ROWID;
-- The machine on which a run began, beside what the table of runs says of it.
CREATE TABLE machine (
  run INTEGER PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
  compiler TEXT NOT NULL,
  system TEXT NOT NULL,
  processor TEXT NOT NULL,
  logical_cores INTEGER NOT NULL,
  blas TEXT NOT NULL
) STRICT;
-- For readers of the file: the columns under the names that every export has.
CREATE VIEW figures AS SELECT run, epoch, train_loss, test_loss, train_accuracy AS train_acc,
  test_accuracy AS test_acc, weight_sum_squares, wall_seconds, cpu_seconds, mirrored_loss, new_loss,
  mirrored_accuracy AS mirrored_acc, new_accuracy AS new_acc
  FROM metric LEFT JOIN mirror USING (run, epoch);
CREATE VIEW measures AS SELECT run, epoch, full_loss AS full_loss_all, full_loss_train,
  full_loss_test, restricted_loss AS restricted_loss_all, restricted_loss_train,
  restricted_loss_test, excluded_loss, fit_r_squared, fit_loss, gini_W_E, gini_W_L, ipr_W_E,
  ipr_W_L, clustered_neurons, dead_neurons, neurons, total_sum_squares AS sum_sq_total,
  compute_seconds FROM measure;
)sql",
                                                         R"sql(
-- What LastingGrok remembers of the rows of metric: a list of runs need not read them.
CREATE TABLE grok (
  run INTEGER PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
  last_epoch INTEGER NOT NULL,
  grok_epoch INTEGER,
  since INTEGER,
  times_lost INTEGER NOT NULL,
  lost INTEGER NOT NULL
) STRICT;
-- The --preset that the configuration began with, as it was named then.
ALTER TABLE run ADD COLUMN preset TEXT NOT NULL DEFAULT '';
)sql",
                                                         R"sql(
-- What the laboratory's instruments read of recorded weights, with a description of each figure, so
-- that the file can be read without the program that filled it. axis: '' for one number, which is
-- then in reading_value.number; else what the entries of reading_value.list are counted by, and
-- those are little-endian float64. What is missing is NULL, or NaN in a list.
CREATE TABLE instrument (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL,
  sentence TEXT NOT NULL
) STRICT;
CREATE TABLE figure (
  id INTEGER PRIMARY KEY,
  instrument INTEGER NOT NULL REFERENCES instrument (id),
  name TEXT NOT NULL,
  label TEXT NOT NULL,
  unit TEXT NOT NULL,
  sentence TEXT NOT NULL,
  axis TEXT NOT NULL,
  logarithmic INTEGER NOT NULL,
  UNIQUE (instrument, name)
) STRICT;
CREATE TABLE reading (
  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  instrument INTEGER NOT NULL REFERENCES instrument (id),
  seconds REAL,
  PRIMARY KEY (run, instrument, epoch)
) STRICT, WITHOUT ROWID;
CREATE TABLE reading_value (
  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  figure INTEGER NOT NULL REFERENCES figure (id),
  number REAL,
  list BLOB NOT NULL,
  PRIMARY KEY (run, figure, epoch)
) STRICT, WITHOUT ROWID;
-- For readers of the file.
CREATE VIEW readings AS SELECT run, epoch, instrument.name AS instrument, figure.name AS figure,
  number, list, figure.axis AS axis
  FROM reading_value JOIN figure ON figure.id = figure JOIN instrument ON instrument.id = instrument;
)sql",
                                                         R"sql(
-- Of a run that goes on with the whole state of its parent at parent_epoch: what it does otherwise,
-- in words.
ALTER TABLE run ADD COLUMN fork TEXT NOT NULL DEFAULT '';
)sql",
                                                         R"sql(
-- What a state has beyond the bytes of checkpoint.data, which holds no more than SQLite takes at
-- once: in order of part, from 1.
CREATE TABLE checkpoint_part (
  run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  part INTEGER NOT NULL,
  data BLOB NOT NULL,
  UNIQUE (run, part)
) STRICT;
)sql"};
static_assert(kMigrations.size() == kNotebookVersion);

void apply(Database& database, int from) {
    for (std::size_t i = static_cast<std::size_t>(from); i < kMigrations.size(); ++i) {
        database.execute(std::string(kMigrations[i]));
    }
    remember_all_groks(database);
    if (from < kReadingsSince) {
        move_old_readings(database);
    }
    database.execute("PRAGMA user_version = " + std::to_string(kNotebookVersion));
}

using Objects = std::map<std::string, std::string>;

/// Name and definition of everything in a database.
Objects objects_of(Database& database) {
    Objects objects;
    Statement all(database, "SELECT type || ' ' || name, ifnull(sql, '') FROM sqlite_schema");
    while (all.step()) {
        objects.emplace(all.text(0), all.text(1));
    }
    return objects;
}

} // namespace

void create_schema(Database& database) {
    Transaction transaction(database);
    if (database.integer("PRAGMA user_version") != 0) {
        return; // somebody else was quicker
    }
    database.execute("PRAGMA application_id = " + std::to_string(kNotebookApplicationId));
    apply(database, 0);
    transaction.commit();
}

void migrate_schema(Database& database) {
    const auto version = static_cast<int>(database.integer("PRAGMA user_version"));
    if (version == kNotebookVersion) {
        return;
    }
    Transaction transaction(database);
    apply(database, version);
    transaction.commit();
}

void check_schema(Database& database, int version) {
    const std::string notebook = "the notebook \"" + database.file() + "\" ";
    if (version > kNotebookVersion) {
        throw NotebookError(NotebookProblem::kNewer,
                            notebook + "has version " + std::to_string(version) +
                                ", this program knows versions up to " +
                                std::to_string(kNotebookVersion) + "; use a newer program");
    }
    if (version < 1) {
        throw NotebookError(NotebookProblem::kForeign,
                            notebook + "has no version, so it is not one of ours; name another");
    }
    Database model(":memory:", Database::Access::kCreate);
    for (int i = 0; i < version; ++i) {
        model.execute(std::string(kMigrations[static_cast<std::size_t>(i)]));
    }
    const Objects found = objects_of(database);
    for (const auto& [name, sql] : objects_of(model)) {
        const auto object = found.find(name);
        if (object == found.end() || object->second != sql) {
            throw NotebookError(NotebookProblem::kForeign,
                                notebook + "does not have our " + name +
                                    ", so it is not one of ours; name another file");
        }
    }
}

} // namespace grokscope
