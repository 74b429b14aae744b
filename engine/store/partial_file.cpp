#include "engine/store/partial_file.h"

#include "engine/store/descriptor.h"
#include "engine/store/notebook_error.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <random>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace grokscope {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kMark = ".partial-";
constexpr std::size_t kDigits = 16;

std::string random_digits() {
    std::random_device random;
    char digits[kDigits + 1];
    std::snprintf(digits, sizeof digits, "%08x%08x", random(), random());
    return digits;
}

/// As much of `name` as fits into `size` bytes, no letter of UTF-8 cut in two.
std::string_view cut_to(std::string_view name, std::size_t size) {
    if (name.size() <= size) {
        return name;
    }
    while (size > 0 && (static_cast<unsigned char>(name[size]) & 0xC0U) == 0x80U) {
        --size;
    }
    return name.substr(0, size);
}

bool is_hexadecimal(std::string_view text) {
    return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

[[noreturn]] void fail(const fs::path& partial, const fs::path& target, int error) {
    throw fs::filesystem_error("cannot give a name", partial, target,
                               {error, std::generic_category()});
}

/// Where neither renameat2() nor links are known, FAT by some systems: the name is taken by an
/// empty file or folder of ours, which may be replaced then.
bool give_name_by_reservation(const fs::path& partial, const fs::path& target) {
    const bool folder = fs::is_directory(partial);
    const int reserved =
        folder ? mkdir(target.c_str(), 0777)
               : Descriptor(open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666))
                     .number();
    if (reserved < 0) {
        if (errno == EEXIST) {
            return false;
        }
        fail(partial, target, errno);
    }
    if (rename(partial.c_str(), target.c_str()) != 0) {
        const int error = errno;
        std::error_code ignored;
        fs::remove(target, ignored);
        fail(partial, target, error);
    }
    return true;
}

bool is_not_known_here(int error) {
    return error == ENOSYS || error == EINVAL || error == ENOTSUP || error == EPERM ||
           error == EMLINK;
}

bool move_to_free_name(const fs::path& partial, const fs::path& target) {
    if (renameat2(AT_FDCWD, partial.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) == 0) {
        return true;
    }
    if (is_not_known_here(errno) && link(partial.c_str(), target.c_str()) == 0) {
        unlink(partial.c_str());
        return true;
    }
    if (is_not_known_here(errno)) {
        return give_name_by_reservation(partial, target);
    }
    if (errno != EEXIST) {
        fail(partial, target, errno);
    }
    return false;
}

} // namespace

std::size_t longest_name(const fs::path& folder) {
    const long longest = pathconf(folder.empty() ? "." : folder.c_str(), _PC_NAME_MAX);
    return longest > 0 ? static_cast<std::size_t>(longest) : 255;
}

std::string partial_name(const std::string& target, std::size_t room) {
    const fs::path path(target);
    const std::size_t own = kMark.size() + kDigits + room;
    const std::size_t longest = std::max(longest_name(path.parent_path()), own);
    const std::string name = path.filename().string();
    const std::string_view begin = cut_to(name, longest - own);
    std::string partial = target.substr(0, target.size() - name.size());
    return partial.append(begin).append(kMark).append(random_digits());
}

bool have_one_target(const std::string& partial, const std::string& other) {
    if (partial.size() != other.size() || partial.size() < kDigits) {
        return false;
    }
    const std::string_view name(partial);
    const std::size_t digits = partial.size() - kDigits;
    return name.substr(0, digits).ends_with(kMark) && other.starts_with(name.substr(0, digits)) &&
           is_hexadecimal(name.substr(digits)) &&
           is_hexadecimal(std::string_view(other).substr(digits));
}

std::string naming_target(std::string sentence, const std::string& partial,
                          const std::string& target) {
    for (std::size_t at = sentence.find(partial); at != std::string::npos;
         at = sentence.find(partial, at + target.size())) {
        sentence.replace(at, partial.size(), target);
    }
    return sentence;
}

void with_target_named(const std::string& partial, const std::string& target,
                       const std::function<void()>& work) {
    try {
        work();
    } catch (const NotebookError& error) {
        throw NotebookError(error.problem(), naming_target(error.what(), partial, target));
    } catch (const std::exception& error) {
        throw std::runtime_error(naming_target(error.what(), partial, target));
    }
}

bool give_free_name(const fs::path& partial, const fs::path& target) {
    if (!move_to_free_name(partial, target)) {
        return false;
    }
    sync_folder(target.parent_path());
    return true;
}

void give_name(const std::string& partial, const std::string& target) {
    if (!give_free_name(partial, target)) {
        unlink(partial.c_str());
    }
}

void sync_folder(const fs::path& folder) {
    const Descriptor names(
        open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (names.is_open()) { // one that may not be read: it is on the disk soon anyway
        (void)sync_to_disk(names.number());
    }
}

} // namespace grokscope
