// What each key of /proc/vmstat means, as mm/vmstat.c and its callers have it. The table is written
// by hand, key by key, and meant to disagree with a careless rule in src/sources/vmstat.cpp.
#include "support/table_view.hpp"

#include <gtest/gtest.h>

#include <map>
#include <sstream>

namespace tscollect::sources {
namespace {

using namespace test;

struct Group {
  std::string_view unit;
  Kind kind;
  const char* keys;
};

constexpr auto counter = Kind::counter;
constexpr auto gauge = Kind::gauge;

const Group groups[] = {
    {"pages", gauge,
     "nr_free_pages nr_free_pages_blocks nr_alloc_batch nr_zone_inactive_anon nr_zone_active_anon "
     "nr_zone_inactive_file nr_zone_active_file nr_zone_unevictable nr_zone_write_pending nr_mlock "
     "nr_bounce nr_zspages nr_free_cma nr_unaccepted nr_inactive_anon nr_active_anon "
     "nr_inactive_file nr_active_file nr_unevictable nr_slab nr_slab_reclaimable "
     "nr_slab_unreclaimable nr_isolated_anon nr_isolated_file nr_anon_pages nr_mapped "
     "nr_file_pages nr_dirty nr_writeback nr_writeback_temp nr_unstable nr_shmem "
     "nr_kernel_misc_reclaimable nr_page_table_pages nr_sec_page_table_pages nr_iommu_pages "
     "nr_swapcached nr_hugetlb nr_balloon_pages nr_kernel_file_pages nr_dirty_threshold "
     "nr_dirty_background_threshold nr_memmap_pages nr_memmap_boot_pages"},
    {"pages", counter,
     "nr_vmscan_write nr_vmscan_immediate_reclaim nr_dirtied nr_written nr_throttled_written "
     "numa_hit numa_miss numa_foreign numa_interleave numa_local numa_other numa_pte_updates "
     "numa_pages_migrated workingset_refault workingset_refault_anon workingset_refault_file "
     "workingset_activate workingset_activate_anon workingset_activate_file workingset_restore "
     "workingset_restore_anon workingset_restore_file pgpromote_success pgpromote_candidate "
     "pgpromote_candidate_nrl pgdemote_kswapd pgdemote_direct pgdemote_khugepaged "
     "pgdemote_proactive pswpin pswpout pgalloc_dma pgalloc_dma32 pgalloc_normal pgalloc_high "
     "pgalloc_movable pgalloc_device pgskip_dma pgskip_dma32 pgskip_normal pgskip_movable "
     "pgskip_device pgfree pgactivate pgdeactivate pglazyfree pglazyfreed pgrefill pgrefill_dma "
     "pgrefill_dma32 pgrefill_normal pgrefill_high pgrefill_movable pgsteal_kswapd pgsteal_direct "
     "pgsteal_khugepaged pgsteal_proactive pgsteal_anon pgsteal_file pgsteal_dma pgsteal_dma32 "
     "pgsteal_normal pgsteal_high pgsteal_kswapd_dma pgsteal_kswapd_dma32 pgsteal_kswapd_normal "
     "pgsteal_kswapd_movable pgsteal_direct_dma pgsteal_direct_dma32 pgsteal_direct_normal "
     "pgsteal_direct_movable pgscan_kswapd pgscan_direct pgscan_khugepaged pgscan_proactive "
     "pgscan_anon pgscan_file pgscan_kswapd_dma pgscan_kswapd_dma32 pgscan_kswapd_normal "
     "pgscan_kswapd_high pgscan_kswapd_movable pgscan_direct_dma pgscan_direct_dma32 "
     "pgscan_direct_normal pgscan_direct_high pgscan_direct_movable pginodesteal "
     "kswapd_inodesteal kswapd_steal pgrotated pgmigrate_success pgmigrate_fail "
     "compact_migrate_scanned compact_free_scanned compact_isolated compact_daemon_migrate_scanned "
     "compact_daemon_free_scanned unevictable_pgs_culled unevictable_pgs_scanned "
     "unevictable_pgs_rescued unevictable_pgs_mlocked unevictable_pgs_munlocked "
     "unevictable_pgs_cleared unevictable_pgs_stranded balloon_inflate balloon_deflate "
     "balloon_migrate swap_ra swap_ra_hit swpin_zero swpout_zero ksm_swpin_copy cow_ksm zswpin "
     "zswpout zswpwb"},
    {"KiB", counter, "pgpgin pgpgout"},
    {"KiB", gauge, "nr_kernel_stack nr_shadow_call_stack"},
    {"huge pages", gauge,
     "nr_anon_transparent_hugepages nr_shmem_hugepages nr_shmem_pmdmapped nr_file_hugepages "
     "nr_file_pmdmapped"},
    {"huge pages", counter, "numa_huge_pte_updates"},
    {"count", gauge, "workingset_nodes"},
    {"count", counter,
     "nr_foll_pin_acquired nr_foll_pin_released nr_tlb_remote_flush nr_tlb_remote_flush_received "
     "nr_tlb_local_flush_all nr_tlb_local_flush_one workingset_nodereclaim pgfault pgmajfault "
     "pgreuse pgscan_direct_throttle allocstall allocstall_dma allocstall_dma32 allocstall_normal "
     "allocstall_movable allocstall_device zone_reclaim_success zone_reclaim_failed slabs_scanned "
     "kswapd_low_wmark_hit_quickly kswapd_high_wmark_hit_quickly pageoutrun drop_pagecache "
     "drop_slab oom_kill numa_hint_faults numa_hint_faults_local thp_migration_success "
     "thp_migration_fail thp_migration_split compact_stall compact_fail compact_success "
     "compact_daemon_wake htlb_buddy_alloc_success htlb_buddy_alloc_fail cma_alloc_success "
     "cma_alloc_fail thp_fault_alloc thp_fault_fallback thp_fault_fallback_charge "
     "thp_collapse_alloc thp_collapse_alloc_failed thp_file_alloc thp_file_fallback "
     "thp_file_fallback_charge thp_file_mapped thp_split thp_split_page thp_split_page_failed "
     "thp_deferred_split_page thp_underused_split_page thp_split_pmd thp_split_pud "
     "thp_scan_exceed_none_pte thp_scan_exceed_swap_pte thp_scan_exceed_share_pte "
     "thp_zero_page_alloc thp_zero_page_alloc_failed thp_swpout thp_swpout_fallback "
     "direct_map_level2_splits direct_map_level3_splits direct_map_level2_collapses "
     "direct_map_level3_collapses vma_lock_success vma_lock_abort vma_lock_retry vma_lock_miss "
     "kstack_1k kstack_rest vmacache_find_calls vmacache_find_hits"},
};

std::map<std::string, Group> meanings() {
  std::map<std::string, Group> by_key;
  for (const Group& group : groups) {
    std::istringstream keys(group.keys);
    for (std::string key; keys >> key;) by_key.emplace(key, group);
  }
  return by_key;
}

TEST(VmstatDescription, has_unit_and_kind_of_every_key_known) {
  std::string text;
  for (const auto& [key, group] : meanings()) text += key + " 1\n";
  // nr_kernel_stack sorts before the nr_zone_ keys, which the kernel prints first.
  const table::Table table = table_of(vmstat, "nr_zone_inactive_anon 1\n" + text);
  const auto expected = meanings();
  ASSERT_EQ(table.fields().size(), expected.size());
  for (const FieldDescription& field : table.fields()) {
    const Group& group = expected.at(field.name);
    EXPECT_EQ(field.unit, group.unit) << field.name;
    EXPECT_EQ(field.kind, group.kind) << field.name;
    EXPECT_EQ(field.type, ValueType::integer) << field.name;
    EXPECT_EQ(field.width_bits, 0) << field.name << ": the kernel's word";
  }
}

TEST(VmstatDescription, covers_every_key_of_the_fixtures) {
  const auto expected = meanings();
  for (const char* kernel :
       {"linux-2.6.18", "linux-3.10", "linux-4.18", "linux-5.14", "linux-6.18"}) {
    const table::Table table = table_of(vmstat, fixture(std::string(kernel) + "/proc/vmstat"));
    for (const FieldDescription& field : table.fields())
      EXPECT_TRUE(expected.contains(field.name)) << kernel << " " << field.name;
  }
}

TEST(VmstatDescription, counts_kernel_stacks_before_linux_4_8_and_their_kib_since) {
  const auto unit = [](std::string_view kernel) {
    const table::Table table = table_of(vmstat, fixture(std::string(kernel) + "/proc/vmstat"));
    return field_of(table, "nr_kernel_stack")->unit;
  };
  EXPECT_EQ(unit("linux-3.10"), "count");
  EXPECT_EQ(unit("linux-4.18"), "KiB");
  EXPECT_EQ(unit("linux-6.18"), "KiB");
}

TEST(VmstatDescription, takes_an_unknown_nr_key_for_a_gauge_and_any_other_for_a_counter) {
  const table::Table table = table_of(vmstat, "nr_new_thing 1\nnew_event 2\n");
  EXPECT_EQ(field_of(table, "nr_new_thing")->kind, gauge);
  EXPECT_EQ(field_of(table, "nr_new_thing")->unit, "pages");
  EXPECT_EQ(field_of(table, "new_event")->kind, counter);
  EXPECT_EQ(field_of(table, "new_event")->unit, "count");
}

}  // namespace
}  // namespace tscollect::sources
