// The notebook as a file among others: what lies at a name, and how a finished notebook gets one.
//
// Whoever closes any descriptor of a file drops all POSIX locks that his process has on it, those
// of SQLite too. So a file that may be a notebook is opened by SQLite alone, and here it is asked.
#pragma once

#include "engine/store/notebook_error.h"

#include <functional>
#include <string>
#include <string_view>

namespace grokscope {

/// Symbolic links that are followed, as many as the system itself follows.
inline constexpr int kMostLinks = 40;

/// `file` with every symbolic link followed, also one that leads to nothing yet: the name that
/// SQLite's own files stand beside. Throws NotebookError when links lead in a circle.
[[nodiscard]] std::string followed_links(const std::string& file);

/// The database that SQLite would keep a file of this name beside: "runs.db" for "runs.db-wal";
/// empty for other names. Looks at the name alone.
[[nodiscard]] std::string database_beside(const std::string& file);

/// Whether `file` is one of our notebooks, by its header. Reads it by SQLite's means and writes
/// nothing, neither there nor beside. False for what is missing, is no regular file or
/// cannot be read. Any thread.
[[nodiscard]] bool is_notebook(const std::string& file);

/// Throws NotebookError, kCannotOpen or kForeign, unless `file` is one of our notebooks. As
/// is_notebook() otherwise.
void require_notebook(const std::string& file);

/// Throws NotebookError, kCannotOpen, unless a name that is as long as that of `file` and `ending`,
/// of a file that SQLite makes beside it, fits into its folder. Sentences name it `named`.
void require_room_beside(const std::string& file, std::string_view ending,
                         const std::string& named);

/// Has `fill` make a notebook under a temporary name, which it is given, then gives that its own,
/// as name_notebook() does: whoever is killed in between leaves no half-made file of that name, and
/// the next one to make it removes what is left. Sentences name it `named`. Throws NotebookError,
/// kCannotOpen when nothing can be made there, and what `fill` throws; nothing is left then.
void make_notebook_file(const std::string& file, const std::string& named,
                        const std::function<void(const std::string& temporary)>& fill);

/// Gives the complete notebook `partial`, which nobody has open, the name `target`. A log that
/// happens to lie beside that name, of a notebook that is gone, is not applied to it but renamed to
/// "...left-" and some digits. `partial` is gone afterwards. Throws NotebookError, kExists when the
/// name is taken, or when it cannot be given; nothing has changed then but that `partial` is still
/// there.
void name_notebook(const std::string& partial, const std::string& target);

/// What is thrown when something has the name `file` already: kExists.
[[nodiscard]] NotebookError name_is_taken(const std::string& file);

/// What is thrown when the file that is open has lost its name to another: kCannotOpen.
[[nodiscard]] NotebookError is_being_replaced(const std::string& file);

/// A name that nothing has yet, beside `file` and made of its name, for a record that cannot go
/// there: "runs-rescued-1.db" for "runs.db".
[[nodiscard]] std::string rescue_name(const std::string& file);

} // namespace grokscope
