#include "ui/scene/row_texture.h"

#include <algorithm>
#include <span>

namespace grokscope::ui {

void RowTexture::update(const SpectrumRows& rows, std::uint64_t identity) {
    const gl::Size size{rows.frequencies() + 1, rows.capacity()};
    const bool anew = !texture_ || texture_.size() != size || identity != identity_ ||
                      rows.merges() != merges_ || rows.records() < records_;
    if (!texture_ || texture_.size() != size) {
        texture_ = gl::Texture(gl::TextureFormat::kR32F, size, gl::Filter::kNearest);
    }
    if (!anew && rows.records() == records_) {
        return;
    }
    const int first = anew ? 0 : written_;
    identity_ = identity;
    merges_ = rows.merges();
    records_ = rows.records();
    written_ = rows.full_count();
    staging_.clear();
    for (int row = first; row < rows.count(); ++row) {
        const std::span<const float> values = rows.row(row);
        staging_.insert(staging_.end(), values.begin(), values.end());
        staging_.push_back(*std::max_element(values.begin(), values.end()));
    }
    if (first < rows.count()) {
        texture_.write_rows(first, rows.count() - first, staging_);
    }
}

} // namespace grokscope::ui
