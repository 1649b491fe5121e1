// write_sidecar FOLDER: the sidecar of the described run, for tests in other languages.
#include "store/run_file/run_file_writer.hpp"
#include "support/sample_run.hpp"

int main(int count, char** words) {
  if (count != 2) return 2;
  tscollect::store::write_sidecar(
      tscollect::base::FilePlace(std::filesystem::path(words[1]) / "run.h5"),
      tscollect::tests::described_run(), tscollect::tests::described_hosts());
}
