// A file that appears complete or not at all.
#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>

namespace grokscope {

/// May an existing file be replaced?
enum class Overwrite { kNo, kYes };

/// A name beside `target`, of its own each time, for what is not complete yet.
[[nodiscard]] std::string partial_name(const std::string& target);

/// `sentence` with `target` wherever it names `partial`: nobody asked for that one.
[[nodiscard]] std::string naming_target(std::string sentence, const std::string& partial,
                                        const std::string& target);

/// Calls `work`; the sentence of whatever it throws names `target` instead of `partial`. A
/// NotebookError keeps its kind, all else becomes a std::runtime_error.
void with_target_named(const std::string& partial, const std::string& target,
                       const std::function<void()>& work);

/// Gives the complete file `partial` the name `target`, unless that is taken meanwhile: nobody's
/// file is replaced. `partial` is gone afterwards. Throws std::filesystem::filesystem_error when
/// the name cannot be given; `partial` is still there then.
void give_name(const std::string& partial, const std::string& target);

/// A temporary file beside the target, made at once so that an unwritable place is known before the
/// work begins; commit() gives it its name. Without commit() nothing is left behind.
class OutputFile {
public:
    /// Throws std::runtime_error, one sentence that names path and remedy, when the target exists
    /// and may not be replaced, is no regular file, or cannot be written there.
    OutputFile(const std::filesystem::path& target, Overwrite overwrite);
    ~OutputFile();
    OutputFile(const OutputFile&) = delete; // owns the temporary file
    OutputFile& operator=(const OutputFile&) = delete;

    /// Writes the whole content and renames; once. Throws std::runtime_error when the disk is full
    /// or the target appeared meanwhile; the temporary file is then gone too.
    void commit(std::string_view content);

    [[nodiscard]] const std::filesystem::path& target() const { return target_; }

private:
    void require_replaceable() const;

    std::filesystem::path target_;
    Overwrite overwrite_;
    std::filesystem::path temporary_;
    std::ofstream stream_;
};

} // namespace grokscope
