#include "engine/store/put_back_marks.h"

#include "engine/store/notebook_impl.h"

#include <string_view>

namespace grokscope {

namespace {

// Made when it is needed for the first time, so that it is no part of any version.
constexpr std::string_view kTable = "CREATE TABLE put_back (mark TEXT NOT NULL) STRICT";

bool has_table(Database& database) {
    Statement table(database, "SELECT 1 FROM sqlite_schema WHERE sql = ?1");
    table.bind(1, kTable);
    return table.step();
}

} // namespace

PutBackMarks put_back_marks(Database& database) {
    PutBackMarks marks;
    if (has_table(database)) {
        // No notebook is put back so often; a stranger's may say so.
        Statement rows(database, "SELECT mark FROM put_back ORDER BY rowid DESC LIMIT 1000");
        while (rows.step()) {
            marks.insert(rows.text(0));
        }
    }
    return marks;
}

void add_put_back_mark(Database& database) {
    Transaction transaction(database);
    if (!has_table(database)) {
        database.execute(std::string(kTable));
    }
    Statement(database, "INSERT INTO put_back (mark) VALUES (?1)").with(random_hex(32)).run();
    transaction.commit();
}

} // namespace grokscope
