// Fonts of the system for characters that the built-in ones lack, found by fontconfig.
// Threads: main thread only.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace grokscope::ui {

/// One face of a font file, and the characters it is wanted for.
struct FallbackFace {
    std::string path;
    /// Which of a collection.
    int index = 0;
    std::vector<char32_t> characters;
};

class SystemFonts {
public:
    SystemFonts();
    ~SystemFonts();
    SystemFonts(const SystemFonts&) = delete;
    SystemFonts& operator=(const SystemFonts&) = delete;

    /// Each of `wanted` with the best face without serifs that has it and that can be drawn in one
    /// colour; characters that no font has are left out. Reads fontconfig's caches at the first
    /// call, which takes a while.
    [[nodiscard]] std::vector<FallbackFace> faces_for(std::span<const char32_t> wanted, bool bold);
    /// The bytes of a face's file, kept as long as this lives.
    [[nodiscard]] const std::string& bytes_of(const FallbackFace& face) const {
        return files_.at(face.path);
    }

private:
    /// Whether the file can be read; its bytes are kept then.
    bool read(const std::string& path);

    struct Config;
    std::unique_ptr<Config> config_;
    std::map<std::string, std::string> files_;
};

} // namespace grokscope::ui
