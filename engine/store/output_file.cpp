#include "engine/store/output_file.h"

#include "engine/store/notebook_error.h"

#include <cerrno>
#include <random>
#include <stdexcept>
#include <system_error>

namespace grokscope {

namespace {

std::string last_system_error() {
    return std::generic_category().message(errno);
}

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& why) {
    std::string sentence = "cannot write ";
    sentence += path.string();
    throw std::runtime_error(sentence + ": " + why);
}

} // namespace

std::string partial_name(const std::string& target) {
    return target + ".partial-" + std::to_string(std::random_device{}());
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

void give_name(const std::string& partial, const std::string& target) {
    std::error_code error;
    std::filesystem::create_hard_link(partial, target, error);
    std::error_code ignored;
    if (error && !std::filesystem::exists(target, ignored)) { // a file system without links
        std::filesystem::rename(partial, target);
    }
    std::filesystem::remove(partial, ignored);
}

OutputFile::OutputFile(const std::filesystem::path& target, Overwrite overwrite)
    : target_(target), overwrite_(overwrite) {
    std::error_code unresolvable; // then the checks below say what is wrong
    const std::filesystem::path resolved = std::filesystem::weakly_canonical(target, unresolvable);
    if (!unresolvable) {
        target_ = resolved; // a link keeps pointing to the file that is replaced
    }
    require_replaceable();
    const std::filesystem::path folder = target_.parent_path();
    if (!folder.empty() && !std::filesystem::is_directory(folder, unresolvable)) {
        refuse(target, "there is no folder " + folder.string());
    }
    temporary_ = partial_name(target_.string());
    errno = 0;
    stream_.open(temporary_, std::ios::binary | std::ios::trunc);
    if (!stream_) {
        const std::string why = last_system_error();
        temporary_.clear();
        refuse(target, why + "; choose a folder you may write to");
    }
}

void OutputFile::require_replaceable() const {
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(target_, error);
    if (!std::filesystem::exists(status)) {
        return;
    }
    if (!std::filesystem::is_regular_file(status)) {
        refuse(target_, "it exists and is not a regular file");
    }
    if (overwrite_ == Overwrite::kNo) {
        refuse(target_, "it exists already; choose another name or add --force");
    }
}

void OutputFile::commit(std::string_view content) {
    require_replaceable();
    errno = 0;
    stream_.write(content.data(), static_cast<std::streamsize>(content.size()));
    stream_.close();
    if (!stream_) {
        refuse(target_, last_system_error());
    }
    std::error_code error;
    std::filesystem::rename(temporary_, target_, error);
    if (error) {
        refuse(target_, error.message());
    }
    temporary_.clear();
}

OutputFile::~OutputFile() {
    if (!temporary_.empty()) {
        stream_.close();
        std::error_code ignored; // nobody is left to tell
        std::filesystem::remove(temporary_, ignored);
    }
}

} // namespace grokscope
