// What is exported, as which kind of file and under which name.
// Threads: any; values only.
#pragma once

#include "ui/core/run_book.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace grokscope::ui {

enum class ExportKind : std::uint8_t { kCsv, kJson, kNpz, kPt, kNotebook, kPicture, kFilm, kView };

/// What a picture shows.
struct PictureWanted {
    /// A panel by its name, or kWholeWindow.
    std::string panel;
    /// Pixels per pixel of the window, 1..4.
    int magnification = 1;
    /// With buttons and lists; without, the whole window is curves and pictures only.
    bool controls = true;
    /// Which one of a film, from 1; 0: a picture by itself.
    int film_frame = 0;
    /// Without a ground: straight alpha.
    bool transparent = false;
};
inline constexpr const char* kWholeWindow = "window";

/// The export dialog's fields.
struct ExportChoice {
    ExportKind kind = ExportKind::kPicture;
    bool transformer_lens = false;
    PictureWanted picture{kWholeWindow, 2, true};
    std::string path;
    /// The user wrote the path; until then it follows the choice.
    bool path_is_users = false;
};

/// "grokscope-baseline-seed999-epoch2340.png": letters, digits, '-', '_', '+' and '.' only.
[[nodiscard]] std::string suggested_name(const ExportChoice& choice, const RunRecord& run,
                                         std::int32_t epoch);
/// The line under a picture: program, run, seed, epoch, and that it is a recording if so.
[[nodiscard]] std::string caption_of(const RunRecord* run, std::int32_t epoch,
                                     const std::string& version);

/// The kind whose files end like this path.
[[nodiscard]] std::optional<ExportKind> export_kind_of(const std::string& path);
/// A name that no file has: "-2", "-3" and so on before the extension.
[[nodiscard]] std::string free_path(const std::filesystem::path& wanted);

} // namespace grokscope::ui
