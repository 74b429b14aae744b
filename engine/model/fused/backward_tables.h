// Everything of the backward pass after the rows: B3-B10, from y to the gradient of each tensor.
// Threads: units of one phase write different parts.
#pragma once

#include "engine/model/fused/forward_tables.h"
#include "engine/model/fused/pair_order.h"

namespace grokscope::fused {

template <typename T>
class BackwardTables {
public:
    /// `plan`, `tokens` and `forward` outlive this.
    BackwardTables(const ForwardTables<T>& forward, const PairPlan& plan, const TokenLists& tokens,
                   bool train_biases);
    BackwardTables(const BackwardTables&) = delete; // its units hold its address
    BackwardTables& operator=(const BackwardTables&) = delete;

    /// B3 for the first tokens of a unit, by the unit itself while its rows of y are still in
    /// cache.
    void scatter_first_tokens(const RowUnit& unit, const AttentionState<T>& state);

    /// The rest, from y, W_L_partial and base_partial to `gradients`, all of it, gaps zero. `state`
    /// is that of the epoch.
    void run(const AttentionState<T>& state, BasicParameters<T>& gradients, WorkerPool& pool,
             std::vector<Workspace<T>>& workspaces);

    /// Times of its phases, appended.
    void collect_times(std::vector<PhaseTime>& times) const {
        times.insert(times.end(),
                     {tokens_phase_.time(), tables_phase_.time(), weights_phase_.time()});
    }

    /// Columns of y: those of forward.panels.
    [[nodiscard]] std::size_t width() const { return forward_.panels.panels * kPanel; }
    [[nodiscard]] std::size_t W_L_size() const { return shape_.p * shape_.m_padded(); }

    AlignedBuffer<T> y;            ///< B2 [N, width]
    AlignedBuffer<T> W_L_partial;  ///< B1 transposed, per row unit [p, m_padded]
    AlignedBuffer<T> base_partial; ///< column sums of y, per row block [width]

private:
    void scatter_token(std::size_t row, const AttentionState<T>& state);
    void reduce(std::size_t slice);
    void reduce_base();
    void values_of_head(std::size_t head, std::size_t first_row, Workspace<T>& workspace);
    void columns_of_panel(std::size_t panel);
    void output_weights(std::size_t hidden_panel, Workspace<T>& workspace);
    void unembedding_through_output(std::size_t logit_panel, std::size_t half,
                                    Workspace<T>& workspace);
    void score_gradients();
    void base_gradients(Workspace<T>& workspace);
    void embedding(Workspace<T>& workspace);
    void value_weights(std::size_t half, Workspace<T>& workspace);
    void output_projection(std::size_t panel, std::size_t half, Workspace<T>& workspace);
    void input_weights(std::size_t hidden_panel);
    void unembedding(std::size_t logit_panel, std::size_t half);
    [[nodiscard]] T* gradient(Tensor tensor) { return gradients_->view(tensor).data(); }
    /// First row and number of rows of one of two halves.
    [[nodiscard]] static std::pair<std::size_t, std::size_t> half_of(std::size_t rows,
                                                                     std::size_t half) {
        const std::size_t first = rows / 2;
        return half == 0 ? std::pair{std::size_t{0}, first} : std::pair{first, rows - first};
    }

    static constexpr std::size_t kSlices = 16;

    const ForwardTables<T>& forward_;
    const FusedShape& shape_;
    const Kernels<T>& kernels_;
    const PairPlan& plan_;
    const TokenLists& tokens_;

    const bool train_biases_;
    const AttentionState<T>* state_ = nullptr;
    BasicParameters<T>* gradients_ = nullptr;

    AlignedBuffer<T> dG_;      ///< B3, laid out as G
    AlignedBuffer<T> dots0_;   ///< B3 q0 [N, heads]
    AlignedBuffer<T> dots1_;   ///< B3 q1
    AlignedBuffer<T> dW_L_;    ///< B1 transposed [p, m_padded]
    AlignedBuffer<T> dbase_;   ///< B2 [width]
    AlignedBuffer<T> dA_;      ///< B5, laid out as A
    AlignedBuffer<T> dS_;      ///< B5 [2p, K_padded]
    AlignedBuffer<T> dscores_; ///< B4 [2p + 1, heads]; the last row is ds2
    AlignedBuffer<T> dm2_;     ///< B6 [d]
    AlignedBuffer<T> dv2_;     ///< B6 [K]
    AlignedBuffer<T> W_O_t_;   ///< W_O^T packed: panels [K][64]
    Phase<T> tokens_phase_{"second tokens, sums"};
    Phase<T> tables_phase_{"gradients of tables"};
    Phase<T> weights_phase_{"gradients of weights"};
};

} // namespace grokscope::fused
