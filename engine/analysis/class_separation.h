// How far apart the classes lie in a model's features, against how wide each of them is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace grokscope {

/// ILDR (science.md 6.5, after arXiv 2604.20923): the mean over pairs of classes of the squared
/// distance of their means, over the mean over classes of the mean squared distance of a row from
/// the mean of its class, plus 1e-8. 2/(m-1) for isotropic noise with m rows in each class.
/// Arguments and errors as for class_separation().
[[nodiscard]] double ildr(std::span<const float> features, std::size_t width,
                          std::span<const std::uint16_t> labels, std::size_t classes);

/// The same without squares, our own form: the mean over pairs of classes of the distance of
/// their means, over the mean distance of a row from the mean of its class plus 1e-12. About 0.16
/// for noise with 79 rows in each of 113 classes, not 0. features: [rows, width] row-major; labels
/// [rows], below `classes`. Classes without rows are left out; NaN with fewer than two others.
/// Throws std::invalid_argument when the sizes do not fit. Any thread.
[[nodiscard]] double class_separation(std::span<const float> features, std::size_t width,
                                      std::span<const std::uint16_t> labels, std::size_t classes);

} // namespace grokscope
