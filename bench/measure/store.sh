# The folder store beside the same system calls without a store (JMH).
measure_store() {
  # JMH lets the warnings of its forked machines through; rows are what has tabs.
  load StoreRows | grep -P "\t"
}
