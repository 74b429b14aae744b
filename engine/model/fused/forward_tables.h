// Everything of the forward pass that depends on the weights alone: F1-F7 and the scores of F3.
// Threads: units of one phase write different parts.
#pragma once

#include "engine/model/fused/panel_tables.h"
#include "engine/model/fused/shape.h"
#include "engine/model/fused/workspace.h"
#include "engine/model/parameters.h"

namespace grokscope::fused {

template <typename T>
class ForwardTables {
public:
    /// `probe_panels` panels follow those of the model: images of the residual stream in probes
    /// that read this epoch, filled by whoever owns the probes.
    ForwardTables(const FusedShape& shape, const Kernels<T>& kernels, std::size_t probe_panels);
    ForwardTables(const ForwardTables&) = delete; // its units hold its address
    ForwardTables& operator=(const ForwardTables&) = delete;

    /// Builds all for `parameters`; S, m2 and W_O go to `state`. Both must outlive the next build.
    void build(const BasicParameters<T>& parameters, AttentionState<T>& state, WorkerPool& pool,
               std::vector<Workspace<T>>& workspaces);

    /// Times of its phases, appended.
    void collect_times(std::vector<PhaseTime>& times) const {
        times.insert(times.end(), {from_weights_.time(), from_rows_.time(), tables_.time()});
    }

    [[nodiscard]] std::size_t model_panels() const { return model_panels_; }
    [[nodiscard]] const BasicParameters<T>& parameters() const { return *parameters_; }
    [[nodiscard]] const T* view(Tensor tensor) const { return parameters_->view(tensor).data(); }

    /// F9: logits [rows, row] += h W_L for h in panels [rows][64]. Columns p and up are garbage.
    void add_logits(std::size_t rows, const T* h, T* logits, std::size_t row) const;

    const FusedShape& shape;
    const Kernels<T>& kernels;
    PanelTables<T> panels;   ///< R = [W_in^T | W_U | probes]
    AlignedBuffer<T> X;      ///< F1 [2p, d_padded]
    AlignedBuffer<T> X_less; ///< X - r2
    AlignedBuffer<T> r2;     ///< [d]
    AlignedBuffer<T> q;      ///< F2 [K]
    AlignedBuffer<T> u;      ///< F2 [heads, d_padded]
    AlignedBuffer<T> v2;     ///< F5 [K]
    AlignedBuffer<T> scores; ///< F3 [2p, heads]
    AlignedBuffer<T> score2; ///< F3 [heads]
    AlignedBuffer<T> W_L;    ///< panels [m_padded][64], one per 64 classes
    AlignedBuffer<T> W_L_t;  ///< its transpose: panels [p][64], one per 64 hidden units

private:
    void build_rows_of_tokens(Workspace<T>& workspace);
    void build_model_columns(std::size_t panel);
    void build_output(std::size_t hidden_panel, Workspace<T>& workspace);
    void build_values(std::size_t first_row, std::size_t rows, std::size_t first_column,
                      Workspace<T>& workspace);
    void build_scores(Workspace<T>& workspace);
    void build_model_base(Workspace<T>& workspace);

    std::size_t model_panels_;
    const BasicParameters<T>* parameters_ = nullptr;
    AttentionState<T>* state_ = nullptr;
    Phase<T> from_weights_{"tables: columns, W_L, rows"};
    Phase<T> from_rows_{"tables: values, scores, base"};
    Phase<T> tables_{"tables: G"};
};

} // namespace grokscope::fused
