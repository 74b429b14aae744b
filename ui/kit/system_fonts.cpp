#include "ui/kit/system_fonts.h"

#include <fontconfig/fontconfig.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string_view>

namespace grokscope::ui {

namespace {

template <typename Object, void (*kDestroy)(Object*)>
struct Destroy {
    void operator()(Object* object) const { kDestroy(object); }
};
using Pattern = std::unique_ptr<FcPattern, Destroy<FcPattern, FcPatternDestroy>>;
using FontSet = std::unique_ptr<FcFontSet, Destroy<FcFontSet, FcFontSetDestroy>>;

/// Outlines in one colour, of a format that ImGui's rasteriser reads.
bool can_draw(const FcPattern* font) {
    FcBool scalable = FcFalse;
    FcBool colored = FcFalse;
    FcChar8* format = nullptr;
    (void)FcPatternGetBool(font, FC_SCALABLE, 0, &scalable);
    (void)FcPatternGetBool(font, FC_COLOR, 0, &colored);
    if (FcPatternGetString(font, FC_FONTFORMAT, 0, &format) != FcResultMatch) {
        return false;
    }
    const std::string_view name = reinterpret_cast<const char*>(format);
    return scalable != FcFalse && colored == FcFalse && (name == "TrueType" || name == "CFF");
}

/// The face that a pattern of fontconfig's stands for.
FallbackFace face_of(const FcPattern* font) {
    FallbackFace face;
    FcChar8* file = nullptr;
    if (FcPatternGetString(font, FC_FILE, 0, &file) == FcResultMatch) {
        face.path = reinterpret_cast<const char*>(file);
    }
    (void)FcPatternGetInteger(font, FC_INDEX, 0, &face.index);
    face.index &= 0xffff; // above it stands an instance of a variable font
    return face;
}

} // namespace

struct SystemFonts::Config {
    using Fc = std::unique_ptr<FcConfig, Destroy<FcConfig, FcConfigDestroy>>;
    Fc fc{FcInitLoadConfigAndFonts()};

    /// All fonts of the system, the best for `bold` text without serifs first.
    [[nodiscard]] FontSet sorted(bool bold) const {
        const Pattern pattern(FcPatternCreate());
        FcPatternAddString(pattern.get(), FC_FAMILY,
                           reinterpret_cast<const FcChar8*>("sans-serif"));
        FcPatternAddInteger(pattern.get(), FC_WEIGHT, bold ? FC_WEIGHT_DEMIBOLD : FC_WEIGHT_NORMAL);
        FcPatternAddInteger(pattern.get(), FC_SLANT, FC_SLANT_ROMAN);
        FcConfigSubstitute(fc.get(), pattern.get(), FcMatchPattern);
        FcDefaultSubstitute(pattern.get());
        FcResult result = FcResultMatch;
        return FontSet(FcFontSort(fc.get(), pattern.get(), FcFalse, nullptr, &result));
    }
};

SystemFonts::SystemFonts() = default;
SystemFonts::~SystemFonts() = default;

std::vector<FallbackFace> SystemFonts::faces_for(std::span<const char32_t> wanted, bool bold) {
    std::vector<FallbackFace> faces;
    if (!config_) {
        config_ = std::make_unique<Config>();
    }
    const FontSet fonts = config_->fc == nullptr ? nullptr : config_->sorted(bold);
    std::vector<char32_t> missing(wanted.begin(), wanted.end());
    for (int i = 0; fonts != nullptr && i < fonts->nfont && !missing.empty(); ++i) {
        const FcPattern* const font = fonts->fonts[i];
        FcCharSet* has = nullptr;
        if (!can_draw(font) || FcPatternGetCharSet(font, FC_CHARSET, 0, &has) != FcResultMatch) {
            continue;
        }
        FallbackFace face = face_of(font);
        std::ranges::copy_if(missing, std::back_inserter(face.characters), [&](char32_t character) {
            return FcCharSetHasChar(has, character) != FcFalse;
        });
        if (!face.characters.empty() && read(face.path)) {
            std::erase_if(missing, [&](char32_t character) {
                return std::ranges::find(face.characters, character) != face.characters.end();
            });
            faces.push_back(std::move(face));
        }
    }
    return faces;
}

bool SystemFonts::read(const std::string& path) {
    const auto [found, fresh] = files_.try_emplace(path);
    if (fresh) {
        std::ifstream file(path, std::ios::binary);
        found->second.assign(std::istreambuf_iterator<char>(file), {});
    }
    return !found->second.empty();
}

} // namespace grokscope::ui
