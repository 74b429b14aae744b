// What the program writes goes through these: a file that appears whole or not at all, the same for
// a folder of files, and a log that grows under its own name. Nobody's file is replaced unasked,
// and what is asked to be replaced keeps what belongs to it: links to it, its mode, its owner.
#pragma once

#include "engine/store/output_target.h"
#include "engine/store/partial_file.h"
#include "engine/store/temporary_file.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace grokscope {

/// Whether to wait for the reader of a FIFO that nobody has opened yet, as a shell does, or to
/// refuse.
enum class Reader : std::uint8_t { kAwaited, kMustBeThere };

/// A temporary file beside the target, made at once so that what cannot be written is known before
/// the work begins; commit() gives it its name. Devices and pipes get the content when it is
/// complete. Without commit() nothing is left behind.
class OutputFile {
public:
    /// Throws as find_output_target() does, and std::runtime_error when the target cannot be
    /// written. Removes what killed processes left for the same target.
    OutputFile(const std::filesystem::path& target, Overwrite overwrite,
               Reader reader = Reader::kAwaited);
    ~OutputFile();
    OutputFile(const OutputFile&) = delete; // owns the temporary file
    OutputFile& operator=(const OutputFile&) = delete;

    /// Writes the whole content and puts it in its place, on the disk; once. Throws
    /// std::runtime_error: the disk is full, and the temporary file gone; or the target cannot be
    /// written any more, because somebody made one meanwhile, say, and the sentence names the file
    /// that holds the content instead. A reader of standard output that wants no more is no error.
    void commit(std::string_view content);

    /// Of a descriptor, standard output for one: writes the content now, behind what was written
    /// before; commit() then writes the rest. False once the reader of standard output wants no
    /// more; nothing is written from then on. Throws as commit() does.
    bool append(std::string_view content);
    /// It is written into, and nothing can lie beside it.
    [[nodiscard]] bool is_stream() const { return target_.is_stream(); }
    /// It was opened by whoever started this process, so that rows can be written as they come.
    [[nodiscard]] bool takes_rows() const {
        return target_.kind == OutputTarget::Kind::kDescriptor;
    }

    /// The file to write to, for a program that is given its name; then commit_temporary(). Throws
    /// as the constructor does.
    [[nodiscard]] const std::filesystem::path& temporary();
    void commit_temporary();

    /// As given, the home folder put in for "~".
    [[nodiscard]] const std::filesystem::path& target() const { return target_.named; }
    /// Two outputs to one file: the second would replace the first.
    [[nodiscard]] bool is_same_file(const OutputFile& other) const;
    /// The file that is written, every link followed; empty for an open one.
    [[nodiscard]] const std::filesystem::path& file() const { return target_.file; }
    /// What else is printed must go elsewhere.
    [[nodiscard]] bool is_standard_output() const;

private:
    void make_temporary();
    /// False: the reader of standard output wants no more.
    bool write_stream(std::string_view content, int from);
    void put_in_place();
    [[nodiscard]] bool replace(const OutputTarget& now);
    void write_in_place(const OutputTarget& now);
    [[noreturn]] void keep_temporary(const std::string& why);

    OutputTarget target_;
    Overwrite overwrite_;
    Reader reader_;
    Descriptor stream_;                        ///< of a target that is one; open, mostly
    std::unique_ptr<TemporaryFile> temporary_; ///< null for a stream, mostly
};

/// Throws std::runtime_error when the file is the notebook that is to be recorded into, which may
/// not be there yet, or one that SQLite keeps beside it.
void require_apart(const OutputFile& file, const std::string& notebook);

/// A folder of files that appears whole or not at all.
class OutputFolder {
public:
    /// Throws std::runtime_error when something of that name is there, whatever it is, or it cannot
    /// be made.
    explicit OutputFolder(const std::filesystem::path& target);

    /// Throws std::runtime_error when it cannot be written.
    void add(std::string_view name, std::string_view content);
    /// Gives the folder its name. Throws std::runtime_error when that is taken meanwhile; the
    /// sentence names the folder that holds the files instead.
    void commit();

    [[nodiscard]] const std::filesystem::path& target() const { return target_.named; }

private:
    OutputTarget target_;
    std::unique_ptr<TemporaryFolder> temporary_;
};

/// A file that is written as things happen, for others to read meanwhile.
class OutputLog {
public:
    /// Makes the file, or empties one that may be overwritten, keeping what belongs to it. Throws
    /// as OutputFile does.
    OutputLog(const std::filesystem::path& target, Overwrite overwrite);

    /// What cannot be written is left out: a log must not end the program. Why not, as an error
    /// number of the system; 0 as a rule.
    int write(std::string_view text);

private:
    Descriptor file_;
};

} // namespace grokscope
