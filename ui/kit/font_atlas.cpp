#include "ui/kit/font_atlas.h"

#include <embedded/fonts.h>
#include <imgui.h>
#include <imgui_characters.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace grokscope::ui {

namespace {

/// What stands for a character that nobody can draw.
constexpr ImWchar kBox = 0x25A1;
/// Characters beyond the usual ones: a record may be a stranger's, and each costs a picture in
/// every font.
constexpr std::size_t kMostExtra = 4096;

std::string_view font_file(std::string_view part_of_name) {
    for (const embedded::File& file : embedded::fonts()) {
        if (file.name.find(part_of_name) != std::string_view::npos) {
            return file.content;
        }
    }
    throw std::logic_error("no embedded font is named like " + std::string(part_of_name));
}

/// Says how the letter before it looks, and has no picture of its own.
bool is_variation(char32_t character) {
    return character >= 0xFE00 && character <= 0xFE0F;
}

/// Latin-1, everything else that ui/text.h may use, and `extra`.
ImVector<ImWchar> ranges_with(std::span<const char32_t> extra) {
    ImFontGlyphRangesBuilder builder;
    builder.AddRanges(ImGui::GetIO().Fonts->GetGlyphRangesDefault());
    builder.AddText("\xE2\x80\x93\xE2\x80\x94\xE2\x80\xA6\xE2\x80\xA2" // - -- ... bullet
                    "\xE2\x80\x9C\xE2\x80\x9D\xE2\x80\x98\xE2\x80\x99" // quotation marks
                    "\xE2\x86\x90\xE2\x86\x91\xE2\x86\x92\xE2\x86\x93" // arrows
                    "\xE2\x81\xB0\xE2\x81\xB4\xE2\x81\xB5\xE2\x81\xB6\xE2\x81\xB7" // raised digits
                    "\xE2\x81\xB8\xE2\x81\xB9\xE2\x81\xBB"
                    "\xE2\x88\x92\xE2\x89\xA4\xE2\x89\xA5\xC3\x97\xCE\xBB\xCF\x81"); // - <= >= x
    builder.AddChar(kBox);
    for (const char32_t character : extra) {
        if (!is_variation(character)) {
            builder.AddChar(static_cast<ImWchar>(character));
        }
    }
    ImVector<ImWchar> ranges;
    builder.BuildRanges(&ranges);
    return ranges;
}

ImVector<ImWchar> ranges_of(const FallbackFace& face) {
    ImFontGlyphRangesBuilder builder;
    for (const char32_t character : face.characters) {
        builder.AddChar(static_cast<ImWchar>(character));
    }
    ImVector<ImWchar> ranges;
    builder.BuildRanges(&ranges);
    return ranges;
}

/// Adds fonts to the atlas; what it lends to that lives until the fonts are built.
class Filler {
public:
    Filler(ImFontAtlas& atlas, const Theme& theme) : atlas_(atlas), theme_(theme) {}

    /// A font of `size` pixels at 100 %; with `into_last` its glyphs fill the gaps of the last one.
    ImFont* add(std::string_view file, float size, const ImVector<ImWchar>& ranges,
                bool into_last = false, int index = 0) {
        ranges_.push_back(ranges);
        ImFontConfig config;
        config.MergeMode = into_last;
        config.FontDataOwnedByAtlas = false; // the bytes outlive the fonts
        config.OversampleH = 2;
        config.OversampleV = 1;
        config.FontNo = index;
        // ImGui takes a pointer to non-const, and only reads it.
        return atlas_.AddFontFromMemoryTTF(
            const_cast<char*>(file.data()), static_cast<int>(file.size()),
            std::round(theme_.px(size)), &config, ranges_.back().Data);
    }

private:
    ImFontAtlas& atlas_;
    const Theme& theme_;
    std::deque<ImVector<ImWchar>> ranges_;
};

/// Puts each face's characters to those of the same face in `faces`.
void unite(std::vector<FallbackFace>& faces, std::vector<FallbackFace> more) {
    for (FallbackFace& face : more) {
        const auto same = std::ranges::find_if(faces, [&](const FallbackFace& other) {
            return other.path == face.path && other.index == face.index;
        });
        if (same == faces.end()) {
            faces.push_back(std::move(face));
        } else {
            std::ranges::copy(face.characters, std::back_inserter(same->characters));
        }
    }
}

} // namespace

