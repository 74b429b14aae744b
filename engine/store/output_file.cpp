#include "engine/store/output_file.h"

#include "engine/protocol/store_status.h"
#include "engine/store/descriptor.h"
#include "engine/store/home_folder.h"
#include "engine/store/no_broken_pipe_signal.h"
#include "engine/store/notebook_file.h"
#include "engine/store/notebook_path.h"
#include "engine/store/owner_lock.h"
#include "engine/store/temporary_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace grokscope {

namespace fs = std::filesystem;

namespace {

constexpr const char* kElsewhere = "; choose a folder you may write to";

std::string in_words(int error) {
    return std::generic_category().message(error);
}

/// Attributes that a new file would not have, such as a list of who may read it. Those of the
/// system's own guard are left to it.
bool has_attributes(const fs::path& file) {
    std::array<char, 4096> names{};
    const ssize_t size = llistxattr(file.c_str(), names.data(), names.size());
    for (ssize_t at = 0; at < size;) {
        const std::string_view name(&names[static_cast<std::size_t>(at)]);
        if (!name.starts_with("security.")) {
            return true;
        }
        at += static_cast<ssize_t>(name.size()) + 1;
    }
    return size < 0 && errno == ERANGE;
}

bool is_mounted(const fs::path& file) {
    struct statx status {};
    return statx(AT_FDCWD, file.c_str(), AT_SYMLINK_NOFOLLOW, 0, &status) == 0 &&
           (status.stx_attributes_mask & status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

/// A new file in its place would not be the same file: other names of it would keep the old content
/// (hard links), the system would refuse (a file that is mounted there, as containers do), or what
/// belongs to it would be lost. Such a file gets its new content in its place, once that is
/// complete.
bool must_stay(const fs::path& file) {
    struct stat status {};
    return lstat(file.c_str(), &status) == 0 &&
           (status.st_nlink > 1 || is_mounted(file) || has_attributes(file));
}

/// Opens what is written into. Throws when that fails.
Descriptor open_stream(const OutputTarget& target, Reader reader) {
    if (target.kind == OutputTarget::Kind::kDescriptor) {
        return Descriptor(fcntl(target.descriptor, F_DUPFD_CLOEXEC, 0));
    }
    const bool wait = reader == Reader::kAwaited;
    constexpr int kFlags = O_WRONLY | O_NOCTTY | O_CLOEXEC;
    Descriptor stream(wait ? open_patiently(target.file.c_str(), kFlags)
                           : open(target.file.c_str(), kFlags | O_NONBLOCK));
    if (!stream.is_open()) {
        refuse_output(target.named, errno == ENXIO ? "nobody reads from it" : in_words(errno));
    }
    return stream;
}

std::unique_ptr<TemporaryFile> temporary_for(const fs::path& target) {
    remove_stale_temporaries(target);
    return std::make_unique<TemporaryFile>(target);
}

} // namespace

// ----------------------------------------------------------------------------------------- a file

OutputFile::OutputFile(const fs::path& target, Overwrite overwrite, Reader reader)
    : target_(find_output_target(target, overwrite)), overwrite_(overwrite), reader_(reader) {
    if (!target_.is_stream()) {
        make_temporary();
    } else if (target_.kind != OutputTarget::Kind::kPipe || reader == Reader::kMustBeThere) {
        stream_ = open_stream(target_, reader); // else it waits, and the work is not done yet
    }
}

OutputFile::~OutputFile() = default;

void OutputFile::make_temporary() {
    const bool exists = target_.kind == OutputTarget::Kind::kFile;
    const bool writable = exists && access(target_.file.c_str(), W_OK) == 0;
    if (exists && !writable && must_stay(target_.file)) {
        refuse_output(target_.named, EACCES);
    }
    if (!target_.is_stream()) {
        try {
            temporary_ = temporary_for(target_.file);
            return;
        } catch (const std::system_error& error) {
            if (!writable) {
                refuse_output(target_.named, error.code().message() + kElsewhere);
            }
        }
    }
    try { // its folder takes no new file, but it can be written itself, or is in none
        temporary_ = temporary_for(temporary_folder() / "grokscope");
    } catch (const std::system_error& error) {
        refuse_output(target_.named,
                      "no temporary file can be made for it: " + error.code().message() +
                          "; set TMPDIR to a folder you may write to");
    }
}

const fs::path& OutputFile::temporary() {
    if (!temporary_) {
        make_temporary();
    }
    return temporary_->path();
}

bool OutputFile::is_standard_output() const {
    return target_.kind == OutputTarget::Kind::kDescriptor && target_.descriptor == STDOUT_FILENO;
}

bool OutputFile::is_same_file(const OutputFile& other) const {
    return target_.file == other.target_.file && target_.descriptor == other.target_.descriptor &&
           target_.kind != OutputTarget::Kind::kDevice;
}

bool OutputFile::write_stream(std::string_view content, int from) {
    if (!stream_.is_open()) {
        stream_ = open_stream(target_, reader_);
    }
    const NoBrokenPipeSignal quiet;
    const int error =
        from >= 0 ? copy_all(from, stream_.number()) : write_all(stream_.number(), content);
    if (error == EPIPE && is_standard_output()) {
        return false; // whoever reads, `head` say, has all it wants
    }
    if (error != 0) {
        refuse_output(target_.named,
                      error == EPIPE ? "what read it has ended before the end" : in_words(error));
    }
    return true;
}

bool OutputFile::append(std::string_view content) {
    return content.empty() || write_stream(content, -1);
}

void OutputFile::commit(std::string_view content) {
    if (target_.is_stream()) {
        (void)write_stream(content, -1);
        stream_ = Descriptor(); // its reader waits for the end
        return;
    }
    if (const int error = temporary_->write(content); error != 0) {
        temporary_.reset();
        refuse_output(target_.named, error);
    }
    commit_temporary();
}

void OutputFile::commit_temporary() {
    if (target_.is_stream()) {
        (void)write_stream({}, temporary_->descriptor());
        stream_ = Descriptor();
    } else if (const int error = sync_to_disk(temporary_->descriptor()); error != 0) {
        temporary_.reset();
        refuse_output(target_.named, error);
    } else {
        try {
            put_in_place();
        } catch (const std::exception& failure) {
            keep_temporary(failure.what());
        }
    }
    temporary_.reset();
}

void OutputFile::put_in_place() {
    const OutputTarget now = find_output_target(target_.named, overwrite_);
    if (now.is_stream() || now.file != target_.file) {
        refuse_output(target_.named, "it leads elsewhere now than before");
    }
    if (now.kind == OutputTarget::Kind::kFile) {
        if (!replace(now)) {
            write_in_place(now);
        }
        return;
    }
    temporary_->unmark();
    if (!give_free_name(temporary_->path(), target_.file)) {
        put_in_place(); // somebody was quicker: it is another case now
        return;
    }
    temporary_->release();
}

bool OutputFile::replace(const OutputTarget& now) {
    struct stat status {};
    if (lstat(now.file.c_str(), &status) != 0 || must_stay(now.file) ||
        temporary_->path().parent_path() != now.file.parent_path() ||
        !temporary_->take_after(status)) {
        return false;
    }
    if (rename(temporary_->path().c_str(), now.file.c_str()) != 0) {
        return false;
    }
    temporary_->release();
    sync_folder(now.file.parent_path());
    return true;
}

void OutputFile::write_in_place(const OutputTarget& now) {
    const Descriptor file(open(now.file.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
    struct stat complete {};
    struct stat before {};
    if (!file.is_open() || fstat(temporary_->descriptor(), &complete) != 0 ||
        fstat(file.number(), &before) != 0) {
        refuse_output(now.named, errno);
    }
    // Room first, so that a full disk costs nothing of what is there. Some file systems cannot
    // tell.
    if (complete.st_size > before.st_size &&
        posix_fallocate(file.number(), before.st_size, complete.st_size - before.st_size) ==
            ENOSPC) {
        (void)ftruncate(file.number(), before.st_size);
        refuse_output(now.named, ENOSPC);
    }
    int error = copy_all(temporary_->descriptor(), file.number());
    if (error == 0 && ftruncate(file.number(), complete.st_size) != 0) {
        error = errno;
    }
    error = error == 0 ? sync_to_disk(file.number()) : error;
    if (error != 0) {
        refuse_output(now.named, error);
    }
}

void OutputFile::keep_temporary(const std::string& why) {
    const std::string kept = temporary_->path().string();
    temporary_->unmark();
    temporary_->release();
    temporary_.reset();
    throw std::runtime_error(why + "; what was to be written is kept in " + kept);
}

void require_apart(const OutputFile& file, const std::string& notebook) {
    if (notebook == kNoNotebook || notebook == kInMemory) {
        return;
    }
    std::error_code unresolvable;
    const fs::path whole = fs::absolute(with_home(notebook), unresolvable);
    const fs::path place = fs::weakly_canonical(whole, unresolvable);
    const std::string& written = file.file().string();
    if (!unresolvable &&
        (written == place || database_beside(written) == place || owned_by(written) == place)) {
        refuse_output(file.target(), "it belongs to the notebook " + notebook +
                                         ", which the run is recorded in; choose another name");
    }
}

// --------------------------------------------------------------------------------------- a folder

namespace {

OutputTarget find_free_folder(const fs::path& target) {
    std::error_code ignored;
    if (fs::is_directory(target, ignored)) {
        throw std::runtime_error("there is a folder " + target.string() +
                                 " already; choose another name");
    }
    OutputTarget found = find_output_target(target, Overwrite::kNo);
    if (found.is_stream()) {
        refuse_output(target, "it is no folder; choose another name");
    }
    return found;
}

} // namespace

OutputFolder::OutputFolder(const fs::path& target) : target_(find_free_folder(target)) {
    remove_stale_temporaries(target_.file);
    try {
        temporary_ = std::make_unique<TemporaryFolder>(target_.file);
    } catch (const std::system_error& error) {
        refuse_output(target_.named, error.code().message() + kElsewhere);
    }
}

void OutputFolder::add(std::string_view name, std::string_view content) {
    if (const int error = temporary_->add(name, content); error != 0) {
        refuse_output(target_.named / name, error);
    }
}

void OutputFolder::commit() {
    sync_folder(temporary_->path());
    temporary_->unmark();
    std::string why = "something of that name is there now";
    try {
        if (give_free_name(temporary_->path(), target_.file)) {
            temporary_->release();
            return;
        }
    } catch (const fs::filesystem_error& error) {
        why = error.code().message();
    }
    const std::string kept = temporary_->path().string();
    temporary_->release();
    refuse_output(target_.named, why + "; what was to be written is kept in " + kept);
}

// ------------------------------------------------------------------------------------------ a log

OutputLog::OutputLog(const fs::path& target, Overwrite overwrite) {
    const OutputTarget found = find_output_target(target, overwrite);
    if (found.is_stream()) {
        file_ = open_stream(found, Reader::kMustBeThere);
        return;
    }
    const bool exists = found.kind == OutputTarget::Kind::kFile;
    file_ = Descriptor(
        open(found.file.c_str(),
             O_WRONLY | O_NOFOLLOW | O_CLOEXEC | (exists ? O_TRUNC : O_CREAT | O_EXCL), 0666));
    if (!file_.is_open()) {
        refuse_output(found.named, in_words(errno) + kElsewhere);
    }
}

int OutputLog::write(std::string_view text) {
    const NoBrokenPipeSignal quiet;
    return write_all(file_.number(), text);
}

} // namespace grokscope
