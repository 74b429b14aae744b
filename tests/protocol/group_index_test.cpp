// R34: the operations and the index of their groups, docs/science.md 1.5.
#include "engine/protocol/arithmetic.h"
#include "engine/protocol/group_index.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace grokscope {
namespace {

TEST(Operations, HaveTheirRowsInTheOrderOfTheEnumeration) {
    for (std::size_t i = 0; i < kOperations.size(); ++i) {
        EXPECT_EQ(static_cast<std::size_t>(kOperations[i].operation), i);
        EXPECT_EQ(&spec_of(kOperations[i].operation), &kOperations[i]);
        EXPECT_EQ(kOperationNames[i], kOperations[i].name);
    }
    EXPECT_THROW((void)spec_of(static_cast<Operation>(kOperations.size())), std::invalid_argument);
}

TEST(Operations, AnswerAsArithmeticDoes) {
    const auto answer = [](Operation operation, int a, int b) {
        return spec_of(operation).answer(a, b, 113);
    };
    EXPECT_EQ(answer(Operation::kAdd, 100, 20), 7);
    EXPECT_EQ(answer(Operation::kSubtract, 3, 5), 111);
    EXPECT_EQ(answer(Operation::kMultiply, 112, 112), 1);
    EXPECT_EQ(answer(Operation::kDivide, 51, 22), 28); // pow(22, -1, 113) of CPython
    EXPECT_EQ(answer(Operation::kDivide, 0, 5), 0);
    for (int b = 1; b < 113; ++b) {
        for (int a = 0; a < 113; ++a) {
            EXPECT_EQ(answer(Operation::kDivide, answer(Operation::kMultiply, a, b), b), a);
        }
    }
}

TEST(Operations, AreDefinedWhereTheyHaveAnAnswer) {
    EXPECT_EQ((Arithmetic{Operation::kAdd, 97}).pairs(), 9409);
    EXPECT_EQ((Arithmetic{Operation::kMultiply, 97}).pairs(), 9409);
    EXPECT_EQ((Arithmetic{Operation::kDivide, 97}).pairs(), 9312);
    EXPECT_EQ((Arithmetic{Operation::kDivide, 113}).pairs(), 12656);
    EXPECT_FALSE(spec_of(Operation::kDivide).defined(4, 0, 97));
}

TEST(Operations, CommuteWhereTheMirrorHasTheSameAnswer) {
    for (const OperationSpec& one : kOperations) {
        if (one.operation == Operation::kTable) {
            continue; // its table tells (OperationTable)
        }
        bool commutes = true;
        for (int a = 1; a < 13; ++a) {
            for (int b = 1; b < 13; ++b) {
                commutes = commutes && one.answer(a, b, 13) == one.answer(b, a, 13);
            }
        }
        EXPECT_EQ((Arithmetic{one.operation, 13}).is_commutative(), commutes) << one.name;
    }
}

TEST(GroupIndex, HasTheSmallestPrimitiveRoot) {
    EXPECT_EQ(GroupIndex(Operation::kMultiply, 113).generator(), 3);
    EXPECT_EQ(GroupIndex(Operation::kDivide, 97).generator(), 5);
    EXPECT_EQ(GroupIndex(Operation::kMultiply, 5).generator(), 2);
    EXPECT_EQ(GroupIndex(Operation::kMultiply, 113).order(), 112);
    EXPECT_EQ(GroupIndex(Operation::kMultiply, 113).log(0), -1);
    EXPECT_EQ(GroupIndex(Operation::kMultiply, 113).log(1), 0);
    EXPECT_EQ(GroupIndex(Operation::kMultiply, 113).log(9), 2);
    // The one of order two stands in the middle: -1 is g^(n/2).
    EXPECT_EQ(GroupIndex(Operation::kMultiply, 113).log(112), 56);
}

TEST(GroupIndex, MakesEveryOperationAnAddition) {
    for (const OperationSpec& one : kOperations) {
        for (const int p : {5, 7, 13, 97, 251}) {
            const GroupIndex group(one.operation, p);
            ASSERT_EQ(group.order(), group_order(one.operation, p));
            ASSERT_EQ(group.numbers(), p);
            for (int i = 0; i < group.order(); ++i) {
                ASSERT_EQ(group.log(group.element(i)), i);
                ASSERT_EQ(group.log_second(group.second(i)), i);
            }
            for (int a = 0; a < p; ++a) {
                for (int b = 0; b < p; ++b) {
                    if (group.log(a) >= 0 && group.log(b) >= 0) {
                        const int sum = (group.log(a) + group.log_second(b)) % group.order();
                        ASSERT_EQ(group.element(sum), one.answer(a, b, p))
                            << a << ' ' << one.symbol << ' ' << b << " mod " << p;
                    }
                }
            }
        }
    }
}

TEST(GroupIndex, IsEmptyWhereThereIsNoGroup) {
    const GroupIndex none(Operation::kMultiply, 12);
    EXPECT_TRUE(none.empty());
    EXPECT_EQ(none.order(), 0);
    EXPECT_EQ(none.log(1), -1);
    EXPECT_EQ(group_order(Operation::kMultiply, 12), 0);
    EXPECT_EQ(GroupIndex(Operation::kSubtract, 12).order(), 12); // differences need no prime
}

TEST(GroupIndex, IsPlainForAdditionAlone) {
    EXPECT_TRUE(GroupIndex(Operation::kAdd, 13).is_plain());
    EXPECT_TRUE(GroupIndex(Operation::kSubtract, 13).is_identity());
    EXPECT_FALSE(GroupIndex(Operation::kSubtract, 13).is_plain());
    EXPECT_FALSE(GroupIndex(Operation::kMultiply, 13).is_identity());
}

TEST(GroupIndex, OrdersRowsByTheIndex) {
    const GroupIndex group(Operation::kMultiply, 5); // 1, 2, 4, 3
    const std::array<float, 10> rows{0, 0, 10, 11, 20, 21, 30, 31, 40, 41};
    EXPECT_EQ(rows_by_index(rows, 2, group), (std::vector<float>{10, 11, 20, 21, 40, 41, 30, 31}));
}

} // namespace
} // namespace grokscope
