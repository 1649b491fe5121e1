"""A run file opens in Octave: numbers through its netcdf package, names through h5dump."""

import unittest

from sample_run import BEYOND_DOUBLE, ReaderTest

# The package cannot read lists of strings of any kind (netCDF's type 12).
NAMES = """
pkg load netcdf
function list = names(file, path)
  [status, text] = system(['h5dump -A 0 -y -d "' path '" ' file]);
  list = regexp(regexp(text, 'DATA {.*', 'match', 'once'), '"([^"]*)"', 'tokens');
  list = [list{:}];
end
"""


class Octave(ReaderTest):
    program = ("octave-cli", "-q", "--no-init-file", "--no-history")

    def show(self, words):
        return self.run_script(NAMES + words)

    def test_integers_are_exact(self):
        self.assertEqual(self.show("""
            m = ncread('run.h5', '/hosts/node01/meminfo');
            disp(class(m)); disp(size(m)); printf('%d\\n', m(1, 1));"""),
                         ["int64", "    2   10", str(BEYOND_DOUBLE)])

    def test_selects_by_name(self):
        self.assertEqual(self.show("""
            field = find(strcmp(names('run.h5', '/hosts/node01/meminfo_field'), 'MemAvailable'));
            m = ncread('run.h5', '/hosts/node01/meminfo', [field 1], [1 Inf]);
            printf('%d\\n', m(1), m(end));
            printf('%s\\n', names('run.h5', '/hosts/node01/meminfo_unit'){field});
            disk = find(strcmp(names('run.h5', '/hosts/node01/disk'), 'cciss/c0d0p1'));
            partition = ncread('run.h5', '/hosts/node01/disk_is_partition')(disk)"""),
                         [str(BEYOND_DOUBLE + 1), str(BEYOND_DOUBLE + 19), "KiB", "partition = 1"])

    def test_names_of_many_fields(self):
        self.assertEqual(self.show("""
            list = names('run.h5', '/hosts/node01/wide_field');
            disp(numel(list)); disp(list{1}); disp(list{40});"""), ["40", "field_0", "field_39"])

    def test_times_are_utc(self):
        self.assertEqual(self.show("""
            t = ncread('run.h5', '/hosts/node01/time');
            disp(ncreadatt('run.h5', '/hosts/node01/time', 'units'));
            printf('%d\\n', t(1));
            disp(datestr(datenum(1970, 1, 1) + double(t(1)) / 86400e9, 'yyyy-mm-ddTHH:MM:SS.FFF'));"""),
                         ["nanoseconds since 1970-01-01", "1700000000123456789",
                          "2023-11-14T22:13:20.123"])

    def test_missing_cells_are_the_smallest_integer(self):
        self.assertEqual(self.show("""
            m = ncread('run.h5', '/hosts/node02/meminfo');
            m(m <= -2^63) = NaN;
            disp(find(any(isnan(m), 1))); disp(m(1, 4));
            disp(class(ncread('run.h5', '/hosts/node02/vmstat')));"""), ["5", "7", "int64"])

    def test_attributes(self):
        self.assertEqual(self.show("""
            disp(ncreadatt('run.h5', '/', 'completeness'));
            disp(ncreadatt('run.h5', '/hosts/node01', 'kernel'));
            disp(ncinfo('run.h5', '/hosts/node01/meminfo').Size);"""),
                         ["incomplete", "Linux 6.1.0 x86_64", "    2   10"])


if __name__ == "__main__":
    unittest.main()
