// Names for what is not complete yet, and how it gets its own: never in the place of another's
// file.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>

namespace grokscope {

/// A name beside `target`, of its own each time, for what is not complete yet. As long a name as
/// the folder takes; `room` more characters fit behind it, for the files that SQLite keeps beside
/// its own.
[[nodiscard]] std::string partial_name(const std::string& target, std::size_t room = 8);

/// Whether partial_name() may have given both for the same target.
[[nodiscard]] bool have_one_target(const std::string& partial, const std::string& other);

/// `sentence` with `target` wherever it names `partial`: nobody asked for that one.
[[nodiscard]] std::string naming_target(std::string sentence, const std::string& partial,
                                        const std::string& target);

/// Calls `work`; the sentence of whatever it throws names `target` instead of `partial`. A
/// NotebookError keeps its kind, all else becomes a std::runtime_error.
void with_target_named(const std::string& partial, const std::string& target,
                       const std::function<void()>& work);

/// Gives a file or folder a name that nothing has; false when something has it. The folder is on
/// the disk then. Throws std::filesystem::filesystem_error when the name cannot be given.
[[nodiscard]] bool give_free_name(const std::filesystem::path& partial,
                                  const std::filesystem::path& target);

/// Gives the complete file `partial` the name `target`, unless that is taken meanwhile: nobody's
/// file is replaced. `partial` is gone afterwards. Throws std::filesystem::filesystem_error when
/// the name cannot be given; `partial` is still there then.
void give_name(const std::string& partial, const std::string& target);

/// Waits until the names in a folder are on the disk, as far as its file system can tell.
void sync_folder(const std::filesystem::path& folder);

/// How many bytes a name in this folder may have.
[[nodiscard]] std::size_t longest_name(const std::filesystem::path& folder);

} // namespace grokscope
