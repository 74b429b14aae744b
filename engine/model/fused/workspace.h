// Scratch memory of one worker and lists of units, so that an epoch allocates nothing.
// Threads: a workspace belongs to one worker at a time.
#pragma once

#include "engine/compute/worker_pool.h"
#include "engine/model/aligned_buffer.h"
#include "engine/model/fused/kernels.h"
#include "engine/model/fused/phase_time.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace grokscope::fused {

/// Buffers that grow to what was asked for once and then stay.
template <typename T>
class Workspace {
public:
    enum Slot : std::size_t { kPacked, kHidden, kLogits, kRow, kProbe, kProbe2, kError, kSlots };

    /// At least `size` values with undefined content; valid until the next call for this slot.
    [[nodiscard]] T* get(Slot slot, std::size_t size) {
        AlignedBuffer<T>& buffer = buffers_[slot];
        if (buffer.size() < size) {
            buffer.resize(size);
        }
        return buffer.data();
    }

private:
    AlignedBuffer<T> buffers_[kSlots];
};

/// A phase of the epoch: units that are independent of each other. Built once, run every epoch.
template <typename T>
class Phase {
public:
    /// `name` is for the table of times and must outlive this.
    explicit Phase(std::string_view name) : time_{name} {}

    void add(std::function<void(Workspace<T>&)> unit) { units_.push_back(std::move(unit)); }

    void run(WorkerPool& pool, std::vector<Workspace<T>>& workspaces) {
        const auto began = std::chrono::steady_clock::now();
        pool.run(static_cast<int>(units_.size()), [&](int unit, int worker) {
            units_[static_cast<std::size_t>(unit)](workspaces[static_cast<std::size_t>(worker)]);
        });
        time_.seconds +=
            std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        ++time_.runs;
    }

    /// Time spent so far, waiting for the last unit included.
    [[nodiscard]] const PhaseTime& time() const { return time_; }

private:
    PhaseTime time_;
    std::vector<std::function<void(Workspace<T>&)>> units_;
};

/// An ordinary matrix with any strides: element (i, k) is data[i * row + k * col].
template <typename T>
struct Matrix {
    const T* data;
    std::size_t row;
    std::size_t col = 1;
    std::size_t panel = 0; ///< distance of panels when it lies in them; then row is 64
};

template <typename T>
[[nodiscard]] Matrix<T> transposed(const Matrix<T>& matrix) {
    return {matrix.data, matrix.col, matrix.row, 0};
}

enum class Into : bool { kOverwrite, kAdd };

/// C[rows, columns] = A B or C += A B with B an ordinary matrix, packed here first. Exactly
/// rows x columns values of C are written.
template <typename T>
void multiply(const Kernels<T>& kernels, Workspace<T>& workspace, std::size_t rows,
              std::size_t columns, std::size_t depth, const Matrix<T>& a, const Matrix<T>& b, T* c,
              std::size_t c_row, Into into = Into::kOverwrite) {
    T* packed = workspace.get(Workspace<T>::kPacked, panels_of(columns) * depth * kPanel);
    kernels.pack(depth, columns, b.data, b.row, b.col, packed);
    kernels.multiply({.rows = rows,
                      .columns = columns,
                      .depth = depth,
                      .a = a.data,
                      .a_row = a.row,
                      .a_col = a.col,
                      .a_panel = a.panel,
                      .b = packed,
                      .b_panel = depth * kPanel,
                      .c = c,
                      .c_row = c_row,
                      .accumulate = into == Into::kAdd,
                      .exact_columns = true});
}

} // namespace grokscope::fused