FontAtlas::FontAtlas() : seen_(std::make_unique<CharactersSeen>()) {
    const ImVector<ImWchar> usual = ranges_with({});
    for (const ImWchar* range = usual.Data; *range != 0; range += 2) {
        for (ImWchar character = range[0]; character <= range[1]; ++character) {
            seen_->note(character);
        }
    }
    (void)seen_->take_fresh(); // every font has them
    ImGui::GetIO().UserData = seen_.get();
}

FontAtlas::~FontAtlas() = default;

bool FontAtlas::has_new_characters() const {
    return seen_->any_fresh();
}

void FontAtlas::build(Theme& theme) {
    const std::size_t known = extra_.size();
    for (const unsigned character : seen_->take_fresh()) {
        if (extra_.size() < kMostExtra) {
            extra_.push_back(character);
        }
    }
    fill(theme);
    if (find_missing(std::span(extra_).subspan(known), theme)) {
        fill(theme);
    }
}

bool FontAtlas::find_missing(std::span<const char32_t> characters, const Theme& theme) {
    std::vector<char32_t> missing;
    std::ranges::copy_if(characters, std::back_inserter(missing), [&](char32_t character) {
        return theme.text->FindGlyphNoFallback(static_cast<ImWchar>(character)) == nullptr;
    });
    if (missing.empty()) {
        return false;
    }
    unite(regular_, system_.faces_for(missing, false));
    unite(bold_, system_.faces_for(missing, true));
    return true;
}

void FontAtlas::fill(Theme& theme) const {
    ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
    atlas.Clear();
    atlas.Flags |= ImFontAtlasFlags_NoMouseCursors;
    const std::string_view regular = font_file("Inter-Regular");
    const std::string_view bold = font_file("Inter-SemiBold");
    const std::string_view mono = font_file("JetBrainsMono");
    const float least = theme.presenting ? 14 : 13;
    const ImVector<ImWchar> all = ranges_with(extra_);
    Filler filler(atlas, theme);
    const auto add = [&](std::string_view file, float size,
                         const std::vector<FallbackFace>& fallback) {
        ImFont* const font = filler.add(file, size, all);
        if (file == mono) { // what it lacks, the raised minus among it
            (void)filler.add(regular, size, all, true);
        }
        for (const FallbackFace& face : fallback) {
            (void)filler.add(system_.bytes_of(face), size, ranges_of(face), true, face.index);
        }
        for (const char32_t character : extra_) {
            if (is_variation(character)) {
                atlas.AddCustomRectFontGlyph(font, static_cast<ImWchar>(character), 1, 1, 0);
            }
        }
        return font;
    };
    theme.text = add(regular, 15, regular_);
    theme.small = add(regular, least, regular_);
    theme.strong = add(bold, 15, bold_);
    theme.mono = add(mono, least, regular_);
    theme.figure = add(bold, theme.presenting ? 25 : 22, bold_);
    // "100 %", "-": the largest type needs no more, and every glyph of it is a large picture.
    ImVector<ImWchar> figures;
    for (const int edge : {0x20, 0x20, 0x25, 0x25, 0x2C, 0x39, 0x2013, 0x2013, 0}) {
        figures.push_back(static_cast<ImWchar>(edge));
    }
    theme.huge = theme.presenting ? filler.add(bold, 48, figures) : nullptr;
    atlas.Build();
    for (ImFont* const font : atlas.Fonts) {
        if (font->FindGlyphNoFallback(kBox) != nullptr) {
            font->FallbackChar = kBox;
            font->BuildLookupTable();
        }
    }
}

} // namespace grokscope::ui
