#include "ui/window/frame_damage.h"

#include <imgui.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace grokscope::ui {

namespace {

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
    hash = (hash ^ value) * 0x9E3779B97F4A7C15U;
    return hash ^ (hash >> 32);
}

std::uint64_t hash_of(const ImDrawVert& corner) {
    std::uint64_t place = 0;
    std::uint64_t texel = 0;
    std::memcpy(&place, &corner.pos, sizeof place);
    std::memcpy(&texel, &corner.uv, sizeof texel);
    return mixed(mixed(place, texel), corner.col);
}

std::uint64_t hash_of(const Color& color) {
    const auto bits = [](float value) {
        return std::uint64_t{std::bit_cast<std::uint32_t>(value)};
    };
    return mixed(mixed(mixed(bits(color.r), bits(color.g)), bits(color.b)), bits(color.a));
}

/// Not a number counts as `low`: nothing is drawn there.
int whole(float value, int low, int high) {
    const auto least = static_cast<float>(low);
    return value > least ? static_cast<int>(std::min(value, static_cast<float>(high))) : low;
}

/// Clipping beyond it is none.
constexpr float kFar = 1 << 24;

/// The pixels to which the back end clips, which cuts off fractions in its own way.
PixelBox scissor_of(const ImVec4& clip, int height) {
    const auto cut = [](float value) {
        return static_cast<int>(std::clamp(value, -kFar, 2 * kFar));
    };
    const int left = cut(clip.x);
    const int below = cut(static_cast<float>(height) - clip.w);
    return {left, height - below - cut(clip.w - clip.y), left + cut(clip.z - clip.x),
            height - below};
}

struct Triangle {
    const ImDrawVert* a;
    const ImDrawVert* b;
    const ImDrawVert* c;
};

PixelBox box_of(const Triangle& triangle, const PixelBox& within) {
    const ImVec2 a = triangle.a->pos;
    const ImVec2 b = triangle.b->pos;
    const ImVec2 c = triangle.c->pos;
    const auto ahead = [](float value) { return value + 1; };
    return {whole(std::min({a.x, b.x, c.x}), within.left, within.right),
            whole(std::min({a.y, b.y, c.y}), within.top, within.bottom),
            whole(ahead(std::max({a.x, b.x, c.x})), within.left, within.right),
            whole(ahead(std::max({a.y, b.y, c.y})), within.top, within.bottom)};
}

/// Calls `visit(index of its first corner index, triangle)` for each triangle of a command.
template <typename Visit>
void for_triangles(const ImDrawList& list, const ImDrawCmd& command, const Visit& visit) {
    const ImDrawVert* const corners = list.VtxBuffer.Data + command.VtxOffset;
    for (unsigned i = 0; i + 2 < command.ElemCount; i += 3) {
        const ImDrawIdx* const index = list.IdxBuffer.Data + command.IdxOffset + i;
        visit(index, Triangle{corners + index[0], corners + index[1], corners + index[2]});
    }
}

/// Joins the neighbours in the list whose common box takes in least that is in neither, and what
/// else it then overlaps.
void join_two(std::vector<PixelBox>& parts) {
    std::size_t best = 0;
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        const std::int64_t waste =
            smallest_around(parts[i], parts[i + 1]).area() - parts[i].area() - parts[i + 1].area();
        if (waste < least) {
            least = waste;
            best = i;
        }
    }
    PixelBox joined = smallest_around(parts[best], parts[best + 1]);
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(best),
                parts.begin() + static_cast<std::ptrdiff_t>(best) + 2);
    const auto overlaps = [&](const PixelBox& part) { return !intersection(part, joined).empty(); };
    for (auto other = std::ranges::find_if(parts, overlaps); other != parts.end();
         other = std::ranges::find_if(parts, overlaps)) {
        joined = smallest_around(joined, *other);
        parts.erase(other);
    }
    parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(std::min(best, parts.size())), joined);
}

} // namespace

PixelBox intersection(const PixelBox& one, const PixelBox& other) {
    return {std::max(one.left, other.left), std::max(one.top, other.top),
            std::min(one.right, other.right), std::min(one.bottom, other.bottom)};
}

PixelBox smallest_around(const PixelBox& one, const PixelBox& other) {
    return {std::min(one.left, other.left), std::min(one.top, other.top),
            std::max(one.right, other.right), std::max(one.bottom, other.bottom)};
}

PixelBox pixels_of(const Rect& rect) {
    return {static_cast<int>(rect.x), static_cast<int>(rect.y), static_cast<int>(rect.right()),
            static_cast<int>(rect.bottom())};
}

std::vector<PixelBox> FrameDamage::take(int width, int height, std::span<const Ground> grounds,
                                        const ImDrawData& data) {
    if (width != width_ || height != height_) {
        width_ = width;
        height_ = height;
        columns_ = (width + kTile - 1) / kTile;
        rows_ = (height + kTile - 1) / kTile;
        forget();
    }
    tiles_.assign(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_), 0);
    add_grounds(grounds);
    add(data);
    std::vector<PixelBox> parts =
        before_.empty() ? std::vector{PixelBox{0, 0, width, height}} : changed_runs();
    while (parts.size() > kMostParts) {
        join_two(parts);
    }
    std::swap(tiles_, before_);
    return parts;
}

