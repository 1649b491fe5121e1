"""A run file opens in R: with rhdf5, hdf5r, RNetCDF and ncdf4."""

import unittest

from sample_run import BEYOND_DOUBLE, ReaderTest


class RTest(ReaderTest):
    """Arrays come transposed, as always in R: [field, time]. Bit64's NA is our missing cell, and it
    selects by number only."""

    program = ("Rscript", "--vanilla")
    package = ""

    def show(self, words):
        shown = self.run_script(f"""
            packages <- c("{self.package}", "bit64")
            if (!all(packages %in% rownames(installed.packages()))) {{ cat("absent\\n"); quit() }}
            suppressMessages(for (name in packages) library(name, character.only = TRUE))
            {words}""")
        if shown == ["absent"]:
            self.skipTest(f"R has no {self.package}; launch/setup-debian names its package")
        return shown


class Rhdf5(RTest):
    package = "rhdf5"

    def test_selects_by_name_exactly(self):
        self.assertEqual(self.show("""
            m <- h5read("run.h5", "/hosts/node01/meminfo", bit64conversion = "bit64")
            field <- match("MemAvailable", h5read("run.h5", "/hosts/node01/meminfo_field"))
            cat(class(m), dim(m), as.character(m[field, 1]), "\\n")
            cat(h5read("run.h5", "/hosts/node01/meminfo_unit"), "\\n")"""),
                         [f"integer64 2 10 {BEYOND_DOUBLE + 1} ", "KiB KiB "])

    def test_missing_cells_are_na(self):
        self.assertEqual(self.show("""
            m <- h5read("run.h5", "/hosts/node02/meminfo", bit64conversion = "bit64")
            cat(which(is.na(m[1, ])), as.character(m[1, 4]), "\\n")"""), ["5 7 "])

    def test_times_are_utc(self):
        self.assertEqual(self.show("""
            t <- h5read("run.h5", "/hosts/node01/time", bit64conversion = "bit64")
            utc <- as.POSIXct(as.double(t) / 1e9, origin = "1970-01-01", tz = "UTC")
            cat(as.character(t[1]), format(utc[1], "%Y-%m-%d %H:%M:%OS3"), "\\n")"""),
                         ["1700000000123456789 2023-11-14 22:13:20.123 "])

    def test_attributes(self):
        self.assertEqual(self.show("""
            a <- h5readAttributes("run.h5", "/")
            cat(a$completeness, a$hosts_requested, "\\n")"""),
                         ["incomplete node01 node02 node/03 node04 "])


class Hdf5r(RTest):
    package = "hdf5r"

    def test_reads_names_integers_and_missing_cells(self):
        self.assertEqual(self.show("""
            f <- H5File$new("run.h5", "r")
            m <- f[["hosts/node01/meminfo"]][, ]
            field <- match("MemAvailable", f[["hosts/node01/meminfo_field"]][])
            cat(class(m), as.character(m[field, 1]), "\\n")
            cat(as.character(f[["hosts/node01/time"]][1]), "\\n")
            cat(which(is.na(f[["hosts/node02/meminfo"]][1, ])), "\\n")
            cat(h5attr(f[["hosts/node01"]], "kernel"), "\\n")"""),
                         [f"integer64 {BEYOND_DOUBLE + 1} ", "1700000000123456789 ", "5 ",
                          "Linux 6.1.0 x86_64 "])


class RNetCDF(RTest):
    package = "RNetCDF"

    def test_reads_names_integers_and_missing_cells(self):
        self.assertEqual(self.show("""
            f <- open.nc("run.h5")
            g <- grp.inq.nc(f, "hosts/node01")$self
            m <- var.get.nc(g, "meminfo", fitnum = TRUE)
            field <- match("MemAvailable", var.get.nc(g, "meminfo_field"))
            cat(class(m), as.character(m[field, 1]), "\\n")
            cat(att.get.nc(g, "time", "units"), "\\n")
            h <- grp.inq.nc(f, "hosts/node02")$self
            cat(which(is.na(var.get.nc(h, "meminfo", fitnum = TRUE)[1, ])), "\\n")"""),
                         [f"integer64 {BEYOND_DOUBLE + 1} ", "nanoseconds since 1970-01-01 ", "5 "])


class Ncdf4(RTest):
    package = "ncdf4"

    def test_reads_names_and_missing_cells_as_doubles(self):
        shown = self.show("""
            f <- nc_open("run.h5")
            m <- ncvar_get(f, "hosts/node01/meminfo")
            rownames(m) <- ncvar_get(f, "hosts/node01/meminfo_field")
            cat(dim(m), format(m["MemAvailable", 1], digits = 17), "\\n")
            cat(ncvar_get(f, "hosts/node01/meminfo_unit"), "\\n")
            cat(which(is.na(ncvar_get(f, "hosts/node02/meminfo")[1, ])), "\\n")
            cat(ncatt_get(f, "hosts/node01/time", "units")$value, "\\n")""")
        self.assertEqual(shown[-4:], [f"2 10 {BEYOND_DOUBLE + 1} ", "KiB KiB ", "5 ",
                                      "nanoseconds since 1970-01-01 "])


if __name__ == "__main__":
    unittest.main()
