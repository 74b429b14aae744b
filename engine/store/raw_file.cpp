#include "engine/store/raw_file.h"

#include "engine/store/notebook_error.h"

#include <sqlite3.h>

#include <cstddef>
#include <filesystem>
#include <new>
#include <system_error>
#include <vector>

namespace grokscope {

namespace {

/// SQLite's means take whole paths. Throws NotebookError where there is none.
std::string whole_path(const std::string& file) {
    std::error_code error;
    const std::filesystem::path whole = std::filesystem::absolute(file, error);
    if (error) {
        throw NotebookError(NotebookProblem::kCannotOpen,
                            "the notebook \"" + file +
                                "\" cannot be opened: the folder that this program was started in "
                                "is gone; name the whole path");
    }
    return whole.string();
}

struct FreeName {
    using pointer = sqlite3_filename;
    void operator()(sqlite3_filename name) const {
        sqlite3_free_filename(const_cast<char*>(name)); // the argument was char* once
    }
};

} // namespace

class RawFile::Impl {
public:
    Impl(const std::string& file, Kind kind)
        : name_(sqlite3_create_filename(whole_path(file).c_str(), "", "", 0, nullptr)),
          storage_(static_cast<std::size_t>(sqlite3_vfs_find(nullptr)->szOsFile)) {
        sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
        if (name_ == nullptr) {
            throw std::bad_alloc();
        }
        const int flags = kind == Kind::kDatabase ? SQLITE_OPEN_MAIN_DB : SQLITE_OPEN_WAL;
        if (system->xOpen(system, name_.get(), handle(), SQLITE_OPEN_READONLY | flags, nullptr) !=
            SQLITE_OK) {
            throw NotebookError(NotebookProblem::kCannotOpen,
                                "the notebook \"" + file +
                                    "\" cannot be opened; check that it exists and may be read");
        }
    }
    ~Impl() { handle()->pMethods->xClose(handle()); }
    Impl(const Impl&) = delete; // owns the open file
    Impl& operator=(const Impl&) = delete;

    [[nodiscard]] sqlite3_file* handle() {
        return reinterpret_cast<sqlite3_file*>(storage_.data());
    }
    void require(bool done) const {
        if (!done) {
            throw NotebookError(NotebookProblem::kDisk, "the notebook \"" +
                                                            std::string(name_.get()) +
                                                            "\" could not be read; check the disk");
        }
    }

private:
    std::unique_ptr<const char, FreeName> name_; // as long as the file is open
    std::vector<std::max_align_t> storage_;      // more than it needs
};

RawFile::RawFile(const std::string& file, Kind kind) : impl_(std::make_unique<Impl>(file, kind)) {
}

RawFile::~RawFile() = default;

std::int64_t RawFile::size() {
    sqlite3_int64 bytes = 0;
    impl_->require(impl_->handle()->pMethods->xFileSize(impl_->handle(), &bytes) == SQLITE_OK);
    return bytes;
}

void RawFile::read(std::span<char> bytes, std::int64_t at) {
    const int code = impl_->handle()->pMethods->xRead(impl_->handle(), bytes.data(),
                                                      static_cast<int>(bytes.size()), at);
    impl_->require(code == SQLITE_OK || code == SQLITE_IOERR_SHORT_READ); // the rest is zero then
}

} // namespace grokscope
