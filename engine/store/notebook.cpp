#include "engine/store/notebook.h"

#include "engine/protocol/store_status.h"
#include "engine/store/bytes.h"
#include "engine/store/notebook_impl.h"
#include "engine/store/notebook_schema.h"
#include "engine/store/output_file.h"
#include "engine/store/sqlite.h"

#include <sqlite3.h>

#include <array>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <random>
#include <span>
#include <string_view>
#include <utility>

namespace grokscope {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kHeaderSize = 100;
constexpr std::size_t kApplicationIdAt = 68; // big-endian (SQLite file format, section 1.3)
constexpr std::string_view kSqliteMagic{"SQLite format 3\0", 16};

NotebookError foreign(const std::string& file) {
    return {NotebookProblem::kForeign, "\"" + file +
                                           "\" is not a notebook of ours, so it was left alone; "
                                           "name another file"};
}

/// Looks at the header without SQLite, which might write beside the file or roll back a journal.
void require_notebook(const std::string& file) {
    std::error_code ignored;
    if (fs::exists(file, ignored) && !fs::is_regular_file(file, ignored)) {
        throw foreign(file); // opening a pipe would wait for its other end
    }
    std::ifstream stream(file, std::ios::binary);
    std::array<char, kHeaderSize> header{};
    if (!stream) {
        throw NotebookError(NotebookProblem::kCannotOpen,
                            "the notebook \"" + file +
                                "\" cannot be opened; check that it exists and may be read");
    }
    stream.read(header.data(), header.size());
    std::uint32_t id = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        id = id << 8U | static_cast<unsigned char>(header[kApplicationIdAt + i]);
    }
    if (stream.gcount() != static_cast<std::streamsize>(kHeaderSize) ||
        std::string_view(header.data(), kSqliteMagic.size()) != kSqliteMagic ||
        id != kNotebookApplicationId) {
        throw foreign(file);
    }
}

/// Makes a complete notebook under a temporary name, then gives it its own: whoever is killed in
/// between leaves no half-made file, and a file that appears meanwhile is never overwritten.
void make_notebook(const std::string& file) {
    std::error_code error;
    const fs::path folder = fs::path(file).parent_path();
    if (!folder.empty()) {
        fs::create_directories(folder, error); // when it fails, opening says so
    }
    // A log without its file belongs to one that was taken away; SQLite would apply it to the new.
    for (const char* suffix : {"-wal", "-shm", "-journal"}) {
        if (fs::exists(file + suffix, error)) {
            fs::rename(file + suffix, file + suffix + ".left-" + random_hex(8), error);
        }
    }
    const std::string temporary = file + ".new-" + random_hex(8);
    try {
        with_target_named(temporary, file, [&] {
            Database database(temporary, Database::Access::kCreate);
            create_schema(database);
            database.execute("PRAGMA journal_mode = WAL");
        });
        give_name(temporary, file);
    } catch (const NotebookError&) {
        fs::remove(temporary, error);
        throw;
    } catch (const fs::filesystem_error& failure) {
        fs::remove(temporary, error);
        throw NotebookError(NotebookProblem::kCannotOpen,
                            "the notebook \"" + file +
                                "\" cannot be made: " + failure.code().message());
    }
}

std::unique_ptr<Database> open_for_reading(const std::string& file) {
    try {
        auto database = std::make_unique<Database>(file, Database::Access::kReadOnly);
        (void)database->integer("PRAGMA user_version");
        return database;
    } catch (const NotebookError& error) {
        // A folder that may not be written has no room for the log's index; without a log the file
        // alone is complete.
        std::error_code ignored;
        const fs::path log = file + "-wal";
        const bool no_log = !fs::exists(log, ignored) || fs::file_size(log, ignored) == 0;
        if (!no_log || error.problem() == NotebookProblem::kLocked ||
            error.problem() == NotebookProblem::kCorrupt) {
            throw;
        }
    }
    return std::make_unique<Database>(file, Database::Access::kImmutable);
}

