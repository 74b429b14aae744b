// The bytes of a database's file.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace grokscope {

/// A file opened to read by SQLite's own means, which know what else of it this process has open:
/// closing it costs nobody a lock.
/// Threads: one at a time.
class RawFile {
public:
    enum class Kind : std::uint8_t { kDatabase, kLog };

    /// Throws NotebookError, kCannotOpen.
    RawFile(const std::string& file, Kind kind);
    ~RawFile();
    RawFile(const RawFile&) = delete;
    RawFile& operator=(const RawFile&) = delete;

    /// In bytes. Throws NotebookError, kDisk, as read() does.
    [[nodiscard]] std::int64_t size();
    /// Fills `bytes` from byte `at` on; what the file lacks is zero.
    void read(std::span<char> bytes, std::int64_t at);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace grokscope
