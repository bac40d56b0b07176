# The folder store beside the same system calls without a store (JMH).
measure_store() {
  load StoreRows
}
