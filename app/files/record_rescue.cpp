#include "app/files/record_rescue.h"

#include "engine/store/notebook_store.h"
#include "engine/store/temporary_folder.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

namespace grokscope {

namespace {

/// A name that no file has yet.
std::string rescue_file() {
    std::error_code ignored;
    const std::filesystem::path folder = temporary_folder();
    for (int i = 1;; ++i) {
        const std::filesystem::path file = folder / fmt::format("grokscope-rescued-{}.db", i);
        if (!std::filesystem::exists(file, ignored)) {
            return file.string();
        }
    }
}

} // namespace

RescuedRecord rescue_record(NotebookStore& store, const std::string& problem) {
    const std::string file = rescue_file();
    const std::string other_problem = store.rescue(file);
    if (!other_problem.empty()) {
        return {"", fmt::format("{}; {}; what was not saved is lost", problem, other_problem)};
    }
    return {file,
            fmt::format("{}; the record was saved in \"{}\" instead, `grokscope import` takes "
                        "it over",
                        problem, file)};
}

} // namespace grokscope
