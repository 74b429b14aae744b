#include "engine/store/text_file.h"

#include "engine/store/descriptor.h"
#include "engine/store/notebook_file.h"

#include <fcntl.h>

#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace grokscope {

std::string read_text_file(const std::string& file, std::size_t most, const std::string& expected) {
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored)) {
        throw std::runtime_error("this is a folder; name " + expected);
    }
    if (is_notebook(file)) { // not to be opened outside SQLite
        throw std::runtime_error("this is a notebook; name " + expected);
    }
    const Descriptor source(open_patiently(file.c_str(), O_RDONLY | O_NOCTTY | O_CLOEXEC));
    if (!source.is_open()) {
        throw std::runtime_error("the file cannot be read; check that it exists and may be read");
    }
    std::string text;
    if (read_all(source.number(), most + 1, text) != 0) {
        throw std::runtime_error("the file could not be read to its end");
    }
    return text;
}

} // namespace grokscope
