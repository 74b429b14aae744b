// Which rows a training step has, how they are cut into chunks, and the memory they lie in.
// Threads: plain data; units of a phase write their own chunk's rows.
#pragma once

#include "engine/model/layers/block_pass.h"
#include "engine/protocol/weight_record.h"
#include "engine/task/task.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace grokscope::layers {

/// Some sequences that pass through all layers together: numbers a at the positions that depend on
/// a alone, or pairs at the last two positions, which look at the rows of their number a.
struct Chunk {
    std::size_t first = 0; ///< number, or pair of the slice
    std::size_t items = 0;
    std::size_t positions = 0; ///< that are rows of this chunk: position by position, `items` each
    std::size_t before = 0;    ///< earlier positions, whose rows are another chunk's
    std::size_t row = 0;       ///< its first row
    std::size_t weights = 0;   ///< its first attention weight
    std::size_t number = 0;    ///< of all chunks: where its sums are

    [[nodiscard]] std::size_t rows() const { return items * positions; }
    [[nodiscard]] std::size_t slots() const { return before + positions; }
};

/// Pairs of a chunk: 48 rows, a multiple of the tile of a product.
inline constexpr std::size_t kChunkPairs = 24;
/// Pairs whose activations are held at once; larger batches come in several slices.
inline constexpr std::size_t kSlicePairs = 22 * kChunkPairs;
static_assert(kSlicePairs == kPairsOfSlice); // what is told of memory depends on it

/// The rows of a model in memory.
class RowPlan {
public:
    explicit RowPlan(const Sizes& sizes, std::size_t slice_pairs)
        : sizes_(sizes), slice_(slice_pairs) {
        if (sizes.layers > 1) { // else nobody but the last position has a block
            const std::size_t count = std::max<std::size_t>(1, (sizes.p + 12) / kChunkPairs);
            for (std::size_t i = 0; i < count; ++i) {
                const std::size_t first = sizes.p * i / count;
                const std::size_t end = sizes.p * (i + 1) / count;
                numbers_.push_back({.first = first,
                                    .items = end - first,
                                    .positions = sizes.early(),
                                    .before = 0,
                                    .row = first * sizes.early(),
                                    .weights = number_weights(i, first),
                                    .number = pair_chunks(slice_) + i});
            }
        }
        number_row_.resize(sizes.early() * sizes.p);
        for (const Chunk& chunk : numbers_) {
            for (std::size_t e = 0; e < chunk.positions; ++e) {
                for (std::size_t i = 0; i < chunk.items; ++i) {
                    number_row_[e * sizes.p + chunk.first + i] = chunk.row + e * chunk.items + i;
                }
            }
        }
    }

    /// Chunks of numbers; none in a model of one layer.
    [[nodiscard]] const std::vector<Chunk>& numbers() const { return numbers_; }
    /// The row of number a at early position e.
    [[nodiscard]] std::size_t number_row(std::size_t e, std::size_t a) const {
        return number_row_[e * sizes_.p + a];
    }
    [[nodiscard]] std::size_t number_rows() const {
        return sizes_.layers > 1 ? sizes_.early() * sizes_.p : 0;
    }
    [[nodiscard]] std::size_t slice_pairs() const { return slice_; }
    [[nodiscard]] std::size_t rows(std::size_t pairs) const { return number_rows() + 2 * pairs; }
    [[nodiscard]] static std::size_t pair_chunks(std::size_t pairs) {
        return (pairs + kChunkPairs - 1) / kChunkPairs;
    }
    /// The i-th chunk of a slice of `pairs` pairs.
    [[nodiscard]] Chunk pair_chunk(std::size_t i, std::size_t pairs) const {
        const std::size_t first = i * kChunkPairs;
        return {.first = first,
                .items = std::min(kChunkPairs, pairs - first),
                .positions = 2,
                .before = sizes_.early(),
                .row = number_rows() + 2 * first,
                .weights = all_number_weights() + pair_weights(i, first),
                .number = i};
    }
    /// Attention weights of a layer, slack included.
    [[nodiscard]] std::size_t weights() const {
        return all_number_weights() + pair_weights(pair_chunks(slice_), slice_);
    }
    [[nodiscard]] std::size_t largest_chunk() const {
        std::size_t items = kChunkPairs;
        for (const Chunk& chunk : numbers_) {
            items = std::max(items, chunk.items);
        }
        return items;
    }
    /// The distinct row before the first block of a pair's position: numbers a, the operation,
    /// numbers b, '='.
    [[nodiscard]] std::size_t token_row(std::size_t slot, std::size_t a, std::size_t b) const {
        const std::size_t early = sizes_.early();
        if (slot < early) {
            return slot == 0 ? a : sizes_.p;
        }
        return slot == early ? sizes_.p + early - 1 + b : sizes_.token_rows() - 1;
    }

private:
    // Attention weights of the first `chunks` chunks with `items` numbers or pairs in all. Slack
    // lies behind each chunk: its last vector reads behind its weights, where another thread may
    // write.
    [[nodiscard]] std::size_t number_weights(std::size_t chunks, std::size_t items) const {
        return items * sizes_.early() * sizes_.early() * sizes_.heads + chunks * kRowSlack;
    }
    [[nodiscard]] std::size_t pair_weights(std::size_t chunks, std::size_t items) const {
        return items * 2 * (sizes_.early() + 2) * sizes_.heads + chunks * kRowSlack;
    }
    [[nodiscard]] std::size_t all_number_weights() const {
        return numbers_.empty() ? 0 : number_weights(numbers_.size(), sizes_.p);
    }

