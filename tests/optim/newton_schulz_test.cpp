// NewtonSchulz against singular value decompositions.
#include "engine/optim/newton_schulz.h"

#include <Eigen/SVD>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace grokscope {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Matrix gaussian(int rows, int columns, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    return Matrix::NullaryExpr(rows, columns, [&] { return normal(random); });
}

Matrix orthogonalised(const Matrix& matrix) {
    Matrix result = matrix;
    NewtonSchulz iteration(static_cast<std::size_t>(matrix.rows()),
                           static_cast<std::size_t>(matrix.cols()));
    iteration.orthogonalise(result.data());
    return result;
}

TEST(NewtonSchulz, BringsSingularValuesNearOne) {
    const Eigen::VectorXd values =
        Eigen::BDCSVD<Eigen::MatrixXd>(orthogonalised(gaussian(512, 128, 1)).cast<double>())
            .singularValues();
    EXPECT_EQ(values.size(), 128);
    EXPECT_NEAR(values.minCoeff(), 0.682, 0.001); // the oracle's, for any such matrix
    EXPECT_NEAR(values.maxCoeff(), 1.1343, 0.0005);
}

/// The same five steps on the singular values alone, in double.
Eigen::MatrixXd exact(const Matrix& matrix) {
    const Eigen::BDCSVD<Eigen::MatrixXd> svd(matrix.cast<double>(),
                                             Eigen::ComputeThinU | Eigen::ComputeThinV);
    Eigen::VectorXd values = svd.singularValues() / (matrix.cast<double>().norm() + 1e-7);
    for (double& value : values) {
        for (int i = 0; i < 5; ++i) {
            const double square = value * value;
            value *= 3.4445 + square * (-4.7750 + square * 2.0315);
        }
    }
    return svd.matrixU() * values.asDiagonal() * svd.matrixV().transpose();
}

TEST(NewtonSchulz, IsTheIterationOnTheSingularValuesForAnyShape) {
    for (const auto& [rows, columns] :
         {std::pair(64, 32), {32, 64}, {36, 36}, {100, 36}, {7, 130}, {130, 7}, {1, 5}}) {
        const Matrix matrix = gaussian(rows, columns, 3);
        const double error = (orthogonalised(matrix).cast<double>() - exact(matrix)).norm();
        EXPECT_LT(error, 2e-4) << rows << " x " << columns;
    }
}

TEST(NewtonSchulz, LeavesAMatrixOfZerosAndForgetsTheLastMatrix) {
    NewtonSchulz iteration(16, 32);
    Matrix first = gaussian(16, 32, 5);
    const Matrix again = first;
    Matrix zeros = Matrix::Zero(16, 32);
    iteration.orthogonalise(first.data());
    iteration.orthogonalise(zeros.data());
    EXPECT_EQ(zeros.norm(), 0);
    EXPECT_EQ(orthogonalised(again), first);
}

} // namespace
} // namespace grokscope
