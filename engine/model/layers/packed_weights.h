// The weights as the matrix products read them: packed in panels, for both directions.
// Threads: built by one call on a pool; then read by any.
#pragma once

#include "engine/model/aligned_buffer.h"
#include "engine/model/fused/workspace.h"
#include "engine/model/layers/sizes.h"

#include <cstddef>
#include <vector>

namespace grokscope::layers {

/// The second factor of a product, [depth, columns] in panels (fused/kernels.h).
template <typename T>
struct Packed {
    const T* data = nullptr;
    std::size_t depth = 0; ///< of this part
    std::size_t columns = 0;
    std::size_t panel = 0; ///< values from one panel to the next
};

/// C = A B or C += A B: rows of A `a_row`, of C `c_row` values apart. Whole vectors of C are
/// written, zeros behind its last column.
template <typename T>
void multiply(const fused::Kernels<T>& kernels, std::size_t rows, const T* a, std::size_t a_row,
              const Packed<T>& b, T* c, std::size_t c_row, fused::Into into);

/// The matrices of all layers. W^T carries rows forward, W carries gradients back.
template <typename T>
class PackedWeights {
public:
    PackedWeights(const ParameterLayout& layout, const fused::Kernels<T>& kernels);

    void build(const BasicParameters<T>& parameters, WorkerPool& pool);

    struct Layer {
        /// [d, 3 part]: q, k and v one behind the other; and back [3 part, d].
        Packed<T> qkv, qkv_back;
        Packed<T> O, O_back;
        Packed<T> in, in_back;
        Packed<T> out, out_back;
    };
    [[nodiscard]] const Layer& layer(std::size_t l) const { return layers_[l]; }
    [[nodiscard]] const Packed<T>& U() const { return U_; }
    [[nodiscard]] const Packed<T>& U_back() const { return U_back_; }

private:
    /// A panel to pack: up to 64 columns of a matrix, transposed or not.
    struct Piece {
        std::size_t source; ///< in the flat buffer
        std::size_t depth, columns, row, col;
        std::size_t place; ///< in packed_
    };

    const fused::Kernels<T>& kernels_;
    AlignedBuffer<T> packed_;
    std::vector<Piece> pieces_;
    std::vector<Layer> layers_;
    Packed<T> U_, U_back_;
};

} // namespace grokscope::layers