    const Sizes& sizes_;
    std::size_t slice_;
    std::vector<Chunk> numbers_;
    std::vector<std::size_t> number_row_;
};

/// What a layer remembers of its rows until the gradients of its weights are known.
template <typename T>
struct LayerMemory {
    LayerMemory(const Sizes& sizes, const RowPlan& plan, std::size_t layer)
        : sizes_(&sizes), first_(layer == 0), last_(layer + 1 == sizes.layers) {
        const std::size_t rows = plan.rows(plan.slice_pairs());
        const std::size_t queries = last_ ? plan.slice_pairs() : rows;
        const std::size_t norm_rows = sizes.norm ? 1 : 0;
        if (!first_) { // those of the first are the tokens'
            normal1.resize(rows * sizes.row());
            xhat1.resize(norm_rows * rows * sizes.row());
            scale1.resize(norm_rows * rows);
            qkv.resize(rows * sizes.qkv_row());
        }
        dqkv.resize(rows * sizes.qkv_row());
        weights.resize(plan.weights());
        z.resize(queries * sizes.row());
        normal2.resize(queries * sizes.row());
        xhat2.resize(norm_rows * queries * sizes.row());
        scale2.resize(norm_rows * queries);
        hidden.resize(queries * sizes.hidden_row());
        slope.resize(queries * sizes.hidden_row());
        dmid.resize(queries * sizes.row());
        dout.resize(queries * sizes.row());
        before.resize(plan.slice_pairs() * sizes.early() * sizes.qkv_row());
    }

    [[nodiscard]] BlockRows<T> of(const Chunk& chunk) {
        const std::size_t row = chunk.row;
        const std::size_t query = last_ ? chunk.first : chunk.row;
        const std::size_t d = sizes_->row();
        const std::size_t m = sizes_->hidden_row();
        const auto at = [](AlignedBuffer<T>& buffer, std::size_t place) {
            return buffer.empty() ? nullptr : buffer.data() + place;
        };
        return {.normal1 = at(normal1, row * d),
                .xhat1 = at(xhat1, row * d),
                .scale1 = at(scale1, row),
                .qkv = at(qkv, row * sizes_->qkv_row()),
                .weights = at(weights, chunk.weights),
                .z = at(z, query * d),
                .normal2 = at(normal2, query * d),
                .xhat2 = at(xhat2, query * d),
                .scale2 = at(scale2, query),
                .hidden = at(hidden, query * m),
                .slope = at(slope, query * m),
                .dqkv = at(dqkv, row * sizes_->qkv_row()),
                .dmid = at(dmid, query * d),
                .dout = at(dout, query * d)};
    }

    AlignedBuffer<T> normal1, xhat1, scale1, qkv, dqkv, weights, z, normal2, xhat2, scale2, hidden,
        slope, dmid, dout;
    /// Gradients of k and v of the earlier positions, pair by pair: [pairs][early] rows of qkv.
    AlignedBuffer<T> before;

private:
    const Sizes* sizes_;
    bool first_, last_;
};

/// The distinct rows before the first block, and their gradients.
template <typename T>
struct TokenRows {
    explicit TokenRows(const Sizes& sizes)
        : x(sizes.token_rows() * sizes.row()), normal1(x.size()), xhat1(sizes.norm ? x.size() : 0),
          scale1(sizes.token_rows()), qkv(sizes.token_rows() * sizes.qkv_row()), dx(x.size()),
          dqkv(qkv.size()) {}

    AlignedBuffer<T> x, normal1, xhat1, scale1, qkv, dx, dqkv;
};

} // namespace grokscope::layers