void FrameDamage::add_grounds(std::span<const Ground> grounds) {
    for (const auto& [rect, color] : grounds) {
        const PixelBox box = pixels_of(rect);
        const std::uint64_t place = mixed(
            mixed(static_cast<std::uint64_t>(box.left), static_cast<std::uint64_t>(box.top)),
            mixed(static_cast<std::uint64_t>(box.right), static_cast<std::uint64_t>(box.bottom)));
        add_box(intersection(box, {0, 0, width_, height_}), mixed(place, hash_of(color)));
    }
}

void FrameDamage::add(const ImDrawData& data) {
    for (const ImDrawList* const list : data.CmdLists) {
        corners_.clear();
        for (const ImDrawVert& corner : list->VtxBuffer) {
            corners_.push_back(hash_of(corner));
        }
        for (const ImDrawCmd& command : list->CmdBuffer) {
            const PixelBox clip = scissor_of(command.ClipRect, height_);
            const PixelBox seen = intersection(clip, {0, 0, width_, height_});
            if (seen.empty()) {
                continue;
            }
            const std::uint64_t with = mixed(mixed(mixed(static_cast<std::uint64_t>(clip.left),
                                                         static_cast<std::uint64_t>(clip.top)),
                                                   mixed(static_cast<std::uint64_t>(clip.right),
                                                         static_cast<std::uint64_t>(clip.bottom))),
                                             reinterpret_cast<std::uintptr_t>(command.GetTexID()));
            const std::uint64_t* const hashes = corners_.data() + command.VtxOffset;
            for_triangles(*list, command, [&](const ImDrawIdx* index, const Triangle& triangle) {
                add_box(box_of(triangle, seen),
                        mixed(mixed(mixed(with, hashes[index[0]]), hashes[index[1]]),
                              hashes[index[2]]));
            });
        }
    }
}

void FrameDamage::add_box(const PixelBox& box, std::uint64_t content) {
    if (box.empty()) {
        return;
    }
    for (int row = box.top / kTile; row <= (box.bottom - 1) / kTile; ++row) {
        std::uint64_t* const tiles = tiles_.data() + static_cast<std::ptrdiff_t>(row) * columns_;
        for (int column = box.left / kTile; column <= (box.right - 1) / kTile; ++column) {
            tiles[column] = mixed(tiles[column], content);
        }
    }
}

std::vector<PixelBox> FrameDamage::changed_runs() const {
    std::vector<PixelBox> parts;
    for (int row = 0; row < rows_; ++row) {
        const int top = row * kTile;
        const auto changed = [&](int column) {
            const auto tile = static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
                              static_cast<std::size_t>(column);
            return tiles_[tile] != before_[tile];
        };
        for (int column = 0; column < columns_; ++column) {
            if (!changed(column)) {
                continue;
            }
            const int first = column;
            // A single tile between two changed ones costs less than another part.
            while (column + 1 < columns_ &&
                   (changed(column + 1) || (column + 2 < columns_ && changed(column + 2)))) {
                ++column;
            }
            const PixelBox run{first * kTile, top, std::min((column + 1) * kTile, width_),
                               std::min(top + kTile, height_)};
            const auto above = std::ranges::find_if(parts, [&](const PixelBox& part) {
                return part.bottom == top && part.left == run.left && part.right == run.right;
            });
            if (above == parts.end()) {
                parts.push_back(run);
            } else {
                above->bottom = run.bottom;
            }
        }
    }
    return parts;
}

void keep_only(ImDrawData& data, std::span<const PixelBox> parts) {
    const auto height = static_cast<int>(data.DisplaySize.y);
    ImVector<ImDrawIdx> indices;
    ImVector<ImDrawCmd> commands;
    for (ImDrawList* const list : data.CmdLists) {
        indices.resize(0);
        commands.resize(0);
        for (const ImDrawCmd& command : list->CmdBuffer) {
            const PixelBox clip = scissor_of(command.ClipRect, height);
            for (const PixelBox& part : parts) {
                const PixelBox seen = intersection(clip, part);
                if (seen.empty()) {
                    continue;
                }
                ImDrawCmd kept = command;
                kept.ClipRect = {static_cast<float>(seen.left), static_cast<float>(seen.top),
                                 static_cast<float>(seen.right), static_cast<float>(seen.bottom)};
                kept.IdxOffset = static_cast<unsigned>(indices.Size);
                for_triangles(*list, command,
                              [&](const ImDrawIdx* index, const Triangle& triangle) {
                                  if (!box_of(triangle, seen).empty()) {
                                      indices.push_back(index[0]);
                                      indices.push_back(index[1]);
                                      indices.push_back(index[2]);
                                  }
                              });
                kept.ElemCount = static_cast<unsigned>(indices.Size) - kept.IdxOffset;
                if (kept.ElemCount > 0) {
                    commands.push_back(kept);
                }
            }
        }
        list->IdxBuffer.swap(indices);
        list->CmdBuffer.swap(commands);
    }
}

} // namespace grokscope::ui
