// What the tests of output share: what is refused and why, and where the content went instead.
#pragma once

#include "engine/store/output_file.h"
#include "tests/store/scratch_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

namespace grokscope::store_test {

inline struct stat status_of(const std::string& path) {
    struct stat status {};
    EXPECT_EQ(lstat(path.c_str(), &status), 0) << path;
    return status;
}

inline std::string refusal(const std::filesystem::path& path,
                           Overwrite overwrite = Overwrite::kNo) {
    try {
        const OutputFile file(path, overwrite);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "";
}

/// What commit() complains of, for a file that is made now.
inline std::string complaint(OutputFile& file, const std::string& content) {
    try {
        file.commit(content);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "";
}

/// The file that a complaint says the content is kept in.
inline std::string kept_file(const std::string& complaint) {
    const std::string words = "is kept in ";
    const std::size_t at = complaint.find(words);
    return at == std::string::npos ? "" : complaint.substr(at + words.size());
}

inline testing::AssertionResult has(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos ? testing::AssertionSuccess()
                                                 : testing::AssertionFailure() << text;
}

/// An environment variable for the test's time.
class Variable {
public:
    Variable(const char* name, const std::string& value) : name_(name) {
        if (const char* before = std::getenv(name)) {
            before_ = before;
        }
        setenv(name, value.c_str(), 1);
    }
    ~Variable() { before_ ? setenv(name_, before_->c_str(), 1) : unsetenv(name_); }
    Variable(const Variable&) = delete; // restores what it found
    Variable& operator=(const Variable&) = delete;

private:
    const char* name_;
    std::optional<std::string> before_;
};

} // namespace grokscope::store_test
