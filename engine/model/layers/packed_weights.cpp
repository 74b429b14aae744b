#include "engine/model/layers/packed_weights.h"

#include <algorithm>

namespace grokscope::layers {

using fused::kPanel;

template <typename T>
void multiply(const fused::Kernels<T>& kernels, std::size_t rows, const T* a, std::size_t a_row,
              const Packed<T>& b, T* c, std::size_t c_row, fused::Into into) {
    if (rows == 0) {
        return;
    }
    // A strip of B for this depth stays in the first cache while all rows pass.
    constexpr std::size_t kDepth = 256;
    for (std::size_t k = 0; k < b.depth; k += kDepth) {
        kernels.multiply({.rows = rows,
                          .columns = b.columns,
                          .depth = std::min(kDepth, b.depth - k),
                          .a = a + k,
                          .a_row = a_row,
                          .b = b.data + k * kPanel,
                          .b_panel = b.panel,
                          .c = c,
                          .c_row = c_row,
                          .accumulate = k > 0 || into == fused::Into::kAdd});
    }
}

template <typename T>
PackedWeights<T>::PackedWeights(const ParameterLayout& layout, const fused::Kernels<T>& kernels)
    : kernels_(kernels), layers_(static_cast<std::size_t>(layout.shape().layers)) {
    const Sizes sizes(layout.shape());
    const std::size_t d = sizes.d;
    std::size_t size = 0;
    std::vector<std::pair<Packed<T>*, std::size_t>> places;
    const auto reserve = [&](Packed<T>& to, std::size_t depth, std::size_t columns) {
        to = {.depth = depth, .columns = columns, .panel = depth * kPanel};
        places.emplace_back(&to, size);
        const std::size_t place = size;
        size += fused::panels_of(columns) * to.panel;
        return place;
    };
    /// Panels of B[k, n] = source[k * row + n * col], from row `first` of each panel of `to` on.
    const auto pack = [&](const Packed<T>& to, std::size_t place, std::size_t first,
                          std::size_t depth, std::size_t columns, std::size_t source,
                          std::size_t row, std::size_t col) {
        for (std::size_t n = 0; n < columns; n += kPanel) {
            pieces_.push_back({source + n * col, depth, std::min(kPanel, columns - n), row, col,
                               place + n / kPanel * to.panel + first * kPanel});
        }
    };
    /// W [rows, columns] in both directions.
    const auto both = [&](Packed<T>& forward, Packed<T>& back, const TensorSpec& tensor,
                          std::size_t rows, std::size_t columns) {
        pack(forward, reserve(forward, columns, rows), 0, columns, rows, tensor.offset, 1, columns);
        pack(back, reserve(back, rows, columns), 0, rows, columns, tensor.offset, columns, 1);
    };
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        Layer& layer = layers_[l];
        const auto spec = [&](Tensor tensor) -> const TensorSpec& {
            return layout.spec(tensor, static_cast<int>(l));
        };
        const std::size_t part = sizes.part();
        const std::size_t forward = reserve(layer.qkv, d, 3 * part);
        const std::size_t back = reserve(layer.qkv_back, 3 * part, d);
        std::size_t which = 0;
        for (const Tensor tensor : {Tensor::W_Q, Tensor::W_K, Tensor::W_V}) {
            pack(layer.qkv, forward + which * part * d, 0, d, d, spec(tensor).offset, 1, d);
            pack(layer.qkv_back, back, which * part, d, d, spec(tensor).offset, d, 1);
            ++which;
        }
        both(layer.O, layer.O_back, spec(Tensor::W_O), d, d);
        both(layer.in, layer.in_back, spec(Tensor::W_in), sizes.m, d);
        both(layer.out, layer.out_back, spec(Tensor::W_out), d, sizes.m);
    }
    const std::size_t W_U = layout.offset(Tensor::W_U);
    pack(U_, reserve(U_, d, sizes.p), 0, d, sizes.p, W_U, sizes.p, 1);
    pack(U_back_, reserve(U_back_, sizes.p, d), 0, sizes.p, d, W_U, 1, sizes.p);
    packed_.resize(size);
    for (const auto& [to, place] : places) {
        to->data = packed_.data() + place;
    }
}

template <typename T>
void PackedWeights<T>::build(const BasicParameters<T>& parameters, WorkerPool& pool) {
    const T* flat = parameters.flat().data();
    pool.run(static_cast<int>(pieces_.size()), [&](int unit, int) {
        const Piece& piece = pieces_[static_cast<std::size_t>(unit)];
        kernels_.pack(piece.depth, piece.columns, flat + piece.source, piece.row, piece.col,
                      packed_.data() + piece.place);
    });
}

template void multiply<float>(const fused::Kernels<float>&, std::size_t, const float*, std::size_t,
                              const Packed<float>&, float*, std::size_t, fused::Into);
template void multiply<double>(const fused::Kernels<double>&, std::size_t, const double*,
                               std::size_t, const Packed<double>&, double*, std::size_t,
                               fused::Into);
template class PackedWeights<float>;
template class PackedWeights<double>;

} // namespace grokscope::layers
