// main() of the tests that run under a launcher: every rank runs every test, so each must be
// written to be met by all ranks. Rank 0 reports; the others speak only where something failed.
#include "gather/mpi_session.hpp"
#include "support/mpi_ranks.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cstdio>
#include <memory>

namespace {

class FailuresOnly : public testing::EmptyTestEventListener {
  void OnTestPartResult(const testing::TestPartResult& result) override {
    if (result.failed())
      fmt::print(stderr, "rank {}: {}:{}: {}\n", tscollect::test::session().rank(),
                 result.file_name() != nullptr ? result.file_name() : "?", result.line_number(),
                 result.message());
  }
};

std::unique_ptr<tscollect::gather::MpiSession> the_session;

}  // namespace

const tscollect::gather::MpiSession& tscollect::test::session() { return *the_session; }

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  the_session = std::make_unique<tscollect::gather::MpiSession>();
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  if (the_session->rank() != 0) {
    delete listeners.Release(listeners.default_result_printer());
    listeners.Append(new FailuresOnly);
  }
  const int status = RUN_ALL_TESTS();
  the_session.reset();
  return status;
}
