#include "ui/core/export_choice.h"

#include "ui/core/claims.h"
#include "ui/core/text.h"

#include <algorithm>
#include <string_view>
#include <system_error>

namespace grokscope::ui {

namespace {

const char* extension(ExportKind kind) {
    switch (kind) {
    case ExportKind::kCsv:
        return ".csv";
    case ExportKind::kJson:
        return ".json";
    case ExportKind::kNpz:
        return ".npz";
    case ExportKind::kPt:
        return ".pt";
    case ExportKind::kNotebook:
        return ".db";
    case ExportKind::kPicture:
        return ".png";
    case ExportKind::kFilm:
        return ".mp4";
    case ExportKind::kView:
        return ".grokview";
    }
    return "";
}

bool belongs_to_epoch(ExportKind kind) {
    return kind == ExportKind::kNpz || kind == ExportKind::kPt || kind == ExportKind::kPicture ||
           kind == ExportKind::kView;
}

} // namespace

std::optional<ExportKind> export_kind_of(const std::string& path) {
    const std::string end = std::filesystem::path(path).extension().string();
    for (const ExportKind kind :
         {ExportKind::kCsv, ExportKind::kJson, ExportKind::kNpz, ExportKind::kPt,
          ExportKind::kNotebook, ExportKind::kPicture, ExportKind::kFilm, ExportKind::kView}) {
        if (end == extension(kind)) {
            return kind;
        }
    }
    return std::nullopt;
}

std::string free_path(const std::filesystem::path& wanted) {
    std::filesystem::path path = wanted;
    std::error_code ignored;
    for (int number = 2; std::filesystem::exists(path, ignored); ++number) {
        path = wanted.parent_path() / (wanted.stem().string() + "-" + std::to_string(number) +
                                       wanted.extension().string());
    }
    return path.string();
}

std::string suggested_name(const ExportChoice& choice, const RunRecord& run, std::int32_t epoch) {
    std::string name =
        "grokscope-" + text::run_name(run, false) + "-seed" + std::to_string(run.config.seed);
    if (choice.kind == ExportKind::kPicture && choice.picture.panel != kWholeWindow) {
        name += "-" + choice.picture.panel;
    }
    if (belongs_to_epoch(choice.kind)) {
        name += "-epoch" + std::to_string(std::max(epoch, 0));
    }
    std::erase_if(name, [](char letter) {
        return std::string_view("[]()").find(letter) != std::string_view::npos;
    });
    std::ranges::replace(name, ',', '_');
    std::ranges::replace(name, ' ', '_');
    return name + extension(choice.kind);
}

std::string caption_of(const RunRecord* run, std::int32_t epoch, const std::string& version) {
    std::string caption = "Grokscope " + version;
    if (run != nullptr) {
        Facts facts;
        facts.run = moment_at(run, epoch);
        caption += "   " + text::run_name(*run, false) + ", seed " +
                   std::to_string(run->config.seed) + "   " + place_in_words(facts, epoch);
        if (run->recorded) {
            caption += std::string("   ") + text::kRecorded;
        }
    }
    return caption;
}

} // namespace grokscope::ui