std::unique_ptr<Database> open_database(const std::string& file, Notebook::Access access) {
    if (file == kInMemory) {
        auto database = std::make_unique<Database>(file, Database::Access::kCreate);
        create_schema(*database);
        return database;
    }
    std::error_code error;
    if (access == Notebook::Access::kReadWrite &&
        (!fs::exists(file, error) || fs::is_empty(file, error))) {
        if (fs::exists(file, error)) {
            // An empty file is what others leave for us to fill, mktemp for one.
            fs::remove(file, error);
        }
        make_notebook(file);
    }
    require_notebook(file);
    if (access == Notebook::Access::kReadOnly) {
        auto database = open_for_reading(file);
        check_schema(*database, static_cast<int>(database->integer("PRAGMA user_version")));
        return database;
    }
    auto database = std::make_unique<Database>(file, Database::Access::kReadWrite);
    check_schema(*database, static_cast<int>(database->integer("PRAGMA user_version")));
    database->execute("PRAGMA journal_mode = WAL");
    database->execute("PRAGMA synchronous = NORMAL");
    // Keeps the log from staying as large as its largest moment.
    database->execute("PRAGMA journal_size_limit = 16777216");
    migrate_schema(*database);
    return database;
}

} // namespace

std::string random_hex(std::size_t digits) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::random_device device;
    std::string text;
    while (text.size() < digits) {
        for (unsigned bits = device(), i = 0; i < 8 && text.size() < digits; ++i, bits >>= 4U) {
            text += kHex[bits & 15U];
        }
    }
    return text;
}

std::string now_utc() {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm parts{};
#ifdef _WIN32
    gmtime_s(&parts, &now);
#else
    gmtime_r(&now, &parts);
#endif
    std::array<char, 32> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text.data(), size};
}

Notebook::Notebook(const std::string& file, Access access)
    : impl_(std::make_unique<Impl>(file, open_database(file, access))) {
}

Notebook::~Notebook() = default;
Notebook::Notebook(Notebook&&) noexcept = default;
Notebook& Notebook::operator=(Notebook&&) noexcept = default;

const std::string& Notebook::file() const {
    return impl_->file;
}

void Notebook::begin() {
    impl_->transaction.emplace(*impl_->database);
}

void Notebook::commit() {
    impl_->transaction.value().commit();
    impl_->transaction.reset();
}

void Notebook::roll_back() noexcept {
    impl_->transaction.reset();
}

void Notebook::all_or_nothing(const std::function<void()>& write) {
    begin();
    try {
        write();
        commit();
    } catch (...) {
        roll_back();
        throw;
    }
}

Notebook::OneMoment::OneMoment(Notebook& notebook)
    : notebook_(notebook.impl_->transaction ? nullptr : &notebook) {
    if (notebook_ != nullptr) {
        notebook.impl_->transaction.emplace(*notebook.impl_->database, Transaction::Kind::kRead);
    }
}

Notebook::OneMoment::~OneMoment() {
    if (notebook_ != nullptr) {
        notebook_->roll_back();
    }
}

void Notebook::check_integrity() {
    Statement check(*impl_->database, "PRAGMA integrity_check(1)");
    if (!check.step() || check.text(0) != "ok") {
        impl_->database->fail(SQLITE_CORRUPT);
    }
}

bool Notebook::was_taken_away() const {
    int moved = 0;
    sqlite3* handle = impl_->database->handle();
    return sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK &&
           moved != 0;
}

void Notebook::leave_place_alone() {
    sqlite3_db_config(impl_->database->handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

void Notebook::copy_to(const std::string& file) {
    std::error_code error;
    if (fs::exists(file, error)) {
        throw NotebookError(NotebookProblem::kUnusable,
                            "\"" + file + "\" exists already; name a file that does not");
    }
    impl_->statement("VACUUM INTO ?1").with(file).run();
    Database copy(file, Database::Access::kReadWrite);
    copy.execute("PRAGMA journal_mode = WAL");
}

} // namespace grokscope
